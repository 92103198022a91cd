"""The ranking asks the server, and predicts for itself where the server cannot answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ml_serving.conftest import Shelf
from ports import free_port

from ml.serving.client import RemoteModel, ranking_version
from ml.trend.model import TrendModel
from ml.trend.titles import TITLE_AXES
from ytempire.errors import InvalidInput
from ytempire.settings import ServingSettings, Settings

NOWHERE = Path("/nonexistent")
Reply = Callable[[list[dict[str, Any]]], tuple[int, str]]


@contextmanager
def stand_in(reply: Reply, titles: bool = False) -> Iterator[tuple[str, list[int]]]:
    """A server that answers with ``reply``; yields its address and how many rows each request had.

    ``titles`` is whether its version reads titles.
    """
    asked: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert request["version"] == "5"
            asked.append(len(request["rows"]))
            self._say(*reply(request["rows"]))

        def do_GET(self) -> None:
            self._say(200, json.dumps({"versions": [{"version": "5", "titles": titles}]}))

        def _say(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def by_rank(rows: list[dict[str, Any]]) -> tuple[int, str]:
    return 200, json.dumps({"chances": [1 / row["rank"] for row in rows]})


def never() -> TrendModel:
    raise AssertionError("nothing had to be loaded")


def test_whole_charts_are_asked_and_come_back_in_the_order_of_the_rows(rows: pd.DataFrame) -> None:
    few = rows[rows["day"] >= sorted(rows["day"].unique())[-2]].sample(frac=1, random_state=5)
    with stand_in(by_rank) as (url, asked):
        chances = RemoteModel(ServingSettings(url=url, request_rows=50), "5", never, NOWHERE).chances(few)
    np.testing.assert_allclose(chances, 1 / few["rank"], rtol=1e-6)
    assert sum(asked) == len(few) == 160 and max(asked) <= 50 and all(count % 20 == 0 for count in asked)


@pytest.mark.parametrize(
    "reply",
    [
        lambda rows: (429, "overloaded"),
        lambda rows: (404, "version 5 is not served"),
        lambda rows: (500, "oops"),
        lambda rows: (200, "no JSON"),
        lambda rows: (200, json.dumps({"chances": [0.5]})),
        lambda rows: (200, json.dumps({"chances": [float("nan")] * len(rows)})),
    ],
)
def test_where_the_server_cannot_answer_the_model_is_loaded_here(
    reply: Reply, model: TrendModel, chart: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    with stand_in(reply) as (url, asked):
        remote = RemoteModel(ServingSettings(url=url), "5", lambda: model, NOWHERE)
        for _ in range(3):
            np.testing.assert_array_equal(remote.chances(chart), model.chances(chart))
    assert len(asked) == 1 and "predicts in this process" in caplog.text


def test_titles_are_read_here_and_only_for_a_version_that_reads_them(
    chart: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def remember(rows: list[dict[str, Any]]) -> tuple[int, str]:
        asked.extend(rows)
        return by_rank(rows)

    def read(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
        assert folder == NOWHERE and rows["title"].notna().all()
        return rows.assign(**dict.fromkeys(TITLE_AXES, 0.25))

    monkeypatch.setattr("ml.serving.client.with_titles", read)
    for titles in (True, False):
        with stand_in(remember, titles=titles) as (url, _):
            RemoteModel(ServingSettings(url=url), "5", never, NOWHERE).chances(chart.assign(title="Some title"))
    told = [{name: row.get(name) for name in TITLE_AXES} for row in asked]
    assert told == [dict.fromkeys(TITLE_AXES, 0.25)] * len(chart) + [dict.fromkeys(TITLE_AXES)] * len(chart)


def test_a_server_that_is_not_there_costs_one_attempt(model: TrendModel, chart: pd.DataFrame) -> None:
    remote = RemoteModel(ServingSettings(url=f"http://127.0.0.1:{free_port()}"), "5", lambda: model, NOWHERE)
    np.testing.assert_array_equal(remote.chances(chart), model.chances(chart))


def test_without_a_server_the_version_is_loaded_at_once(
    settings: Settings, shelf: Shelf, model: TrendModel, chart: pd.DataFrame
) -> None:
    shelf.add("5", model)
    found = ranking_version(settings, shelf, "5")  # type: ignore[arg-type]
    assert found.version == "5" and shelf.loads == ["5"]
    np.testing.assert_array_equal(found.model.chances(chart), model.chances(chart))
    with pytest.raises(InvalidInput, match="no version 6"):
        ranking_version(settings, shelf, "6")  # type: ignore[arg-type]
