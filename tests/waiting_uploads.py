"""Rows of channels and of uploads that wait, for tests that need no video and no YouTube."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.database.connection import Connection


def new_channel(connection: Connection, name: str, **values: Any) -> UUID:
    """A channel that plans no videos of its own."""
    identity = {"youtube_channel_id": f"UC{uuid4().hex[:22]}", "name": name, "credentials_id": "youtube_test"}
    return create_channel(connection, ChannelSpec.of({"niche": "music", "videos_per_day": 0} | identity | values))


def new_job(connection: Connection, channel_id: UUID, day: date, status: str = "running", priority: int = 5) -> UUID:
    row = connection.execute(
        "INSERT INTO ytempire.generation_jobs (channel_id, job_type, status, priority, config, day, slot, started_at)"
        " SELECT %(channel)s, 'video', %(status)s, %(priority)s, '{}', %(day)s, count(*) + 1, now()"
        " FROM ytempire.generation_jobs WHERE channel_id = %(channel)s AND day = %(day)s RETURNING job_id",
        {"channel": channel_id, "day": day, "status": status, "priority": priority},
    ).fetchone()
    assert row is not None
    return row["job_id"]


def new_upload(
    connection: Connection,
    channel_id: UUID,
    day: date,
    *,
    status: str = "pending",
    not_before: datetime | None = None,
    priority: int = 5,
    privacy_status: str = "public",
    youtube_video_id: str | None = None,
) -> UUID:
    """An upload whose session has not been opened, unless it has a video already."""
    job_id = new_job(connection, channel_id, day, "approved", priority)
    video = connection.execute(
        "INSERT INTO ytempire.videos (channel_id, job_id, title, description, tags, status)"
        " VALUES (%s, %s, 'A video', '', '{}', 'approved')"
        " RETURNING video_id",
        (channel_id, job_id),
    ).fetchone()
    assert video is not None
    row = connection.execute(
        "INSERT INTO ytempire.uploads (job_id, video_id, channel_id, marker, status, media_path, media_blake3,"
        " total_bytes, privacy_status, made_for_kids, not_before, youtube_video_id)"
        " VALUES (%s, %s, %s, %s, %s, 'a/video.mp4', '00', 1, %s, false, %s, %s) RETURNING upload_id",
        (job_id, video["video_id"], channel_id, f"yte-{uuid4().hex}", status, privacy_status, not_before,
         youtube_video_id),
    ).fetchone()  # fmt: skip
    assert row is not None
    return row["upload_id"]
