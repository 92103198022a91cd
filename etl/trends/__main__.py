"""``python -m etl.trends``: what an operator does with the trend watch by hand.

``history`` brings a past of charts into the database, ``sources`` shows which sources answer.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.trends.history import import_history
from etl.trends.source_runs import source_states
from ytempire.database.connection import connect
from ytempire.errors import InvalidInput, YtempireError
from ytempire.settings import get_settings

app = typer.Typer(help="The trend watch.", no_args_is_help=True, pretty_exceptions_enable=False)
_ALL_DAYS = 100_000


@app.command()
def history(
    folder: Annotated[
        Path | None, typer.Option(help="With snapshots.parquet and videos.parquet; else YTEMPIRE_TREND_HISTORY.")
    ] = None,
    last_days: Annotated[int, typer.Option(help="Days to import, counted back from the last.", min=1)] = _ALL_DAYS,
    shift_weeks: Annotated[int, typer.Option(help="Move every moment by whole weeks.")] = 0,
    until: Annotated[
        datetime | None, typer.Option(help="Leave out what is later, after the move (UTC).", formats=["%Y-%m-%d"])
    ] = None,
) -> None:
    """Import charts of the past. What is there already is left as it is, so it may be repeated."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    settings = get_settings()
    chosen = folder or settings.trend_history
    if chosen is None:
        raise InvalidInput("trend_history", "no folder is named", "Give --folder or set YTEMPIRE_TREND_HISTORY.")
    end = until.replace(tzinfo=UTC) if until else None
    with connect(settings.database_url) as connection:
        done = import_history(connection, chosen, last_days=last_days, shift_weeks=shift_weeks, until=end)
    typer.echo(
        f"{done.rows_loaded:,} rows and {done.videos:,} videos added, {done.first_day} to {done.last_day};"
        f" {done.rows_present:,} rows were there, {done.rows_malformed:,} left out; {done.seconds:.0f} s"
    )


@app.command()
def sources() -> None:
    """Show the last run of every source, and when it last answered."""
    table = Table("source", "name", "state", "last run", "last good", "units", "snapshots", "message")
    with connect(get_settings().database_url) as connection:
        for one in source_states(connection):
            good = f"{one.last_good_at:%Y-%m-%d %H:%M}" if one.last_good_at else "never"
            table.add_row(
                one.source,
                escape(one.name),
                one.state,
                f"{one.started_at:%Y-%m-%d %H:%M}",
                good,
                str(one.units),
                str(one.snapshots),
                escape(one.message or ""),
            )
    Console().print(table)


def main() -> None:
    """Run; an error of ours is one sentence and exit status 1."""
    try:
        app(prog_name="python -m etl.trends")
    except YtempireError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
