"""``python -m ml.serving``: serve the trend model's predictions over HTTP. Everything comes from the settings."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from ytempire.errors import Permanent
from ytempire.settings import get_settings


def main(
    port: Annotated[int | None, typer.Option(help="Port of this run.", min=1024, max=65535)] = None,
) -> None:
    """Serve until Ctrl-C: POST /predict, GET /health, /models and /metrics."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        settings = get_settings()
        if port is not None:
            serving = settings.serving.model_copy(update={"port": port})
            settings = settings.model_copy(update={"serving": serving})
        from ml.serving.server import run

        run(settings)
    except Permanent as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
