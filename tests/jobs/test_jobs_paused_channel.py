"""A paused channel begins nothing: its jobs wait in the queue, its uploads in theirs, and both go on when it works."""

from __future__ import annotations

from uuid import UUID

import pytest
from channel_rows import add_channel, add_job, add_upload, job_row

from ytempire.channels.archive import archive_channel
from ytempire.channels.consents import pausing_when_revoked
from ytempire.channels.store import pause_channel, resume_channel
from ytempire.database.connection import Connection
from ytempire.errors import ChannelPaused, CredentialsRevoked, JobCancelled
from ytempire.jobs import delivery, production
from ytempire.jobs.queue import queued_jobs, start_job
from ytempire.publishing import due_uploads
from ytempire.settings import Settings


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url)


@pytest.fixture
def channel_id(connection: Connection) -> UUID:
    return add_channel(connection)


def no_client(*_: object) -> None:
    raise AssertionError("a paused channel's client is not asked for")


def runs(connection: Connection) -> list[str]:
    return [job.run_id for job in queued_jobs(connection)]


def test_a_queued_job_waits_until_its_channel_is_resumed(connection: Connection, channel_id: UUID) -> None:
    job_id = add_job(connection, channel_id)
    pause_channel(connection, channel_id, "holidays")
    assert runs(connection) == []
    resume_channel(connection, channel_id)
    assert runs(connection) == [f"job_{job_id}"]


def test_a_job_that_is_being_made_goes_back_to_the_queue_and_gets_another_run(
    connection: Connection, settings: Settings, channel_id: UUID
) -> None:
    job_id = add_job(connection, channel_id)
    names = []
    for _ in range(3):
        names += runs(connection)
        start_job(connection, job_id, names[-1])
        pause_channel(connection, channel_id, "holidays")
        with pytest.raises(ChannelPaused, match="Chart Watch 🎧 is paused"):
            production.make("narration", connection, settings, job_id)
        job = job_row(connection, job_id)
        assert (job["status"], job["dag_run_id"], job["upload"]) == ("queued", None, None)
        resume_channel(connection, channel_id)
    assert len(set(names)) == 3
    assert all(name.startswith(f"job_{job_id}") for name in names)


def test_the_end_of_the_first_run_leaves_the_job_to_the_next(
    connection: Connection, settings: Settings, channel_id: UUID
) -> None:
    job_id = add_job(connection, channel_id)
    start_job(connection, job_id, "first")
    pause_channel(connection, channel_id, "holidays")
    with pytest.raises(ChannelPaused):
        production.make("script", connection, settings, job_id)
    assert delivery.deliver("record", connection, settings, job_id, no_client) == {"status": "queued"}
    resume_channel(connection, channel_id)
    start_job(connection, job_id, "second")
    assert delivery.deliver("record", connection, settings, job_id, no_client) == {"status": "running"}
    assert job_row(connection, job_id)["status"] == "running"


@pytest.mark.parametrize("step", [step for step in delivery.STEPS if step != "record"])
def test_an_upload_waits_in_the_queue_at_every_step(
    connection: Connection, settings: Settings, channel_id: UUID, step: str
) -> None:
    job_id = add_job(connection, channel_id, "approved")
    sent = {} if step == "upload" else {"youtube_video_id": "abc", "session_uri": "https://upload.example/1"}
    add_upload(connection, job_id, "uploaded" if sent else "pending", **sent)
    pause_channel(connection, channel_id, "holidays")
    with pytest.raises(ChannelPaused):
        delivery.deliver(step, connection, settings, job_id, no_client)
    job = job_row(connection, job_id)
    assert (job["status"], job["upload"]) == ("deferred", "uploaded" if sent else "deferred")
    assert job["not_before"] is not None
    assert due_uploads(connection, settings.youtube) == []
    resume_channel(connection, channel_id)
    assert [due.job_id for due in due_uploads(connection, settings.youtube)] == [job_id]


def test_a_lost_consent_leaves_the_upload_to_be_found_when_the_channel_is_connected_again(
    connection: Connection, settings: Settings, channel_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def revoked(*_: object) -> dict:
        with pausing_when_revoked(connection, channel_id):
            raise CredentialsRevoked("invalid_grant")

    job_id = add_job(connection, channel_id, "approved")
    add_upload(connection, job_id, "uploaded", youtube_video_id="abc", session_uri="https://upload.example/1")
    monkeypatch.setitem(delivery.STEPS, "captions", revoked)
    with pytest.raises(ChannelPaused):
        delivery.deliver("captions", connection, settings, job_id, no_client)
    assert due_uploads(connection, settings.youtube) == []
    resume_channel(connection, channel_id)
    assert [due.job_id for due in due_uploads(connection, settings.youtube)] == [job_id]


def test_what_has_begun_of_an_archived_channel_is_due_still(
    connection: Connection, settings: Settings, channel_id: UUID
) -> None:
    job_id = add_job(connection, channel_id, "deferred")
    columns = {"session_uri": "https://upload.example/1", "youtube_video_id": "abc", "not_before": "2026-01-01"}
    add_upload(connection, job_id, "uploaded", **columns)
    waiting = add_job(connection, channel_id, "deferred", 2)
    add_upload(connection, waiting, "deferred", not_before="2026-01-01")
    archive_channel(connection, channel_id, "over")
    assert [due.job_id for due in due_uploads(connection, settings.youtube)] == [job_id]


def test_nothing_more_is_made_or_published_of_a_cancelled_job(
    connection: Connection, settings: Settings, channel_id: UUID
) -> None:
    job_id = add_job(connection, channel_id, "running")
    archive_channel(connection, channel_id, "over")
    with pytest.raises(JobCancelled):
        production.make("assembly", connection, settings, job_id)
    with pytest.raises(JobCancelled):
        delivery.deliver("upload", connection, settings, job_id, no_client)
    assert delivery.deliver("record", connection, settings, job_id, no_client) == {"status": "cancelled"}
    assert job_row(connection, job_id)["status"] == "cancelled"
