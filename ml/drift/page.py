"""The last looks, as the command line and the page in Airflow's UI show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from operator import itemgetter
from pathlib import Path

from ytempire.content.files import write_text
from ytempire.database.connection import Connection
from ytempire.settings import Settings

FOLDER = "reports/drift"
INDEX = "index.html"
_LAST = "SELECT * FROM ytempire.model_drift WHERE model_name = %s ORDER BY day DESC, measured_at DESC LIMIT %s"


@dataclass(frozen=True)
class Look:
    """One look: ``drifted`` has the inputs beyond their threshold with their distances, the farthest first."""

    day: date
    version: str
    drifted: dict[str, float]
    feature_count: int
    prediction_distance: float
    live_brier: float | None
    tested_brier: float
    verdict: str
    reason: str
    report: str


def last_looks(connection: Connection, model_name: str, limit: int) -> list[Look]:
    """Return the last looks, the newest first; the verdict is ``as learned``, ``drifted`` or ``asked to retrain``."""
    looks = []
    for row in connection.execute(_LAST, (model_name, limit)):
        row["verdict"] = "asked to retrain" if row["announced_at"] else "drifted" if row["exceeded"] else "as learned"
        # JSONB keeps its keys in an order of its own.
        row["drifted"] = dict(sorted(row["drifted"].items(), key=itemgetter(1), reverse=True))
        looks.append(Look(**{name: row[name] for name in Look.__dataclass_fields__}))
    return looks


def write_index(connection: Connection, settings: Settings) -> Path:
    """Write the table of the looks whose reports are kept, whole or not at all; return where it lies.

    Raises DiskFull.
    """
    from jinja2 import Environment, StrictUndefined

    text = files(__package__).joinpath("index.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = settings.data_root / FOLDER / INDEX
    looks = last_looks(connection, settings.training.model_name, settings.drift.reports_kept)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_text(page, environment.from_string(text).render(looks=looks, limits=settings.drift))
    return page
