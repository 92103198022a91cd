"""``python -m ml.trend.report HISTORY --until DAY``: what ``make train-report`` runs."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ml.trend.report.learning import patient
from ml.trend.report.run import Report, train_report, write_report
from ytempire.errors import YtempireError
from ytempire.settings import get_settings

_METRICS = {
    "persistence": ("n", "accuracy", "auc", "brier", "accuracy_vs_lightgbm_low", "accuracy_vs_lightgbm_high"),
    "growth": ("n", "mae"),
    "breakout": ("n", "positives", "average_precision", "precision_at_100", "auc"),
}
_SHOWN = ("all", "renewed_days", "first_seen", "seen_before", "country_US")
console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 120)


def main(
    history: Annotated[Path, typer.Argument(help="Folder with snapshots.parquet and videos.parquet.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day that is learned from.")],
    var: Annotated[Path, typer.Option(envvar="YTEMPIRE_VAR", help="Where the report and what it needs are kept.")],
) -> None:
    """Train on a history up to a day, measure on the days after it, write train-report.json."""
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    try:
        settings = patient(get_settings().training)
        report = train_report(history, until.date(), var / "train-report", settings)
    except YtempireError as error:
        console.print(f"[red]{error}[/]", soft_wrap=True)
        raise typer.Exit(1) from error
    target = var / "train-report.json"
    write_report(report, target)
    _show(report)
    print(target)


def _show(report: Report) -> None:
    for task, metrics in _METRICS.items():
        for name in (name for name in _SHOWN if name in report[task]):
            table = Table("model", *metrics, title=f"{task}, {name}")
            for model, found in report[task][name].items():
                table.add_row(model, *(_figure(found.get(metric)) for metric in metrics))
            console.print(table)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.4f}"


if __name__ == "__main__":
    typer.run(main)
