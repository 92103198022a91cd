"""Ranked candidates into ``topics``: one for each niche and story, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from etl.trends.candidates import points_of
from etl.trends.ranking import Candidate
from etl.trends.reason import reason_for
from ytempire.content.topic import Point, TopicEvidence, TopicVideo
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import TrendSettings

OTHERS = 29
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('topics', 0))"
_TAKEN = "SELECT story_key FROM ytempire.topics WHERE niche = %s AND status = 'taken'"


@dataclass(frozen=True)
class Scored:
    """A candidate and its score; a higher one is a better topic."""

    candidate: Candidate
    score: float


def publish_topics(
    connection: Connection,
    settings: TrendSettings,
    ranked: Mapping[str, Sequence[Scored]],
    *,
    now: datetime,
    regions_watched: Sequence[str],
    ranked_by: str,
) -> dict[str, int]:
    """Write the best of each niche as ranks 1 to n, in one transaction; return how many each has.

    A topic that a job took is neither changed nor ranked again. Open ones that
    are not among the best lose their rank, and expire when their time is over.
    """
    counts: dict[str, int] = {}
    with connection.transaction():
        connection.execute(_LOCK)
        connection.execute(load_sql(__package__, "topics_expire"), {"now": now, "niches": sorted(ranked)})
        for niche in sorted(ranked):
            taken = {row["story_key"] for row in connection.execute(_TAKEN, [niche])}
            rows = _rows(connection, settings, ranked[niche], taken, now, regions_watched)
            for row in rows:
                row |= {
                    "ranked_by": ranked_by[:100],
                    "now": now,
                    "lifetime_hours": settings.topic_lifetime_hours,
                }
            with connection.cursor() as cursor:
                cursor.executemany(load_sql(__package__, "topic_upsert"), rows)
            counts[niche] = len(rows)
    return counts


def _rows(
    connection: Connection,
    settings: TrendSettings,
    scored: Sequence[Scored],
    taken: set[str],
    now: datetime,
    regions_watched: Sequence[str],
) -> list[dict[str, Any]]:
    order = sorted(scored, key=lambda one: (-one.score, one.candidate.video.youtube_video_id))
    best = [one for one in order if one.candidate.video.youtube_video_id not in taken]
    best = best[: settings.topics_per_niche]
    fastest = sorted((one.candidate.video for one in scored), key=_speed, reverse=True)[: OTHERS + 1]
    ids = {one.candidate.video.youtube_video_id for one in best} | {one.youtube_video_id for one in fastest}
    points = points_of(connection, settings, sorted(ids), now)
    rows = []
    for rank, one in enumerate(best, start=1):
        lead = one.candidate.video
        others = [video for video in fastest if video.youtube_video_id != lead.youtube_video_id][:OTHERS]
        evidence = TopicEvidence(
            observed_at=one.candidate.observed_at,
            regions_watched=list(regions_watched),
            lead=_with_points(lead, points.get(lead.youtube_video_id, [])),
            others=[_with_points(other, _latest(points.get(other.youtube_video_id, []))) for other in others],
        )
        rows.append(
            {
                "niche": one.candidate.niche,
                "story_key": lead.youtube_video_id,
                "title": lead.title,
                "rank": rank,
                "score": one.score,
                "velocity": lead.velocity_views_per_hour,
                "reason": reason_for(one.candidate, len(regions_watched)),
                "evidence": Jsonb(evidence.model_dump(mode="json")),
            }
        )
    return rows


def _speed(video: TopicVideo) -> tuple[float, str]:
    velocity = video.velocity_views_per_hour
    return (velocity if velocity is not None else float("-inf"), video.youtube_video_id)


def _with_points(video: TopicVideo, points: list[Point]) -> TopicVideo:
    return video.model_copy(update={"points": points})


def _latest(points: list[Point]) -> list[Point]:
    """The newest point of each country: enough for a video that stands beside the lead."""
    newest = {point.region_code: point for point in points}
    return sorted(newest.values(), key=lambda point: (point.at, point.region_code))
