"""The part of a refresh that looks outside: charts and feeds first, then watch lists, then young videos' figures.

What a step saw is stored before the next one begins. What a step may spend is decided when its turn comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from etl.trends import rota
from etl.trends.allowance import Allowance, Spent, chart_allowance, watch_allowance
from etl.trends.crew import Crew, Outcome
from etl.trends.feeds import FeedSource
from etl.trends.intake import sound_sightings
from etl.trends.snapshots import store
from etl.trends.source_runs import RunRecord, left_out
from etl.trends.sources import (
    ChannelsSource,
    ChartSource,
    Kind,
    Marks,
    Sightings,
    StatisticsSource,
    Telling,
    TrendSource,
    UploadsSource,
)
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed
from ytempire.settings import Settings
from ytempire.youtube.lists import PAGE

Source = TypeVar("Source")

_MOST_FOLLOWED = 20_000


@dataclass(frozen=True)
class _Plan:
    """How the units for watch lists are divided: playlists not known yet, uploads, statistics."""

    channels: int
    uploads: int
    statistics: int


@dataclass
class Lookout:
    """One run's look at everything. ``waiting`` channels and videos had no turn within the allowance."""

    connection: Connection
    settings: Settings
    record: RunRecord
    crew: Crew
    allowance: Allowance
    outcomes: list[Outcome] = field(default_factory=list)
    snapshots: int = 0
    channels_waiting: int = 0
    videos_waiting: int = 0
    _looks: int = 0

    def charts_and_feeds(self, regions: Sequence[str]) -> datetime:
        """Look at the charts of ``regions`` and at the feeds; return the moment of the newest chart."""
        trends = self.settings.trends
        charts = [ChartSource(region, trends.chart_size) for region in regions]
        sources: list[TrendSource] = [*charts, *self._feeds()]
        spent = self.record.plan(lambda _: {(one.kind, one.name): one.units for one in sources})
        self.allowance.grant(chart_allowance(trends, self.settings.youtube, spent))
        outcomes = self._look(sources)
        now = max(
            (one.answer.fetched_at for one in outcomes if one.answer and one.source.kind == "chart"),
            default=self.record.clock(),
        )
        self._follow(outcomes, now)
        for one in outcomes:
            if one.answer and one.source.kind == "feed":
                rota.keep_feed(self.connection, one.source.name, one.answer.stories, one.answer.marks, now)
            self.record.finish(one.source.kind, one.source.name, [one])
        return now

    def watch_lists(self, channels: Sequence[str], regions: Sequence[str], now: datetime) -> None:
        """Look at the uploads of ``channels`` in turn and at the figures of young videos, within the allowance."""
        turn = rota.channels_in_turn(self.connection, channels, now)
        young = len(self._young(channels, now))
        if not turn and not young:
            return
        plan = self._planned(len(turn), sum(one.uploads_playlist_id is None for one in turn), young, regions)
        self.allowance.grant(plan.channels + plan.uploads)
        unknown = [one.youtube_channel_id for one in turn if one.uploads_playlist_id is None]
        outcomes = self._playlists(unknown[: plan.channels * PAGE], now)
        turn = rota.channels_in_turn(self.connection, channels, now)
        outcomes += self._uploads(turn, plan.uploads, now)
        self.channels_waiting = max(0, len(turn) - plan.uploads)
        self.record.finish("watch_list", "channels", outcomes, _wait(self.channels_waiting, len(turn), "channels"))
        self.allowance.grant(plan.statistics + plan.channels + plan.uploads - sum(one.units for one in outcomes))
        self._statistics(channels, plan.statistics, now)

    def _feeds(self) -> list[FeedSource]:
        trends, marks = self.settings.trends, rota.feed_marks(self.connection)
        limits = (trends.feed_max_bytes, trends.feed_max_entries, trends.feed_seconds)
        return [FeedSource(name, marks.get(name, Marks()), *limits) for name in dict.fromkeys(trends.feeds)]

    def _planned(self, turn: int, unknown: int, young: int, regions: Sequence[str]) -> _Plan:
        """Divide what may be spent: up to half for uploads, more where the statistics leave it."""
        trends = self.settings.trends
        charts_each_run = sum(ChartSource(region, trends.chart_size).units for region in regions)
        plan = _Plan(0, 0, 0)

        def divide(spent: Spent) -> dict[tuple[Kind, str], int]:
            nonlocal plan
            units = watch_allowance(trends, self.settings.youtube, spent, charts_each_run, self.record.clock())
            channels = min(units, -(-unknown // PAGE))
            units -= channels
            wanted = -(-(young + turn * trends.watch_list_uploads) // PAGE)
            # A single unit waits for a second one: else either half would never get its turn.
            units = 0 if turn and units == 1 else units
            uploads = min(turn, max(units // 2, units - wanted))
            plan = _Plan(channels, uploads, min(wanted, units - uploads))
            return {("watch_list", "channels"): channels + uploads, ("statistics", "videos"): plan.statistics}

        self.record.plan(divide)
        return plan

    def _playlists(self, unknown: Sequence[str], now: datetime) -> list[Outcome]:
        batches = [ChannelsSource(unknown[start : start + PAGE]) for start in range(0, len(unknown), PAGE)]
        outcomes = self._look(batches)
        for source, answer in _answered(batches, outcomes):
            rota.note_playlists(self.connection, dict(answer.playlists))
            gone = [name for name in source.youtube_channel_ids if name not in answer.playlists]
            rota.note_looks(self.connection, dict.fromkeys(gone, "the channel does not exist"), now)
        return outcomes

    def _uploads(self, turn: Sequence[rota.WatchedChannel], most: int, now: datetime) -> list[Outcome]:
        size = self.settings.trends.watch_list_uploads
        sources = [
            UploadsSource(one.youtube_channel_id, one.uploads_playlist_id, size)
            for one in turn
            if one.uploads_playlist_id is not None
        ][:most]
        outcomes = self._look(sources)
        looked = {one.source.name: str(one.error) if one.error else None for one in outcomes if not left_out(one)}
        rota.note_looks(self.connection, looked, now)
        self._follow(outcomes, now)
        return outcomes

    def _statistics(self, channels: Sequence[str], most: int, now: datetime) -> None:
        young = self._young(channels, now)
        ids = list(young)[: most * PAGE]
        batches = [
            StatisticsSource(number, {name: young[name] for name in ids[start : start + PAGE]})
            for number, start in enumerate(range(0, len(ids), PAGE), start=1)
        ]
        outcomes = self._look(batches)
        for source, answer in _answered(batches, outcomes):
            rota.note_observations(self.connection, list(source.told_by), answer.fetched_at)
        self.videos_waiting = len(young) - len(ids)
        self.record.finish("statistics", "videos", outcomes, _wait(self.videos_waiting, len(young), "videos"))

    def _young(self, channels: Sequence[str], now: datetime) -> dict[str, list[Telling]]:
        days = self.settings.trends.follow_days
        return rota.videos_in_turn(self.connection, channels, now, days=days, most=_MOST_FOLLOWED)

    def _look(self, sources: Sequence[TrendSource]) -> list[Outcome]:
        outcomes = self.crew.look(sources)
        seen = [sighting for one in outcomes if one.answer for sighting in one.answer.sightings]
        self._looks += 1
        subject = f"{self.record.run_id} look {self._looks}"
        try:
            sound = sound_sightings(self.connection, self.settings.analytics.suites, subject, seen)
        except ValidationFailed as error:
            # None of it is stored or counts as seen; what the other looks show goes on.
            outcomes = [replace(one, answer=None, error=error) if _showed(one) else one for one in outcomes]
            sound = []
        self.snapshots += store(self.connection, sound).snapshots
        self.outcomes += outcomes
        return outcomes

    def _follow(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        found = [told for one in outcomes if one.answer for told in one.answer.found]
        rota.follow(self.connection, found, now, self.settings.trends.follow_days)


def _showed(outcome: Outcome) -> bool:
    return outcome.answer is not None and bool(outcome.answer.sightings)


def _answered(sources: Sequence[Source], outcomes: Sequence[Outcome]) -> list[tuple[Source, Sightings]]:
    return [(source, one.answer) for source, one in zip(sources, outcomes, strict=True) if one.answer]


def _wait(waiting: int, all_of_them: int, what: str) -> str | None:
    return f"{waiting} of {all_of_them} {what} wait for their turn within the share of the quota" if waiting else None
