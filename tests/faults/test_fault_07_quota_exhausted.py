"""Fault 7: an empty quota bucket: queued until midnight Pacific, other buckets go on, never overspent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from upload_scene import Stage

from ytempire.clock import next_pacific_midnight, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.errors import Deferred, QuotaExhausted
from ytempire.publishing import due_uploads, upload_video
from ytempire.publishing.store import load_upload
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.quota import QuotaLedger


def job_status(connection: Connection, upload_id: UUID) -> str:
    row = connection.execute(
        "SELECT job.status FROM ytempire.generation_jobs AS job JOIN ytempire.uploads USING (job_id)"
        " WHERE upload_id = %s",
        (upload_id,),
    ).fetchone()
    assert row is not None
    return row["status"]


def test_youtubes_own_word_defers_the_upload_until_the_reset(stage: Stage, connection: Connection) -> None:
    stage.sandbox.post("quota", limits={"videos.insert": 0})
    upload_id = stage.new_upload(connection)
    with pytest.raises(QuotaExhausted):
        stage.upload(connection, upload_id)
    reset = next_pacific_midnight(system_clock())
    assert load_upload(connection, upload_id).status == "deferred"
    assert job_status(connection, upload_id) == "deferred"
    assert due_uploads(connection, stage.settings.youtube) == []
    assert due_uploads(connection, stage.settings.youtube, lambda: reset - timedelta(seconds=1)) == []
    (due,) = due_uploads(connection, stage.settings.youtube, lambda: reset)
    assert due.upload_id == upload_id

    stage.sandbox.post("quota", limits={"videos.insert": 100})
    stage.sandbox.post("clock", now=reset.isoformat())
    tomorrow = QuotaLedger(connection, stage.settings.youtube, clock=lambda: reset)
    with YouTubeClient(
        stage.settings.youtube, credentials=stage.credentials, quota=tomorrow, clock=lambda: reset
    ) as client:
        upload_video(connection, client, stage.settings, upload_id)
    assert load_upload(connection, upload_id).status == "uploaded"
    assert job_status(connection, upload_id) == "approved"
    # Until all that follows is done, the queue looks after it.
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube, lambda: reset)] == [upload_id]


def test_after_youtubes_own_word_nothing_more_is_asked_of_that_bucket(stage: Stage, connection: Connection) -> None:
    stage.sandbox.post("quota", limits={"videos.insert": 0})
    with pytest.raises(QuotaExhausted):
        stage.upload(connection, stage.new_upload(connection))
    before = stage.sandbox.last_entry()
    with pytest.raises(QuotaExhausted):
        stage.upload(connection, stage.new_upload(connection))
    assert stage.sandbox.journal(after=before) == []
    with stage.client(connection) as client:
        assert client.my_channel().youtube_channel_id == stage.youtube_channel_id


def test_a_channels_own_upload_limit_leaves_the_bucket_open(stage: Stage, connection: Connection) -> None:
    stage.sandbox.post("quota", limits={"uploads_per_channel": 0})
    upload_id = stage.new_upload(connection)
    with pytest.raises(Deferred) as caught:
        stage.upload(connection, upload_id)
    assert timedelta(hours=23) < caught.value.until - system_clock() <= timedelta(hours=24)
    assert load_upload(connection, upload_id).status == "deferred"
    stage.sandbox.post("quota", limits={"uploads_per_channel": 100})
    stage.upload(connection, upload_id)


def test_eight_workers_publish_as_many_videos_as_the_bucket_holds(stage: Stage, connection: Connection) -> None:
    tight = stage.settings.youtube.model_copy(update={"daily_uploads": 5})
    limited = stage.settings.model_copy(update={"youtube": tight})
    uploads = [stage.new_upload(connection) for _ in range(8)]

    def worker(upload_id: UUID) -> bool:
        with connect(stage.database_url) as own:
            quota = QuotaLedger(own, limited.youtube)
            with YouTubeClient(limited.youtube, credentials=stage.credentials, quota=quota) as client:
                try:
                    upload_video(own, client, limited, upload_id)
                except QuotaExhausted:
                    return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(worker, uploads)) == 5
    assert len(stage.sandbox.journal("video.inserted")) == 5
    states = sorted(load_upload(connection, upload_id).status for upload_id in uploads)
    assert states == ["deferred"] * 3 + ["uploaded"] * 5
