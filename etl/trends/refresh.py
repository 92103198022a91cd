"""One look at the outside world: every source into snapshots, then the topics of each niche ranked anew.

The trend watch runs this every 15 minutes. A source that fails leaves the
others working; it is named in the summary and in ``trend_source_runs``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from etl.trends.allowance import Allowance
from etl.trends.candidates import Niche, active_niches, find_candidates
from etl.trends.crew import Crew, OpenClient, Outcome
from etl.trends.embeddings import story_embeddings, title_embeddings
from etl.trends.looking import Lookout
from etl.trends.ranking import Candidate, Ranker, Scored, Trial, VelocityRanker, scores_of
from etl.trends.source_runs import RunRecord, left_out
from etl.trends.sources import UploadsSource
from etl.trends.stories import Story, join, with_feeds
from etl.trends.topics import publish_topics
from etl.validation.page import write_page
from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection
from ytempire.rollouts import note_error
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_MOST_NAMED = 20


@dataclass(frozen=True)
class RefreshSummary:
    """What one refresh saw and did.

    ``observed_at`` is the newest answer's time by the service's clock. Of watched
    channels and of batches of statistics that failed the first are named, all are
    in the database. ``left_out`` counts sources for which the share of the quota or
    the time did not suffice, ``waiting`` channels and videos whose turn comes later;
    ``skipped`` counts items that could not be read; ``ranker_error`` says why the
    given ranker was not used. ``tried_by`` is the ranker of a rollout whose ranking stands beside,
    ``trial_error`` why it does not. ``units`` is what all of it cost.
    """

    run_id: UUID
    observed_at: datetime
    regions_ok: list[str]
    regions_failed: dict[str, str]
    channels_ok: int
    channels_failed: dict[str, str]
    feeds_ok: list[str]
    feeds_failed: dict[str, str]
    statistics_failed: dict[str, str]
    left_out: int
    channels_waiting: int
    videos_waiting: int
    snapshots: int
    videos: int
    skipped: int
    units: int
    topics: dict[str, int]
    ranked_by: str
    ranker_error: str | None
    tried_by: str | None
    trial_error: str | None
    seconds: float


def refresh_trends(
    connection: Connection,
    open_client: OpenClient,
    settings: Settings,
    *,
    ranker: Ranker | None = None,
    trial: Trial | None = None,
    clock: Clock = system_clock,
) -> RefreshSummary:
    """Store what charts, watch lists and feeds show now, and rank the topics of the active channels' niches.

    Charts are those of the settings' regions and of the channels' regions.
    ``open_client`` opens a client for each of the workers. Without a ``ranker``,
    or when it fails, topics are ranked by velocity. What a ``trial`` ranks stands
    beside; when it fails, that is counted against its rollout.
    Raises the first error when no source answered.
    """
    started = time.monotonic()
    niches = active_niches(connection)
    regions = _regions(settings, niches)
    record = RunRecord(connection, uuid4(), clock)
    record.forget_before(settings.trends.source_run_days)
    allowance = Allowance()
    trends = settings.trends
    with Crew(open_client, allowance, workers=trends.workers, seconds=trends.deadline_seconds) as crew:
        lookout = Lookout(connection, settings, record, crew, allowance)
        now = lookout.charts_and_feeds(regions)
        lookout.watch_lists(sorted({name for niche in niches for name in niche.watch_list}), regions, now)
    write_page(connection, settings)
    now = _observed_at(lookout.outcomes, now)
    candidates = {niche.name: find_candidates(connection, settings.trends, niche, now) for niche in niches}
    ranked, ranked_by, ranker_error = _rank(candidates, ranker)
    watched = _watched(regions, _good(lookout.outcomes, "chart"), candidates)
    stories = _stories(connection, settings, ranked, now)
    topics = publish_topics(connection, settings.trends, stories, now=now, regions_watched=watched, ranked_by=ranked_by)
    trial_error = _try(connection, settings, trial, candidates, now=now, watched=watched) if trial else None
    seen = [one.answer for one in lookout.outcomes if one.answer]
    return RefreshSummary(
        run_id=record.run_id,
        observed_at=now,
        regions_ok=_good(lookout.outcomes, "chart"),
        regions_failed=_failed(lookout.outcomes, "chart"),
        channels_ok=sum(isinstance(one.source, UploadsSource) and one.error is None for one in lookout.outcomes),
        channels_failed=_failed(lookout.outcomes, "watch_list"),
        feeds_ok=_good(lookout.outcomes, "feed"),
        feeds_failed=_failed(lookout.outcomes, "feed"),
        statistics_failed=_failed(lookout.outcomes, "statistics"),
        left_out=sum(left_out(one) for one in lookout.outcomes),
        channels_waiting=lookout.channels_waiting,
        videos_waiting=lookout.videos_waiting,
        snapshots=lookout.snapshots,
        videos=len({sighting.video.youtube_video_id for answer in seen for sighting in answer.sightings}),
        skipped=sum(len(answer.skipped) for answer in seen),
        units=sum(one.units for one in lookout.outcomes),
        topics=topics,
        ranked_by=ranked_by,
        ranker_error=ranker_error,
        tried_by=trial.ranker.name if trial and not trial_error else None,
        trial_error=trial_error,
        seconds=round(time.monotonic() - started, 1),
    )


def _regions(settings: Settings, niches: Iterable[Niche]) -> list[str]:
    """The settings' regions first, then those that only channels name."""
    wanted = [*settings.trends.regions, *(code for niche in niches for code in niche.region_codes)]
    return list(dict.fromkeys(wanted))


def _observed_at(outcomes: list[Outcome], charts_at: datetime) -> datetime:
    """When the newest figures were answered.

    Raises the first error when there was no answer at all. That the share of the quota
    is used up is none: the topics are then ranked by what is known.
    """
    errors = [one.error for one in outcomes if one.error and not left_out(one)]
    if errors and not any(one.answer for one in outcomes):
        raise errors[0]
    statistics = [one.answer.fetched_at for one in outcomes if one.answer and one.source.kind == "statistics"]
    return max([charts_at, *statistics])


def _good(outcomes: list[Outcome], kind: str) -> list[str]:
    return [one.source.name for one in outcomes if one.answer and one.source.kind == kind]


def _failed(outcomes: list[Outcome], kind: str) -> dict[str, str]:
    failed = {one.source.name: str(one.error) for one in outcomes if one.error and one.source.kind == kind}
    return dict(list(failed.items())[:_MOST_NAMED])


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


def _try(
    connection: Connection,
    settings: Settings,
    trial: Trial,
    candidates: dict[str, list[Candidate]],
    *,
    now: datetime,
    watched: list[str],
) -> str | None:
    """Write the ranking of a rollout's challenger beside the other; return why that failed, None where it did not."""
    try:
        stories = _stories(connection, settings, _scored(candidates, trial.ranker), now)
    except Exception as error:  # whatever it breaks on, the ranking that stands is the champion's
        log.exception("the challenger %s failed", trial.ranker.name)
        message = f"{type(error).__name__}: {error}"
        note_error(connection, trial.rollout_id, message)
        return message
    publish_topics(
        connection,
        settings.trends,
        stories,
        now=now,
        regions_watched=watched,
        ranked_by=trial.ranker.name,
        rollout_id=trial.rollout_id,
    )
    return None


def _scored(candidates: dict[str, list[Candidate]], ranker: Ranker) -> dict[str, list[Scored]]:
    return {
        niche: [Scored(one, score) for one, score in zip(found, scores_of(ranker, found) if found else [], strict=True)]
        for niche, found in candidates.items()
    }


def _stories(
    connection: Connection, settings: Settings, ranked: dict[str, list[Scored]], now: datetime
) -> dict[str, list[Story]]:
    """Join the best candidates of each niche into stories, with the feeds that tell them."""
    trends = settings.trends
    best = {
        niche: sorted(scored, key=lambda one: (-one.score, one.candidate.video.youtube_video_id))
        for niche, scored in ranked.items()
    }
    best = {niche: scored[: trends.story_candidates] for niche, scored in best.items()}
    videos = [one.candidate.video for scored in best.values() for one in scored]
    vectors = title_embeddings(connection, {video.youtube_video_id: video.title for video in videos})
    told = story_embeddings(connection, now - timedelta(hours=trends.window_hours))
    same = trends.story_similarity
    return {
        niche: with_feeds(join(scored, vectors, similarity=same), told, similarity=same)
        for niche, scored in best.items()
    }


def _watched(regions: list[str], answered: list[str], candidates: dict[str, list[Candidate]]) -> list[str]:
    """The countries whose charts the candidates come from: a failed one counts while its last is recent."""
    charted = {region for found in candidates.values() for one in found for region in one.video.regions}
    return [region for region in regions if region in charted or region in answered]
