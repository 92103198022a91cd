"""The retention table, executed: what is older goes, recorded before; what is younger or held stays."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.warehouse.load import load_batch
from etl.warehouse.retention.execute import execute
from etl.warehouse.retention.log_files import remove_old_logs
from etl.warehouse.retention.plan import make_plan
from etl.warehouse.retention.policies import policies
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection, connect
from ytempire.errors import InvalidInput, Retriable
from ytempire.settings import RetentionSettings, Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = RetentionSettings()
OLD = date(2026, 5, 2)


def add_day(connection: Connection, channel: UUID, day: date, views: int = 10, *, rolled_up: bool = True) -> None:
    stage_slice(connection, f"b{day}{rolled_up}", channel, day, {"video-a": views})
    load_batch([connection], f"b{day}{rolled_up}", "run")
    if rolled_up:
        recompute(connection, [channel], [day])


@pytest.fixture
def channel(connection: Connection) -> UUID:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    return channel


def days_in(connection: Connection, table: str, column: str = "day") -> list[date]:
    rows = connection.execute(f"SELECT {column} AS day FROM ytempire.{table} ORDER BY 1").fetchall()
    return [row["day"] for row in rows]


def test_figures_go_after_ninety_days_and_their_sums_stay(connection: Connection, channel: UUID) -> None:
    young = NOW.date() - timedelta(days=80)
    for day in (OLD, young):
        add_day(connection, channel, day)

    summary = execute(connection, SETTINGS, run_id="run", now=NOW)

    assert summary.rows["video_metrics"] == 1
    assert summary.chunks == 1
    assert days_in(connection, "video_metrics") == [young]
    assert days_in(connection, "video_metrics_daily") == [OLD, young]
    assert days_in(connection, "channel_revenue_daily") == [OLD, young]
    again = execute(connection, SETTINGS, run_id="run", now=NOW)
    assert (sum(again.rows.values()), again.chunks) == (0, 0)


def test_figures_whose_sums_are_missing_or_differ_are_held(connection: Connection, channel: UUID) -> None:
    add_day(connection, channel, OLD, rolled_up=False)
    summary = execute(connection, SETTINGS, run_id="run", now=NOW)
    assert list(summary.held.values()) == ["1 rows are not in the daily sums"]
    assert days_in(connection, "video_metrics") == [OLD]

    add_day(connection, channel, OLD)
    connection.execute("UPDATE ytempire.video_metrics_daily SET views = views + 1")
    assert execute(connection, SETTINGS, run_id="run", now=NOW).held

    recompute(connection, [channel], [OLD])
    assert execute(connection, SETTINGS, run_id="run", now=NOW).chunks == 1
    assert days_in(connection, "video_metrics") == []


def test_sums_go_after_a_year_and_revenue_after_three(connection: Connection, channel: UUID) -> None:
    year = SETTINGS.channel_performance_days
    ages = [year - 8, year + 8, SETTINGS.revenue_days - 1, SETTINGS.revenue_days + 1]
    days = [date(2026, 11, 22) - timedelta(days=age) for age in ages]
    for day in days:
        add_day(connection, channel, day)

    execute(connection, SETTINGS, run_id="run", now=NOW)

    for part in ("video", "channel", "niche"):
        assert days_in(connection, f"{part}_metrics_daily") == days[:1]
        assert len(days_in(connection, f"{part}_metrics_weekly", "week")) == 1
    assert days_in(connection, "channel_revenue_daily") == sorted(days[:3])


def test_a_week_goes_with_its_first_day(connection: Connection, channel: UUID) -> None:
    """A week that is partly gone would say less than it did, so it goes as a whole."""
    monday = date(2025, 11, 17)
    for day in (monday, monday + timedelta(days=6)):
        add_day(connection, channel, day)
    now = datetime(2025, 11, 18, 12, tzinfo=UTC) + timedelta(days=SETTINGS.channel_performance_days)

    execute(connection, SETTINGS, run_id="run", now=now)

    assert days_in(connection, "channel_metrics_daily") == [monday + timedelta(days=6)]
    assert days_in(connection, "channel_metrics_weekly", "week") == []


def test_what_was_paid_stays_for_seven_years(connection: Connection, channel: UUID) -> None:
    job = connection.execute(
        "INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, day, slot)"
        " VALUES (%s, 'video', '{}', '2019-01-01', 1) RETURNING job_id",
        [channel],
    ).fetchone()["job_id"]
    for number, age in enumerate((7 * 365, 7 * 366)):
        connection.execute(
            "INSERT INTO ytempire.cost_ledger"
            " (job_id, channel_id, stage, provider, call_key, state, estimated_usd, day)"
            " VALUES (%s, %s, 'script', 'gpt-4', %s, 'reserved', 1, %s)",
            [job, channel, str(number), NOW.date() - timedelta(days=age)],
        )
    execute(connection, SETTINGS, run_id="run", now=NOW)
    assert days_in(connection, "cost_ledger") == [NOW.date() - timedelta(days=7 * 365)]


def test_every_deletion_is_recorded_before_it_is_done(
    connection: Connection, channel: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_day(connection, channel, OLD)

    class Killed(BaseException):
        pass

    def die(*_: object) -> int:
        raise Killed

    monkeypatch.setattr("etl.warehouse.retention.execute._drop_chunk", die)
    with pytest.raises(Killed):
        execute(connection, SETTINGS, run_id="killed", now=NOW)
    row = connection.execute("SELECT * FROM ytempire.deletions").fetchone()
    assert (row["policy"], row["planned_count"], row["done_at"], row["run_id"]) == (
        "operational.metrics", 1, None, "killed",
    )  # fmt: skip
    assert days_in(connection, "video_metrics") == [OLD]

    monkeypatch.undo()
    execute(connection, SETTINGS, run_id="retry", now=NOW)
    rows = connection.execute("SELECT run_id, done_count, done_at >= planned_at AS after FROM ytempire.deletions")
    assert rows.fetchall() == [{"run_id": "retry", "done_count": 1, "after": True}]


def test_a_table_in_use_is_left_to_a_retry_and_the_others_go_on(
    connection: Connection, channel: UUID, database_url: str
) -> None:
    add_day(connection, channel, OLD)
    connection.execute(
        "INSERT INTO ytempire.audit_log (at, actor, action, entity, entity_id) VALUES (%s, 'a', 'b', 'c', 'd')",
        [NOW - timedelta(days=2_000)],
    )
    settings = SETTINGS.model_copy(update={"lock_wait_seconds": 1})
    with connect(database_url) as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM ytempire.video_metrics").fetchone()
        with pytest.raises(Retriable, match="left to a retry"):
            execute(connection, settings, run_id="run", now=NOW)
    assert connection.execute("SELECT FROM ytempire.audit_log WHERE entity = 'c'").fetchall() == []
    assert days_in(connection, "video_metrics") == [OLD]
    assert execute(connection, settings, run_id="run", now=NOW).chunks == 1


def test_a_chunk_written_since_it_was_planned_is_not_dropped(
    connection: Connection, channel: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_day(connection, channel, OLD)
    plan = make_plan(connection, SETTINGS, NOW)
    add_day(connection, channel, OLD + timedelta(days=1), rolled_up=False)
    monkeypatch.setattr("etl.warehouse.retention.execute.make_plan", lambda *_: plan)
    with pytest.raises(Retriable, match="was written while"):
        execute(connection, SETTINGS, run_id="run", now=NOW)
    assert len(days_in(connection, "video_metrics")) == 2


def test_planning_changes_nothing(connection: Connection, channel: UUID) -> None:
    add_day(connection, channel, OLD)
    plan = make_plan(connection, SETTINGS, NOW)
    assert [(one.policy.name, one.rows, one.held) for one in plan] == [("operational.metrics", 1, None)]
    assert days_in(connection, "video_metrics") == [OLD]
    assert connection.execute("SELECT count(*) AS n FROM ytempire.deletions").fetchone() == {"n": 0}


def test_every_policy_names_a_column_that_there_is(connection: Connection) -> None:
    known = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'ytempire'"
    )
    columns = {(row["table_name"], row["column_name"]) for row in known}
    assert {(policy.table, policy.column) for policy in policies(SETTINGS)} <= columns


def test_sums_cannot_be_kept_shorter_than_their_figures() -> None:
    with pytest.raises(ValueError, match="at least as long"):
        RetentionSettings(metrics_days=400)


def test_old_log_files_go_and_their_empty_folders(connection: Connection, tmp_path: Path) -> None:
    old, young = tmp_path / "dag_id=a" / "run" / "1.log", tmp_path / "dag_id=b" / "2.log"
    for path, age in ((old, 31), (young, 29)):
        path.parent.mkdir(parents=True)
        path.write_text("line")
        moment = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (moment, moment))
    settings = RetentionSettings(logs_root=tmp_path)

    assert remove_old_logs(connection, settings, run_id="run", now=NOW) == 1

    assert not old.parent.exists()
    assert young.exists()
    row = connection.execute("SELECT done_count, details FROM ytempire.deletions").fetchone()
    assert row == {"done_count": 1, "details": {"bytes": 4}}
    with pytest.raises(InvalidInput, match="LOGS_ROOT"):
        remove_old_logs(connection, RetentionSettings(logs_root=tmp_path / "none"), run_id="run", now=NOW)


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_shows_what_would_go_and_does_it_only_without_dry_run(
    connection: Connection, channel: UUID, database_url: str, tmp_path: Path, dry: bool
) -> None:
    add_day(connection, channel, OLD)
    answer = subprocess.run(
        [sys.executable, "-m", "etl.warehouse.retention", *(["--dry-run"] if dry else [])],
        env=os.environ
        | {"YTEMPIRE_DATABASE_URL": database_url, "YTEMPIRE_MEDIA_ROOT": str(tmp_path), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "operational.metrics" in answer.stdout
    assert "drop chunk" in answer.stdout
    assert (days_in(connection, "video_metrics") == [OLD]) is dry
    assert ("Done." in answer.stdout) is not dry


def test_settings_reach_the_policies_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_RETENTION__METRICS_DAYS", "120")
    by_table = {policy.table: policy for policy in policies(Settings().retention)}
    assert by_table["video_metrics"].days == 120


def test_a_row_that_somebody_else_refers_to_is_never_orphaned(connection: Connection) -> None:
    connection.execute(
        "INSERT INTO ytempire.quota_buckets (bucket, day, quota_limit) VALUES ('queries', '2026-01-01', 9)"
    )
    connection.execute(
        "INSERT INTO ytempire.quota_ledger (bucket, day, method, units, state)"
        " VALUES ('queries', '2026-01-01', 'videos.list', 1, 'settled')"
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("DELETE FROM ytempire.quota_buckets")
    summary = execute(connection, SETTINGS, run_id="run", now=NOW)
    assert (summary.rows["quota_ledger"], summary.rows["quota_buckets"]) == (1, 1)
