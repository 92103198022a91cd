"""What may be asked: rows of charts, checked field by field, and turned into arrays before they travel.

A bad request is told which field is wrong and never reaches the model. ``null``
says that a feature is not known; a number that is none (NaN, infinity) is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta

from etl.features.contract import FEATURES, contract_version
from ml.trend.titles import TITLE_AXES

_PROBLEMS_TOLD = 10
# No JSON says it: a feature that is not in a row, where ``null`` is one that is not known.
_ABSENT = -math.inf

# One video in one country's chart on one day; the features stand beside the fields that every row has.
_FIELDS: dict[str, Any] = {
    "region_code": Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")],
    "day": date,
    "youtube_video_id": Annotated[str, Meta(min_length=1, max_length=64)],
    "category_id": Annotated[int, Meta(ge=0, le=2**31 - 1)],
    "rank": Annotated[float, Meta(ge=1)],
}
_FEATURES = [*(feature.name for feature in FEATURES if feature.name not in _FIELDS), *TITLE_AXES]
Row = msgspec.defstruct(
    "Row", [*_FIELDS.items(), *((name, float | None, _ABSENT) for name in _FEATURES)], forbid_unknown_fields=True
)
_TEXTS = len(_FIELDS) - 1
NAMES = ["rank", *_FEATURES]
_PLACES = {name: place for place, name in enumerate(NAMES)}
_CONTRACT = contract_version()


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """``rows``: whole charts, or single rows, which are then judged without company.

    ``version`` is who shall answer. Without it ``channel_id``, the channel the answer is for, decides by its side of
    a rollout; without that the champion answers.
    """

    rows: Annotated[list[Row], Meta(min_length=1)]  # type: ignore[valid-type]
    channel_id: UUID | None = None
    version: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


_DECODER = msgspec.json.Decoder(Request)


class Refused(Exception):
    """A request that cannot be answered; ``problems`` are pairs of a field and what is wrong with it."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[Refused], tuple[list[tuple[str, str]]]]:
        return Refused, (self.problems,)


@dataclass(frozen=True)
class Chart:
    """The rows of one country and day: ``places`` are their positions in the question."""

    region_code: str
    day: date
    places: npt.NDArray[np.int64]


# LitServe writes every request into a sentence for its log, also where nobody reads it: that of the values cost 1 ms.
@dataclass(frozen=True, repr=False)
class Question:
    """A checked request: a row of ``values`` for each video, a column for each of ``NAMES``, NaN where unknown."""

    region_codes: list[str]
    days: list[date]
    video_ids: list[str]
    categories: list[int]
    values: npt.NDArray[np.float64]
    channel_id: UUID | None = None
    version: str | None = None

    def __len__(self) -> int:
        return len(self.video_ids)

    def charts(self) -> Iterator[Chart]:
        """Yield the charts that the rows belong to."""
        places: dict[tuple[str, date], list[int]] = {}
        for place, key in enumerate(zip(self.region_codes, self.days, strict=True)):
            places.setdefault(key, []).append(place)
        for (region_code, day), found in places.items():
            yield Chart(region_code, day, np.asarray(found, dtype=np.int64))

    def digest(self, chart: Chart) -> str:
        """Return a hash of all that was said of ``chart``."""
        said = [_CONTRACT, chart.region_code, chart.day.isoformat()]
        said += [f"{self.video_ids[place]} {self.categories[place]}" for place in chart.places]
        found = hashlib.sha256("\n".join(said).encode())
        found.update(np.ascontiguousarray(self.values[chart.places]).tobytes())
        return found.hexdigest()

    def columns(self, wanted: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the columns named ``wanted``. Raises Refused naming the first that are missing."""
        found = self.values[:, [_PLACES[name] for name in wanted]]
        if missing := np.flatnonzero(np.isneginf(found[0]))[:_PROBLEMS_TOLD].tolist():
            problem = "the model needs this feature; null says that it is unknown"
            raise Refused([(f"rows.0.{wanted[place]}", problem) for place in missing])
        return found


def read(body: bytes, *, most_rows: int) -> Question:
    """Check the JSON in ``body``. Raises Refused with the field that is wrong."""
    try:
        request = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise Refused([_problem(str(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused([_no_number(body) or ("body", str(error))]) from None
    if len(request.rows) > most_rows:
        raise Refused([("rows", f"at most {most_rows} rows a request, {len(request.rows)} were sent")])
    return _question(request)


def _question(request: Request) -> Question:
    rows = [msgspec.structs.astuple(row) for row in request.rows]
    values = np.array([row[_TEXTS:] for row in rows], dtype=np.float64)
    absent = np.isneginf(values)
    if (other := absent != absent[0]).any():
        row, column = np.argwhere(other)[0]
        raise Refused([(f"rows.{row}.{NAMES[column]}", "every row names the same features as the first")])
    # What a title means may be left out.
    titles = values[:, -len(TITLE_AXES) :]
    titles[np.isneginf(titles)] = np.nan
    keys = [row[:3] for row in rows]
    if len(set(keys)) < len(keys):
        twice = next(place for place, key in enumerate(keys) if key in keys[:place])
        raise Refused([(f"rows.{twice}.youtube_video_id", "stands in this chart already")])
    return Question(
        region_codes=[row[0] for row in rows],
        days=[row[1] for row in rows],
        video_ids=[row[2] for row in rows],
        categories=[row[3] for row in rows],
        values=values,
        channel_id=request.channel_id,
        version=request.version,
    )


def _problem(said: str) -> tuple[str, str]:
    """Return field and problem of msgspec's sentence, as in ``Expected `float`, got `str` - at `$.rows[1].rank```."""
    problem, _, path = said.partition(" - at ")
    field = re.sub(r"\[(\d+)\]", r".\1", path.strip("`").removeprefix("$").lstrip("."))
    if named := re.search(r"(?:unknown|required) field `(.*?)`", problem):
        field = f"{field}.{named[1]}".lstrip(".")
    return field or "body", problem


def _no_number(body: bytes) -> tuple[str, str] | None:
    """Return the field that holds NaN or infinity, which Python writes and JSON does not have."""
    try:
        rows = json.loads(body)["rows"]
        for number, row in enumerate(rows):
            for name, value in row.items():
                if isinstance(value, float) and not math.isfinite(value):
                    return f"rows.{number}.{name}", "is no number: null says that it is unknown"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None
