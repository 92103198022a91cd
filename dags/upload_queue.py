"""Publishes what had to wait, in order, when its quota bucket has room again; records what YouTube made public.

Looks every 15 minutes and at the quota reset (midnight in Los Angeles). Each due upload is a task of its own: the
next ones that the day has room for, the channels taking turns by their priority. A scheduled video whose slot has
come is recorded as published once YouTube shows it, that of a paused channel too; if it missed its slot, it gets the
next one. Then titles and thumbnails are swapped where that was asked for, each in a task of its own.
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
        from ytempire.publishing import due_uploads
        from ytempire.settings import get_settings

        with database() as connection:
            return [str(upload.job_id) for upload in due_uploads(connection, get_settings().youtube)]

    @task(pool="youtube_upload", max_active_tis_per_dagrun=2)
    def publish(job_id: str) -> dict[str, Any]:
        from uuid import UUID

        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import channel_youtube, database
        from ytempire.errors import Deferred
        from ytempire.jobs.delivery import finish
        from ytempire.settings import get_settings

        with database() as connection:
            try:
                return finish(connection, get_settings(), UUID(job_id), channel_youtube)
            except Deferred as error:
                raise AirflowSkipException(f"Waits: {error}") from error

    @task(trigger_rule="all_done")
    def asked() -> list[int]:
        from dags.house.resources import database
        from ytempire.publishing.variants import asked_swaps

        with database() as connection:
            return [swap.showing_id for swap in asked_swaps(connection)]

    @task(pool="youtube_upload", max_active_tis_per_dagrun=2)
    def show(showing_id: int) -> str:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import channel_youtube, database
        from ytempire.errors import Deferred
        from ytempire.publishing.swap import carry_out, load_showing
        from ytempire.settings import get_settings

        with database() as connection:
            client = channel_youtube(connection, load_showing(connection, showing_id).channel_id)
            try:
                return carry_out(connection, client, get_settings(), showing_id).state
            except Deferred as error:
                raise AirflowSkipException(f"Waits: {error}") from error

    wanted = asked()
    publish.expand(job_id=due()) >> wanted
    show.expand(showing_id=wanted)


upload_queue()
