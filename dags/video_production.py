"""One run makes one video: from its topic to the published video.

`script` → `narration` → `visuals` and `thumbnail` → `assembly` → `quality` → `verdict`. A good video goes on to
`upload`; where the score is in doubt, `decision` asks a person (Required Actions) first; a bad one ends there.
Clear any task to do it again: a stage whose inputs have not changed is not made again, and no video is
published twice. The run's configuration names the job: `{"job_id": "…"}`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags.house.rules import Tag, default_args


def _job_id() -> UUID:
    return UUID(get_current_context()["params"]["job_id"])


def _make(stage: str) -> dict[str, Any]:
    """Do one stage of this run's job."""
    from dags.house.resources import database
    from ytempire.jobs import production
    from ytempire.settings import get_settings

    with database() as connection:
        return production.make(stage, connection, get_settings(), _job_id())


def _publish(step: str) -> dict[str, Any]:
    """Do one step of publishing this run's video."""
    from airflow.sdk.exceptions import AirflowSkipException

    from dags.house.resources import channel_youtube, database
    from ytempire.errors import QuotaExhausted
    from ytempire.jobs import delivery
    from ytempire.settings import get_settings

    with database() as connection:
        try:
            return delivery.deliver(step, connection, get_settings(), _job_id(), channel_youtube)
        except QuotaExhausted as error:
            raise AirflowSkipException(f"Left to upload_queue: {error}") from error


def _note_failure(context: Any) -> None:
    """Tell the job that its run failed, and why."""
    from dags.house.resources import database
    from ytempire.jobs.queue import fail_job

    with database() as connection:
        fail_job(connection, UUID(context["params"]["job_id"]), str(context.get("exception") or "the task was killed"))


@task(pool="gpu_inference")
def script(run_id: str | None = None) -> dict[str, Any]:
    from dags.house.resources import database
    from ytempire.jobs.queue import start_job

    with database() as connection:
        start_job(connection, _job_id(), str(run_id))
    return _make("script")


@task(pool="gpu_inference")
def narration() -> dict[str, Any]:
    return _make("narration")


@task(pool="gpu_video")
def visuals() -> dict[str, Any]:
    return _make("visuals")


@task(pool="gpu_thumbnail")
def thumbnail() -> dict[str, Any]:
    return _make("thumbnail")


@task(pool="gpu_video", execution_timeout=timedelta(minutes=30))
def assembly() -> dict[str, Any]:
    return _make("assembly")


@task
def quality() -> dict[str, Any]:
    return _make("quality")


@task.branch
def verdict() -> str:
    from dags.house.resources import database
    from ytempire.jobs.delivery import next_step

    with database() as connection:
        return next_step(connection, _job_id())


@task(pool="youtube_upload", trigger_rule="none_failed_min_one_success", execution_timeout=timedelta(hours=2))
def upload() -> dict[str, Any]:
    return _publish("upload")


@task(pool="youtube_upload")
def upload_thumbnail() -> dict[str, Any]:
    return _publish("thumbnail")


@task(pool="youtube_upload")
def upload_captions() -> dict[str, Any]:
    return _publish("captions")


@task(trigger_rule="none_failed")
def record() -> dict[str, Any]:
    return _publish("record")


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=16,
    doc_md=__doc__,
    tags=[Tag.PRODUCTION, Tag.PUBLISHING],
    default_args=default_args(timedelta(minutes=15), on_failure_callback=_note_failure),
    params={"job_id": Param(type="string", format="uuid", description="Job in ytempire.generation_jobs")},
)
def video_production() -> None:
    """Wire the stages of one video."""
    decision = ApprovalOperator(
        task_id="decision",
        subject="Publish this video? Its quality score leaves it to a person.",
        body="{{ ti.xcom_pull(task_ids='quality')['summary'] }}",
        # The wait for a person; a try of the task itself is short.
        response_timeout=timedelta(days=3),
        execution_timeout=None,
    )

    judged, uploaded, recorded = quality(), upload(), record()
    branch = verdict()
    script() >> narration() >> [visuals(), thumbnail()] >> assembly() >> judged >> branch
    branch >> [decision, uploaded, recorded]
    decision >> uploaded >> upload_thumbnail() >> upload_captions() >> recorded


video_production()
