"""The model server's answer times at 50 requests a second, and its rows a second, beside the plain model.

One model of each kind is trained for a moment on the real history where YTEMPIRE_TREND_HISTORY names it, else on the
synthetic one, and served by ``python -m ml.serving`` on a registry of its own. Single rows come at a steady rate, each
timed from when it was due; whole charts as fast as they are answered. No answer is taken from the cache, except where
the cache is measured. Processor time is that of the server's processes, which other work on the machine changes
little. The peer is the plain model, called row by row in this process.
Run: python benchmarks/serving.py [--windows]; with the option, what a window for company costs and brings.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import chdir
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.model_server.asking import Told, eagerly, steadily
from benchmarks.model_server.world import Running, history_rows, register, server, train
from ml.serving.client import as_json
from ml.trend.model import TrendModel
from ytempire.settings import Settings

RATE = 50.0
SECONDS = 20
GOAL_MS, FLOOR_MS = 50.0, 500.0
GOAL_ROWS = 2_000.0
WINDOWS_MS = (0, 1, 2, 5, 10, 25, 50, 100)
# What the figure of the claim is measured on: it computes both others.
CLAIMED = "stack"


@dataclass(frozen=True)
class Figures:
    """What was measured of one kind of model."""

    p99_ms: float
    joined_rows: float
    chart_rows: float


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


def measured(what: str, running: Running, asking: Callable[[str], Awaitable[Told]], rows: int) -> tuple[Told, float]:
    """Ask, and print what came; return it, and the rows a second."""
    before = running.cpu_seconds()

    async def ask() -> Told:
        return await asking(running.url)

    told = asyncio.run(ask())
    computed = running.cpu_seconds() - before
    told.check()
    speed = rows / told.wall_seconds
    print(
        f"{what:<34} p50 {told.milliseconds(50):7.1f} ms  p99 {told.milliseconds(99):7.1f} ms  {speed:7,.0f} rows/s"
        f"  {computed / len(told.seconds) * 1e3:6.2f} ms processor time a request",
        flush=True,
    )
    return told, speed


def windows(settings: Settings, scratch: Path, rows: pd.DataFrame) -> None:
    """Print what each window costs a lone request, and what it brings under load."""
    for place, window in enumerate(WINDOWS_MS):
        steady, eager = singles(rows, 400, 10.0 * place + 2), singles(rows, 2_000, 10.0 * place + 3)
        with server(settings, scratch, batch_window_ms=window) as running:
            asyncio.run(steadily(running.url, singles(rows, 50, 1.0), RATE))
            measured(
                f"window {window} ms, {RATE:.0f}/s", running, partial(steadily, bodies=steady, per_second=RATE), 400
            )
            measured(f"window {window} ms, 60 at once", running, partial(eagerly, bodies=eager, at_once=60), 2_000)


def kind(settings: Settings, scratch: Path, rows: pd.DataFrame) -> Figures:
    """Serve the champion of ``settings``, and measure it."""
    import httpx

    with server(settings, scratch) as running:
        for served in httpx.get(f"{running.url}/models").json()["versions"]:
            print(f"by {served['runtime']}: {served['reason']}")
        steady, eager, whole = (
            singles(rows, int(RATE * SECONDS), 2.0),
            singles(rows, 4_000, 3.0),
            charts(rows),
        )
        asyncio.run(steadily(running.url, singles(rows, 100, 1.0), RATE))
        told, _ = measured(f"single rows, {RATE:.0f} a second", running, lambda url: steadily(url, steady, RATE), 1_000)
        _, joined = measured("single rows, 60 at once", running, lambda url: eagerly(url, eager, 60), 4_000)
        _, batched = measured("whole charts, 4 at once", running, lambda url: eagerly(url, whole, 4), len(rows))
        measured("the same charts, from the cache", running, lambda url: eagerly(url, whole, 4), len(rows))
    return Figures(told.milliseconds(99), joined, batched)


def main() -> None:
    """Train, serve and measure."""
    # There: MLflow keeps the files of a registry without a server below the present folder.
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        scratch = Path(folder)
        rows = history_rows(scratch)
        models = train(rows)
        # A name of its own: what another run left in Redis is not asked for.
        training = Settings().training.model_copy(update={"model_name": f"benchmark-{secrets.token_hex(4)}"})
        settings = Settings(
            mlflow_tracking_uri=f"sqlite:///{scratch}/mlflow.db", data_root=scratch / "data", training=training
        )
        if "--windows" in sys.argv[1:]:
            register(settings, models[CLAIMED], rows)
            windows(settings, scratch, rows)
            return
        found = {}
        for name, model in models.items():
            print(f"{name}, the load of the machine {os.getloadavg()[0]:.1f}", flush=True)
            register(settings, model, rows)
            found[name] = kind(settings, scratch, rows)
        gate = next(settings.data_root.glob("models/*/*/serving/gate.json"))
        print(json.dumps(json.loads(gate.read_text()), indent=1))
        alone = row_by_row(models[CLAIMED], rows)
    claimed = found[CLAIMED]
    figures = {
        "goal 50 ms": (GOAL_MS, GOAL_MS / claimed.p99_ms),
        "specification 500 ms": (FLOOR_MS, FLOOR_MS / claimed.p99_ms),
        f"goal 2,000 rows/s, charts ({claimed.chart_rows:,.0f})": (GOAL_ROWS, claimed.chart_rows / GOAL_ROWS),
        f"row by row, single rows joined ({claimed.joined_rows:,.0f})": (round(alone), claimed.joined_rows / alone),
    }
    print(
        json.dumps(
            {
                "name": "serving",
                "ours": round(claimed.p99_ms, 1),
                "unit": "ms p99 at 50/s",
                "against": {name: limit for name, (limit, _) in figures.items()},
                "ratio": {name: round(ratio, 2) for name, (_, ratio) in figures.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
