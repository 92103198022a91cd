"""A batch of questions answered: what Redis knows is taken from there, the rest is predicted in one go.

A chart is the unit: its rows see each other, so that an answer is known again only if the whole chart is the
same. Charts of different questions never see each other, also where country and day are the same.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.serving.board import Counts
from ml.serving.question import Chart, Question, Refused
from ml.serving.versions import Served, Versions
from ytempire.cache import Cache, prediction_key

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """The chances of a question's rows in their order, by whom, and which of them were known before."""

    model: str
    version: str
    runtime: str
    chances: list[float]
    cached: list[bool]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(vars(self))


class NoModel(Exception):
    """There is no version to answer with; the message says why."""


class NotServed(Exception):
    """The version that was named is not served here."""


Outcome = Answer | Refused | NoModel | NotServed


@dataclass
class _Open:
    """A chart that is being answered."""

    question: int
    chart: Chart
    key: str
    values: npt.NDArray[np.float64]
    known: list[float] | None = None


class Predictions:
    """Answers batches with what ``versions`` holds; ``counts`` is what was done."""

    def __init__(self, versions: Versions, cache: Cache, cache_seconds: int) -> None:
        self.versions = versions
        self.counts = Counts()
        self._cache = cache
        self._cache_seconds = cache_seconds

    def answer(self, questions: Sequence[Question]) -> list[Outcome]:
        """Answer each question, or say why it cannot be: one that is refused leaves the others alone."""
        began = time.perf_counter()
        answers: dict[int, Outcome] = {}
        sides: dict[str, dict[int, Question]] = defaultdict(dict)
        models: dict[str, Served] = {}
        for number, question in enumerate(questions):
            served = self.versions.answering(question.channel_id, question.version)
            if served is not None:
                models[served.version] = served
                sides[served.version][number] = question
            elif question.version is not None and self.versions.answering() is not None:
                answers[number] = NotServed(f"version {question.version} is not served")
            else:
                answers[number] = NoModel(self.versions.problem or "no model is loaded yet")
        for version, asked in sides.items():
            answers |= self._safely_by(models[version], asked)
        self.counts.batches += 1
        self.counts.requests += len(questions)
        self.counts.refused += sum(isinstance(answer, Refused) for answer in answers.values())
        self.counts.predict_seconds += time.perf_counter() - began
        return [answers[number] for number in range(len(questions))]

    def _safely_by(self, served: Served, questions: dict[int, Question]) -> dict[int, Outcome]:
        """Answer by ``served``; where a challenger fails, the champion answers who did not name it."""
        try:
            return {**self._by(served, questions)}
        except Exception as error:
            champion = self.versions.answering()
            if champion is None or champion.version == served.version:
                raise
            log.exception("serving: version %s fails, the champion answers", served.version)
            self.versions.failing(served.version, f"{type(error).__name__}: {error}")
            named = {number for number, question in questions.items() if question.version is not None}
            others = {number: question for number, question in questions.items() if number not in named}
            gone = {number: NotServed(f"version {served.version} fails") for number in named}
            return {**gone, **self._by(champion, others)}

    def _by(self, served: Served, questions: dict[int, Question]) -> dict[int, Answer | Refused]:
        answers: dict[int, Answer | Refused] = {}
        charts: list[_Open] = []
        for number, question in questions.items():
            try:
                charts += _opened(served, number, question)
            except Refused as refused:
                answers[number] = refused
        kept = self._cache.get_many([chart.key for chart in charts])
        for chart, known in zip(charts, kept, strict=True):
            if isinstance(known, list) and len(known) == len(chart.values):
                chart.known = known
        fresh = [chart for chart in charts if chart.known is None]
        found = dict(zip(map(id, fresh), _predict(served, fresh, questions), strict=True))
        self._cache.put({chart.key: found[id(chart)] for chart in fresh}, self._cache_seconds)
        chances = {number: [0.0] * len(question) for number, question in questions.items() if number not in answers}
        cached = {number: [False] * len(questions[number]) for number in chances}
        for chart in charts:
            said = chart.known if chart.known is not None else found[id(chart)]
            for place, chance in zip(chart.chart.places.tolist(), said, strict=True):
                chances[chart.question][place] = chance
                cached[chart.question][place] = chart.known is not None
        for number in chances:
            answers[number] = Answer(served.name, served.version, served.gate.runtime, chances[number], cached[number])
            self.counts.rows += len(chances[number])
            self.counts.rows_cached += sum(cached[number])
        return answers


def _opened(served: Served, number: int, question: Question) -> list[_Open]:
    values = question.columns(served.inputs)
    by_whom = f"{served.version}-{served.gate.runtime}"
    return [
        _Open(number, chart, prediction_key(served.name, by_whom, question.digest(chart)), values[chart.places])
        for chart in question.charts()
    ]


def _predict(served: Served, charts: list[_Open], questions: dict[int, Question]) -> list[list[float]]:
    """Return the chances of each chart's rows. Raises ValueError for what is no chance."""
    if not charts:
        return []
    lengths = [len(chart.values) for chart in charts]
    places = [(questions[chart.question], place) for chart in charts for place in chart.chart.places]
    texts = {
        "region_code": np.repeat([chart.chart.region_code for chart in charts], lengths).astype(object),
        "day": np.repeat(np.array([chart.chart.day for chart in charts], dtype=object), lengths),
        "youtube_video_id": [question.video_ids[place] for question, place in places],
        "category_id": [question.categories[place] for question, place in places],
        "request": np.repeat([chart.question for chart in charts], lengths),
    }
    numbers = pd.DataFrame(np.concatenate([chart.values for chart in charts]), columns=served.inputs)
    chances = served.model.chances(pd.concat([numbers, pd.DataFrame(texts)], axis=1))
    if not np.isfinite(chances).all():
        raise ValueError(f"version {served.version} answers with what is no number")
    ends = np.cumsum(lengths)[:-1]
    return [part.astype(float).tolist() for part in np.split(chances, ends)]
