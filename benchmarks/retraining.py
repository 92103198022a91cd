"""A week's retraining on the whole history, from its Parquet files to a registered version; the limit is 45 minutes.

The three tasks of model_retraining one after the other, each in a process of its own as Airflow starts them: the
history imported, the features computed by Spark and held against the suites, the model searched for, trained, measured
and registered. No title has been read before, which a first week pays for. The history is the real one where
YTEMPIRE_TREND_HISTORY names it, else the synthetic one. Run: python benchmarks/retraining.py [days] [--serve]; with
the option the champion is then served, and measured as benchmarks/serving.py measures one trained for a moment.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import serving
from benchmarks.model_server.world import DAYS as SERVED_DAYS
from benchmarks.model_server.world import REGIONS
from benchmarks.scratch.database import scratch_database
from benchmarks.scratch.mlflow import scratch_mlflow
from benchmarks.trend_history import synthetic_history
from etl.features.build import build_features
from etl.features.contract import LISTING_DAYS
from etl.trends.history import import_history
from ml.gate import CHAMPION
from ml.registry import ModelRegistry
from ml.trend.model import trend_kind
from ml.trend.split import load_features
from ml.trend.train import read_titles, retrain
from ytempire.database.connection import connect
from ytempire.settings import Settings, get_settings

LIMIT_MINUTES = 45
DAYS = 365


def collect(settings: Settings, history: Path) -> int:
    """Import the history; return its rows."""
    with connect(settings.database_url) as connection:
        return import_history(connection, history, last_days=settings.training.history_days + LISTING_DAYS).rows_loaded


def features(settings: Settings) -> dict[str, Any]:
    """Compute the feature set; return what is in it."""
    built: dict[str, Any] = build_features(settings).model_dump(mode="json")
    return built


def train(settings: Settings, path: str) -> dict[str, Any]:
    """Train on a feature set; return the summary."""
    return retrain(settings, Path(path)).short()


def charts_to_serve(settings: Settings, path: str) -> pd.DataFrame:
    """Return the last days of the feature set, of the countries with most rows, with what their titles mean."""
    frame = load_features(Path(path))
    regions = frame["region_code"].value_counts().head(REGIONS).index
    days = sorted(frame["day"].unique())[-SERVED_DAYS:]
    rows = frame[frame["region_code"].isin(regions) & frame["day"].isin(days)].reset_index(drop=True)
    read_titles(settings, rows)
    return rows


def serve(settings: Settings, scratch: Path, path: str) -> None:
    """Serve the champion, and print how fast it answers, beside the plain model called row by row."""
    rows = charts_to_serve(settings, path)
    serving.kind(settings, scratch, rows)
    registry = ModelRegistry(settings, trend_kind(settings))
    version = registry.version_of(CHAMPION)
    assert version is not None
    alone = serving.row_by_row(registry.load(version).model, rows)
    print(f"the plain model, row by row: {alone:,.0f} rows/s")


def task(name: str, work: Callable[..., Any], *arguments: object) -> tuple[Any, float]:
    """Do a task in a process of its own; return what it gave, and its minutes."""
    started = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_told) as process:
        given = process.submit(work, *arguments).result()
    minutes = (time.perf_counter() - started) / 60
    print(f"{name:10} {minutes:5.1f} min", flush=True)
    return given, minutes


def _told() -> None:
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    for noisy in ("httpx", "py4j", "alembic"):
        logging.getLogger(noisy).setLevel("WARNING")


def main() -> None:
    """Retrain once."""
    days = next((int(given) for given in sys.argv[1:] if given.isdigit()), DAYS)
    configured = get_settings()
    with tempfile.TemporaryDirectory() as folder, scratch_database() as url:
        scratch = Path(folder)
        history = configured.trend_history or synthetic_history(scratch / "history")
        with scratch_mlflow(scratch / "mlflow") as tracking:
            own = {"database_url": url, "mlflow_tracking_uri": tracking, "data_root": scratch / "data"}
            training = configured.training.model_copy(update={"history_days": days})
            settings = configured.model_copy(update=own | {"training": training})
            rows, collected = task("collect", collect, settings, history)
            built, computed = task("features", features, settings)
            summary, trained = task("train", train, settings, built["path"])
            if "--serve" in sys.argv[1:]:
                serve(settings, scratch, built["path"])
    total = collected + computed + trained
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(
        f"{rows:,} rows; {summary['rows']}; {summary['kind']} is {summary['alias']}; at most {peak:.1f} GiB a process"
    )
    print(f"train, seconds: {summary['seconds']}")
    for name, metrics in (summary["candidates"] | summary["baselines"]).items():
        print(f"  {name:10} " + "  ".join(f"{metric} {metrics[metric]:.4f}" for metric in ("accuracy", "auc", "brier")))
    print(
        json.dumps(
            {
                "name": "retraining",
                "ours": round(total, 1),
                "unit": "min",
                "against": {"limit": LIMIT_MINUTES},
                "ratio": {"limit": round(LIMIT_MINUTES / total, 2)},
            }
        )
    )


if __name__ == "__main__":
    main()
