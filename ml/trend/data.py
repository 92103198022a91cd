"""From the feature set to tensors: the split by time, the preparation of numbers, whole charts as examples.

A split is by days only: the last days are the test, the days before them the
validation, all earlier ones the training. Means, spreads and vocabularies are
taken from the training days alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import KEYS, LABEL, NUMBERS, SEQUENCE_NAMES, contract_version
from ytempire.errors import InvalidInput

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_CLIP = 4.0
_FLAG_SHARE = 0.001
_LEAST_SPREAD = 1e-6
_ENCODED_AT_ONCE = 16_384


@dataclass(frozen=True)
class Split:
    """Rows with a label, cut by day; every test day is later than every other day."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame

    @property
    def before_test(self) -> pd.DataFrame:
        """The training and validation days together."""
        return pd.concat([self.train, self.validation], ignore_index=True)

    def days(self) -> dict[str, str]:
        """Return the first and last day of each part."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: f"{part['day'].min()} … {part['day'].max()}" for name, part in parts.items()}


def load_features(path: Path) -> pd.DataFrame:
    """Read a feature set written by ``etl.features``, sorted, with plain dates.

    Raises InvalidInput if the folder or a column of the contract is missing.
    """
    if not path.exists():
        raise InvalidInput("features", f"there is no {path}", "Run the feature job first.")
    frame = pd.read_parquet(path)
    missing = [name for name in (*KEYS, "category_id", *NUMBERS, LABEL) if name not in frame.columns]
    if missing:
        raise InvalidInput(f"features.{missing[0]}", f"is not in {path}", "Run the feature job of this version again.")
    frame["day"] = pd.to_datetime(frame["day"]).dt.date
    frame["region_code"] = frame["region_code"].astype(str)
    return frame.sort_values(["day", "region_code", "rank", "youtube_video_id"], ignore_index=True)


def data_hash(frame: pd.DataFrame) -> str:
    """Return a hash of the contents: the same rows, in any order, give the same hash."""
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy(dtype=np.uint64)
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()[:16]


def split_by_time(frame: pd.DataFrame, *, test_days: int, validation_share: float) -> Split:
    """Cut the labelled rows by day.

    ``validation_share`` is of the days before the test, at least one.
    Raises InvalidInput if fewer than ``test_days`` + 2 days carry labels.
    """
    labelled = frame[frame[LABEL].notna()]
    days: list[date] = sorted(labelled["day"].unique())
    if len(days) < test_days + 2:
        raise InvalidInput(
            "training.test_days",
            f"{len(days)} labelled days do not leave two before {test_days} test days",
            "Import more history or test on fewer days.",
        )
    before, test_from = days[:-test_days], days[-test_days]
    validation_from = before[-max(1, round(validation_share * len(before)))]
    if validation_from == before[0]:
        validation_from = before[1]
    return Split(
        train=labelled[labelled["day"] < validation_from].reset_index(drop=True),
        validation=labelled[(labelled["day"] >= validation_from) & (labelled["day"] < test_from)].reset_index(
            drop=True
        ),
        test=labelled[labelled["day"] >= test_from].reset_index(drop=True),
    )


def last_days(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the rows of the last ``days`` days."""
    first = frame["day"].max() - timedelta(days=days - 1)
    return frame[frame["day"] >= first].reset_index(drop=True)


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

    ``row`` holds the position of each place in the frame it came from, -1 where padded.
    """

    numbers: Floats
    region: Integers
    category: Integers
    row: Integers
    label: Floats

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


def to_charts(frame: pd.DataFrame, preparation: Preparation) -> Charts:
    """Group the rows of ``frame`` into their charts (region, day), in order of rank.

    Rows of different ``request``, where there is such a column, are never in one chart.
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
    return Charts(
        numbers=numbers,
        region=region[row[:, 0]],
        category=np.where(padded, 0, category[row]),
        row=row,
        label=np.where(padded, np.float32(np.nan), label[row]),
    )


def codes(values: pd.Series[Any], vocabulary: Mapping[Any, int], unknown: float) -> npt.NDArray[Any]:
    """Return the number of each of ``values`` in ``vocabulary``, ``unknown`` for what is not in it."""
    places, found = pd.factorize(values.to_numpy())
    # What is missing has place -1: the last.
    numbers: npt.NDArray[Any] = np.array([*(vocabulary.get(value, unknown) for value in found), unknown])[places]
    return numbers
