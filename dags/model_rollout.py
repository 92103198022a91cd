"""Tries a new version of the trend model on a growing share of the channels: 5 %, 20 %, then all.

`forecast` keeps what the champion and the challenger say of yesterday's charts, before today's are known, and notes of
the earlier forecasts what became true. `step` compares both: the Brier scores of the same rows, a day one observation,
and the views of the videos that each side's topics became. Both are held against intervals that are valid however
often they are looked at. It moves by at most one step a day: up when the challenger is surely not worse, down when it
looks worse; back at once when it is surely worse or fails. After the last step it becomes the champion. Without a
challenger there is nothing to do. By hand: `python -m ml.rollout status`, `start`, `step --dry-run`, `back`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.house.rules import Tag, default_args


@dag(
    schedule=CronTriggerTimetable("40 0 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.LEARNING],
    default_args=default_args(timedelta(minutes=15)),
)
def model_rollout() -> None:
    """Wire the rollout."""

    @task(pool="gpu_inference")
    def forecast() -> dict[str, Any]:
        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import database, figures
        from ml.rollout.live import forecast as look
        from ytempire.errors import ModelMissing
        from ytempire.settings import get_settings

        with database() as connection:
            try:
                return figures(look(connection, get_settings()))
            except ModelMissing as error:
                raise AirflowSkipException(str(error)) from error

    # Whatever became of the forecasts: a challenger that fails has to go back.
    @task(trigger_rule="all_done")
    def step() -> dict[str, Any]:
        from datetime import UTC

        from dags.house.resources import database, figures
        from ml.rollout.course import Course
        from ytempire.clock import system_clock
        from ytempire.settings import get_settings

        with database() as connection:
            return figures(Course(connection, get_settings()).step(system_clock().astimezone(UTC).date()))

    forecast() >> step()


model_rollout()
