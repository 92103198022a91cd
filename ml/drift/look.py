"""The daily look: the champion's inputs and answers of the last days beside those of its training."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from etl.features.contract import CATEGORIES
from ml.drift.measure import PREDICTION, Distances, measure
from ml.drift.page import FOLDER, last_looks, write_index
from ml.drift.samples import current_rows, reference_rows
from ml.registry import ModelRegistry
from ml.trend.model import trend_kind
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import ModelMissing
from ytempire.settings import DriftSettings, Settings

log = logging.getLogger(__name__)

_LIVE = (
    "SELECT avg((chance - stayed::int::real) ^ 2) AS brier FROM ytempire.model_forecasts"
    " WHERE model_name = %s AND version = %s AND day > %s AND stayed IS NOT NULL"
)


@dataclass(frozen=True)
class Drift:
    """One look. ``drifted`` names the inputs beyond their threshold with their distances, the farthest first."""

    model_name: str
    version: str
    day: date
    reference_rows: int
    current_rows: int
    feature_count: int
    drifted: dict[str, float]
    drifted_share: float
    prediction_distance: float
    live_brier: float | None
    tested_brier: float
    exceeded: bool
    reason: str
    report: str


def look(connection: Connection, settings: Settings) -> Drift:
    """Compare, write the report below ``data_root``, and keep the figures.

    Raises ModelMissing without a champion, Skippable with too few charts, InvalidInput without what it learned
    from, Retriable if the registry is away.
    """
    registry = ModelRegistry(settings, trend_kind(settings))
    champion = registry.champion_model()
    if champion is None:
        raise ModelMissing("model", f"{settings.training.model_name} has no champion", "Run model_retraining.")
    first, last = registry.training_days(champion.version)
    numbers = list(champion.model.preparation.numbers)
    current = current_rows(connection, settings.drift)
    features = settings.data_root / "features" / "trend"
    reference = reference_rows(features, first, last, set(current["region_code"]), numbers, settings.drift)
    day: date = current["day"].max()
    name = f"{champion.name}-v{champion.version}-{day}.html"
    distances = measure(
        reference.assign(**{PREDICTION: champion.model.chances(reference)}),
        current.assign(**{PREDICTION: champion.model.chances(current)}),
        numbers=numbers,
        categories=[category for category in CATEGORIES if category != "region_code"],
        threshold=settings.drift.feature_distance,
        share=settings.drift.drifted_share,
        page=settings.data_root / FOLDER / name,
    )
    live = _live_brier(connection, champion.name, champion.version, day - timedelta(days=settings.drift.current_days))
    found = _judged(settings.drift, distances, live, float(registry.describe_champion()["metrics"]["brier"]))
    drift = Drift(champion.name, champion.version, day, len(reference), len(current), **found, report=name)
    _keep(connection, settings, drift)
    return drift


def _live_brier(connection: Connection, name: str, version: str, after: date) -> float | None:
    row = connection.execute(_LIVE, (name, version, after)).fetchone()
    return None if row is None else row["brier"]


def _judged(settings: DriftSettings, distances: Distances, live: float | None, tested: float) -> dict[str, Any]:
    drifted = distances.beyond(settings.feature_distance)
    share, most = len(drifted) / len(distances.features), tested * (1 + settings.brier_rise)
    said = [
        f"{len(drifted)} of {len(distances.features)} inputs drifted ({share:.0%}, {settings.drifted_share:.0%} may)"
    ]
    said.append(f"the chances moved by {distances.prediction:.3f} ({settings.prediction_distance:g} may)")
    if live is not None:
        said.append(f"forecasts have a Brier score of {live:.4f} ({most:.4f} may)")
    moved = share > settings.drifted_share or distances.prediction > settings.prediction_distance
    return {
        "feature_count": len(distances.features),
        "drifted": drifted,
        "drifted_share": share,
        "prediction_distance": distances.prediction,
        "live_brier": live,
        "tested_brier": tested,
        "exceeded": moved or (live is not None and live > most),
        "reason": "; ".join(said),
    }


def _keep(connection: Connection, settings: Settings, drift: Drift) -> None:
    """Write the figures and the page that lists them, and remove the reports that are too old."""
    values = {**drift.__dict__, "drifted": Jsonb(drift.drifted)}
    connection.execute(load_sql(__package__, "keep"), values)
    kept = {one.report for one in last_looks(connection, drift.model_name, settings.drift.reports_kept)}
    for page in _pages(settings, drift.model_name):
        if page.name not in kept:
            page.unlink(missing_ok=True)
    write_index(connection, settings)


def _pages(settings: Settings, model_name: str) -> list[Path]:
    return sorted((settings.data_root / FOLDER).glob(f"{model_name}-v*.html"))
