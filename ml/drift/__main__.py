"""``python -m ml.drift``: the last looks, and a look now."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ml.drift.look import FOLDER
from ytempire.database.connection import connect
from ytempire.program import run_program
from ytempire.settings import get_settings

app = typer.Typer(help="Drift of what the champion sees.", no_args_is_help=True, pretty_exceptions_enable=False)

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]
_LAST = "SELECT * FROM ytempire.model_drift WHERE model_name = %s ORDER BY day DESC, measured_at DESC LIMIT %s"
_NAMED = 5


@app.command()
def status(
    limit: Annotated[int, typer.Option(min=1, help="Looks, the newest first")] = 14, as_json: AsJson = False
) -> None:
    """Show the last looks and where their reports lie."""
    settings = get_settings()
    with connect(settings.database_url) as connection:
        rows = connection.execute(_LAST, (settings.training.model_name, limit)).fetchall()
    if as_json:
        print(json.dumps(rows, indent=1, default=str))
        return
    table = Table(
        "day", "version", "inputs drifted", "the farthest", "chances moved", "Brier live (tested)", "asks", "report"
    )
    for row in rows:
        far = ", ".join(f"{name} {value:.2f}" for name, value in list(row["drifted"].items())[:_NAMED])
        asks = "retraining" if row["announced_at"] else ("yes" if row["exceeded"] else "no")
        share = f"{len(row['drifted'])} of {row['feature_count']}"
        moved = f"{row['prediction_distance']:.3f}"
        live = "–" if row["live_brier"] is None else f"{row['live_brier']:.4f}"
        brier = f"{live} ({row['tested_brier']:.4f})"
        table.add_row(str(row["day"]), row["version"], share, escape(far), moved, brier, asks, escape(row["report"]))
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
