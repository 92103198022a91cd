"""The command line for operators, put together: ``ytempire --help``."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from ytempire.commands import alerts, channels, connect, jobs, videos
from ytempire.commands.quota import quota
from ytempire.errors import YtempireError

app = typer.Typer(help="Runs a network of YouTube channels.", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(channels.app, name="channels")
app.add_typer(videos.app, name="videos")
channels.app.command("connect")(connect.connect)
app.command()(alerts.alerts)
app.command()(jobs.jobs)
app.command()(jobs.costs)
app.command()(quota)


def main() -> None:
    """Run the command line; an error of ours is one sentence and exit status 1."""
    try:
        app(prog_name="ytempire")
    except YtempireError as error:
        Console(stderr=True).print(f"[red]{type(error).__name__}[/red]", end=" ")
        print(error, file=sys.stderr)
        sys.exit(1)
