"""Rows in quarantine find their way back when the cause is mended, and never over a newer answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from etl_rows import add_channel, add_video, stage_slice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from etl.analytics.validate import validate_batch
from etl.quarantine.__main__ import app
from etl.quarantine.replay import replay
from etl.quarantine.rows import list_rows
from etl.warehouse.fingerprint import table_hash
from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection
from ytempire.errors import Conflict
from ytempire.settings import Settings, get_settings

DAY, NEXT = date(2026, 11, 10), date(2026, 11, 11)
TABLES = ("video_metrics", "analytics_slices", "video_metrics_daily", "channel_metrics_daily", "niche_metrics_weekly")
VIDEOS = ("video-a", "video-b", "video-c", "video-d")


@pytest.fixture
def ours(database_url: str) -> Settings:
    return Settings(database_url=database_url)


def load(connection: Connection, settings: Settings, channel: UUID, batch: str) -> None:
    validate_batch(settings.database_url, batch, settings.analytics.suites)
    load_batch([connection], batch, batch)
    recompute(connection, [channel], [DAY, NEXT])


def tried(connection: Connection, settings: Settings, *, dry_run: bool = False) -> list[tuple[str, str]]:
    found = replay(connection, settings, list_rows(connection), dry_run=dry_run)
    return [(one.state, one.why) for one in found]


def views(connection: Connection, day: date = DAY) -> dict[str, int]:
    rows = connection.execute(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        " WHERE day = %s",
        [day],
    )
    return {row["youtube_video_id"]: row["views"] for row in rows}


def hashes(connection: Connection) -> list[str]:
    return [table_hash(connection, table) for table in TABLES]


def test_a_row_whose_video_is_known_by_now_comes_into_its_day(connection: Connection, ours: Settings) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 10, "video-b": 20, "bad id": 30}, validated=False)
    load(connection, ours, channel, "run")
    assert views(connection) == {"video-a": 10}
    # Nothing is mended yet: the same suite says the same.
    assert {state for state, _ in tried(connection, ours)} == {"refused"}
    add_video(connection, channel, "video-b")
    before = hashes(connection)

    plan = tried(connection, ours, dry_run=True)

    assert sorted(plan) == [
        ("refused", "the video id is malformed; the channel has no such video"),
        ("replayed", "passes"),
    ]
    assert hashes(connection) == before and len(list_rows(connection)) == 2
    assert tried(connection, ours) == plan
    assert views(connection) == {"video-a": 10, "video-b": 20}
    ledger = connection.execute("SELECT row_count, quarantined_count FROM ytempire.analytics_slices").fetchone()
    assert ledger == {"row_count": 2, "quarantined_count": 1}
    sums = connection.execute("SELECT videos, views FROM ytempire.channel_metrics_daily").fetchone()
    assert sums == {"videos": 2, "views": 30}
    settled = {row.payload["youtube_video_id"]: row.outcome for row in list_rows(connection, settled=True)}
    assert settled == {"video-b": "replayed", "bad id": None}
    after = hashes(connection)
    assert [state for state, _ in tried(connection, ours)] == ["refused"]
    assert hashes(connection) == after
    left = connection.execute("SELECT count(*) AS n FROM ytempire.staging_slices WHERE batch_id <> 'run'").fetchone()
    assert left == {"n": 0}


def test_a_newer_answer_is_never_undone(connection: Connection, ours: Settings) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "old", channel, DAY, {"video-a": 10, "video-b": 20}, validated=False)
    load(connection, ours, channel, "old")
    add_video(connection, channel, "video-b")
    stage_slice(connection, "new", channel, DAY, {"video-a": 11}, validated=False)
    load(connection, ours, channel, "new")
    before = hashes(connection)
    assert tried(connection, ours) == [("superseded", "a newer answer of the day is loaded")]
    assert hashes(connection) == before and list_rows(connection) == []


def test_a_row_of_an_answer_that_is_not_loaded_waits(connection: Connection, ours: Settings) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 10, "video-b": 20}, validated=False)
    validate_batch(ours.database_url, "run", ours.analytics.suites)
    add_video(connection, channel, "video-b")
    assert [state for state, _ in tried(connection, ours)] == ["blocked"]
    assert views(connection) == {} and len(list_rows(connection)) == 1
    load_batch([connection], "run", "run")
    assert [state for state, _ in tried(connection, ours)] == ["replayed"]
    assert views(connection) == {"video-a": 10, "video-b": 20}


def test_a_day_of_which_nothing_was_sound_keeps_what_it_had_until_it_is_replayed(
    connection: Connection, ours: Settings
) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "good", channel, DAY, {"video-a": 10}, validated=False)
    load(connection, ours, channel, "good")
    stage_slice(connection, "bad", channel, DAY, {"video-b": 20, "video-c": 30}, validated=False)
    validate_batch(ours.database_url, "bad", ours.analytics.suites)
    summary = load_batch([connection], "bad", "bad")
    assert (summary.slices_refused, summary.slices_loaded, summary.quarantined) == (1, 0, 2)
    assert views(connection) == {"video-a": 10}
    for name in ("video-b", "video-c"):
        add_video(connection, channel, name)
    assert tried(connection, ours) == [("replayed", "passes")] * 2
    assert views(connection) == {"video-b": 20, "video-c": 30}


def test_one_replay_at_a_time(connection: Connection, database_url: str, ours: Settings) -> None:
    from ytempire.database.connection import connect

    with connect(database_url) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('quarantine', 0))")
        with pytest.raises(Conflict):
            replay(connection, ours, [], dry_run=True)
        other.execute("SELECT pg_advisory_unlock(hashtextextended('quarantine', 0))")
    assert replay(connection, ours, [], dry_run=True) == []


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.dictionaries(
        st.sampled_from([DAY, NEXT]), st.dictionaries(st.sampled_from(VIDEOS), st.integers(0, 99)), min_size=1
    ),
    late=st.sets(st.sampled_from(VIDEOS)),
)
def test_replayed_is_as_if_it_had_been_known_at_once(
    connection: Connection, ours: Settings, answers: dict[date, dict[str, int]], late: set[str]
) -> None:
    connection.execute("TRUNCATE ytempire.channels, ytempire.quarantined_rows CASCADE")
    channel = add_channel(connection, "UCa")
    for name in sorted(set(VIDEOS) - late):
        add_video(connection, channel, name)
    for day, shown in answers.items():
        stage_slice(connection, "run", channel, day, shown, validated=False)
    load(connection, ours, channel, "run")
    for name in sorted(late):
        add_video(connection, channel, name)
    assert {state for state, _ in tried(connection, ours)} <= {"replayed"}
    replayed = hashes(connection)
    for day, shown in answers.items():
        assert views(connection, day) == shown
    connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in TABLES)}, ytempire.staging_slices")
    for day, shown in answers.items():
        stage_slice(connection, "anew", channel, day, shown, validated=False)
    load(connection, ours, channel, "anew")
    assert hashes(connection) == replayed


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("YTEMPIRE_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield CliRunner()
    get_settings.cache_clear()


def test_the_command_shows_what_it_would_do_before_it_does_it(connection: Connection, command: CliRunner) -> None:
    channel = add_channel(connection, "UCa")
    stage_slice(connection, "run", channel, DAY, {"[bold]video-b": 20, "video-c": 5}, validated=False)
    load(connection, get_settings(), channel, "run")
    add_video(connection, channel, "video-c")

    listed = json.loads(command.invoke(app, ["list", "--json"]).output)
    assert [row["payload"]["views"] for row in listed] == [5, 20] or [row["payload"]["views"] for row in listed] == [
        20, 5,
    ]  # fmt: skip
    assert "no such video" in command.invoke(app, ["list"], env={"COLUMNS": "200"}).output
    first = str(listed[0]["row_id"])
    assert "metric_definition" in command.invoke(app, ["show", first], env={"COLUMNS": "200"}).output
    assert command.invoke(app, ["show", "0"]).exit_code != 0
    assert "1 refused, 1 replayed. Nothing was changed" in command.invoke(app, ["replay"]).output
    assert views(connection) == {}
    applied = json.loads(command.invoke(app, ["replay", "--apply", "--json"]).output)
    assert sorted(one["state"] for one in applied) == ["refused", "replayed"]
    assert views(connection) == {"video-c": 5}
    again = command.invoke(app, ["replay", "--source", "snapshots", "--apply"])
    assert again.output.strip() == "Nothing waits."
