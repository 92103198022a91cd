"""From the feature set to tensors: the preparation of numbers, whole charts as examples.

Means, spreads and vocabularies are taken from the training days alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LABEL, NUMBERS, SEQUENCE_NAMES, contract_version
from ml.trend.titles import TITLE_AXES
from ytempire.errors import InvalidInput

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_CLIP = 4.0
_FLAG_SHARE = 0.001
_LEAST_SPREAD = 1e-6
_ENCODED_AT_ONCE = 16_384


@dataclass(frozen=True)
class Preparation:
    """How rows become numbers; it travels with the model. Index 0 of a vocabulary stands for the unknown."""

    contract: str
    numbers: list[str]
    means: list[float]
    spreads: list[float]
    flags: list[str]
    regions: list[str]
    categories: list[int]
    clip: float = field(default=_CLIP)
    # Numbers of what a title means, which rows may bring or not; 0 if none were learned from.
    titles: int = 0

    @classmethod
    def fit(cls, frame: pd.DataFrame, numbers: Sequence[str] = NUMBERS) -> Preparation:
        """Take means, spreads and vocabularies from ``frame``, the training days; ``numbers`` are what is used."""
        means, spreads = [], []
        flags: dict[bytes, str] = {}
        for name in numbers:
            values = frame[name].to_numpy(dtype=np.float64)
            missing = np.isnan(values)
            known = values[~missing]
            means.append(float(known.mean()) if len(known) else 0.0)
            spreads.append(float(known.std()) if len(known) else 0.0)
            if missing.mean() > _FLAG_SHARE:
                # Many are missing together: one flag says it of all of them.
                flags.setdefault(np.packbits(missing).tobytes(), name)
        return cls(
            contract=contract_version(),
            numbers=list(numbers),
            means=means,
            spreads=[spread if spread > _LEAST_SPREAD else 1.0 for spread in spreads],
            flags=list(flags.values()),
            regions=sorted(frame["region_code"].unique().tolist()),
            categories=sorted(int(c) for c in frame["category_id"].unique()),
            titles=len(TITLE_AXES) if set(TITLE_AXES) <= set(frame.columns) else 0,
        )

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Preparation:
        """Read back what ``to_dict`` gave."""
        return cls(**stored)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @property
    def history(self) -> tuple[tuple[int, ...], ...]:
        """Where among the numbers the contract's sequences stand, (steps, values); empty if one of them is not used."""
        place = {name: at for at, name in enumerate(self.numbers)}
        if any(name not in place for step in SEQUENCE_NAMES for name in step):
            return ()
        return tuple(tuple(place[name] for name in step) for step in SEQUENCE_NAMES)

    @property
    def width(self) -> int:
        """Numbers a row."""
        return len(self.numbers) + len(self.flags)

    def encode(self, frame: pd.DataFrame) -> Floats:
        """Return (rows, width): numbers in spreads from the mean, clipped, missing as 0, then the flags.

        Raises InvalidInput if a feature is missing or infinite.
        """
        encoded = np.empty((len(frame), self.width), dtype=np.float32)
        means, spreads = np.array(self.means), np.array(self.spreads)
        flagged = [self.numbers.index(name) for name in self.flags]
        for part, values in self.values(frame):
            encoded[part, len(self.numbers) :] = np.isnan(values[:, flagged])
            encoded[part, : len(self.numbers)] = np.nan_to_num(
                np.clip((values - means) / spreads, -self.clip, self.clip)
            )
        return encoded

    def values(self, frame: pd.DataFrame) -> Iterator[tuple[slice, npt.NDArray[np.float64]]]:
        """Yield the numbers of ``frame`` part by part: a second copy of everything would not fit beside the first.

        Raises InvalidInput if a feature is missing or infinite.
        """
        places = frame.columns.get_indexer(self.numbers)
        if (absent := places < 0).any():
            name = self.numbers[int(absent.argmax())]
            raise InvalidInput(name, "the model needs this feature", "Compute it with this contract.")
        for at in range(0, len(frame), _ENCODED_AT_ONCE):
            part = slice(at, at + _ENCODED_AT_ONCE)
            values = frame.iloc[part, places].to_numpy(dtype=np.float64)
            if (infinite := np.isinf(values)).any():
                name = self.numbers[int(infinite.any(axis=0).argmax())]
                raise InvalidInput(name, "holds an infinite value", "Give a finite number, or NaN if unknown.")
            yield part, values


@dataclass(frozen=True)
class Charts:
    """Whole charts, padded: ``numbers`` (charts, rows, width), ``category`` (charts, rows), …

    ``row`` holds the position of each place in the frame it came from, -1 where padded. ``titles`` and ``further``
    (charts, rows, …) are what titles mean and what else became of the rows, NaN where unknown; each is empty in its
    last axis where nothing of it was given.
    """

    numbers: Floats
    region: Integers
    category: Integers
    row: Integers
    label: Floats
    titles: Floats
    further: Floats

    @property
    def listed(self) -> npt.NDArray[np.bool_]:
        """Which places are real."""
        return self.row >= 0

    def __len__(self) -> int:
        return len(self.region)

    def scatter(self, values: Floats) -> Floats:
        """Return the (charts, rows) ``values`` in the order of the frame."""
        flat = np.empty(int(self.listed.sum()), dtype=np.float32)
        flat[self.row[self.listed]] = values[self.listed]
        return flat


def to_charts(frame: pd.DataFrame, preparation: Preparation, further: Floats | None = None) -> Charts:
    """Group the rows of ``frame`` into their charts (region, day), in order of rank.

    ``further`` (rows, …) are targets beside the label. Rows of different ``request``, where there is such a column,
    are never in one chart.
    Raises InvalidInput if a feature is missing or infinite, or if a row has no place in its chart.
    """
    rank = frame["rank"].to_numpy(dtype=np.float64)
    if np.isnan(rank).any():
        raise InvalidInput("rank", "is missing in a row", "Give whole charts with their places.")
    encoded = preparation.encode(frame)
    keys = [pd.factorize(frame[name].to_numpy(), sort=True)[0] for name in ("day", "region_code")]
    if "request" in frame:
        keys.append(frame["request"].to_numpy())
    order = np.lexsort((rank, *reversed(keys)))
    begins = np.diff(np.stack(keys)[:, order], prepend=-1).any(axis=0)
    first = np.flatnonzero(begins)
    chart = begins.cumsum() - 1
    place = np.arange(len(chart)) - first[chart]
    shape = (len(first), int(place.max(initial=0)) + 1)
    row = np.full(shape, -1, dtype=np.int64)
    row[chart, place] = order
    region = codes(frame["region_code"], {code: i + 1 for i, code in enumerate(preparation.regions)}, 0)
    category = codes(frame["category_id"], {code: i + 1 for i, code in enumerate(preparation.categories)}, 0)
    label = frame[LABEL].to_numpy(dtype=np.float32) if LABEL in frame else np.full(len(frame), np.nan, np.float32)
    padded = row < 0
    numbers = encoded[row]
    numbers[padded] = 0

    def beside(values: Floats) -> Floats:
        padded_too = values[row]
        padded_too[padded] = np.nan
        return padded_too

    nothing = np.empty((len(frame), 0), dtype=np.float32)
    titled = preparation.titles and set(TITLE_AXES) <= set(frame.columns)
    return Charts(
        numbers=numbers,
        region=region[row[:, 0]],
        category=np.where(padded, 0, category[row]),
        row=row,
        label=np.where(padded, np.float32(np.nan), label[row]),
        titles=beside(frame[list(TITLE_AXES)].to_numpy(dtype=np.float32) if titled else nothing),
        further=beside(nothing if further is None else further),
    )


def codes(values: pd.Series[Any], vocabulary: Mapping[Any, int], unknown: float) -> npt.NDArray[Any]:
    """Return the number of each of ``values`` in ``vocabulary``, ``unknown`` for what is not in it."""
    places, found = pd.factorize(values.to_numpy())
    # What is missing has place -1: the last.
    numbers: npt.NDArray[Any] = np.array([*(vocabulary.get(value, unknown) for value in found), unknown])[places]
    return numbers
