"""The model server's answer times at 50 requests a second, and its rows a second, beside the plain model.

A network is trained for a moment on the real history where YTEMPIRE_TREND_HISTORY names it, else on the synthetic
one, and served by ``python -m ml.serving`` on a registry of its own. Single rows come at a steady rate, each timed
from when it was due; whole charts as fast as they are answered. No answer is taken from the cache, except where the
cache is measured. The peer is the plain model, called row by row in this process.
Run: python benchmarks/serving.py [--windows]; with the option, what a window for company costs and brings.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from contextlib import chdir
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.model_server.asking import Told, eagerly, steadily
from benchmarks.model_server.world import history_rows, register, server, train
from ml.serving.client import as_json
from ml.trend.model import TrendModel
from ytempire.settings import Settings

RATE = 50.0
SECONDS = 20
GOAL_MS, FLOOR_MS = 50.0, 500.0
GOAL_ROWS = 2_000.0
WINDOWS_MS = (0, 1, 2, 5, 10, 25, 50, 100)


def singles(rows: pd.DataFrame, count: int, salt: float) -> list[bytes]:
    """Bodies of single rows, none like another: ``salt`` keeps them apart from those of another measurement."""
    chosen = rows.sample(count, replace=True, random_state=3).reset_index(drop=True)
    chosen["log_views"] += salt + chosen.index * 1e-6
    return [f'{{"rows": [{text}]}}'.encode() for text in as_json(chosen)[1:-1].replace("},{", "}\n{").split("\n")]


def charts(rows: pd.DataFrame) -> list[bytes]:
    """Bodies of whole charts."""
    return [
        f'{{"rows": {as_json(chart)}}}'.encode() for _, chart in rows.groupby(["day", "region_code"], observed=True)
    ]


def row_by_row(model: TrendModel, rows: pd.DataFrame, count: int = 300) -> float:
    """Rows a second of the plain model, a call for each."""
    few = [rows.iloc[[place]] for place in range(count)]
    model.chances(few[0])
    began = time.perf_counter()
    for row in few:
        model.chances(row)
    return count / (time.perf_counter() - began)


def say(what: str, told: Told, rows: int) -> float:
    """Print a measurement; return its rows a second."""
    told.check()
    speed = rows / told.wall_seconds
    print(
        f"{what:<44} p50 {told.milliseconds(50):7.1f} ms  p99 {told.milliseconds(99):7.1f} ms  {speed:8,.0f} rows/s",
        flush=True,
    )
    return speed


def windows(settings: Settings, scratch: Path, rows: pd.DataFrame) -> None:
    """Print what each window costs a lone request, and what it brings under load."""
    for window in WINDOWS_MS:
        with server(settings, scratch, batch_window_ms=window) as url:
            asyncio.run(steadily(url, singles(rows, 50, 1.0), RATE))
            say(f"window {window} ms, {RATE:.0f}/s", asyncio.run(steadily(url, singles(rows, 400, 2.0), RATE)), 400)
            say(f"window {window} ms, 60 at once", asyncio.run(eagerly(url, singles(rows, 2_000, 3.0), 60)), 2_000)


def main() -> None:
    """Train, serve and measure."""
    # There: MLflow keeps the files of a registry without a server below the present folder.
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        scratch = Path(folder)
        rows = history_rows(scratch)
        model = train(rows)
        settings = Settings(mlflow_tracking_uri=f"sqlite:///{scratch}/mlflow.db", data_root=scratch / "data")
        register(settings, model, rows)
        if "--windows" in sys.argv[1:]:
            windows(settings, scratch, rows)
            return
        alone = row_by_row(model, rows)
        print(f"the plain model, row by row: {alone:,.0f} rows/s", flush=True)
        with server(settings, scratch) as url:
            import httpx

            gate = settings.data_root.glob("models/*/*/serving/gate.json")
            print(json.dumps(json.loads(next(gate).read_text()), indent=1))
            asyncio.run(steadily(url, singles(rows, 100, 1.0), RATE))
            steady = asyncio.run(steadily(url, singles(rows, int(RATE * SECONDS), 2.0), RATE))
            say(f"single rows, {RATE:.0f} a second", steady, len(steady.seconds))
            eager = asyncio.run(eagerly(url, singles(rows, 4_000, 3.0), 60))
            joined = say("single rows, 60 at once", eager, 4_000)
            whole = charts(rows)
            batched = say("whole charts, 4 at once", asyncio.run(eagerly(url, whole, 4)), len(rows))
            say("the same charts again, from the cache", asyncio.run(eagerly(url, whole, 4)), len(rows))
            print(httpx.get(f"{url}/metrics").text)
    p99 = steady.milliseconds(99)
    figures = {
        "goal 50 ms": (GOAL_MS, GOAL_MS / p99),
        "specification 500 ms": (FLOOR_MS, FLOOR_MS / p99),
        f"goal 2,000 rows/s, charts ({batched:,.0f})": (GOAL_ROWS, batched / GOAL_ROWS),
        f"row by row, single rows joined ({joined:,.0f})": (round(alone), joined / alone),
    }
    print(
        json.dumps(
            {
                "name": "serving",
                "ours": round(p99, 1),
                "unit": "ms p99 at 50/s",
                "against": {name: limit for name, (limit, _) in figures.items()},
                "ratio": {name: round(ratio, 2) for name, (_, ratio) in figures.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
