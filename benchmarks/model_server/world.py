"""A version trained on a real or synthetic history, in a registry of its own, and the server over it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.scratch.server import unused_port, when_healthy
from etl.features.contract import CONTEXT_DAYS, INPUT_COLUMNS, LABEL, NUMBERS, SEQUENCE_NAMES
from etl.features.rows import compute
from etl.features.videos import describe_videos
from ml.registry import ModelRegistry, NewVersion
from ml.trend.data import Preparation, to_charts
from ml.trend.fit import Recipe, fit
from ml.trend.model import TrendModel, served, trend_kind
from ml.trend.network import Shape
from ml.trend.stack import Mix
from ml.trend.trees import Known, grow
from ytempire.settings import Settings, TreesSettings, get_settings

ROOT = Path(__file__).resolve().parent.parent.parent
REGIONS = 10
DAYS = 8
INPUTS = 148


def history_rows(scratch: Path) -> pd.DataFrame:
    """Features of the last days of a history: the real one where YTEMPIRE_TREND_HISTORY names it."""
    folder = get_settings().trend_history
    if folder is None:
        folder = scratch / "history"
        subprocess.run([sys.executable, "-m", "sandbox", "synthesize", str(folder)], cwd=ROOT, check=True)
    days = pd.read_parquet(folder / "snapshots.parquet", columns=["day", "country"])
    last = max(days["day"])
    regions = sorted(days["country"].value_counts().head(REGIONS).index)
    first = last - timedelta(days=DAYS + CONTEXT_DAYS)
    filters = [("country", "in", regions), ("day", ">=", first)]
    snapshots = pd.read_parquet(folder / "snapshots.parquet", filters=filters)
    videos = pd.read_parquet(folder / "videos.parquet")
    videos = videos[videos["video_id"].isin(snapshots["video_id"])]
    videos = videos.assign(
        language=videos["audio_language"].fillna(videos["default_language"]), tag_count=videos["tags"].map(len)
    )
    names = {"country": "region_code", "video_id": "youtube_video_id", "channel_id": "youtube_channel_id"}
    charts = snapshots.merge(videos, on="video_id").rename(columns=names)
    for name in ("fetched_at", "published_at"):
        charts[name] = pd.to_datetime(charts[name], utc=True)
    charts["day"] = charts["fetched_at"].dt.date
    charts = charts.sort_values("fetched_at").drop_duplicates(["region_code", "day", "rank"], keep="last")
    rows = compute(describe_videos(charts[list(INPUT_COLUMNS)]))
    rows = rows[rows["day"] > last - timedelta(days=DAYS)].reset_index(drop=True)
    print(f"{len(rows):,} rows of {rows['region_code'].nunique()} countries, {len(charts):,} read", flush=True)
    return rows


def train(rows: pd.DataFrame) -> dict[str, TrendModel]:
    """Train one of each kind for a moment, in its usual size: what it learned matters to the gate, not to the speed."""
    labelled = rows[rows[LABEL].notna()]
    labelled = labelled[labelled["day"] < labelled["day"].max() - timedelta(days=2)].reset_index(drop=True)
    sequences = [name for step in SEQUENCE_NAMES for name in step]
    others = [name for name in NUMBERS if name not in sequences][: INPUTS - len(sequences)]
    preparation = Preparation.fit(labelled, [*others, *sequences])
    sizes = (preparation.width, len(preparation.regions), len(preparation.categories))
    shape = Shape(*sizes, history=preparation.history)
    recipe = Recipe(shape, epochs=3, batch_charts=8, seed=7)
    network = fit(recipe, to_charts(labelled, preparation)).network
    settings = TreesSettings(leaf_rows=5)
    trees = grow(Known(labelled, labelled[LABEL].to_numpy(np.float32)), preparation, settings, seed=7)
    return {
        "network": TrendModel(network, preparation),
        "lightgbm": TrendModel(None, preparation, trees),
        "stack": TrendModel(network, preparation, trees, Mix(0.5, 0.5, 0.0)),
    }


def register(settings: Settings, model: TrendModel, rows: pd.DataFrame) -> None:
    """Make ``model`` the champion of the settings' registry, and ``rows`` the feature set beside it."""
    registry = ModelRegistry(settings, trend_kind(settings))
    example = rows.head(20)
    version = registry.add(
        NewVersion(
            model=model,
            training=model.kind,
            example=served(example, model.preparation),
            answers=model.chances(example),
            params={},
            metrics={},
            tags={},
            documents={},
            card="Trained for a moment.",
        )
    )
    registry.move_alias("champion", version)
    folder = settings.data_root / "features" / "trend"
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "part-0.parquet")


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    url: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return what its processes have computed until now."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)


@contextmanager
def server(settings: Settings, folder: Path, **serving: object) -> Iterator[Running]:
    """Run the model server over the settings' registry; yield it when it is ready."""
    port = unused_port()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "YTEMPIRE_MLFLOW_TRACKING_URI": settings.mlflow_tracking_uri,
        "YTEMPIRE_DATA_ROOT": str(settings.data_root),
        "YTEMPIRE_TRAINING__MODEL_NAME": settings.training.model_name,
        "YTEMPIRE_SERVING__PORT": str(port),
        # The champion alone: no rollout, no database.
        "YTEMPIRE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        **{f"YTEMPIRE_SERVING__{name.upper()}": str(value) for name, value in serving.items()},
    }
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ml.serving"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        when_healthy(f"{url}/health", process, folder / "server.log")
        yield Running(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=60)
