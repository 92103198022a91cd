"""The server as it runs: over a real registry, in its own processes, asked by HTTP."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import psutil
import pytest
from ports import free_port

from ml.registry import ModelRegistry, NewVersion
from ml.serving.client import as_json, ranking_version
from ml.trend.model import WEIGHTS, TrendModel, served, trend_kind
from ytempire.settings import ServingSettings, Settings

ROOT = Path(__file__).parent.parent.parent
WAITING = 4


@dataclass
class Running:
    """A server, the settings it has, and its registry."""

    settings: Settings
    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def register(self, model: TrendModel | Damaged, rows: pd.DataFrame) -> str:
        """Add a version with the files of ``model`` and make it the champion; return it."""
        registry = ModelRegistry(self.settings, trend_kind(self.settings))
        example = served(rows.head(5).assign(rank=1.0), model.preparation)
        version = registry.add(
            NewVersion(
                model=model,
                training=secrets.token_hex(4),
                example=example,
                answers=model.chances(example),
                params={},
                metrics={},
                tags={},
                documents={},
                card="",
            )
        )
        registry.move_alias("champion", version)
        return version

    def until(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until ``what`` is so."""
        deadline = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def says(self, path: str = "/models") -> httpx.Response:
        return httpx.get(f"{self.url}{path}")

    def ask(self, rows: pd.DataFrame) -> httpx.Response:
        return httpx.post(f"{self.url}/predict", content=f'{{"rows": {as_json(rows)}}}', timeout=30)


class Damaged:
    """A model whose weights are cut off when it is saved."""

    def __init__(self, model: TrendModel) -> None:
        self._model = model
        self.preparation = model.preparation

    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        return self._model.chances(rows)

    def save(self, folder: Path) -> None:
        self._model.save(folder)
        (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:200])


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[Running]:
    port = free_port()
    serving = settings.serving
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "YTEMPIRE_MLFLOW_TRACKING_URI": settings.mlflow_tracking_uri,
        "YTEMPIRE_DATA_ROOT": str(settings.data_root),
        "YTEMPIRE_DATABASE_URL": settings.database_url,
        "YTEMPIRE_CACHE__ENABLED": "false",
        "YTEMPIRE_TRAINING__MODEL_NAME": settings.training.model_name,
        "YTEMPIRE_SERVING__RUNTIME": serving.runtime,
        "YTEMPIRE_SERVING__RELOAD_SECONDS": str(serving.reload_seconds),
        "YTEMPIRE_SERVING__WAITING_REQUESTS": str(serving.waiting_requests),
    }
    log = folder / "server.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "ml.serving", "--port", str(port)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
    found = Running(settings, process, f"http://127.0.0.1:{port}", log)
    try:
        found.until(lambda: _answers(found.url))
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def server(settings: Settings, database_url: str, tmp_path: Path) -> Iterator[Running]:
    """A server over an empty registry."""
    mine = settings.model_copy(
        update={
            "database_url": database_url,
            "mlflow_tracking_uri": f"sqlite:///{tmp_path}/mlflow.db",
            "serving": ServingSettings(runtime="torch", reload_seconds=0.3, waiting_requests=WAITING),
        }
    )
    with running(mine, tmp_path) as found:
        yield found


def test_the_life_of_a_server(
    server: Running,
    model: TrendModel,
    other_model: TrendModel,
    chart: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    _it_waits_for_a_champion(server, chart)
    assert server.register(model, chart) == "1"
    server.until(lambda: server.says("/health").status_code == 200)
    answer = server.ask(chart).json()
    np.testing.assert_allclose(answer["chances"], model.chances(chart), atol=1e-6)
    assert (answer["model"], answer["version"]) == (server.settings.training.model_name, "1")
    refused = server.ask(chart.assign(region_code="usa"))
    assert refused.status_code == 422 and refused.json()["detail"][0]["field"] == "rows.0.region_code"
    assert "serving_rows_total 20" in server.says("/metrics").text

    assert server.register(Damaged(other_model), chart) == "2"
    server.until(lambda: "damaged" in str(server.says().json()["problem"]))
    assert server.ask(chart).json()["version"] == "1" and server.says("/health").status_code == 200
    assert server.register(other_model, chart) == "3"
    server.until(lambda: server.says().json()["problem"] is None)
    np.testing.assert_allclose(server.ask(chart).json()["chances"], other_model.chances(chart), atol=1e-6)

    _the_ranking_asks_it(server, other_model, chart)
    _one_that_predicts_is_replaced_when_it_is_killed(server, other_model, chart)
    _too_many_are_told_to_come_back(server, chart)
    _what_was_accepted_is_answered_before_it_ends(server, chart)


def _it_waits_for_a_champion(server: Running, chart: pd.DataFrame) -> None:
    assert server.says("/health").status_code == 503 and "no champion" in server.says().json()["problem"]
    answer = server.ask(chart)
    assert answer.status_code == 503 and "no champion" in answer.json()["detail"] and answer.headers["Retry-After"]


def _the_ranking_asks_it(server: Running, model: TrendModel, chart: pd.DataFrame) -> None:
    serving = server.settings.serving.model_copy(update={"url": server.url})
    settings = server.settings.model_copy(update={"serving": serving})
    before = server.says().json()["counts"]["rows"]
    version = ranking_version(settings, ModelRegistry(settings, trend_kind(settings)), "3")
    np.testing.assert_allclose(version.model.chances(chart), model.chances(chart), atol=1e-6)
    assert server.says().json()["counts"]["rows"] == before + len(chart)


def _one_that_predicts_is_replaced_when_it_is_killed(server: Running, model: TrendModel, chart: pd.DataFrame) -> None:
    family = psutil.Process(server.process.pid).children()
    [worker] = [one for one in family if "spawn_main" in " ".join(one.cmdline())]
    worker.suspend()
    with ThreadPoolExecutor(WAITING) as pool:
        taken_along = [pool.submit(server.ask, chart) for _ in range(WAITING - 1)]
        time.sleep(0.5)
        worker.kill()
        answers = [*(one.result() for one in taken_along), server.ask(chart)]
    for answer in answers:
        np.testing.assert_allclose(answer.json()["chances"], model.chances(chart), atol=1e-6)


def _too_many_are_told_to_come_back(server: Running, chart: pd.DataFrame) -> None:
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: server.ask(chart), range(72)))
    assert {answer.status_code for answer in answers} == {200, 429}
    assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 429} == {"1"}


def _what_was_accepted_is_answered_before_it_ends(server: Running, chart: pd.DataFrame) -> None:
    family = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children(recursive=True)]
    done = server.says().json()["counts"]["requests"]
    answers: list[int] = []

    def ask() -> None:
        # Whoever comes too late to be let in finds nobody.
        with suppress(httpx.TransportError):
            answers.append(server.ask(chart).status_code)

    asking = [threading.Thread(target=ask) for _ in range(WAITING)]
    for thread in asking:
        thread.start()
    server.until(lambda: server.says().json()["counts"]["requests"] > done)
    server.process.terminate()
    for thread in asking:
        thread.join()
    assert server.process.wait(timeout=30) == 0 and answers.count(200) >= 1 and set(answers) <= {200}
    _, left = psutil.wait_procs(family, timeout=5)
    assert not left
