"""Stories into ``topics``: one for each niche and story, ranked, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from etl.trends.candidates import points_of
from etl.trends.reason import Standing, reason_for
from etl.trends.remembered import Keyed, keyed, remember
from etl.trends.stories import Story
from ytempire.content.topic import Point, TopicEvidence, TopicVideo
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import TrendSettings

OTHERS = 29
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('topics', 0))"
_CHANNELS = "SELECT count(*) AS active FROM ytempire.channels WHERE status = 'active'"


@dataclass(frozen=True)
class _Round:
    """What the topics of one ranking have in common."""

    now: datetime
    regions_watched: Sequence[str]
    channels_active: int
    ranked_by: str
    settings: TrendSettings
    rollout_id: int | None


def publish_topics(
    connection: Connection,
    settings: TrendSettings,
    stories: Mapping[str, Sequence[Story]],
    *,
    now: datetime,
    regions_watched: Sequence[str],
    ranked_by: str,
    rollout_id: int | None = None,
) -> dict[str, int]:
    """Write the best stories of each niche as ranks 1 to n, in one transaction; return how many each has.

    ``stories`` are in the order of their rank. A story that goes on stays the same topic, whichever
    of its videos leads. A topic that a job took is neither changed nor offered again. Open ones that
    are not among the best lose their rank, and expire when their time is over.

    With a ``rollout_id`` the ranks are those of its challenger: they are written beside the ranking
    of the same moment, which comes first, and change nothing in it.
    """
    upsert = "topic_upsert" if rollout_id is None else "trial_upsert"
    counts: dict[str, int] = {}
    with connection.transaction():
        connection.execute(_LOCK)
        if rollout_id is None:
            connection.execute(load_sql(__package__, "topics_expire"), {"now": now, "niches": sorted(stories)})
        remembered = remember(connection, now, settings.story_days)
        active = connection.execute(_CHANNELS).fetchone()
        this = _Round(now, regions_watched, active["active"] if active else 0, ranked_by[:100], settings, rollout_id)
        for niche in sorted(stories):
            own = keyed(niche, stories[niche], remembered, similarity=settings.story_similarity)
            rows = _rows(connection, this, own[: settings.topics_per_niche], stories[niche])
            with connection.cursor() as cursor:
                cursor.executemany(load_sql(__package__, upsert), rows)
            counts[niche] = len(rows)
    return counts


def _rows(
    connection: Connection, this: _Round, best: Sequence[Keyed], stories: Sequence[Story]
) -> list[dict[str, Any]]:
    """The rows of the best; beside each stand the leading videos of the niche's other stories, the fastest first."""
    fastest = sorted((story.lead.video for story in stories), key=_speed, reverse=True)[: OTHERS + 1]
    ids = {one.story.videos[0] for one in best} | {video.youtube_video_id for video in fastest}
    points = points_of(connection, this.settings, sorted(ids), this.now)
    return [_row(this, rank, one, fastest, points) for rank, one in enumerate(best, start=1)]


def _row(
    this: _Round, rank: int, one: Keyed, fastest: Sequence[TopicVideo], points: Mapping[str, list[Point]]
) -> dict[str, Any]:
    story, lead = one.story, one.story.lead.video
    others = [video for video in fastest if video.youtube_video_id != lead.youtube_video_id][:OTHERS]
    evidence = TopicEvidence(
        observed_at=story.lead.observed_at,
        regions_watched=list(this.regions_watched),
        lead=_with_points(lead, points.get(lead.youtube_video_id, [])),
        others=[_with_points(other, _latest(points.get(other.youtube_video_id, []))) for other in others],
    )
    standing = Standing(len(this.regions_watched), len(one.channels), this.channels_active)
    return {
        "niche": story.lead.niche,
        "story_key": one.story_key,
        "title": lead.title,
        "rank": rank,
        "score": story.score,
        "ranked_by": this.ranked_by,
        "rollout_id": this.rollout_id,
        "velocity": story.velocity,
        "acceleration": story.acceleration,
        "began_at": story.began_at,
        "chart_saturation": _share(len(story.regions), len(this.regions_watched)),
        "network_saturation": _share(len(one.channels), this.channels_active),
        "videos": story.videos,
        "sources": story.sources,
        "reason": reason_for(story, standing),
        "evidence": Jsonb(evidence.model_dump(mode="json")),
        "now": this.now,
        "lifetime_hours": this.settings.topic_lifetime_hours,
    }


def _share(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0


def _speed(video: TopicVideo) -> tuple[float, str]:
    velocity = video.velocity_views_per_hour
    return (velocity if velocity is not None else float("-inf"), video.youtube_video_id)


def _with_points(video: TopicVideo, points: list[Point]) -> TopicVideo:
    return video.model_copy(update={"points": points})


def _latest(points: list[Point]) -> list[Point]:
    """The newest point of each country: enough for a video that stands beside the lead."""
    newest = {point.region_code: point for point in points}
    return sorted(newest.values(), key=lambda point: (point.at, point.region_code))
