"""`python -m sandbox`: serve the stand-ins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from sandbox.app import create_app

command = typer.Typer(add_completion=False, no_args_is_help=True, help="Stand-ins for the outside world.")


@command.callback()
def _main() -> None:
    """Keep `serve` a subcommand."""


@command.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")],
    state: Annotated[Path, typer.Option(help="Folder of everything that survives a restart.")],
    history: Annotated[
        Path | None,
        typer.Option(envvar="YTEMPIRE_TREND_HISTORY", help="Folder of a real trending history."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic world and of the audience.")] = 7,
) -> None:
    """Serve until interrupted."""
    uvicorn.run(
        create_app(state, seed=seed, history=history),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )


command()
