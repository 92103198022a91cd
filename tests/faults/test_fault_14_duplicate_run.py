"""Fault 14: a duplicate run, a zombie task beside its retry. The table's hash stays the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from analytics_service import AnalyticsService, report_row

from etl.analytics import run
from etl.warehouse.fingerprint import table_hash
from ytempire.database.connection import Connection, connect
from ytempire.errors import Retriable, ValidationFailed

DAY = date(2026, 11, 10)
TABLES = ("video_metrics", "analytics_slices", "channel_metrics_daily", "niche_metrics_daily")


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    service = AnalyticsService(connection, database_url, sandbox_url, look_back_days=2)
    for number in range(2):
        videos = [f"video-{number}-{n}" for n in range(3)]
        channel = service.add_channel(videos)
        service.answer(channel, [report_row(name, 10 + n) for n, name in enumerate(videos)])
    return service


def hashes(connection: Connection) -> list[str]:
    return [table_hash(connection, table) for table in TABLES]


def test_the_same_run_again_and_a_run_beside_it_change_nothing(service: AnalyticsService) -> None:
    service.run("run", DAY)
    first = hashes(service.connection)
    service.run("run", DAY)
    service.run("another", DAY)
    assert hashes(service.connection) == first
    assert service.rows("SELECT count(*) FROM ytempire.video_metrics") == [{"count": 18}]


def test_a_zombie_of_every_task_beside_its_retry(service: AnalyticsService) -> None:
    service.run("run", DAY)
    first = hashes(service.connection)
    service.connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in TABLES)}")

    def task(name: str) -> str:
        with connect(service.database_url) as own:
            try:
                if name == "stage":
                    run.stage(service.database_url, service.client_of, service.settings, "run", DAY)
                elif name == "validate":
                    run.validate(service.database_url, service.settings, "run")
                elif name == "load":
                    run.load(service.database_url, service.settings, "run")
                else:
                    run.rollup(own, "run")
            except (Retriable, ValidationFailed) as error:
                return type(error).__name__
        return "done"

    with ThreadPoolExecutor(8) as pool:
        # Whatever they do to each other, none may publish half of anything or break on a lock.
        zombies = list(pool.map(task, ["stage", "stage", "validate", "load", "load", "rollup"]))
    assert set(zombies) <= {"done", "Retriable", "ValidationFailed"}
    for name in ("stage", "validate", "load", "rollup"):
        with ThreadPoolExecutor(2) as pool:
            assert "done" in list(pool.map(task, [name, name]))
    assert hashes(service.connection) == first
