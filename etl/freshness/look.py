"""One look at the figures of all young videos; the DAG ``freshness`` makes one every minute.

Each batch of 50 is stored before the next is asked for, those observed longest ago first: a look that is cut
short, by a failure, by the clock or by the quota, costs the freshest videos their turn and not the stalest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from etl.freshness.current import publish_current
from etl.freshness.pacing import allowance
from ytempire.alerts import raise_alert, resolve_alert
from ytempire.cache import Cache
from ytempire.clock import Clock, pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import YtempireError
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import Fetched
from ytempire.youtube.statistics import BATCH, VideoFigures

log = logging.getLogger(__name__)

ALERT = "freshness.stale"
_MOST_NAMED = 20

Young = dict[str, Any]


@dataclass
class FreshnessSummary:
    """What one look saw. ``waiting`` videos had no turn; ``missing`` ones YouTube does not tell of.

    ``stalest_seconds`` is how old the oldest of the newest figures was when the look was over (of a video that was
    never seen: since it was published), missing ones left out.
    """

    young: int
    observed: int = 0
    waiting: int = 0
    missing: list[str] = field(default_factory=list)
    skipped: int = 0
    failed: list[str] = field(default_factory=list)
    calls: int = 0
    stalest_seconds: float = 0.0
    seconds: float = 0.0


def young_videos(connection: Connection, settings: Settings, now: datetime) -> list[Young]:
    """Return the videos that are looked at live: video_id, channel_id, youtube_video_id and known_at.

    ``known_at`` is the moment of the newest observation, or of publication.
    """
    query = load_sql(__package__, "young")
    return connection.execute(query, {"now": now, "hours": settings.freshness.young_hours}).fetchall()


def look(
    connection: Connection,
    client: YouTubeClient,
    settings: Settings,
    young: Sequence[Young],
    *,
    cache: Cache | None = None,
    clock: Clock = system_clock,
) -> FreshnessSummary:
    """Store the figures of ``young`` (in their order) as they are now, and tell the cache.

    A batch that fails leaves the others working and is named. Raises the last error when no batch was answered.
    """
    started = time.monotonic()
    allowed = allowance(connection, settings.freshness, settings.youtube, clock())
    summary = FreshnessSummary(young=len(young))
    known_at: dict[UUID, datetime] = {one["video_id"]: one["known_at"] for one in young}
    error: YtempireError | None = None
    answered = False
    for start in range(0, len(young), BATCH):
        batch = young[start : start + BATCH]
        late = time.monotonic() - started > settings.freshness.deadline_seconds
        if late or summary.calls >= allowed:
            summary.waiting += len(young) - start
            break
        try:
            summary.calls += 1
            fetched = client.statistics.batch([one["youtube_video_id"] for one in batch])
        except YtempireError as failure:
            error = failure
            summary.failed.append(str(failure))
            summary.waiting += len(batch)
            continue
        answered = True
        seen = _store(connection, settings, batch, fetched)
        summary.observed += len(seen)
        summary.skipped += len(fetched.skipped)
        summary.missing += [one["youtube_video_id"] for one in batch if one["video_id"] not in seen]
        known_at |= {one["video_id"]: fetched.at for one in batch}
    if error is not None and not answered:
        raise error
    _judge(connection, settings, known_at, summary, clock())
    publish_current(connection, settings, cache, {one["channel_id"] for one in young}, clock())
    summary.missing, summary.failed = summary.missing[:_MOST_NAMED], list(dict.fromkeys(summary.failed))[:_MOST_NAMED]
    summary.seconds = round(time.monotonic() - started, 2)
    return summary


def _store(
    connection: Connection, settings: Settings, batch: Sequence[Young], fetched: Fetched[list[VideoFigures]]
) -> set[UUID]:
    ids = {one["youtube_video_id"]: one["video_id"] for one in batch}
    seen = [one for one in fetched.value if one.youtube_video_id in ids]
    connection.execute(
        load_sql(__package__, "observe"),
        {
            "time": fetched.at,
            "day": pacific_day(fetched.at),
            "definition": settings.analytics.definition_of(pacific_day(fetched.at)),
            "video_ids": [ids[one.youtube_video_id] for one in seen],
            "views": [one.views for one in seen],
            "likes": [one.likes for one in seen],
            "comments": [one.comments for one in seen],
        },
    )
    return {ids[one.youtube_video_id] for one in seen}


def _judge(
    connection: Connection,
    settings: Settings,
    known_at: dict[UUID, datetime],
    summary: FreshnessSummary,
    now: datetime,
) -> None:
    """Say how stale the stalest video is, and raise or resolve the alert."""
    ages = [(now - moment).total_seconds() for moment in known_at.values()]
    summary.stalest_seconds = round(max([0.0, *ages]), 1)
    limit = settings.freshness.stale_seconds
    if summary.stalest_seconds <= limit:
        resolve_alert(connection, ALERT, "videos")
        return
    late = sum(age > limit for age in ages)
    message = f"{late} of {len(ages)} young videos were not seen for more than {limit} s; {summary.waiting} had no turn"
    raise_alert(connection, ALERT, "videos", message, severity="warning")
