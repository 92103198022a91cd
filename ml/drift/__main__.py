"""``python -m ml.drift``: the last looks, and a look now."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ml.drift.page import FOLDER, last_looks
from ytempire.database.connection import connect
from ytempire.program import run_program
from ytempire.settings import get_settings

app = typer.Typer(help="Drift of what the champion sees.", no_args_is_help=True, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]
_NAMED = 2


@app.command()
def status(
    limit: Annotated[int, typer.Option(min=1, help="Looks, the newest first")] = 14, as_json: AsJson = False
) -> None:
    """Show the last looks and where their reports lie."""
    settings = get_settings()
    with connect(settings.database_url) as connection:
        looks = last_looks(connection, settings.training.model_name, limit)
    if as_json:
        print(json.dumps([asdict(one) for one in looks], indent=1, default=str))
        return
    table = Table("day", "version", "verdict", "inputs drifted", "chances moved", "Brier live (tested)", "the farthest")
    for one in looks:
        far = ", ".join(f"{name} {value:.2f}" for name, value in list(one.drifted.items())[:_NAMED])
        share = f"{len(one.drifted)} of {one.feature_count}"
        live = "–" if one.live_brier is None else f"{one.live_brier:.4f}"
        brier, moved = f"{live} ({one.tested_brier:.4f})", f"{one.prediction_distance:.3f}"
        table.add_row(str(one.day), one.version, one.verdict, share, moved, brier, escape(far))
    Console().print(table)
    typer.echo(f"The reports lie in {settings.data_root / FOLDER}.")


@app.command()
def look(as_json: AsJson = False) -> None:
    """Look now, as the daily run does; asks for no retraining."""
    from ml.drift.look import look as look_now

    settings = get_settings()
    with connect(settings.database_url) as connection:
        found = look_now(connection, settings)
    if as_json:
        print(json.dumps(asdict(found), indent=1, default=str))
        return
    typer.echo(f"{found.model_name} v{found.version} on {found.day}: {found.reason}.")
    typer.echo(str(settings.data_root / FOLDER / found.report))


def main() -> None:
    """Run the command line."""
    run_program(app, "python -m ml.drift")


if __name__ == "__main__":
    main()
