"""Looks at what is rising and ranks it: charts, watch lists and feeds into snapshots, these into topics for each niche.

The champion of the trend model ranks; until there is one, the measured velocity does. While `model_rollout` tries a
challenger, its ranking stands beside and decides for the channels it has been given. A source that fails leaves the
others working and stands in the task's result and in `trend_source_runs` (`python -m etl.trends sources`). What the
suite in `expectations/` refuses waits in quarantine (`python -m etl.quarantine list`). When the trend watch's share of
the quota runs short, charts go first. Updates the asset `topics`, on which `job_dispatch` waits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.house.rules import TOPICS, Tag, default_args


@dag(
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.TRENDS],
    default_args=default_args(timedelta(minutes=10)),
)
def trend_refresh() -> None:
    """Wire the refresh."""

    @task(outlets=[TOPICS])
    def refresh() -> dict[str, Any]:
        from dags.house.resources import database, figures, trend_clients
        from etl.trends.refresh import refresh_trends
        from ml.rollout.ranking import trial_or_none
        from ml.trend.predict import champion_or_none, reading
        from ytempire.settings import get_settings

        settings = get_settings()
        with database() as connection:
            read = reading()
            ranker = champion_or_none(connection, settings, read)
            trial = trial_or_none(connection, settings, read)
            return figures(refresh_trends(connection, trend_clients(), settings, ranker=ranker, trial=trial))

    refresh()


trend_refresh()
