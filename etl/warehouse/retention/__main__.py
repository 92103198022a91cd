"""``python -m etl.warehouse.retention --dry-run``: a table of what would go; without the option it goes.

The database, the settings and the roots are those of the environment. YouTube
is not asked: texts whose time is over are deleted as if it were down.
"""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.warehouse.retention.execute import execute
from etl.warehouse.retention.log_files import remove_old_logs
from etl.warehouse.retention.report import Line, dry_run
from etl.warehouse.retention.thin import thin
from etl.warehouse.tiers.move import move_files
from ytempire.clock import system_clock
from ytempire.compliance.public_data import delete_overdue
from ytempire.database.connection import Connection, connect
from ytempire.errors import YtempireError
from ytempire.settings import Settings, get_settings


def main(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
) -> None:
    """Delete and move what the retention table, the tiers and YouTube's rules do not keep where it is."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    now = system_clock()
    try:
        settings = get_settings()
        with connect(settings.database_url) as connection:
            _show(dry_run(connection, settings, now))
            if not dry:
                _execute(connection, settings, now)
    except YtempireError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _execute(connection: Connection, settings: Settings, now: datetime) -> None:
    run_id = f"manual__{now.isoformat()}"
    delete_overdue(connection, settings, run_id=run_id, now=now)
    execute(connection, settings.retention, run_id=run_id, now=now)
    thin(connection, settings.retention, run_id=run_id, now=now)
    remove_old_logs(connection, settings.retention, run_id=run_id, now=now)
    move_files(connection, settings, run_id=run_id, now=now)
    typer.echo("Done.")


def _show(lines: list[Line]) -> None:
    if not lines:
        typer.echo("Nothing is older than it may be.")
        return
    table = Table("policy", "what", "action", "older than", "count", "MB", "held because")
    for line in lines:
        size = "" if line.size_bytes is None else f"{line.size_bytes / 1e6:,.1f}"
        moment = line.older_than.strftime("%Y-%m-%d %H:%M")
        table.add_row(line.policy, line.subject, line.action, moment, f"{line.count:,}", size, line.held or "")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
