"""The arms: the same channels on the same days, with topics chosen by the model, by velocity, or at random.

Each morning the charts of the day are ranked for each niche, and its channels take the best topics that none of them
has had, one each. The model and the velocity rank by the same code as
the trend watch does. The model learned before the first day and learns anew each week, from what is known by then.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from etl.features.contract import LABEL
from etl.trends.ranking import Candidate, Ranker, VelocityRanker
from ml.loop.world import Planned
from ml.registry import LoadedModel
from ml.trend.data import Preparation
from ml.trend.model import TrendModel
from ml.trend.predict import ChampionRanker
from ml.trend.trees import Known, grow
from ytempire.content.topic import TopicVideo
from ytempire.settings import TreesSettings

if TYPE_CHECKING:
    from ytempire.database.connection import Connection

log = logging.getLogger(__name__)

ARMS = ("model", "velocity", "random")
NICHES: dict[str, tuple[int, ...]] = {"music": (10,), "film and entertainment": (1, 24), "gaming": (20,)}
_COUNTRIES = ("US", "GB", "DE", "IN", "BR", "JP", "FR", "ES", "MX", "CA")
# When the day's charts are ranked (UTC): all have been fetched by then.
_RANKED_AT = time(8, 0)
_TITLE = 72
_ROUNDS = 80
LEARNING_DAYS = 35


@dataclass(frozen=True)
class Channel:
    """A channel of the experiment."""

    name: str
    niche: str
    country: str
    subscribers: int


def channels(count: int, seed: int) -> list[Channel]:
    """Return ``count`` channels, alike in all arms: the niches in turn, countries in turn, sizes log-normal."""
    sizes = np.random.default_rng(seed).lognormal(np.log(8_000), 1.0, count)
    niches = list(NICHES)
    return [
        Channel(f"channel-{n:02d}", niches[n % 3], _COUNTRIES[n // 3 % len(_COUNTRIES)], int(sizes[n]))
        for n in range(count)
    ]


def plan(
    arm: str,
    crew: Sequence[Channel],
    charts: pd.DataFrame,
    rows: pd.DataFrame,
    days: Sequence[date],
    *,
    seed: int,
) -> list[Planned]:
    """Return what an arm publishes: one video a channel and day, at the moment of the day's ranking."""
    ranker_of = _rankers(arm, rows, days, seed)
    by_day = dict(iter(charts.groupby("day")))
    had: set[str] = set()
    found: list[Planned] = []
    for day in days:
        ranker = ranker_of(day)
        for niche, categories in NICHES.items():
            mine = by_day[day][by_day[day]["category_id"].isin(categories)]
            # A topic belongs to one channel of the network, for good.
            offered = [one for one in _candidates(mine, niche, day) if one.video.youtube_video_id not in had]
            scores = ranker.rank(offered)
            best = [offered[place] for place in np.argsort(-np.asarray(scores), kind="stable")]
            for channel, topic in zip([one for one in crew if one.niche == niche], best, strict=False):
                had.add(topic.video.youtube_video_id)
                found.append(_planned(channel, topic, day))
    return found


def _planned(channel: Channel, topic: Candidate, day: date) -> Planned:
    return Planned(
        # The same name in all arms: what differs is the topic, and not the luck.
        id=f"{channel.name}-{day}",
        channel=channel.name,
        published_at=datetime.combine(day, _RANKED_AT, UTC).isoformat(),
        title=f"Why everyone watches {topic.video.title[:_TITLE]}",
        category_id=topic.video.category_id or 22,
        country=channel.country,
        subscribers=channel.subscribers,
    )


def _rankers(arm: str, rows: pd.DataFrame, days: Sequence[date], seed: int) -> Callable[[date], Ranker]:
    if arm == "velocity":
        return lambda _: cast("Ranker", VelocityRanker())
    if arm == "random":
        return lambda day: _Chance(random.Random(f"{seed} {day}"))  # noqa: S311 -- an experiment's lots
    models: dict[int, LoadedModel[TrendModel]] = {}

    def by_model(day: date) -> Ranker:
        week = (day - days[0]).days // 7
        if week not in models:
            models[week] = _learned(rows, days[0] + timedelta(days=7 * week), seed)
        today = rows[rows["day"] == day].reset_index(drop=True)
        # The rows are at hand: the ranking asks no database.
        return cast("Ranker", ChampionRanker(cast("Connection", None), models[week], lambda *_: today))

    return by_model


def _learned(rows: pd.DataFrame, before: date, seed: int) -> LoadedModel[TrendModel]:
    """Train on the last weeks that are known on the morning of ``before``: rows whose next day's chart is there."""
    recent = (rows["day"] < before - timedelta(days=1)) & (rows["day"] >= before - timedelta(days=LEARNING_DAYS))
    known = rows[recent & rows[LABEL].notna()].reset_index(drop=True)
    preparation = Preparation.fit(known)
    labels = known[LABEL].to_numpy(dtype=np.float32)
    trees = grow(Known(known, labels), preparation, TreesSettings(leaves=31, threads=1), seed=seed, rounds=_ROUNDS)
    return LoadedModel("loop", str(before), TrendModel(None, preparation, trees=trees))


@dataclass(frozen=True)
class _Chance:
    """Draws lots."""

    lots: random.Random
    name = "random"

    def rank(self, candidates: list[Candidate]) -> list[float]:
        """Return a random score each."""
        return [self.lots.random() for _ in candidates]


def _candidates(mine: pd.DataFrame, niche: str, day: date) -> Iterator[Candidate]:
    """Yield each video of the day's charts once, with its speed since it was published."""
    best = mine.sort_values(["rank", "region_code"]).drop_duplicates("youtube_video_id")
    at = datetime.combine(day, _RANKED_AT, UTC)
    for row in best.sort_values("youtube_video_id").itertuples():
        yield Candidate(niche, at, _video(row, at), None)


def _video(row: Any, at: datetime) -> TopicVideo:
    hours = max((at - row.published_at).total_seconds() / 3600, 1.0)
    return TopicVideo(
        youtube_video_id=row.youtube_video_id,
        title=row.title,
        channel_title=row.channel_title,
        category_id=int(row.category_id),
        published_at=row.published_at,
        duration_seconds=int(row.duration_seconds),
        views=int(row.views),
        likes=int(row.likes),
        comments=int(row.comments),
        velocity_views_per_hour=row.views / hours,
        best_rank=int(row.rank),
        regions=[row.region_code],
    )
