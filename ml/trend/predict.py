"""The champion as the trend watch uses it: topics ranked by how many charts they will stay in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from etl.features.recent import recent_features
from ml.registry import LoadedModel, ModelRegistry
from ml.serving.client import ranking_champion
from ml.trend.model import TrendModel, trend_kind
from ytempire.content.topic import TopicVideo
from ytempire.database.connection import Connection
from ytempire.errors import YtempireError
from ytempire.settings import Settings

log = logging.getLogger(__name__)

# Videos that stand in no chart follow behind, in the order of their speed.
_SPEED_SHARE = 0.01
_USUAL_SPEED = 10_000.0


class Charting(Protocol):
    """What a candidate must tell: its video and the moment of the observation."""

    @property
    def observed_at(self) -> datetime:
        """When it was observed."""

    @property
    def video(self) -> TopicVideo:
        """The video."""


# Rows of the newest charts up to a moment; one that is shared by several rankers reads them once.
Reading = Callable[[Connection, datetime], pd.DataFrame]


def reading() -> Reading:
    """Return a reading of the newest charts that remembers the last one."""
    known: dict[datetime, pd.DataFrame] = {}

    def read(connection: Connection, until: datetime) -> pd.DataFrame:
        if until not in known:
            known.clear()
            known[until] = recent_features(connection, until=until)
        return known[until]

    return read


def chances(rows: pd.DataFrame, champion: LoadedModel[TrendModel]) -> pd.DataFrame:
    """Return region_code, youtube_video_id, day and chance of every row of the newest charts."""
    if rows.empty:
        return pd.DataFrame(columns=["region_code", "youtube_video_id", "day", "chance"])
    return rows[["region_code", "youtube_video_id", "day"]].assign(chance=champion.model.chances(rows))


class ChampionRanker:
    """Ranks candidates by the expected number of charts that they are in tomorrow."""

    def __init__(self, connection: Connection, champion: LoadedModel[TrendModel], read: Reading | None = None) -> None:
        self._connection = connection
        self._champion = champion
        self._read = read or reading()

    @classmethod
    def load(cls, connection: Connection, settings: Settings, read: Reading | None = None) -> ChampionRanker | None:
        """Return the ranker of the champion, or None while there is none.

        Where the registry is away, or the champion's files are damaged or of another feature contract, the champion
        that this host used last goes on; Retriable or InvalidInput is raised where it has used none.
        """
        champion = ranking_champion(settings, ModelRegistry(settings, trend_kind(settings)))
        return cls(connection, champion, read) if champion else None

    @property
    def name(self) -> str:
        """Name and version of the model, as recorded with the topics."""
        return f"{self._champion.name} v{self._champion.version}"

    def rank(self, candidates: Sequence[Charting]) -> list[float]:
        """Return one score for each candidate, in their order; higher stays in more charts."""
        if not candidates:
            return []
        until = max(candidate.observed_at for candidate in candidates)
        known = chances(self._read(self._connection, until), self._champion)
        expected = known.groupby("youtube_video_id")["chance"].sum().to_dict()
        return [
            float(expected.get(candidate.video.youtube_video_id, 0.0)) + _speed(candidate.video)
            for candidate in candidates
        ]


def champion_or_none(connection: Connection, settings: Settings, read: Reading | None = None) -> ChampionRanker | None:
    """Return the champion's ranker; None, with a warning, while it cannot be had: topics are ranked all the same."""
    try:
        return ChampionRanker.load(connection, settings, read)
    except YtempireError as error:
        log.warning("topics are ranked without the champion: %s", error)
        return None


def _speed(video: TopicVideo) -> float:
    speed = max(video.velocity_views_per_hour or 0.0, 0.0)
    return _SPEED_SHARE * speed / (speed + _USUAL_SPEED)
