"""Refresh or delete: texts of strangers' videos are never older than YouTube allows, also while YouTube is down.

What is still of use is asked for again some days before its time is over. What
would pass its deadline before the next run is deleted, whether or not anybody
could be asked. Videos that no longer exist go at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from ytempire.compliance.data_classes import FEED_TEXTS, PUBLIC_TEXTS, TOPIC_TEXTS, DataClass
from ytempire.compliance.deletions import finish_deletion, plan_deletion
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import YtempireError
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.lists import PAGE
from ytempire.youtube.models import VideoResource

log = logging.getLogger(__name__)

WITHDRAWN = "(withdrawn after 30 days)"
_OVERDUE = """
SELECT (SELECT count(*) FROM ytempire.trend_videos WHERE refreshed_at < %(deadline)s) AS videos,
       (SELECT count(*) FROM ytempire.trend_stories WHERE seen_at < %(deadline)s) AS stories
"""
_DELETE_VIDEOS = "DELETE FROM ytempire.trend_videos WHERE refreshed_at < %s"
_DELETE_STORIES = "DELETE FROM ytempire.trend_stories WHERE seen_at < %s"
_DELETE_GONE = "DELETE FROM ytempire.trend_videos WHERE youtube_video_id = ANY(%s)"
_DELETE_TOPICS = """
DELETE FROM ytempire.topics AS topic
WHERE topic_id = ANY(%s)
  AND NOT EXISTS (SELECT FROM ytempire.generation_jobs AS job WHERE job.topic_id = topic.topic_id)
"""


@dataclass(frozen=True)
class Overdue:
    """What is too old at ``deadline`` and would be deleted: texts of videos and feeds, topics, and topics of jobs."""

    deadline: datetime
    videos: int
    stories: int
    topics_unused: tuple[UUID, ...]
    topics_used: tuple[UUID, ...]


@dataclass(frozen=True)
class RefreshSummary:
    """How many texts were asked for again and how many videos are gone; ``stopped_by`` says why it is not all."""

    due: int
    refreshed: int
    gone: int
    stopped_by: str | None


@dataclass(frozen=True)
class DeletionSummary:
    """What went because its time was over. Withdrawn topics keep their numbers."""

    videos_deleted: int
    stories_deleted: int
    topics_deleted: int
    topics_withdrawn: int


def overdue(connection: Connection, settings: Settings, now: datetime) -> Overdue:
    """Return what has to go at ``now`` because no later run would be in time."""
    rules = settings.compliance
    deadline = now - timedelta(days=rules.refresh_or_delete_days) + timedelta(hours=rules.hours_between_runs)
    old = connection.execute(_OVERDUE, {"deadline": deadline}).fetchone() or {"videos": 0, "stories": 0}
    # A topic quotes what was seen within the window before it was ranked.
    ranked_before = deadline + timedelta(hours=settings.trends.window_hours)
    topics = connection.execute(load_sql(__package__, "topics_overdue"), {"ranked_before": ranked_before}).fetchall()
    return Overdue(
        deadline,
        old["videos"],
        old["stories"],
        tuple(row["topic_id"] for row in topics if not row["used"]),
        tuple(row["topic_id"] for row in topics if row["used"]),
    )


def delete_overdue(connection: Connection, settings: Settings, *, run_id: str, now: datetime) -> DeletionSummary:
    """Delete what is too old at ``now``, whether or not anybody could be asked; recorded before."""
    late = overdue(connection, settings, now)
    return DeletionSummary(
        videos_deleted=_delete_texts(connection, run_id, PUBLIC_TEXTS, late.deadline, late.videos, _DELETE_VIDEOS),
        stories_deleted=_delete_texts(connection, run_id, FEED_TEXTS, late.deadline, late.stories, _DELETE_STORIES),
        topics_deleted=_delete_topics(connection, run_id, late),
        topics_withdrawn=_withdraw_topics(connection, run_id, late),
    )


def refresh(
    connection: Connection, client: YouTubeClient, settings: Settings, *, run_id: str, now: datetime, of_use_days: int
) -> RefreshSummary:
    """Ask again for the texts that are of use and will soon be too old, the oldest first; what is gone is deleted.

    Of use are those of videos that were in a chart within ``of_use_days``. A YouTube that is down and
    a quota that is used up end it, and are named in the summary.
    """
    rules = settings.compliance
    due = connection.execute(
        load_sql(__package__, "public_due"),
        {
            "refresh_before": now - timedelta(days=rules.refresh_after_days),
            "of_use_since": now - timedelta(days=of_use_days),
            "most": rules.refresh_units * PAGE,
        },
    ).fetchall()
    ids = [row["youtube_video_id"] for row in due]
    refreshed = gone = 0
    for start in range(0, len(ids), PAGE):
        batch = ids[start : start + PAGE]
        try:
            answer = client.videos(batch)
        except YtempireError as error:
            log.warning("public data: %d of %d texts could not be asked for: %s", len(ids) - start, len(ids), error)
            return RefreshSummary(len(ids), refreshed, gone, str(error))
        refreshed += _update(connection, answer.value, answer.at)
        if not answer.skipped:
            # An item that could not be read may be one that is missing: then nobody knows which are gone.
            found = {video.youtube_video_id for video in answer.value}
            gone += _delete_gone(connection, run_id, [one for one in batch if one not in found], now)
    return RefreshSummary(len(ids), refreshed, gone, None)


def _update(connection: Connection, videos: Sequence[VideoResource], at: datetime) -> int:
    rows = [{**video.model_dump(), "refreshed_at": at} for video in videos]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(load_sql(__package__, "public_update"), rows)
    return len(rows)


def _delete_gone(connection: Connection, run_id: str, ids: Sequence[str], now: datetime) -> int:
    if not ids:
        return 0
    deletion = plan_deletion(
        connection,
        run_id=run_id,
        policy=PUBLIC_TEXTS.name,
        subject="trend_videos that no longer exist",
        older_than=now,
        count=len(ids),
        details={"youtube_video_ids": list(ids)},
    )
    with connection.transaction():
        deleted = connection.execute(_DELETE_GONE, [list(ids)]).rowcount
        finish_deletion(connection, deletion, deleted)
    return deleted


def _delete_texts(
    connection: Connection, run_id: str, texts: DataClass, deadline: datetime, count: int, statement: LiteralString
) -> int:
    if not count:
        return 0
    deletion = plan_deletion(
        connection, run_id=run_id, policy=texts.name, subject=texts.tables[0], older_than=deadline, count=count
    )
    with connection.transaction():
        deleted = connection.execute(statement, [deadline]).rowcount
        finish_deletion(connection, deletion, deleted)
    return deleted


def _delete_topics(connection: Connection, run_id: str, late: Overdue) -> int:
    if not late.topics_unused:
        return 0
    deletion = _plan_topics(connection, run_id, "topics without a job", late.deadline, late.topics_unused)
    with connection.transaction():
        deleted = connection.execute(_DELETE_TOPICS, [list(late.topics_unused)]).rowcount
        finish_deletion(connection, deletion, deleted)
    return deleted


def _withdraw_topics(connection: Connection, run_id: str, late: Overdue) -> int:
    if not late.topics_used:
        return 0
    deletion = _plan_topics(connection, run_id, "texts of topics with a job", late.deadline, late.topics_used)
    with connection.transaction():
        connection.execute(
            load_sql(__package__, "topics_withdraw"), {"topic_ids": list(late.topics_used), "instead": WITHDRAWN}
        )
        finish_deletion(connection, deletion, len(late.topics_used))
    return len(late.topics_used)


def _plan_topics(
    connection: Connection, run_id: str, subject: str, deadline: datetime, topic_ids: Sequence[UUID]
) -> int:
    return plan_deletion(
        connection,
        run_id=run_id,
        policy=TOPIC_TEXTS.name,
        subject=subject,
        older_than=deadline,
        count=len(topic_ids),
        details={"topic_ids": [str(one) for one in topic_ids]},
    )
