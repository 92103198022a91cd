"""Videos, uploads and jobs say the same, and what YouTube has, at each turn that a publication can take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from upload_scene import CHUNK, KILLED, Stage, put
from upload_truth import Youtube, assert_truth, rows
from upload_watch import watched_requests

from ytempire.channels.store import resume_channel
from ytempire.database.connection import Connection
from ytempire.errors import CredentialsRevoked, QuotaExhausted, RequestRefused, Retriable
from ytempire.publishing import due_uploads, set_thumbnail
from ytempire.publishing.store import load_upload
from ytempire.youtube.quota import QuotaLedger

LATER = datetime.now(UTC) + timedelta(days=2)


def states(stage: Stage, connection: Connection, upload_id: UUID) -> tuple[str, str, str]:
    assert_truth(connection, Youtube.of(stage.sandbox), upload_id)
    (row,) = rows(connection, [upload_id])
    return row["status"], row["video"], row["job"]


def test_from_prepared_to_published(stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]) -> None:
    upload_id = stage.new_upload(connection)
    assert states(stage, connection, upload_id) == ("pending", "approved", "running")
    seen: list[tuple[str, str, str]] = []

    def look(event: str) -> None:
        if event.startswith("before POST") or event.startswith("before PUT"):
            seen.append(states(stage, connection, upload_id))

    with watched_requests(look):
        stage.upload(connection, upload_id)
    assert seen[0] == ("pending", "approved", "approved")
    assert set(seen[2:]) == {("uploading", "uploading", "approved")}
    assert states(stage, connection, upload_id) == ("uploaded", "uploaded", "approved")
    stage.finish(connection, upload_id, finishing_files)
    assert states(stage, connection, upload_id) == ("published", "published", "published")


def test_a_refused_upload_is_a_failed_job_and_its_repetition_is_under_way(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/upload/", method="POST", status=400, reason="invalidTitle")
    with pytest.raises(RequestRefused):
        stage.upload(connection, upload_id)
    assert states(stage, connection, upload_id) == ("failed", "failed", "failed")
    (row,) = rows(connection, [upload_id])
    assert "invalidTitle" in row["job_error"] and row["completed_at"]
    stage.upload(connection, upload_id)
    assert states(stage, connection, upload_id) == ("uploaded", "uploaded", "approved")
    (row,) = rows(connection, [upload_id])
    assert row["error_message"] is None and row["job_error"] is None and row["completed_at"] is None


def test_an_upload_put_off_in_its_middle_is_not_called_uploading(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/upload/", method="PUT", status=403, reason="quotaExceeded", skip=2)
    with pytest.raises(QuotaExhausted):
        stage.upload(connection, upload_id)
    assert states(stage, connection, upload_id) == ("deferred", "approved", "deferred")
    stage.upload(connection, upload_id)
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    assert states(stage, connection, upload_id) == ("uploaded", "uploaded", "approved")


def test_a_thumbnail_that_must_wait_defers_the_job_and_not_the_video(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    QuotaLedger(connection, stage.settings.youtube).close_bucket("default")
    with pytest.raises(QuotaExhausted):
        stage.finish(connection, upload_id, finishing_files)
    assert states(stage, connection, upload_id) == ("uploaded", "uploaded", "deferred")
    connection.execute("UPDATE ytempire.quota_buckets SET exhausted_at = NULL")
    with stage.client(connection) as client:
        set_thumbnail(connection, client, upload_id, finishing_files[0])
    assert states(stage, connection, upload_id) == ("uploaded", "uploaded", "approved")


def test_what_the_queue_dropped_on_the_way_is_due_again(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    """Its worker is killed in the middle of the upload, and again before the thumbnail."""
    upload_id = stage.new_upload(connection)
    QuotaLedger(connection, stage.settings.youtube).reserve("videos.insert")
    connection.execute("UPDATE ytempire.quota_buckets SET exhausted_at = now() WHERE bucket = 'videos.insert'")
    with pytest.raises(QuotaExhausted):
        stage.upload(connection, upload_id)
    connection.execute("UPDATE ytempire.quota_buckets SET exhausted_at = NULL")
    assert stage.upload_in_own_process(upload_id, kill_at=f"after {put(2 * CHUNK)}") == KILLED
    assert states(stage, connection, upload_id) == ("uploading", "uploading", "approved")
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube, lambda: LATER)] == [upload_id]
    stage.upload(connection, upload_id)
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube, lambda: LATER)] == [upload_id]
    stage.finish(connection, upload_id, finishing_files)
    assert due_uploads(connection, stage.settings.youtube, lambda: LATER) == []


def test_an_upload_that_was_never_put_off_is_left_to_its_own_run(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    assert due_uploads(connection, stage.settings.youtube, lambda: LATER) == []


def test_a_lost_consent_puts_the_upload_off_until_the_channel_works_again(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/token", status=400, reason="invalid_grant")
    with pytest.raises(CredentialsRevoked):
        stage.upload(connection, upload_id)
    assert states(stage, connection, upload_id) == ("deferred", "approved", "deferred")
    assert due_uploads(connection, stage.settings.youtube) == []
    resume_channel(connection, stage.channel_id)
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube)] == [upload_id]


def test_flags_are_read_back_even_by_the_next_process(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection, privacy_status="private")
    assert stage.upload_in_own_process(upload_id, kill_at="before GET /youtube/v3/videos") == KILLED
    upload = load_upload(connection, upload_id)
    assert (upload.status, upload.checked_at) == ("uploaded", None)
    with stage.client(connection) as client:
        assert upload.youtube_video_id is not None
        client.update_video(upload.youtube_video_id, {"title": "t", "categoryId": "10"}, {"privacyStatus": "public"})
    stage.upload(connection, upload_id)
    assert load_upload(connection, upload_id).checked_at is not None
    assert [video["privacy_status"] for video in stage.sandbox.videos()] == ["private"]


def test_preparing_again_what_youtube_was_told_changes_nothing(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    job_id = load_upload(connection, upload_id).job_id
    assert stage.new_upload(connection, job_id, title="Better before it begins") == upload_id
    assert load_upload(connection, upload_id).title == "Better before it begins"
    assert stage.upload_in_own_process(upload_id, kill_at=f"after {put(0)}") == KILLED
    assert stage.new_upload(connection, job_id, title="Too late") == upload_id
    assert load_upload(connection, upload_id).title == "Better before it begins"


def test_a_moment_to_be_published_at_is_sent_and_read_back(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection, privacy_status="public")
    hourly = {"times": [f"{hour:02}:00" for hour in range(24)], "time_zone": "UTC"}
    connection.execute("UPDATE ytempire.channel_configurations SET slots = %s", (Jsonb([hourly]),))
    youtube_video_id = stage.upload(connection, upload_id)
    moment = load_upload(connection, upload_id).publish_at
    assert moment is not None and moment - datetime.now(UTC) < timedelta(minutes=91)
    with stage.client(connection) as client:
        video = client.own_video(youtube_video_id)
        assert video is not None
        assert (video.privacy_status, video.publish_at) == ("private", moment)
        # Somebody takes the moment away: it is put back.
        client.update_video(youtube_video_id, {"title": "t", "categoryId": "10"}, {"privacyStatus": "private"})
        connection.execute("UPDATE ytempire.uploads SET checked_at = NULL")
        stage.upload(connection, upload_id)
        video = client.own_video(youtube_video_id)
        assert video is not None and video.publish_at == moment
        # When it has come, public is as it should be.
        stage.sandbox.post("clock", now=(moment + timedelta(minutes=1)).isoformat())
        connection.execute("UPDATE ytempire.uploads SET checked_at = NULL")
        updates = len(stage.sandbox.journal("video.updated"))
    stage.upload(connection, upload_id, clock=lambda: moment + timedelta(minutes=1))
    assert len(stage.sandbox.journal("video.updated")) == updates


def test_a_retriable_error_is_written_down_and_keeps_the_place(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/upload/", method="PUT", status=503, skip=1, times=-1)
    with pytest.raises(Retriable):
        stage.upload(connection, upload_id)
    assert states(stage, connection, upload_id) == ("uploading", "uploading", "approved")
    (row,) = rows(connection, [upload_id])
    assert "503" in row["error_message"] and row["sent_bytes"] == CHUNK
