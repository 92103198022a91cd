"""Archiving ends a channel's work for good: what is not at YouTube yet is cancelled, all that was done is kept."""

from __future__ import annotations

import pytest
from channel_rows import add_channel, add_job, add_upload, job_row

from ytempire.channels.archive import UnderWay, archive_channel, under_way
from ytempire.channels.history import history
from ytempire.channels.store import get_channel, pause_channel, resume_channel, update_channel
from ytempire.database.connection import Connection, connect
from ytempire.errors import InvalidInput, JobCancelled
from ytempire.jobs.queue import enqueue_due_jobs, queued_jobs, set_status, start_job
from ytempire.publishing.work import working_on

SESSION = "https://upload.example/session"


def test_it_says_first_what_it_will_do(connection: Connection) -> None:
    channel_id = add_channel(connection)
    statuses = ("queued", "queued", "running", "awaiting_decision", "failed", "published", "rejected")
    jobs = [add_job(connection, channel_id, status, slot) for slot, status in enumerate(statuses, start=1)]
    begun = add_job(connection, channel_id, "approved", 8)
    add_upload(connection, begun, "uploading", session_uri=SESSION)
    add_upload(connection, jobs[5], "published", youtube_video_id="abc", session_uri=SESSION)
    connection.execute(
        "UPDATE ytempire.videos SET status = 'published', youtube_video_id = 'abc', published_at = now()"
        " WHERE job_id = %s",
        (jobs[5],),
    )
    expected = UnderWay(queued_jobs=2, begun_jobs=3, begun_uploads=1, scheduled_videos=0, published_videos=1)
    assert under_way(connection, channel_id) == expected
    assert get_channel(connection, channel_id).status == "active"
    assert archive_channel(connection, channel_id, "over") == 5
    assert under_way(connection, channel_id) == UnderWay(
        queued_jobs=0, begun_jobs=0, begun_uploads=1, scheduled_videos=0, published_videos=1
    )


@pytest.mark.parametrize("status", ["queued", "running", "awaiting_decision", "approved", "deferred", "failed"])
def test_a_job_that_is_not_at_youtube_is_cancelled_and_its_topic_is_free(connection: Connection, status: str) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id, status)
    archive_channel(connection, channel_id, "merged")
    job = job_row(connection, job_id)
    assert (job["status"], job["topic"]) == ("cancelled", "open")
    assert job["error_message"] == "the channel was archived: merged"
    assert job["completed_at"] is not None


def test_an_upload_that_waits_ends_with_its_job(connection: Connection) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id, "deferred")
    add_upload(connection, job_id, "deferred", not_before="2026-11-21T08:00:00Z")
    archive_channel(connection, channel_id, "over")
    assert (job_row(connection, job_id)["status"], job_row(connection, job_id)["upload"]) == ("cancelled", "failed")
    assert connection.execute("SELECT status FROM ytempire.videos").fetchone()["status"] == "failed"


@pytest.mark.parametrize(
    ("status", "columns"),
    [
        ("uploading", {"session_uri": SESSION}),
        ("uploaded", {"session_uri": SESSION, "youtube_video_id": "abc"}),
        ("deferred", {"session_uri": SESSION, "not_before": "2026-11-21T08:00:00Z"}),
        ("scheduled", {"youtube_video_id": "abc", "publish_at": "2026-11-21T08:00:00Z", "slot_day": "2026-11-21"}),
    ],
)
def test_what_has_begun_to_be_at_youtube_is_left_to_its_end(connection: Connection, status: str, columns: dict) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id, "approved")
    add_upload(connection, job_id, status, **columns)
    assert archive_channel(connection, channel_id, "over") == 0
    job = job_row(connection, job_id)
    assert (job["status"], job["upload"], job["topic"]) == ("approved", status, "taken")


def test_an_upload_that_a_worker_holds_counts_as_begun(connection: Connection, database_url: str) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id, "approved")
    upload_id = add_upload(connection, job_id)
    with connect(database_url) as worker:
        worker.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"upload {upload_id}",))
        assert archive_channel(connection, channel_id, "over") == 0
    assert (job_row(connection, job_id)["status"], job_row(connection, job_id)["upload"]) == ("approved", "pending")


def test_a_worker_that_waited_for_its_turn_finds_the_upload_cancelled(connection: Connection) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id, "approved")
    upload_id = add_upload(connection, job_id)
    archive_channel(connection, channel_id, "over")
    with pytest.raises(JobCancelled), working_on(connection, upload_id, wait_seconds=1):
        raise AssertionError("nothing is done for a cancelled upload")
    assert (job_row(connection, job_id)["status"], job_row(connection, job_id)["upload"]) == ("cancelled", "failed")


def test_a_second_time_nothing_happens(connection: Connection) -> None:
    channel_id = add_channel(connection)
    add_job(connection, channel_id)
    assert [archive_channel(connection, channel_id, reason, actor="a person") for reason in ("over", "again")] == [1, 0]
    assert get_channel(connection, channel_id).status_reason == "over"
    archived, created = history(connection, channel_id)
    assert (archived.action, archived.actor, created.action) == ("channel.archived", "a person", "channel.created")
    assert archived.details == {"before": "active", "after": "archived", "reason": "over", "jobs_cancelled": 1}


def test_an_archived_channel_is_not_changed_paused_or_resumed(connection: Connection) -> None:
    channel_id = add_channel(connection)
    archive_channel(connection, channel_id, "over")
    for change in (
        lambda: update_channel(connection, channel_id, {"priority": 9}),
        lambda: pause_channel(connection, channel_id, "why not"),
        lambda: resume_channel(connection, channel_id),
    ):
        with pytest.raises(InvalidInput, match="is archived"):
            change()
    assert get_channel(connection, channel_id).spec.priority == 5


def test_nothing_is_begun_for_it_and_nothing_revives_a_cancelled_job(connection: Connection) -> None:
    channel_id = add_channel(connection)
    job_id = add_job(connection, channel_id)
    archive_channel(connection, channel_id, "over")
    assert enqueue_due_jobs(connection) == []
    assert queued_jobs(connection) == []
    set_status(connection, job_id, "approved")
    with pytest.raises(JobCancelled):
        start_job(connection, job_id, "late")
    assert job_row(connection, job_id)["status"] == "cancelled"


def test_other_channels_are_not_touched(connection: Connection) -> None:
    channel_id = add_channel(connection)
    other = add_channel(connection, youtube_channel_id="UCother", name="Other")
    job_id = add_job(connection, other)
    archive_channel(connection, channel_id, "over")
    assert job_row(connection, job_id)["status"] == "queued"
    assert get_channel(connection, other).status == "active"
