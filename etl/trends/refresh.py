"""One look at the outside world: every source into snapshots, then the topics of each niche ranked anew.

The trend watch runs this every 15 minutes. A source that fails leaves the
others working and is named in the summary.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from etl.trends.candidates import Niche, active_niches, find_candidates
from etl.trends.ranking import Candidate, Ranker, VelocityRanker, scores_of
from etl.trends.snapshots import store
from etl.trends.sources import ChartSource, TrendSource, WatchListSource
from etl.trends.topics import Scored, publish_topics
from ytempire.database.connection import Connection
from ytempire.errors import YtempireError
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RefreshSummary:
    """What one refresh saw and did.

    ``observed_at`` is the newest answer's time by the service's clock;
    ``skipped`` counts items that could not be read; ``ranker_error`` says why
    the given ranker was not used.
    """

    observed_at: datetime
    regions_ok: list[str]
    regions_failed: dict[str, str]
    watch_lists_ok: list[str]
    watch_lists_failed: dict[str, str]
    snapshots: int
    videos: int
    skipped: int
    topics: dict[str, int]
    ranked_by: str
    ranker_error: str | None


@dataclass
class _Looked:
    """What a group of sources answered."""

    ok: list[str] = field(default_factory=list)
    failed: dict[str, YtempireError] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    snapshots: int = 0
    videos: set[str] = field(default_factory=set)
    skipped: int = 0


def refresh_trends(
    connection: Connection, client: YouTubeClient, settings: Settings, *, ranker: Ranker | None = None
) -> RefreshSummary:
    """Store what charts and watch lists show now, and rank the topics of the active channels' niches.

    Charts are those of the settings' regions and of the channels' regions.
    Without a ``ranker``, or when it fails, topics are ranked by velocity.
    Raises the first error when no source answered.
    """
    niches = active_niches(connection)
    regions = _regions(settings, niches)
    charts = _look(connection, [ChartSource(client, region, settings.trends.chart_size) for region in regions])
    lists = _look(
        connection,
        [
            WatchListSource(client, niche.name, niche.watch_list, settings.trends.watch_list_uploads)
            for niche in niches
            if niche.watch_list
        ],
    )
    times = charts.times + lists.times
    if not times:
        raise next(iter([*charts.failed.values(), *lists.failed.values()]))
    now = max(times)
    candidates = {niche.name: find_candidates(connection, settings.trends, niche, now) for niche in niches}
    ranked, ranked_by, ranker_error = _rank(candidates, ranker)
    topics = publish_topics(
        connection,
        settings.trends,
        ranked,
        now=now,
        regions_watched=_watched(regions, charts.ok, candidates),
        ranked_by=ranked_by,
    )
    return RefreshSummary(
        observed_at=now,
        regions_ok=charts.ok,
        regions_failed={name: str(error) for name, error in charts.failed.items()},
        watch_lists_ok=lists.ok,
        watch_lists_failed={name: str(error) for name, error in lists.failed.items()},
        snapshots=charts.snapshots + lists.snapshots,
        videos=len(charts.videos | lists.videos),
        skipped=charts.skipped + lists.skipped,
        topics=topics,
        ranked_by=ranked_by,
        ranker_error=ranker_error,
    )


def _regions(settings: Settings, niches: Iterable[Niche]) -> list[str]:
    """The settings' regions first, then those that only channels name."""
    wanted = [*settings.trends.regions, *(code for niche in niches for code in niche.region_codes)]
    return list(dict.fromkeys(wanted))


def _look(connection: Connection, sources: Iterable[TrendSource]) -> _Looked:
    looked = _Looked()
    for source in sources:
        try:
            answer = source.fetch()
        except YtempireError as error:
            log.warning("trend source %s failed: %s", source.name, error)
            looked.failed[source.name] = error
            continue
        for text in answer.skipped:
            log.warning("trend source %s: left out %s", source.name, text)
        looked.snapshots += store(connection, answer.sightings).snapshots
        looked.videos |= {sighting.video.youtube_video_id for sighting in answer.sightings}
        looked.times.append(answer.fetched_at)
        looked.skipped += len(answer.skipped)
        looked.ok.append(source.name)
    return looked


def _rank(
    candidates: dict[str, list[Candidate]], ranker: Ranker | None
) -> tuple[dict[str, list[Scored]], str, str | None]:
    """Rank every niche by one ranker: a niche by the model and another by velocity could not be compared."""
    if ranker is not None:
        try:
            return _scored(candidates, ranker), ranker.name, None
        except Exception as error:  # whatever a model breaks on, the trend watch goes on without it
            log.exception("ranker %s failed, ranking by velocity", ranker.name)
            message = f"{type(error).__name__}: {error}"
    else:
        message = None
    fallback = VelocityRanker()
    return _scored(candidates, fallback), fallback.name, message


def _scored(candidates: dict[str, list[Candidate]], ranker: Ranker) -> dict[str, list[Scored]]:
    return {
        niche: [Scored(one, score) for one, score in zip(found, scores_of(ranker, found) if found else [], strict=True)]
        for niche, found in candidates.items()
    }


def _watched(regions: list[str], answered: list[str], candidates: dict[str, list[Candidate]]) -> list[str]:
    """The countries whose charts the candidates come from: a failed one counts while its last is recent."""
    charted = {region for found in candidates.values() for one in found for region in one.video.regions}
    return [region for region in regions if region in charted or region in answered]
