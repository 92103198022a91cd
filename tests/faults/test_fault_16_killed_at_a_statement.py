"""Fault 16: PostgreSQL ends the session at each statement. All or nothing, and the retry succeeds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.analytics.bulk.load import load_bulk
from etl.warehouse.fingerprint import table_hash
from etl.warehouse.load import load_batch
from etl.warehouse.retention.execute import execute
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection
from ytempire.settings import AnalyticsSettings, RetentionSettings

FIRST = date(2026, 5, 3)
DAYS = [FIRST, FIRST + timedelta(days=1)]
BEFORE = {"video-a": 10, "video-b": 20}
AFTER = {"video-b": 25, "video-c": 30}
SUMS = [f"{part}_metrics_{period}" for part in ("video", "channel", "niche") for period in ("daily", "weekly")]
LOADED = ["video_metrics", "analytics_slices", "channel_revenue_daily", *SUMS]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Mortal(psycopg.Connection[dict[str, Any]]):
    """A connection whose session the server ends before or after its n-th statement."""

    killer: Connection
    ends_at: int
    ends_after: bool
    statements = 0

    def execute(self, *arguments: Any, **options: Any) -> Any:
        this = self.statements
        self.statements += 1
        if this != self.ends_at:
            return super().execute(*arguments, **options)
        answer = super().execute(*arguments, **options) if self.ends_after else None
        self.killer.execute("SELECT pg_terminate_backend(%s, 5000)", [self.info.backend_pid])
        return answer or super().execute(*arguments, **options)


def killed(connection: Connection, url: str, work: Callable[[Connection], None], at: int, after: bool) -> bool:
    """Do ``work`` on a connection that dies at a statement; return whether it came that far."""
    mortal = Mortal.connect(url, autocommit=True, row_factory=psycopg.rows.dict_row, options="-c timezone=UTC")
    mortal.killer, mortal.ends_at, mortal.ends_after = connection, at, after
    try:
        work(mortal)
    except psycopg.OperationalError:
        return True
    finally:
        mortal.close()
    # Ended after its last statement, outside of any transaction: nobody noticed.
    return mortal.statements > at


@pytest.fixture
def channel(connection: Connection) -> UUID:
    channel = add_channel(connection, "UCa")
    for name in ("video-a", "video-b", "video-c"):
        add_video(connection, channel, name)
    return channel


def stage(connection: Connection, channel: UUID, batch: str, views: dict[str, int]) -> None:
    for day in DAYS:
        stage_slice(connection, batch, channel, day, views)


def content(connection: Connection, day: date) -> dict[str, int]:
    rows = connection.execute(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        " WHERE day = %s",
        [day],
    )
    return {row["youtube_video_id"]: row["views"] for row in rows}


def hashes(connection: Connection) -> list[str]:
    return [table_hash(connection, table) for table in LOADED]


def clear(connection: Connection, *more: str) -> None:
    tables = [*LOADED, "staging_slices", "staging_video_metrics", "deletions", *more]
    connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in tables)}")


@pytest.mark.parametrize("after", [False, True])
def test_a_load_and_its_sums(connection: Connection, database_url: str, channel: UUID, after: bool) -> None:
    def prepare() -> None:
        clear(connection)
        stage(connection, channel, "before", BEFORE)
        load_batch([connection], "before", "run")
        recompute(connection, [channel], DAYS)
        stage(connection, channel, "after", AFTER)

    def work(own: Connection) -> None:
        load_batch([own], "after", "run")
        recompute(own, [channel], DAYS)

    prepare()
    moments = connection.execute("SELECT min(fetched_at) AS at FROM ytempire.staging_slices").fetchone()
    assert moments["at"]
    work(connection)
    expected = [table_hash(connection, table) for table in LOADED]
    statement = 0
    while True:
        prepare()
        if not killed(connection, database_url, work, statement, after):
            break
        for day in DAYS:
            assert content(connection, day) in (BEFORE, AFTER)
        work(connection)
        assert hashes(connection) == expected
        statement += 1
    assert statement > 20


def stage_reports(connection: Connection, channel: UUID, batch: str, views: dict[str, int], made: datetime) -> None:
    """Stage an activity report of each day, as it was collected and validated."""
    for day in DAYS:
        key = {"channel": channel, "report": f"{batch} {day}", "day": day, "made": made, "batch": batch}
        connection.execute(
            "INSERT INTO ytempire.bulk_reports (channel_id, report_id, report, job_id, day, created_at, resource_name,"
            " state, sha256, row_count, batch_id, validated_at) VALUES (%(channel)s, %(report)s, 'channel_basic_a3',"
            " 'job', %(day)s, %(made)s, 'name', 'staged', 'sum', %(rows)s, %(batch)s, now())",
            {**key, "rows": len(views)},
        )
        for number, (name, count) in enumerate(views.items(), start=1):
            connection.execute(
                "INSERT INTO ytempire.staging_bulk_rows SELECT channel_id, %(report)s, %(number)s, youtube_video_id,"
                " video_id, %(views)s, %(views)s, 1, 1, 1, 5, 0.5 FROM ytempire.videos"
                " WHERE youtube_video_id = %(name)s",
                {**key, "number": number, "name": name, "views": count},
            )


@pytest.mark.parametrize("after", [False, True])
def test_a_load_of_bulk_reports(connection: Connection, database_url: str, channel: UUID, after: bool) -> None:
    settings = AnalyticsSettings()

    def prepare() -> None:
        clear(connection, "bulk_reports", "staging_bulk_rows")
        stage_reports(connection, channel, "before", BEFORE, NOW)
        load_bulk([connection], settings, "before", "run")
        stage_reports(connection, channel, "after", AFTER, NOW + timedelta(hours=1))

    def work(own: Connection) -> None:
        load_bulk([own], settings, "after", "run")

    def states() -> list[tuple[str, str]]:
        rows = connection.execute("SELECT report_id, state FROM ytempire.bulk_reports ORDER BY report_id").fetchall()
        return [(row["report_id"], row["state"]) for row in rows]

    prepare()
    work(connection)
    expected = [table_hash(connection, table) for table in LOADED]
    assert states() == [(f"after {day}", "loaded") for day in DAYS] + [(f"before {day}", "superseded") for day in DAYS]
    told, statement = states(), 0
    while True:
        prepare()
        if not killed(connection, database_url, work, statement, after):
            break
        for day in DAYS:
            assert content(connection, day) in (BEFORE, AFTER)
        work(connection)
        assert (hashes(connection), states()) == (expected, told)
        statement += 1
    assert statement > 15


@pytest.mark.parametrize("after", [False, True])
def test_the_retention(connection: Connection, database_url: str, channel: UUID, after: bool) -> None:
    def prepare() -> None:
        clear(connection, "audit_log")
        stage(connection, channel, "before", BEFORE)
        load_batch([connection], "before", "run")
        recompute(connection, [channel], DAYS)
        connection.execute(
            "INSERT INTO ytempire.audit_log (at, actor, action, entity, entity_id) VALUES (%s, 'a', 'b', 'c', 'd')",
            [NOW - timedelta(days=2_000)],
        )

    def work(own: Connection) -> None:
        execute(own, RetentionSettings(), run_id="run", now=NOW)

    statement = 0
    while True:
        prepare()
        if not killed(connection, database_url, work, statement, after):
            break
        figures = [content(connection, day) for day in DAYS]
        assert figures in ([BEFORE] * 2, [{}] * 2)
        work(connection)
        assert [content(connection, day) for day in DAYS] == [{}] * 2
        assert connection.execute("SELECT count(*) AS n FROM ytempire.audit_log").fetchone() == {"n": 0}
        rows = connection.execute("SELECT policy, done_count FROM ytempire.deletions ORDER BY policy").fetchall()
        assert [(row["policy"], row["done_count"]) for row in rows] == [
            ("compliance.audit_logs", 1),
            ("operational.metrics", 4),
        ]
        statement += 1
    assert statement > 20
