"""Brings one Pacific day of every channel from YouTube Analytics into the warehouse, and its look-back days anew.

`collect` downloads the bulk reports that YouTube has made since (the truth, with impressions), `stage` asks for the
days themselves (sooner there), `validate` holds both against the suites in `expectations/` (bad rows go to quarantine,
a failed table stops the run), `load` replaces each (channel, report, day) slice whole, `reconcile` holds the two paths
against each other, `rollup` recomputes the touched buckets of the days on which they agree, `features` keeps what is
known of each channel by then. Numbers come 48 to 72 hours late and are restated: the look-back days are loaded again
each night, and days that are missing are asked for again.

Any past days again: `airflow backfill create --dag-id analytics_etl --from-date 2026-11-01 --to-date 2026-11-07`.
What is late or differs: `python -m etl.analytics`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, dag, task

from dags.house.rules import PACIFIC, Tag, default_args


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone=PACIFIC),
    start_date=datetime(2026, 1, 1),  # noqa: DTZ001 -- Airflow reads it in the timetable's zone
    catchup=False,
    max_active_runs=2,
    doc_md=__doc__,
    tags=[Tag.ANALYTICS],
    default_args=default_args(timedelta(minutes=30)),
)
def analytics_etl() -> None:
    """Wire the nightly load."""

    @task
    def collect(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import channel_youtube, database_url, figures
        from etl.analytics import run
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        return figures(run.collect(database_url(), channel_youtube, get_settings(), str(run_id), system_clock()))

    # Without bulk reports a night still has the figures of reports.query.
    @task(trigger_rule="all_done")
    def stage(run_id: str | None = None, data_interval_start: datetime | None = None) -> dict[str, Any]:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import channel_youtube, database_url
        from etl.analytics import run
        from ytempire.clock import pacific_day, system_clock
        from ytempire.settings import get_settings

        # A run started by hand has no interval: it loads the day that has just ended.
        start = data_interval_start or system_clock() - timedelta(days=1)
        summary = run.stage(database_url(), channel_youtube, get_settings(), str(run_id), pacific_day(start))
        if not summary.channels:
            raise AirflowSkipException("There is no channel to load. Create one first.")
        return {"days": [str(day) for day in summary.days], "rows": summary.rows, "failed": summary.failed}

    @task(pool="warehouse_load")
    def validate(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database_url, figures
        from etl.analytics import run
        from ytempire.settings import get_settings

        return figures(run.validate(database_url(), get_settings(), str(run_id)))

    @task(pool="warehouse_load")
    def load(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database_url, figures
        from etl.analytics import run
        from ytempire.settings import get_settings

        return figures(run.load(database_url(), get_settings(), str(run_id)))

    @task(pool="warehouse_load")
    def reconcile(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures
        from etl.analytics import run
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return figures(run.reconcile(connection, get_settings(), str(run_id), system_clock()))

    @task(pool="warehouse_load")
    def rollup(run_id: str | None = None) -> dict[str, Any]:
        from dags.house.resources import database, figures
        from etl.analytics import run

        with database() as connection:
            return figures(run.rollup(connection, str(run_id)))

    # Of the present: a backfill has nothing to add to them.
    @task(pool="warehouse_load")
    def features(run_id: str | None = None, dag_run: Any = None) -> dict[str, Any]:
        if dag_run is not None and dag_run.run_type == "backfill":
            from airflow.sdk.exceptions import AirflowSkipException

            raise AirflowSkipException("The nightly run keeps the channels' features.")
        from dags.house.resources import database, figures
        from etl.features.channel_store import store_channel_features
        from ytempire.cache import Cache
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        settings = get_settings()
        with database() as connection:
            stored = store_channel_features(connection, settings, str(run_id), system_clock(), cache=Cache.of(settings))
            return figures(stored)

    collect() >> stage() >> validate() >> load() >> reconcile() >> rollup() >> features()


analytics_etl()
