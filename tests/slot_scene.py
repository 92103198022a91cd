"""A channel with publishing slots, and two clocks: YouTube's and ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from upload_scene import Stage

from ytempire.database.connection import Connection
from ytempire.publishing import due_uploads, mark_published, upload_video
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import OwnVideo
from ytempire.youtube.quota import QuotaLedger

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 17, tzinfo=UTC)  # 18:00 in Berlin
DAILY = [{"times": ["18:00"], "time_zone": "Europe/Berlin"}]


class Scene:
    """A channel with slots, at a moment that sandbox and product agree on until one of them is told otherwise."""

    def __init__(self, stage: Stage, connection: Connection, slots: list[dict[str, Any]], now: datetime) -> None:
        self.stage, self.connection = stage, connection
        connection.execute(
            "UPDATE ytempire.channel_configurations SET slots = %s, privacy_status = 'public'", (Jsonb(slots),)
        )
        self.set_clock(now)

    def set_clock(self, now: datetime, ours: datetime | None = None) -> None:
        self.stage.sandbox.post("clock", now=now.isoformat())
        started, base = time.monotonic(), ours or now
        self.clock = lambda: base + timedelta(seconds=time.monotonic() - started)

    def client(self, connection: Connection | None = None) -> YouTubeClient:
        settings = self.stage.settings.youtube
        return YouTubeClient(
            settings,
            credentials=self.stage.credentials,
            quota=QuotaLedger(connection or self.connection, settings, lambda: self.clock()),
            channel_id=self.stage.channel_id,
            clock=lambda: self.clock(),
        )

    def new_upload(self) -> UUID:
        return self.stage.new_upload(self.connection, privacy_status="public")

    def upload(self, upload_id: UUID, before_chunk: Callable[[int], None] | None = None) -> str:
        """Upload the video; ``before_chunk`` is called with the number of each chunk that is to be sent."""
        with self.client() as client:
            if before_chunk is not None:
                send, sent = client.uploads_protocol.send_chunk, []

                def sending(*arguments: Any, **options: Any) -> Any:
                    before_chunk(len(sent))
                    sent.append(options["start"])
                    return send(*arguments, **options)

                client.uploads_protocol.send_chunk = sending
            return upload_video(self.connection, client, self.stage.settings, upload_id)

    def record(self, upload_id: UUID) -> datetime:
        with self.client() as client:
            return mark_published(self.connection, client, upload_id)

    def seen(self, youtube_video_id: str) -> OwnVideo:
        with self.client() as client:
            video = client.own_video(youtube_video_id)
        assert video is not None
        return video

    def statuses(self) -> list[tuple[str, str, str]]:
        rows = self.connection.execute(
            "SELECT upload.status AS upload, video.status AS video, job.status AS job FROM ytempire.uploads AS upload"
            " JOIN ytempire.videos AS video USING (video_id) JOIN ytempire.generation_jobs AS job"
            " ON job.job_id = upload.job_id ORDER BY upload.created_at"
        )
        return [(row["upload"], row["video"], row["job"]) for row in rows]

    def went_public(self) -> list[datetime]:
        """When YouTube made videos public at their slots, by its own journal."""
        return [datetime.fromisoformat(entry["at"]) for entry in self.stage.sandbox.journal("video.published")]

    def due(self) -> list[UUID]:
        return [one.upload_id for one in due_uploads(self.connection, self.stage.settings.youtube, self.clock)]
