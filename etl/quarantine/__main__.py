"""``python -m etl.quarantine``: the rows that were refused, why, and their way back when the cause is mended.

``replay`` shows what would become of them; with ``--apply`` it happens.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.quarantine.replay import Outcome, replay
from etl.quarantine.rows import QuarantinedRow, get_row, list_rows
from etl.validation.page import write_page
from ytempire.database.connection import connect
from ytempire.program import run_program
from ytempire.settings import get_settings

app = typer.Typer(help="Rows that a suite or a reader refused.", no_args_is_help=True, pretty_exceptions_enable=False)

OfSource = Annotated[str | None, typer.Option("--source", help="video_daily, snapshots, features, …")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]


@app.command("list")
def list_(
    source: OfSource = None,
    settled: Annotated[bool, typer.Option("--all", help="Also those that have left it")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the rows that wait."""
    with connect(get_settings().database_url) as connection:
        found = list_rows(connection, source=source, settled=settled, limit=limit)
    if as_json:
        _print_json([asdict(row) for row in found])
        return
    table = Table("row", "source", "channel", "day", "why", "since", "state")
    for row in found:
        since, day = _minute(row.quarantined_at), str(row.payload.get("day") or "")
        texts = (row.source, row.channel or "", day, row.reason)
        table.add_row(str(row.row_id), *map(escape, texts), since, row.outcome or "waits")
    Console().print(table)


@app.command()
def show(row: Annotated[int, typer.Argument(help="Its number, as `list` shows it")], as_json: AsJson = False) -> None:
    """Show all that is known of a row, and what it held."""
    with connect(get_settings().database_url) as connection:
        found = get_row(connection, row)
    if as_json:
        _print_json(asdict(found))
        return
    table = Table("field", "value", show_header=False)
    about = asdict(found)
    for name, value in {**about, **about.pop("payload")}.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        table.add_row(escape(name), "" if value is None else escape(text))
    Console().print(table)


@app.command("replay")
def replay_(
    rows: Annotated[list[int] | None, typer.Argument(help="Their numbers; none: all that wait")] = None,
    source: OfSource = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this nothing changes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Try rows again, by the same suites, and let those that pass go where they belonged.

    A row of a day that was loaded again since is out of date, and leaves. Repeating it changes nothing more.
    """
    settings = get_settings()
    with connect(settings.database_url) as connection:
        for number in rows or []:
            get_row(connection, number)
        found = list_rows(connection, source=source, row_ids=rows)
        outcomes = replay(connection, settings, found, dry_run=not apply)
        if apply:
            write_page(connection, settings)
    if as_json:
        _print_json([{"row": one.row.row_id, "state": one.state, "why": one.why} for one in outcomes])
        return
    _show(outcomes, found, apply=apply)


def _show(outcomes: Sequence[Outcome], found: Sequence[QuarantinedRow], *, apply: bool) -> None:
    table = Table("row", "source", "channel", "day", "what becomes of it", "why")
    for one in outcomes:
        texts = (one.row.source, one.row.channel or "", str(one.row.payload.get("day") or ""), one.state, one.why)
        table.add_row(str(one.row.row_id), *map(escape, texts))
    if found:
        Console().print(table)
    counts = Counter(one.state for one in outcomes)
    said = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "Nothing waits"
    typer.echo(f"{said}." if apply or not found else f"{said}. Nothing was changed; --apply does it.")


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def main() -> None:
    """Run the command line."""
    run_program(app, "python -m etl.quarantine")


if __name__ == "__main__":
    main()
