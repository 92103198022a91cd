"""From ranked topics to queued jobs, and a job's life until it is published or given up.

A channel's n-th video of a Pacific day is one row (channel, day, slot), so that
dispatching twice makes nothing twice. A topic is taken by at most one job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from ytempire.clock import Clock, pacific_day, system_clock
from ytempire.content.models import Earlier
from ytempire.content.topic import ChannelProfile, Topic, TopicEvidence
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import ChannelPaused, InvalidInput, JobCancelled, Permanent
from ytempire.redaction import redacted
from ytempire.rollouts import Rollout, running_rollout
from ytempire.settings import get_settings

_FORMS_REMEMBERED = 12
_REVISION_TURN = 500


@dataclass(frozen=True)
class Job:
    """One video to make: for which channel, about which topic; when it is revised, why."""

    job_id: UUID
    status: str
    channel: ChannelProfile
    credentials_id: str
    privacy_status: str
    topic: Topic
    channel_status: str = "active"
    revision: int = 0
    revise_for: tuple[str, ...] = ()


def enqueue_due_jobs(connection: Connection, clock: Clock = system_clock) -> list[UUID]:
    """Queue a job for every free slot of today's Pacific day for which its niche has an open topic.

    Returns the new jobs. Channels without an open topic get none and are asked again next time.
    During a rollout of the trend model each channel is on one side of it, which the job records.
    """
    day = pacific_day(clock())
    rollout = running_rollout(connection, get_settings().training.model_name)
    new: list[UUID] = []
    for channel in connection.execute(load_sql(__package__, "due_channels"), {"day": day}).fetchall():
        for slot in range(channel["taken"] + 1, channel["videos_per_day"] + 1):
            job_id = _enqueue(connection, channel, day, slot, rollout)
            if job_id is None:
                break
            new.append(job_id)
    return new


def _enqueue(
    connection: Connection, channel: dict[str, Any], day: date, slot: int, rollout: Rollout | None
) -> UUID | None:
    parameters = {"day": day, "slot": slot} | {key: channel[key] for key in ("channel_id", "niche", "priority")}
    parameters["rollout_id"] = rollout and rollout.rollout_id
    parameters["arm"] = rollout and rollout.arm(channel["channel_id"])
    with connection.transaction():
        row = connection.execute(load_sql(__package__, "enqueue_job"), parameters).fetchone()
    return None if row is None else row["job_id"]


@dataclass(frozen=True)
class QueuedJob:
    """A job that waits for its DAG run, what the run is to be called, and what an operator reads of it."""

    job_id: UUID
    run_id: str
    note: str


def queued_jobs(connection: Connection) -> list[QueuedJob]:
    """Jobs of active channels that wait for their DAG run, the most urgent first (priority 10 before 1).

    A job that was handed back to the queue gets a run of its own: the name of the first is taken.
    """
    rows = connection.execute(load_sql(__package__, "queued_jobs"))
    return [QueuedJob(**row) for row in rows]


def load_job(connection: Connection, job_id: UUID) -> Job:
    """Read a job with its channel and topic. Raises InvalidInput when there is no such job."""
    row = connection.execute(load_sql(__package__, "load_job"), {"job_id": job_id}).fetchone()
    if row is None:
        raise InvalidInput("job_id", f"there is no job {job_id}", "List the jobs in ytempire.generation_jobs.")
    evidence = TopicEvidence.model_validate(row["evidence"])
    topic = Topic.model_validate(row | {"topic_id": str(row["topic_id"]), "evidence": evidence})
    channel = ChannelProfile.model_validate(row | {"channel_id": str(row["channel_id"]), "name": row["channel_name"]})
    return Job(
        job_id=job_id,
        status=row["status"],
        channel=channel,
        credentials_id=row["credentials_id"],
        privacy_status=row["privacy_status"],
        topic=topic,
        channel_status=row["channel_status"],
        revision=row["revision"],
        revise_for=tuple(row["revise_for"]),
    )


def earlier_scripts(connection: Connection, job: Job) -> Earlier:
    """What the job's channel told before, in which forms; a revision counts its own first version as told."""
    parameters = {"job_id": job.job_id, "revision": job.revision, "limit": _FORMS_REMEMBERED}
    row = connection.execute(load_sql(__package__, "earlier_scripts"), parameters).fetchone()
    made = row["made"] if row else 0
    # A revision is worded as a video far from now would be, not as the next one.
    return Earlier(forms=row["forms"] if row else [], made=made + job.revision * _REVISION_TURN)


def previous_music(connection: Connection, job_id: UUID) -> str | None:
    """The title of the music under the video that the job's channel made before, if it had any."""
    row = connection.execute(
        """
        SELECT s.details ->> 'music' AS title
        FROM ytempire.generation_jobs own
        JOIN ytempire.generation_jobs j USING (channel_id)
        JOIN ytempire.job_stages s ON s.job_id = j.job_id AND s.stage = 'soundtrack' AND s.status = 'succeeded'
        WHERE own.job_id = %s AND (j.created_at, j.slot) < (own.created_at, own.slot)
        ORDER BY j.created_at DESC, j.slot DESC LIMIT 1
        """,
        (job_id,),
    ).fetchone()
    return None if row is None else row["title"]


def start_job(connection: Connection, job_id: UUID, dag_run_id: str) -> None:
    """Note that a DAG run works on the job.

    Raises JobCancelled when it was cancelled, Permanent when another run owns it or it has ended.
    """
    row = connection.execute(
        """
        UPDATE ytempire.generation_jobs
        SET status = CASE WHEN status IN ('queued', 'failed') THEN 'running' ELSE status END,
            dag_run_id = %(run)s, started_at = coalesce(started_at, clock_timestamp()),
            retry_count = retry_count + (started_at IS NOT NULL)::int, error_message = NULL, completed_at = NULL
        WHERE job_id = %(job)s AND (dag_run_id IS NULL OR dag_run_id = %(run)s)
          AND status NOT IN ('published', 'rejected', 'cancelled')
        RETURNING job_id
        """,
        {"job": job_id, "run": dag_run_id},
    ).fetchone()
    if row is None:
        refuse_cancelled(load_job(connection, job_id))
        raise Permanent(f"job {job_id} has ended already, or another run than {dag_run_id} makes it")


def hold_back(connection: Connection, job: Job) -> None:
    """Let a job's next stage begin only where its channel works.

    The job of a paused channel goes back to the queue, with all that is made of it, and gets another DAG run when
    the channel is resumed: ChannelPaused. Raises JobCancelled for a job whose channel was archived.
    """
    refuse_cancelled(job)
    if job.channel_status != "paused":
        return
    connection.execute(
        "UPDATE ytempire.generation_jobs SET status = 'queued', dag_run_id = NULL"
        " WHERE job_id = %s AND status NOT IN ('published', 'rejected', 'cancelled')",
        (job.job_id,),
    )
    raise ChannelPaused(f"channel {job.channel.name} is paused: the job is queued again", until=system_clock())


def refuse_cancelled(job: Job) -> None:
    """Raise JobCancelled for a job whose channel was archived."""
    if job.status == "cancelled":
        raise JobCancelled(f"job {job.job_id} was cancelled: its channel is archived")


def go_on(connection: Connection, job_id: UUID) -> None:
    """Note that a job that had failed or was put off is worked on again."""
    connection.execute(
        """
        UPDATE ytempire.generation_jobs SET status = 'running', error_message = NULL, completed_at = NULL
        WHERE job_id = %s AND status IN ('failed', 'deferred')
        """,
        (job_id,),
    )


def set_status(connection: Connection, job_id: UUID, status: str, result: dict[str, Any] | None = None) -> None:
    """Move a job to ``status``; what ends it also stamps ``completed_at``. ``result`` is merged into the job's.

    A job whose video is at YouTube for its slot, or is published, stays what it is.
    """
    connection.execute(
        """
        UPDATE ytempire.generation_jobs
        SET status = %(status)s, result = coalesce(result, '{}') || %(result)s,
            completed_at = CASE WHEN %(ended)s THEN clock_timestamp() END
        WHERE job_id = %(job)s AND status NOT IN ('scheduled', 'published', 'cancelled')
        """,
        {
            "job": job_id,
            "status": status,
            "ended": status in ("published", "rejected", "failed"),
            "result": Jsonb(result or {}),
        },
    )


def fail_job(connection: Connection, job_id: UUID, message: str) -> None:
    """Mark a job as failed with the reason; a retry of its run takes it up again."""
    connection.execute(
        """
        UPDATE ytempire.generation_jobs SET status = 'failed', error_message = %s, completed_at = clock_timestamp()
        WHERE job_id = %s AND status NOT IN ('scheduled', 'published', 'rejected', 'deferred', 'cancelled')
        """,
        (redacted(message).replace("\x00", "")[:4000], job_id),
    )
