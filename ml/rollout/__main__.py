"""``python -m ml.rollout``: where the rollout stands, and a person's hand on it."""

from __future__ import annotations

import getpass
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ml.rollout import book
from ml.rollout.course import Course, Step
from ml.rollout.evidence import gather, live_days
from ytempire.clock import system_clock
from ytempire.database.connection import Connection, connect
from ytempire.program import run_program
from ytempire.rollouts import Rollout
from ytempire.settings import Settings, get_settings

app = typer.Typer(help="The rollout of a new model.", no_args_is_help=True, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]
Why = Annotated[str, typer.Option("--reason", help="What the log will say of it")]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the last rollout: who is tried, on which share of the channels, what is known, and every decision."""
    with _opened() as (connection, settings):
        rollout = book.latest(connection, settings.training.model_name)
        if rollout is None:
            print("null" if as_json else "There has been no rollout.")
            return
        figures = gather(connection, rollout, settings.rollout, _today()).figures()
        steps, days = book.steps(connection, rollout.rollout_id), live_days(connection, rollout)
    if as_json:
        told = {"rollout": asdict(rollout), "figures": figures, "days": days, "steps": [asdict(one) for one in steps]}
        _print_json(told)
        return
    _show(rollout, figures, days, steps)


@app.command()
def start(
    version: Annotated[str | None, typer.Argument(help="A version of the model; else the challenger")] = None,
    as_json: AsJson = False,
) -> None:
    """Begin the rollout of a version."""
    with _opened() as (connection, settings):
        _tell(Course(connection, settings, who=_who()).start(version, _today()), as_json=as_json)


@app.command()
def step(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Do what the evidence says, as the daily run does: at most one step a day."""
    with _opened() as (connection, settings):
        done = Course(connection, settings, who=_who()).step(_today(), dry_run=dry_run)
        _tell(done, as_json=as_json)


@app.command()
def back(reason: Why, as_json: AsJson = False) -> None:
    """Give the champion all channels back at once; with no rollout under way, undo the last promotion."""
    with _opened() as (connection, settings):
        _tell(Course(connection, settings, who=_who()).back(reason, _today()), as_json=as_json)


@contextmanager
def _opened() -> Iterator[tuple[Connection, Settings]]:
    settings = get_settings()
    with connect(settings.database_url) as connection:
        yield connection, settings


def _today() -> date:
    return system_clock().astimezone(UTC).date()


def _who() -> str:
    return getpass.getuser()[:100]


def _tell(done: Step, *, as_json: bool) -> None:
    if as_json:
        _print_json(asdict(done))
        return
    names = f"v{done.version} against v{done.champion_version}" if done.version else "no version"
    Console().print(f"{done.action}: {names}, {done.percentage} % of the channels. {escape(done.reason)}")


def _show(rollout: Rollout, figures: dict[str, Any], days: list[dict[str, Any]], steps: list[book.LoggedStep]) -> None:
    console = Console()
    console.print(
        f"{rollout.model_name} v{rollout.version} against the champion v{rollout.champion_version}:"
        f" {rollout.state}, {rollout.percentage} % of the channels since {rollout.stepped_on}"
    )
    known = Table("what", "difference", "from", "to", "observations", title="Challenger less champion")
    for name, label in (("brier", "Brier score, a day"), ("views", "log of views, a video")):
        one = figures[name]
        known.add_row(label, _number(one["difference"]), _number(one["low"]), _number(one["high"]), str(one["n"]))
    console.print(known)
    live = Table("day", "rows", "challenger", "champion", title="Brier score on live charts")
    for row in days[-10:]:
        live.add_row(str(row["day"]), str(row["rows"]), f"{row['challenger']:.4f}", f"{row['champion']:.4f}")
    console.print(live)
    course = Table("day", "what", "percentage", "by", "why", title="Decisions, the newest first")
    for one in steps:
        moved = f"{one.percentage_before} → {one.percentage}"
        course.add_row(str(one.day), one.action, moved, escape(one.decided_by), escape(one.reason))
    console.print(course)
    if rollout.error_count:
        console.print(f"It failed {rollout.error_count} times, last: {escape(rollout.last_error or '')}")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:+.5f}"


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    run_program(app, "python -m ml.rollout")


if __name__ == "__main__":
    main()
