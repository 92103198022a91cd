"""`airflow backfill create` of past days through the real scheduler, repeated: the table stays the same.

Runs over what the demonstration has left: channels, videos and some of their days.
"""

from __future__ import annotations

import subprocess
import time
from datetime import datetime, timedelta

import pytest

from etl.warehouse.fingerprint import table_hash
from stack.airflow_client import AirflowClient
from stack.config import StackSettings, load
from ytempire.clock import PACIFIC, pacific_day, system_clock
from ytempire.database.connection import Connection, connect

pytestmark = pytest.mark.e2e


def backfill(airflow: AirflowClient, first: str, last: str) -> None:
    subprocess.run(
        ["airflow", "backfill", "create", "--dag-id", "analytics_etl", "--from-date", first, "--to-date", last,
         "--reprocess-behavior", "completed", "--max-active-runs", "2"],
        check=True,
    )  # fmt: skip
    backfills = airflow.call("GET", "/backfills", params={"dag_id": "analytics_etl"})["backfills"]
    newest = max(backfills, key=lambda found: found["id"])
    deadline = time.monotonic() + 300
    while not airflow.call("GET", f"/backfills/{newest['id']}")["completed_at"]:
        assert time.monotonic() < deadline, "the backfill does not end"
        time.sleep(1)
    states = [run["state"] for run in airflow.runs("analytics_etl") if run["run_type"] == "backfill"]
    assert states and set(states) == {"success"}


def hashes(connection: Connection) -> tuple[str, str]:
    """The days as both paths told them, and their sums. Young videos are observed meanwhile: that is another matter."""
    return (
        table_hash(connection, "video_metrics", without={"source": "live"}),
        table_hash(connection, "channel_metrics_daily"),
    )


@pytest.fixture
def settings() -> StackSettings:
    return load()


def test_three_past_days_twice_give_the_same_table(settings: StackSettings) -> None:
    airflow = AirflowClient(settings)
    last_day = pacific_day(system_clock()) - timedelta(days=4)
    days = [last_day - timedelta(days=back) for back in (2, 1, 0)]
    first, last = (datetime(day.year, day.month, day.day, tzinfo=PACIFIC).isoformat() for day in (days[0], days[-1]))
    with connect(settings.database_url("ytempire")) as connection:
        backfill(airflow, first, last)
        once = hashes(connection)
        backfill(airflow, first, last)
        twice = hashes(connection)
        loaded = connection.execute("SELECT DISTINCT day FROM ytempire.analytics_slices").fetchall()
    assert once == twice
    assert set(days) <= {row["day"] for row in loaded}
