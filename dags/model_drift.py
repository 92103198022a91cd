"""Looks every day at how far what the trend model sees is from what it learned from.

`look` holds the champion's inputs and chances of the last seven days against those of its training days, writes
Evidently's report (Browse → Model drift, the newest first) and keeps the figures (`python -m ml.drift status`).
`ask_for_retraining` updates the asset `model_drift`, on which `model_retraining` waits, when more of the inputs or the
chances have moved than they may, or the forecasts have become worse; not while a new version is tried, nor twice within
a week.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.house.rules import DRIFT, Tag, default_args


@dag(
    schedule=CronTriggerTimetable("10 1 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.LEARNING],
    default_args=default_args(timedelta(minutes=20)),
)
def model_drift() -> None:
    """Wire the look."""

    @task(pool="gpu_inference")
    def look() -> dict[str, Any]:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import database, figures
        from ml.drift.look import look as look_now
        from ytempire.errors import ModelMissing, Skippable
        from ytempire.settings import get_settings

        with database() as connection:
            try:
                return figures(look_now(connection, get_settings()))
            except (ModelMissing, Skippable) as error:
                raise AirflowSkipException(str(error)) from error

    @task(outlets=[DRIFT])
    def ask_for_retraining() -> str:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import database
        from ml.drift.ask import ask_for_retraining as ask
        from ytempire.settings import get_settings

        with database() as connection:
            reason = ask(connection, get_settings())
        if reason is None:
            raise AirflowSkipException("Nothing asks for a retraining.")
        return reason

    look() >> ask_for_retraining()


model_drift()
