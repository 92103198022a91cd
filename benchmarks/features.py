"""Seconds of the feature job over the whole history, all features by Spark on two cores; the limit is 4 minutes.

For scale the same rows go through DuckDB, which computes ten of the features in a single process on as many
threads, straight from the Parquet files that our job reads out of the database. Its figures are held against ours,
so that both compute the same. It runs in an environment of its own (var/duckdb-venv, installed here).
Run: python benchmarks/features.py [days …]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer.environment import PEER, ROOT, environment
from benchmarks.scratch.database import scratch_database
from benchmarks.trend_history import synthetic_history
from etl.features.contract import CONTEXT_DAYS, FEATURES, KEYS
from etl.features.job import FeatureSet
from etl.trends.history import HistorySummary, import_history
from ytempire.database.connection import connect
from ytempire.settings import get_settings

CORES = 2
LIMIT_SECONDS = 240.0
DAYS = (30, 90, 100_000)
TEN = ("rank", "log_views", "days_seen", "rank_mean_7", "rank_change", "views_growth", "growth_vs_chart",
       "views_vs_chart", "spread_share", "spread_best_rank")  # fmt: skip


def ours(url: str, days: int, target: Path) -> tuple[float, FeatureSet]:
    """Seconds of the job in a process of its own, the start of the JVM included, and what it made."""
    variables = {"YTEMPIRE_DATABASE_URL": url, "YTEMPIRE_TRAINING__SPARK_MASTER": f"local[{CORES}]"}
    command = [sys.executable, "-m", "etl.features", f"--target={target}", f"--history-days={days}"]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    return seconds, FeatureSet.model_validate_json(done.stdout.splitlines()[-1])


def theirs(python: Path, history: Path, first: date, target: Path) -> float:
    """Seconds of DuckDB for ten of the features, the start of its process included."""
    script, read_from = PEER / "duckdb_features.py", first - timedelta(days=CONTEXT_DAYS)
    started = time.perf_counter()
    arguments = [history / "snapshots.parquet", first, read_from, CORES, target]
    subprocess.run([str(one) for one in (python, script, *arguments)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def difference(mine: Path, other: Path) -> tuple[int, float]:
    """Return the rows compared and the greatest difference of any of the ten features."""
    keys = list(KEYS)
    frames = []
    for path in (mine, other):
        frame = pd.read_parquet(path, columns=[*keys, *TEN])
        frames.append(frame.astype({"region_code": str}).sort_values(keys, ignore_index=True))
    if len(frames[0]) != len(frames[1]):
        raise SystemExit(f"{len(frames[0])} rows are not {len(frames[1])}")
    values = [frame[list(TEN)].to_numpy(dtype=np.float64) for frame in frames]
    if (np.isnan(values[0]) != np.isnan(values[1])).any():
        raise SystemExit("the two miss different values")
    return len(frames[0]), float(np.nanmax(np.abs(values[0] - values[1])))


def measure(url: str, history: Path, days: int, there: HistorySummary, python: Path) -> tuple[int, float, float]:
    """Return the rows, our seconds and DuckDB's, for the last ``days``."""
    days = min(days, (there.last_day - there.first_day).days + 1)
    with tempfile.TemporaryDirectory() as scratch:
        target, other = Path(scratch) / "trend", Path(scratch) / "ten.parquet"
        mine, feature_set = ours(url, days, target)
        duck = theirs(python, history, there.last_day - timedelta(days=days - 1), other)
        rows, apart = difference(target, other)
    if apart > 1e-3:
        raise SystemExit(f"they compute different features: {apart} apart")
    winner = "DuckDB's ten are" if duck < mine else "ours are"
    print(
        f"{days:4d} days, {rows:9,} rows of {feature_set.regions} countries: {len(FEATURES)} features by Spark"
        f" {mine:6.1f} s ({feature_set.seconds:.1f} s without its start), ten by DuckDB {duck:5.1f} s;"
        f" {winner} ready first; at most {apart:.1e} apart",
        flush=True,
    )
    return rows, mine, duck


def main() -> None:
    """Measure some sizes; the last one is the figure."""
    sizes = [int(one) for one in sys.argv[1:]] or list(DAYS)
    python = environment("duckdb-venv", "duckdb-requirements.txt")
    with tempfile.TemporaryDirectory() as scratch, scratch_database() as url:
        history = get_settings().trend_history or synthetic_history(Path(scratch))
        with connect(url) as connection:
            there = import_history(connection, history, last_days=max(DAYS))
            connection.execute("ANALYZE")
        found = [measure(url, history, days, there, python) for days in sizes]
    rows, mine, _ = found[-1]
    against = {f"limit of 4 minutes, {rows:,} rows": LIMIT_SECONDS}
    against |= {f"DuckDB, ten features of {size:,} rows": round(duck, 1) for size, _, duck in found}
    ratio = {f"limit of 4 minutes, {rows:,} rows": round(LIMIT_SECONDS / mine, 2)}
    ratio |= {f"DuckDB, ten features of {size:,} rows": round(duck / seconds, 3) for size, seconds, duck in found}
    print(json.dumps({"name": "features", "ours": round(mine, 1), "unit": "s", "against": against, "ratio": ratio}))


if __name__ == "__main__":
    main()
