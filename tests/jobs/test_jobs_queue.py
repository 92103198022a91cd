from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ytempire.database.connection import Connection, connect
from ytempire.errors import InvalidInput, Permanent
from ytempire.jobs import queue

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def at_now() -> datetime:
    return NOW


def status(connection: Connection, job_id: UUID) -> dict:
    return connection.execute("SELECT * FROM ytempire.generation_jobs WHERE job_id = %s", (job_id,)).fetchone()


def test_every_free_slot_of_the_day_gets_the_best_open_topic(connection, make_channel, make_topic) -> None:
    make_channel(videos_per_day=2)
    second, first = make_topic("b", rank=2), make_topic("a", rank=1)
    jobs = queue.enqueue_due_jobs(connection, at_now)
    assert [status(connection, job)["topic_id"] for job in jobs] == [first, second]
    assert [status(connection, job)["slot"] for job in jobs] == [1, 2]
    queued = queue.queued_jobs(connection)
    assert [job.job_id for job in queued] == jobs
    assert queued[0].note == "Music Now: Topic a"


def test_dispatching_twice_queues_nothing_twice(connection, make_channel, make_topic) -> None:
    make_channel()
    make_topic("a")
    make_topic("b", rank=2)
    assert len(queue.enqueue_due_jobs(connection, at_now)) == 1
    assert queue.enqueue_due_jobs(connection, at_now) == []
    assert len(queue.enqueue_due_jobs(connection, lambda: NOW + timedelta(days=1))) == 1


def test_two_channels_of_a_niche_never_get_the_same_topic(connection, make_channel, make_topic) -> None:
    make_channel("One")
    make_channel("Two")
    make_topic("a")
    make_topic("b", rank=2)
    jobs = queue.enqueue_due_jobs(connection, at_now)
    assert len({status(connection, job)["topic_id"] for job in jobs}) == 2


def test_dispatchers_at_the_same_moment_do_not_double(connection, database_url, make_channel, make_topic) -> None:
    for number in range(4):
        make_channel(f"Channel {number}")
        make_topic(f"story{number}", rank=number + 1)

    def dispatch(_: int) -> list[UUID]:
        with connect(database_url) as own:
            return queue.enqueue_due_jobs(own, at_now)

    with ThreadPoolExecutor(4) as pool:
        jobs = [job for found in pool.map(dispatch, range(4)) for job in found]
    topics = {status(connection, job)["topic_id"] for job in jobs}
    channels = {status(connection, job)["channel_id"] for job in jobs}
    assert len(jobs) == len(topics) == len(channels) <= 4
    queue.enqueue_due_jobs(connection, at_now)
    assert len(queue.queued_jobs(connection)) == 4


def test_no_topic_no_job(connection, make_channel) -> None:
    make_channel()
    assert queue.enqueue_due_jobs(connection, at_now) == []


def test_a_paused_channel_gets_no_job(connection, make_channel, make_topic) -> None:
    channel = make_channel()
    make_topic()
    connection.execute("UPDATE ytempire.channels SET status = 'paused' WHERE channel_id = %s", (channel,))
    assert queue.enqueue_due_jobs(connection, at_now) == []


def test_a_job_is_read_with_its_channel_and_topic(connection, job_id) -> None:
    job = queue.load_job(connection, job_id)
    assert job.channel.niche == "music"
    assert job.topic.evidence.lead.views == 2_000_000


def test_an_unknown_job_is_named(connection) -> None:
    with pytest.raises(InvalidInput, match="job_id: there is no job"):
        queue.load_job(connection, uuid4())


def test_one_run_owns_a_job(connection, job_id) -> None:
    queue.start_job(connection, job_id, "job_1")
    queue.start_job(connection, job_id, "job_1")
    with pytest.raises(Permanent, match="another run"):
        queue.start_job(connection, job_id, "job_2")
    assert status(connection, job_id)["retry_count"] == 1


def test_a_failed_job_is_taken_up_again_by_its_run(connection, job_id) -> None:
    queue.start_job(connection, job_id, "job_1")
    queue.fail_job(connection, job_id, "no room\x00 left")
    assert status(connection, job_id)["error_message"] == "no room left"
    queue.start_job(connection, job_id, "job_1")
    row = status(connection, job_id)
    assert (row["status"], row["error_message"], row["completed_at"]) == ("running", None, None)


def test_a_published_job_stays_published(connection, job_id) -> None:
    queue.set_status(connection, job_id, "published")
    queue.fail_job(connection, job_id, "late")
    queue.set_status(connection, job_id, "rejected")
    assert status(connection, job_id)["status"] == "published"


def told(connection: Connection, job_id: UUID, form: str) -> None:
    connection.execute(
        "INSERT INTO ytempire.job_stages (job_id, stage, status, artefact_key, details, finished_at) "
        "VALUES (%s, 'script', 'succeeded', 'key', jsonb_build_object('form', %s::text), clock_timestamp())",
        (job_id, form),
    )


def test_a_script_knows_what_its_channel_told_before(connection, make_channel, make_topic) -> None:
    make_channel(videos_per_day=3)
    make_channel("Other", "games")
    for rank in range(1, 4):
        make_topic(f"story{rank}", rank=rank)
    make_topic("game", niche="games")
    jobs = queue.enqueue_due_jobs(connection, at_now)
    by_place = {(queue.load_job(connection, job).channel.niche, status(connection, job)["slot"]): job for job in jobs}
    first, second, third = (by_place["music", slot] for slot in (1, 2, 3))
    other = by_place["games", 1]
    for job, form in ((first, "rise"), (second, "countdown"), (third, "comparison"), (other, "week_in_review")):
        told(connection, job, form)
    assert queue.earlier_scripts(connection, queue.load_job(connection, third)).forms == ["countdown", "rise"]
    before = queue.earlier_scripts(connection, queue.load_job(connection, second))
    assert (before.forms, before.made) == (["rise"], 1)
    connection.execute("UPDATE ytempire.generation_jobs SET revision = 1 WHERE job_id = %s", (second,))
    revised = queue.earlier_scripts(connection, queue.load_job(connection, second))
    assert revised.forms == ["countdown", "rise"] and revised.made > before.made
