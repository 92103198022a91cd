"""One run makes one video: from its topic to the published video.

`script` → `narration` → `visuals` and `thumbnail` → `assembly` → `quality` → `verdict`. A good video goes on to
`upload`. One that is not good enough is made anew, once, in the group `revision`. Where the score is in doubt, and
where the revision is still not good enough, `decision` asks a person (Required Actions); a bad video ends there. A
person who has decided about a video is asked again only where `decision` itself is cleared.
Clear any task to do it again: a stage whose inputs have not changed is not made again, nobody is paid twice, and
no video is published twice. A stage that has to wait for the next day's budget is up for rescheduling until then.
The run's configuration names the job: `{"job_id": "…"}`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, TaskGroup, dag, task

from dags.house.jobs import APPROVE, REJECT, follow, make, note_failure, publish, settle_decision, take_up
from dags.house.rules import Tag, default_args

# Runs when the ways that lead to it are known, and one of them was taken.
ON_ANY_WAY = "none_failed_min_one_success"

SUMMARY = """{{ (ti.xcom_pull(task_ids='revision.quality') or ti.xcom_pull(task_ids='quality'))['summary'] }}"""


@task(pool="gpu_inference")
def script(run_id: str | None = None) -> dict[str, Any]:
    take_up(str(run_id))
    return make("script")


@task(pool="gpu_inference")
def narration() -> dict[str, Any]:
    return make("narration")


@task(pool="gpu_video")
def visuals() -> dict[str, Any]:
    return make("visuals")


@task(pool="gpu_thumbnail")
def thumbnail() -> dict[str, Any]:
    return make("thumbnail")


@task(pool="gpu_video", execution_timeout=timedelta(minutes=30))
def assembly() -> dict[str, Any]:
    return make("assembly")


@task
def quality() -> dict[str, Any]:
    return make("quality")


@task.branch
def verdict() -> str:
    return follow()


@task.branch
def decided(answer: dict[str, Any]) -> str:
    return settle_decision(answer)


@task(pool="youtube_upload", trigger_rule=ON_ANY_WAY, execution_timeout=timedelta(hours=2))
def upload() -> dict[str, Any]:
    return publish("upload")


@task(pool="youtube_upload")
def upload_thumbnail() -> dict[str, Any]:
    return publish("thumbnail")


@task(pool="youtube_upload")
def upload_captions() -> dict[str, Any]:
    return publish("captions")


@task(pool="youtube_upload")
def add_to_playlist() -> dict[str, Any]:
    return publish("playlist")


@task(trigger_rule="none_failed")
def record() -> dict[str, Any]:
    return publish("record")


def produce() -> tuple[Any, Any]:
    """Wire the stages of one video up to the verdict; return the first and the last of them."""
    first, last = script(), verdict()
    first >> narration() >> [visuals(), thumbnail()] >> assembly() >> quality() >> last
    return first, last


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=16,
    doc_md=__doc__,
    tags=[Tag.PRODUCTION, Tag.PUBLISHING],
    default_args=default_args(timedelta(minutes=15), on_failure_callback=note_failure),
    params={"job_id": Param(type="string", format="uuid", description="Job in ytempire.generation_jobs")},
)
def video_production() -> None:
    """Wire the ways of one video."""
    decision = HITLOperator(
        task_id="decision",
        subject="Publish this video? Its quality leaves it to a person.",
        body=SUMMARY,
        options=[APPROVE, REJECT],
        trigger_rule=ON_ANY_WAY,
        # The wait for a person; a try of the task itself is short.
        response_timeout=timedelta(days=3),
        execution_timeout=None,
    )
    _, judged = produce()
    with TaskGroup("revision", tooltip="The video is made anew, once"):
        revised, judged_again = produce()
    answer: Any = decision.output
    uploaded, recorded, answered = upload(), record(), decided(answer)

    judged >> [uploaded, revised, decision, recorded]
    judged_again >> [uploaded, decision, recorded]
    decision >> answered >> [uploaded, recorded]
    uploaded >> upload_thumbnail() >> upload_captions() >> add_to_playlist() >> recorded


video_production()
