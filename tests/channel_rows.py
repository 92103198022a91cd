"""Channels, jobs and uploads as rows, where a test is about what happens to them and not about how they came."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from job_scene import evidence
from psycopg.types.json import Jsonb

from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.database.connection import Connection

VALUES: dict[str, Any] = {
    "youtube_channel_id": "UCabcdefghijklmnopqrstuv",
    "name": "Chart Watch 🎧",
    "niche": "music",
    "credentials_id": "youtube_chart_watch",
    "region_codes": ["US", "GB"],
    "category_ids": [10],
}


def add_channel(connection: Connection, **values: Any) -> UUID:
    return create_channel(connection, ChannelSpec.of(VALUES | values))


def add_job(connection: Connection, channel_id: UUID, status: str = "queued", slot: int = 1) -> UUID:
    """A job of ``status`` over a topic of its own that is taken."""
    topic = connection.execute(
        """
        INSERT INTO ytempire.topics (niche, story_key, title, status, score, ranked_by, reason, evidence,
                                     first_seen_at, ranked_at, expires_at)
        VALUES ('music', %s, 'A story', 'taken', 1, 'velocity', 'rising', %s, now(), now(), now() + interval '1 day')
        RETURNING topic_id
        """,
        (uuid4().hex, Jsonb(evidence())),
    ).fetchone()["topic_id"]
    return connection.execute(
        """
        INSERT INTO ytempire.generation_jobs (channel_id, job_type, status, config, topic_id, day, slot, started_at)
        VALUES (%(channel)s, 'video', %(status)s::text, '{"topic": "A story"}', %(topic)s, '2026-11-20', %(slot)s,
                CASE WHEN %(status)s::text <> 'queued' THEN now() END)
        RETURNING job_id
        """,
        {"channel": channel_id, "status": status, "topic": topic, "slot": slot},
    ).fetchone()["job_id"]


def add_upload(connection: Connection, job_id: UUID, status: str = "pending", **columns: Any) -> UUID:
    """The job's video and its upload of ``status``; ``columns`` of the upload besides."""
    video = connection.execute(
        """
        INSERT INTO ytempire.videos (channel_id, job_id, youtube_video_id, title, description, tags, status)
        SELECT channel_id, job_id, %s, 'A video', '', '{}', 'approved' FROM ytempire.generation_jobs WHERE job_id = %s
        RETURNING video_id, channel_id
        """,
        (columns.get("youtube_video_id"), job_id),
    ).fetchone()
    row = {
        "job_id": job_id, "status": status, "marker": f"yte-{job_id.hex}", "media_path": "video.mp4",
        "media_blake3": "0" * 64, "total_bytes": 100, "privacy_status": "public", "made_for_kids": False,
    } | video | columns  # fmt: skip
    names, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    query = f"INSERT INTO ytempire.uploads ({names}) VALUES ({values}) RETURNING upload_id"
    return connection.execute(query, row).fetchone()["upload_id"]


def job_row(connection: Connection, job_id: UUID) -> dict[str, Any]:
    """A job's row, with the status of its upload and its topic."""
    return connection.execute(
        """
        SELECT job.*, upload.status AS upload, upload.not_before, topic.status AS topic
        FROM ytempire.generation_jobs job
        LEFT JOIN ytempire.uploads upload USING (job_id) LEFT JOIN ytempire.topics topic USING (topic_id)
        WHERE job_id = %s
        """,
        (job_id,),
    ).fetchone()
