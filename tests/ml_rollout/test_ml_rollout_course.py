"""The course of a rollout in the tables and in the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from ml.registry import ModelRegistry
from ml.rollout import __main__ as command
from ml.rollout import book
from ml.rollout.course import Course
from ytempire.database.connection import Connection
from ytempire.errors import Conflict, InvalidInput
from ytempire.rollouts import note_error, running_rollout
from ytempire.settings import Settings

START = date(2026, 11, 1)


def course(connection: Connection, settings: Settings) -> Course:
    return Course(connection, settings, who="test")


def alias(client: Any, settings: Settings, name: str) -> str | None:
    found = client.get_registered_model(settings.training.model_name).aliases.get(name)
    return None if found is None else str(found)


def promotions(connection: Connection) -> list[tuple[str, str, str]]:
    rows = connection.execute("SELECT * FROM ytempire.model_promotions ORDER BY promotion_id")
    return [(row["version"], row["alias"], row["champion_before"]) for row in rows]


def test_a_good_challenger_goes_up_a_step_a_day_and_becomes_the_champion(
    connection: Connection, settings: Settings, client: Any, forecasts: Callable[..., None]
) -> None:
    ours = course(connection, settings)
    assert (ours.step(START).action, ours.step(START).action) == ("start", "stay")
    forecasts(12, champion_error=0.2, challenger_error=0.05)
    today = START + timedelta(days=13)
    taken = [ours.step(today + timedelta(days=day)) for day in (0, 0, 1, 2)]
    assert [(one.action, one.percentage) for one in taken] == [
        ("up", 20),
        ("stay", 20),
        ("up", 100),
        ("promote", 100),
    ]
    assert (alias(client, settings, "champion"), alias(client, settings, "challenger")) == ("2", None)
    assert promotions(connection) == [("2", "champion", "1")]
    last = book.latest(connection, settings.training.model_name)
    assert last is not None
    assert last.state == "promoted"
    logged = [one.action for one in reversed(book.steps(connection, last.rollout_id))]
    assert logged == ["start", "stay", "up", "stay", "up", "promote"]
    assert ours.step(today + timedelta(days=4)).action == "none"


def ready_for_promotion(
    connection: Connection, settings: Settings, forecasts: Callable[..., None]
) -> tuple[Course, date]:
    """A rollout to all channels whose challenger is better, and the day on which that is certain."""
    ours = course(connection, settings)
    ours.step(START)
    connection.execute("UPDATE ytempire.model_rollouts SET percentage = 100")
    forecasts(12, champion_error=0.2, challenger_error=0.05)
    today = START + timedelta(days=13)
    return ours, today


def test_a_promotion_can_be_undone_where_the_former_champion_still_works(
    connection: Connection,
    settings: Settings,
    client: Any,
    forecasts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, today = ready_for_promotion(connection, settings, forecasts)
    assert ours.step(today).action == "promote"
    with pytest.raises(InvalidInput, match="has no files"):
        ours.back("viewers complain", today)
    assert alias(client, settings, "champion") == "2"
    monkeypatch.setattr(ModelRegistry, "load", lambda *_: None)
    undone = ours.back("viewers complain", today)
    assert (undone.champion_version, alias(client, settings, "champion")) == ("1", "1")
    assert promotions(connection) == [("2", "champion", "1"), ("1", "champion", "2")]
    with pytest.raises(InvalidInput, match="none is under way"):
        ours.back("again", today)


def test_a_worse_challenger_is_sent_back_and_not_tried_again(
    connection: Connection, settings: Settings, client: Any, forecasts: Callable[..., None]
) -> None:
    ours = course(connection, settings)
    ours.step(START)
    forecasts(12, champion_error=0.05, challenger_error=0.25)
    done = ours.step(START + timedelta(days=13))
    assert (done.action, done.percentage) == ("return", 0)
    assert "surely worse" in done.reason
    assert (alias(client, settings, "champion"), alias(client, settings, "challenger")) == ("1", None)
    assert promotions(connection) == []
    client.set_registered_model_alias(settings.training.model_name, "challenger", "2")
    assert "had its rollout" in ours.step(START + timedelta(days=14)).reason


def test_a_challenger_that_fails_is_sent_back(connection: Connection, settings: Settings, client: Any) -> None:
    ours = course(connection, settings)
    ours.step(START)
    rollout = running_rollout(connection, settings.training.model_name)
    assert rollout is not None
    counts = [note_error(connection, rollout.rollout_id, f"failure {number}\x00") for number in (1, 2, 3)]
    assert counts == [1, 2, 3]
    assert ours.step(START).reason == "it failed 3 times"
    assert note_error(connection, rollout.rollout_id, "too late") == 0


def test_a_dry_run_changes_nothing(
    connection: Connection, settings: Settings, client: Any, forecasts: Callable[..., None]
) -> None:
    ours = course(connection, settings)
    assert ours.step(START, dry_run=True).action == "start"
    assert running_rollout(connection, settings.training.model_name) is None
    ours.step(START)
    forecasts(12, champion_error=0.2, challenger_error=0.05)
    would = [ours.step(START + timedelta(days=13), dry_run=True) for _ in range(2)]
    assert [(one.action, one.percentage) for one in would] == [("up", 20)] * 2
    assert running_rollout(connection, settings.training.model_name).percentage == 5


def test_a_promotion_that_was_killed_before_the_registry_knew_is_finished_by_the_next_run(
    connection: Connection,
    settings: Settings,
    client: Any,
    forecasts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, today = ready_for_promotion(connection, settings, forecasts)
    with monkeypatch.context() as patch:
        patch.setattr(ModelRegistry, "move_alias", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            ours.step(today)
    assert promotions(connection) == [("2", "champion", "1")]
    assert alias(client, settings, "champion") == "1"
    assert ours.step(today).action == "none"
    assert alias(client, settings, "champion") == "2"
    assert promotions(connection) == [("2", "champion", "1")]


def test_a_champion_that_changed_otherwise_ends_the_comparison(
    connection: Connection, settings: Settings, client: Any
) -> None:
    ours = course(connection, settings)
    ours.step(START)
    client.create_model_version(settings.training.model_name, source="file:///nowhere/3")
    client.set_registered_model_alias(settings.training.model_name, "champion", "3")
    assert "v3 became the champion otherwise" in ours.step(START).reason


def test_a_decision_about_a_rollout_that_moved_meanwhile_is_refused(
    connection: Connection, settings: Settings, client: Any, forecasts: Callable[..., None]
) -> None:
    ours = course(connection, settings)
    ours.step(START)
    stale = running_rollout(connection, settings.training.model_name)
    connection.execute("UPDATE ytempire.model_rollouts SET percentage = 20")
    from ml.rollout.decide import Decision

    with pytest.raises(Conflict):
        book.record(connection, stale, Decision("up", 20, "late"), {}, START, "test")
    assert len(book.steps(connection, stale.rollout_id)) == 1


@pytest.mark.parametrize("table", ["model_rollout_steps", "model_promotions"])
@pytest.mark.parametrize("change", ["UPDATE ytempire.{} SET reason = 'x'", "DELETE FROM ytempire.{}"])
def test_the_log_is_never_rewritten(
    connection: Connection, settings: Settings, client: Any, forecasts: Callable[..., None], table: str, change: str
) -> None:
    ours = course(connection, settings)
    ours.step(START)
    connection.execute("UPDATE ytempire.model_rollouts SET percentage = 100")
    forecasts(12, champion_error=0.2, challenger_error=0.05)
    ours.step(START + timedelta(days=13))
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(change.format(table))


def test_the_commands(connection: Connection, settings: Settings, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: settings)
    run = CliRunner().invoke

    assert "no rollout" in run(command.app, ["status"]).output
    assert json.loads(run(command.app, ["step", "--dry-run", "--json"]).output)["action"] == "start"
    assert "v2 against v1, 5 %" in run(command.app, ["step"]).output
    told = json.loads(run(command.app, ["status", "--json"]).output)
    assert (told["rollout"]["state"], told["steps"][0]["action"]) == ("running", "start")
    assert "v2 against the champion v1: running, 5 %" in run(command.app, ["status"]).output
    assert "return" in run(command.app, ["back", "--reason", "it smells"]).output
    assert isinstance(run(command.app, ["back", "--reason", "again"]).exception, InvalidInput)
    assert isinstance(run(command.app, ["start", "9"]).exception, InvalidInput)
