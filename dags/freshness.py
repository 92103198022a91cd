"""Keeps the figures of young videos no older than a minute: views, likes and comments of everything that was
published in the last 48 hours, from `videos.batchGetStats`, into `video_metrics` as source `live`.

A run takes its turn every 45 seconds, so that with the seconds that a run needs to start no figure grows older than
60. It is skipped while nothing is young. A video that had no turn comes first in the next run; one that was not seen
for five minutes raises the alert `freshness.stale`. The method has a quota bucket of its own: 10,000 calls a day.
These are 1,920 runs a day: `make clean-runs` removes Airflow's records of the old ones.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DeltaTriggerTimetable, dag, task

from dags.house.rules import Tag, default_args


@dag(
    schedule=DeltaTriggerTimetable(timedelta(seconds=45)),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.ANALYTICS],
    # A retry takes the next run's turn: one is enough.
    default_args=default_args(timedelta(seconds=60), retries=1, retry_delay=timedelta(seconds=1)),
)
def freshness() -> None:
    """Wire the look."""

    @task
    def look() -> dict[str, Any]:
        from dags.house.resources import database, figures, live_statistics

        with database() as connection:
            return figures(live_statistics(connection))

    look()


freshness()
