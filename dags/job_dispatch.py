"""Gives every active channel its next videos: queues a job for each free slot of the day and starts its run.

Runs when the topics have been ranked anew, and every 15 minutes. A job's run is called `job_<job_id>`,
so that dispatching twice starts nothing twice; a job that came back to the queue while its channel was
paused gets a run of another name, `job_<job_id>_<n>`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from dags.house.rules import TOPICS, Tag, default_args


@dag(
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("7/15 * * * *", timezone="UTC"), assets=[TOPICS]),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.PRODUCTION],
    default_args=default_args(timedelta(minutes=5)),
)
def job_dispatch() -> None:
    """Wire the dispatch."""

    @task
    def queue_jobs() -> list[dict[str, Any]]:
        from dags.house.resources import database
        from ytempire.jobs.queue import enqueue_due_jobs, queued_jobs

        with database() as connection:
            enqueue_due_jobs(connection)
            return [
                {"trigger_run_id": job.run_id, "conf": {"job_id": str(job.job_id)}, "note": job.note}
                for job in queued_jobs(connection)
            ]

    TriggerDagRunOperator.partial(
        task_id="start_video", trigger_dag_id="video_production", skip_when_already_exists=True
    ).expand_kwargs(queue_jobs())


job_dispatch()
