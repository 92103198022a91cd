"""Deletes what is older than the specification's retention table allows, and moves old files to slower storage.

`plan` shows what would go; with the parameter `dry_run` the run ends there. `refresh_texts` asks YouTube again for
what strangers call their videos; `delete_texts` deletes what nears 30 days, also when YouTube is down. `tables` drops
chunks and deletes rows; single figures stay until their sums are there; `live` leaves one live figure an hour of videos
that are no longer young. `logs` removes log files, `files` moves those
of finished jobs from hot to warm to cold. Every deletion stands in the table `deletions` before it is done.

The same table in a shell: `python -m etl.warehouse.retention --dry-run`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, task

from dags.house.rules import PACIFIC, Tag, default_args


@dag(
    schedule=CronTriggerTimetable("30 4 * * *", timezone=PACIFIC),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.RETENTION],
    params={"dry_run": Param(False, type="boolean", description="Only show what would go.")},
    default_args=default_args(timedelta(hours=1)),
)
def retention() -> None:
    """Wire the deletions."""

    @task
    def plan() -> list[dict[str, Any]]:
        from dags.house.resources import database, figures
        from etl.warehouse.retention.report import dry_run
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return [figures(line) for line in dry_run(connection, get_settings(), system_clock())]

    @task.short_circuit
    def unless_dry_run(params: dict[str, Any] | None = None) -> bool:
        return not (params or {})["dry_run"]

    @task
    def refresh_texts(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures, public_youtube
        from etl.features.contract import LISTING_DAYS
        from ytempire.clock import system_clock
        from ytempire.compliance.public_data import refresh
        from ytempire.settings import get_settings

        settings, now = get_settings(), system_clock()
        # What is learned from, and what is looked back on for it.
        days = settings.training.history_days + LISTING_DAYS
        with database() as connection, public_youtube(connection) as client:
            return figures(refresh(connection, client, settings, run_id=str(run_id), now=now, of_use_days=days))

    # Whatever became of asking: the deadline stands.
    @task(trigger_rule="all_done")
    def delete_texts(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures
        from ytempire.clock import system_clock
        from ytempire.compliance.public_data import delete_overdue
        from ytempire.settings import get_settings

        with database() as connection:
            return figures(delete_overdue(connection, get_settings(), run_id=str(run_id), now=system_clock()))

    @task(pool="warehouse_load")
    def tables(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures
        from etl.warehouse.retention.execute import execute
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return figures(execute(connection, get_settings().retention, run_id=str(run_id), now=system_clock()))

    @task(pool="warehouse_load")
    def live(run_id: str | None = None) -> int:
        from dags.house.resources import database
        from etl.warehouse.retention.thin import thin
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return thin(connection, get_settings().retention, run_id=str(run_id), now=system_clock())

    @task
    def logs(run_id: str | None = None) -> int:
        from dags.house.resources import database
        from etl.warehouse.retention.log_files import remove_old_logs
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return remove_old_logs(connection, get_settings().retention, run_id=str(run_id), now=system_clock())

    @task
    def files(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures
        from etl.warehouse.tiers.move import move_files
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return figures(move_files(connection, get_settings(), run_id=str(run_id), now=system_clock()))

    go = plan() >> unless_dry_run()
    go >> refresh_texts() >> delete_texts()
    go >> [tables(), live(), logs(), files()]


retention()
