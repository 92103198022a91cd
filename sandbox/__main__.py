"""`python -m sandbox`: serve the stand-ins."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from sandbox import screening, synthetic
from sandbox.app import create_app

_LAST_DAY = datetime.combine(synthetic.LAST_DAY, time.min, UTC)

command = typer.Typer(add_completion=False, no_args_is_help=True, help="Stand-ins for the outside world.")


@command.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    state: Annotated[Path, typer.Option(help="Folder of everything that survives a restart.")],
    history: Annotated[
        Path | None,
        typer.Option(envvar="YTEMPIRE_TREND_HISTORY", help="Folder of a real trending history."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic world and of the audience.")] = 7,
    host: Annotated[str, typer.Option(help="Address to listen on; another than this only inside a container.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Serve until interrupted."""
    if history is not None and not (history / "snapshots.parquet").exists():
        raise typer.BadParameter(f"{history} holds no snapshots.parquet", param_hint="--history")
    uvicorn.run(
        create_app(state, seed=seed, history=history),
        host=host,
        port=port,
        log_level="warning",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )


@command.command()
def synthesize(
    folder: Annotated[Path, typer.Argument(help="Where to write snapshots.parquet and videos.parquet.")],
    days: Annotated[int, typer.Option(help="Days of charts.", min=7)] = 63,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 7,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day.")] = _LAST_DAY,
) -> None:
    """Write a synthetic trending history in the shape of the real one."""
    written = synthetic.synthesize(folder, days=days, seed=seed, until=until.date())
    typer.echo(
        f"{written.snapshots:,} rows of charts and {written.videos:,} videos,"
        f" {written.first_day} to {written.last_day}, in {folder}"
    )


@command.command()
def screen(
    history: Annotated[Path, typer.Argument(help="Folder of the trending history in which the videos appear.")],
    seed: Annotated[int, typer.Option(help="Seed of the audience's luck.")] = 7,
    age_days: Annotated[float, typer.Option(help="Age at which the views are counted.", min=0.1)] = 7.0,
) -> None:
    """Tell what views the videos of a plan would get: a line of JSON each in, a line of JSON each out."""
    try:
        for line in screening.screen(history, seed, sys.stdin, age_days=age_days):
            typer.echo(line)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


command()
