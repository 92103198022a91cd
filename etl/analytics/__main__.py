"""``python -m etl.analytics``: what an operator looks at when figures are late or differ, and decides.

``differences`` shows the days that are held back and why, ``accept`` lets one go, ``missing`` shows the days that did
not come, ``reports`` the ledger of bulk reports; ``again`` has one of them read anew; ``features`` shows what is known
of a channel.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.analytics.bulk.ledger import read_again
from etl.analytics.bulk.reconcile import accept as accept_day
from etl.features.channels import present_features
from etl.features.contract import CHANNEL_FEATURES
from ytempire.cache import Cache
from ytempire.clock import system_clock
from ytempire.database.connection import connect, load_sql
from ytempire.errors import YtempireError
from ytempire.settings import get_settings

app = typer.Typer(help="The nightly figures.", no_args_is_help=True, pretty_exceptions_enable=False)
Channel = Annotated[UUID | None, typer.Option(help="Only this channel's, by its id in our tables.")]
Limit = Annotated[int, typer.Option(min=1, help="How many lines at most.")]


def _show(name: str, columns: Sequence[str], nothing: str, **values: Any) -> None:
    """Print what a query beside this file finds."""
    with connect(get_settings().database_url) as connection:
        rows = connection.execute(load_sql("etl.analytics", name), values).fetchall()
    if not rows:
        typer.echo(nothing)
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape("" if value is None else str(value)) for value in row.values()))
    Console().print(table)


@app.command()
def differences(channel: Channel = None, limit: Limit = 200) -> None:
    """Show the days that are not published, and which counts of the two paths differ."""
    columns = ("channel", "id", "day", "state", "video", "metric", "reports.query", "bulk report", "tolerance")
    _show("show_differences", columns, "No day is held back.", channel_id=channel, limit=limit)


@app.command()
def accept(
    channel: Annotated[UUID, typer.Argument(help="The channel's id in our tables.")],
    day: Annotated[datetime, typer.Argument(help="A Pacific day.", formats=["%Y-%m-%d"])],
) -> None:
    """Let a day be published as its bulk report tells it; a newer report is compared anew."""
    with connect(get_settings().database_url) as connection:
        accept_day(connection, channel, day.date(), actor=getpass.getuser())
    typer.echo(f"{day.date()} of channel {channel} is accepted. The next run of analytics_etl publishes it.")


@app.command()
def missing(channel: Channel = None, limit: Limit = 200) -> None:
    """Show the days that did not come: failed, late or lost."""
    columns = ("channel", "id", "report", "day", "state", "since", "message")
    _show("show_missing", columns, "No day is missing.", channel_id=channel, limit=limit)


@app.command()
def reports(
    channel: Channel = None,
    state: Annotated[str | None, typer.Option(help="Only those of this state, for example failed.")] = None,
    limit: Limit = 100,
) -> None:
    """Show the ledger of bulk reports, the newest first."""
    columns = ("channel", "report", "id", "day", "created", "state", "videos", "quarantined", "sha256", "message")
    _show("show_reports", columns, "No report is known.", channel_id=channel, state=state, limit=limit)


@app.command()
def again(report_id: Annotated[str, typer.Argument(help="As in `reports`.")]) -> None:
    """Have a report read anew tonight: what it left in quarantine is tried again."""
    with connect(get_settings().database_url) as connection:
        read_again(connection, report_id)
    typer.echo(f"Report {report_id} is read again by the next run of analytics_etl.")


@app.command()
def features(channel: Annotated[UUID, typer.Argument(help="Its id in our tables.")]) -> None:
    """Show what is known of a channel now: at most an hour old where Redis has it, else computed."""
    settings = get_settings()
    with connect(settings.database_url) as connection:
        found = present_features(connection, channel, system_clock(), cache=Cache.of(settings))
    declared = {feature.name: feature for feature in CHANNEL_FEATURES}
    table = Table("feature", "value", "unit", "window", "what it is", title=f"as of {found.as_of:%Y-%m-%d %H:%M} UTC")
    for name, value in found.values.items():
        about = declared[name]
        table.add_row(name, "" if value is None else f"{value:,.4g}", about.unit, about.window, about.description)
    Console().print(table)


def main() -> None:
    """Run; an error of ours is one sentence and exit status 1."""
    try:
        app(prog_name="python -m etl.analytics")
    except YtempireError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
