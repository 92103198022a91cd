"""What may be asked: rows of charts, checked field by field, and turned into arrays before they travel.

A bad request is told which field is wrong and never reaches the model. ``null``
says that a feature is not known; a number that is none (NaN, infinity) is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, ValidationError

from etl.features.contract import FEATURES

KNOWN = frozenset(feature.name for feature in FEATURES)
_PROBLEMS_TOLD = 10
_STRICT = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
VideoId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Row(BaseModel):
    """One video in one country's chart on one day; its features stand beside these fields, by name."""

    model_config = ConfigDict(**_STRICT, extra="allow")
    __pydantic_extra__: dict[str, FiniteFloat | None]

    region_code: Code
    day: date
    youtube_video_id: VideoId
    rank: Annotated[FiniteFloat, Field(ge=1)]
    category_id: Annotated[int, Field(ge=0)]


class Request(BaseModel):
    """``rows``: whole charts, or single rows, which are then judged without company.

    ``version`` is who shall answer. Without it ``channel_id``, the channel the answer is for, decides by its side of
    a rollout; without that the champion answers.
    """

    model_config = ConfigDict(**_STRICT, extra="forbid")

    rows: Annotated[list[Row], Field(min_length=1)]
    channel_id: UUID | None = None
    version: Annotated[str, StringConstraints(min_length=1, max_length=32)] | None = None


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


@dataclass(frozen=True)
class Question:
    """A checked request: a row of ``values`` for each video, a column for each of ``names``, NaN where unknown."""

    region_codes: list[str]
    days: list[date]
    video_ids: list[str]
    categories: list[int]
    names: list[str]
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
        said = [chart.region_code, chart.day.isoformat(), *self.names]
        said += [f"{self.video_ids[place]} {self.categories[place]}" for place in chart.places]
        found = hashlib.sha256("\n".join(said).encode())
        found.update(np.ascontiguousarray(self.values[chart.places]).tobytes())
        return found.hexdigest()

    def columns(self, wanted: list[str]) -> npt.NDArray[np.float64]:
        """Return the columns named ``wanted``. Raises Refused naming the first that is missing."""
        at = {name: place for place, name in enumerate(self.names)}
        if missing := [name for name in wanted if name not in at]:
            raise Refused([(f"rows.0.{name}", "the model needs this feature; null says that it is unknown")
                           for name in missing[:_PROBLEMS_TOLD]])  # fmt: skip
        return self.values[:, [at[name] for name in wanted]]


def read(body: bytes, *, most_rows: int) -> Question:
    """Check the JSON in ``body``. Raises Refused with the field of everything that is wrong."""
    try:
        request = Request.model_validate_json(body)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)[:_PROBLEMS_TOLD]
        raise Refused([(".".join(map(str, one["loc"])) or "body", one["msg"]) for one in told]) from None
    if len(request.rows) > most_rows:
        raise Refused([("rows", f"at most {most_rows} rows a request, {len(request.rows)} were sent")])
    return _question(request)


def _question(request: Request) -> Question:
    names = list(request.rows[0].__pydantic_extra__)
    expected = set(names)
    if unknown := sorted(expected - KNOWN):
        raise Refused([(f"rows.0.{name}", "is no feature of this contract") for name in unknown[:_PROBLEMS_TOLD]])
    seen: set[tuple[str, date, str]] = set()
    for number, row in enumerate(request.rows):
        if row.__pydantic_extra__.keys() != expected:
            other = sorted(row.__pydantic_extra__.keys() ^ expected)[0]
            raise Refused([(f"rows.{number}.{other}", "every row names the same features as the first")])
        key = (row.region_code, row.day, row.youtube_video_id)
        if key in seen:
            raise Refused([(f"rows.{number}.youtube_video_id", "stands in this chart already")])
        seen.add(key)
    values = [[row.rank, *(row.__pydantic_extra__[name] for name in names)] for row in request.rows]
    return Question(
        region_codes=[row.region_code for row in request.rows],
        days=[row.day for row in request.rows],
        video_ids=[row.youtube_video_id for row in request.rows],
        categories=[row.category_id for row in request.rows],
        names=["rank", *names],
        values=np.array(values, dtype=np.float64),
        channel_id=request.channel_id,
        version=request.version,
    )
