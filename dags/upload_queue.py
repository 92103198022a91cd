"""Publishes what had to wait, in order, when its quota bucket has room again.

Looks every 15 minutes and at the quota reset (midnight in Los Angeles). Each due upload is a task of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.house.rules import PACIFIC, Tag, default_args


@dag(
    # Minute 0 of hour 0 in Los Angeles is the reset itself.
    schedule=CronTriggerTimetable("*/15 * * * *", timezone=PACIFIC),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.PUBLISHING],
    default_args=default_args(timedelta(hours=2)),
)
def upload_queue() -> None:
    """Wire the queue."""

    @task
    def due() -> list[str]:
        from dags.house.resources import database
        from ytempire.publishing.store import due_uploads

        with database() as connection:
            return [str(upload.job_id) for upload in due_uploads(connection)]

    @task(pool="youtube_upload", max_active_tis_per_dagrun=2)
    def publish(job_id: str) -> dict[str, Any]:
        from uuid import UUID

        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import channel_youtube, database
        from ytempire.errors import ChannelPaused, QuotaExhausted
        from ytempire.jobs.delivery import finish
        from ytempire.settings import get_settings

        with database() as connection:
            try:
                return finish(connection, get_settings(), UUID(job_id), channel_youtube)
            except (ChannelPaused, QuotaExhausted) as error:
                raise AirflowSkipException(f"Waits: {error}") from error

    publish.expand(job_id=due())


upload_queue()
