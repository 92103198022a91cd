"""What the tasks of `video_production` do with the job that their run is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from airflow.sdk import get_current_context

APPROVE, REJECT = "Approve", "Reject"


def job_id() -> UUID:
    """The job that this run is about."""
    return UUID(get_current_context()["params"]["job_id"])


def take_up(run_id: str) -> None:
    """Note that this run works on its job; where the job was cancelled since it was queued, all of it is skipped."""
    from airflow.sdk.exceptions import AirflowSkipException

    from dags.house.resources import database
    from ytempire.errors import JobCancelled
    from ytempire.jobs.queue import start_job

    with database() as connection:
        try:
            start_job(connection, job_id(), run_id)
        except JobCancelled as error:
            raise AirflowSkipException(str(error)) from error


def make(stage: str) -> dict[str, Any]:
    """Do one stage of this run's job; what has to wait for a moment is done again then, by itself.

    Where its channel is paused the rest of this run is skipped: the job is queued again and gets another run.
    """
    from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

    from dags.house.resources import database
    from ytempire.errors import ChannelPaused, Deferred, JobCancelled
    from ytempire.jobs import production
    from ytempire.settings import get_settings

    with database() as connection:
        try:
            return production.make(stage, connection, get_settings(), job_id())
        except (ChannelPaused, JobCancelled) as error:
            raise AirflowSkipException(str(error)) from error
        except Deferred as error:
            raise AirflowRescheduleException(error.until) from error  # type: ignore[no-untyped-call]


def follow() -> str:
    """The task that follows the verdict on this run's video."""
    from dags.house.resources import database
    from ytempire.jobs.verdicts import next_step

    with database() as connection:
        step = next_step(connection, job_id())
    return "revision.script" if step == "revision" else step


def settle_decision(answer: dict[str, Any]) -> str:
    """Keep what a person answered (the XCom of a HITL task) and return the task that follows."""
    from dags.house.resources import database
    from ytempire.jobs.verdicts import record_decision

    person = answer["responded_by_user"] or {}
    with database() as connection:
        return record_decision(
            connection,
            job_id(),
            approved=answer["chosen_options"] == [APPROVE],
            decided_by=str(person.get("name") or person.get("id") or "unknown"),
            decided_at=answer["responded_at"],
        )


def publish(step: str) -> dict[str, Any]:
    """Do one step of publishing this run's video; what has to wait is noted there, and left to `upload_queue`."""
    from airflow.sdk.exceptions import AirflowSkipException

    from dags.house.resources import channel_youtube, database
    from ytempire.errors import Deferred, JobCancelled
    from ytempire.jobs import delivery
    from ytempire.settings import get_settings

    with database() as connection:
        try:
            return delivery.deliver(step, connection, get_settings(), job_id(), channel_youtube)
        except Deferred as error:
            raise AirflowSkipException(f"Left to upload_queue: {error}") from error
        except JobCancelled as error:
            raise AirflowSkipException(str(error)) from error


def note_failure(context: Any) -> None:
    """Tell the job that its run failed, and why."""
    from dags.house.resources import database
    from ytempire.jobs.queue import fail_job

    with database() as connection:
        fail_job(connection, UUID(context["params"]["job_id"]), str(context.get("exception") or "the task was killed"))
