"""The demonstration over the running stack: every figure it reports is found again where it comes from."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from secret_scan import database_hits, folder_hits, hits

from stack.airflow_client import AirflowClient
from stack.config import DATABASES, USERS, StackSettings, load
from stack.report import mp4_seconds
from stack.services import running_pid
from stack.world import Sandbox
from ytempire.database.connection import Connection, connect
from ytempire.errors import Permanent
from ytempire.youtube.scopes import wanted_scopes

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def settings() -> StackSettings:
    settings = load()
    assert running_pid(settings), "the stack must be running: make start"
    return settings


@pytest.fixture(scope="module")
def demo(settings: StackSettings) -> dict:
    """`make demo` on the running stack."""
    before = running_pid(settings)
    result = subprocess.run([sys.executable, "-m", "stack", "demo"], cwd=ROOT, env=os.environ)
    assert result.returncode == 0
    assert running_pid(settings) == before, "the demonstration stopped a stack that it had not started"
    return json.loads((settings.var / "demo.json").read_text())


@pytest.fixture(scope="module")
def warehouse(settings: StackSettings) -> Iterator[Connection]:
    with connect(settings.database_url("ytempire")) as connection:
        yield connection


def test_one_video_for_each_of_three_channels(demo: dict) -> None:
    assert len({video["channel"] for video in demo["videos"]}) == 3
    for video in demo["videos"]:
        assert video["duration_seconds"] > 30
        assert 0 <= video["quality_score"] <= 100
        assert set(video["stage_seconds"]) >= {"script", "narration", "visuals", "thumbnail", "assembly", "quality"}


def test_the_files_are_what_the_report_says(demo: dict) -> None:
    for video in demo["videos"]:
        path = Path(video["mp4_path"])
        assert mp4_seconds(path) == pytest.approx(video["duration_seconds"], abs=0.01)
        probe = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
        streams = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)["streams"]
        picture = next(stream for stream in streams if stream["codec_type"] == "video")
        sound = next(stream for stream in streams if stream["codec_type"] == "audio")
        assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 1920, 1080)
        assert sound["codec_name"] == "aac"


def test_the_database_says_the_same(demo: dict, warehouse: Connection) -> None:
    for video in demo["videos"]:
        row = warehouse.execute(
            "SELECT v.*, j.dag_run_id, j.status AS job_status FROM ytempire.videos v "
            "JOIN ytempire.generation_jobs j USING (job_id) WHERE youtube_video_id = %s",
            (video["youtube_video_id"],),
        ).fetchone()
        assert (row["status"], row["job_status"]) == ("published", "published")
        assert (str(row["job_id"]), row["dag_run_id"]) == (video["job_id"], video["dag_run_id"])
        assert row["title"] == video["title"]
        assert float(row["quality_score"]) == video["quality_score"]
        assert float(row["generation_cost"]) == video["cost"]


def test_the_outside_world_saw_each_video_once(demo: dict, settings: StackSettings) -> None:
    sandbox = Sandbox(settings)
    inserted = [entry["video_id"] for entry in sandbox.journal("video.inserted")]
    thumbnails = [entry["video_id"] for entry in sandbox.journal("thumbnail.set")]
    captions = [entry["video_id"] for entry in sandbox.journal("captions.inserted")]
    collected = [entry["video_id"] for entry in sandbox.journal("playlistItem.inserted")]
    for video in demo["videos"]:
        for seen in (inserted, thumbnails, captions, collected):
            assert seen.count(video["youtube_video_id"]) == 1


def test_the_metrics_are_in_the_warehouse(demo: dict, warehouse: Connection) -> None:
    ids = [video["youtube_video_id"] for video in demo["videos"]]
    row = warehouse.execute(
        "SELECT count(*) AS rows, sum(m.views) AS views FROM ytempire.video_metrics m "
        "JOIN ytempire.videos v USING (video_id) WHERE v.youtube_video_id = ANY(%s)",
        (ids,),
    ).fetchone()
    assert row["rows"] == demo["metric_rows_loaded"] >= 3
    assert row["views"] > 0
    rolled = warehouse.execute("SELECT sum(views) AS views FROM ytempire.channel_metrics_daily").fetchone()
    daily = warehouse.execute(
        "SELECT source, sum(views) AS views FROM ytempire.video_metrics WHERE source <> 'live' GROUP BY source"
    ).fetchall()
    assert {row["source"]: row["views"] for row in daily} == dict.fromkeys(("analytics", "reporting"), rolled["views"])


def test_the_model_learned_and_ranks(demo: dict, warehouse: Connection) -> None:
    model = demo["model"]
    assert model["alias"] == "champion"
    assert model["metrics"]["accuracy"] > model["baselines"]["majority"]["accuracy"]
    newest = warehouse.execute("SELECT ranked_by FROM ytempire.topics ORDER BY ranked_at DESC LIMIT 1").fetchone()
    assert newest["ranked_by"].startswith(model["name"])


def test_charts_and_watch_lists_were_looked_at(demo: dict, warehouse: Connection) -> None:
    rows = warehouse.execute("SELECT source, count(*) AS rows FROM ytempire.trend_snapshots GROUP BY source")
    seen = {row["source"]: row["rows"] for row in rows}
    assert min(seen["chart"], seen["watch_list"]) > 0
    assert demo["snapshots"]["watch_list"] <= seen["watch_list"]


def test_one_run_a_video_and_pools_in_use(demo: dict, settings: StackSettings) -> None:
    airflow = AirflowClient(settings, "viewer")
    pools = {pool["name"] for pool in airflow.call("GET", "/pools")["pools"]}
    for video in demo["videos"]:
        assert airflow.run("video_production", video["dag_run_id"])["state"] == "success"
        used = {task["pool"] for task in airflow.tasks("video_production", video["dag_run_id"])}
        assert {"gpu_inference", "gpu_video", "gpu_thumbnail", "youtube_upload"} <= used <= pools


def test_the_web_pages_answer_and_want_a_login(demo: dict, settings: StackSettings) -> None:
    base = f"http://127.0.0.1:{settings.airflow_port}"
    assert httpx.get(base, follow_redirects=True).status_code == 200
    assert httpx.get(f"{base}/api/v2/dags").status_code == 401
    assert httpx.get(f"http://127.0.0.1:{settings.mlflow_port}/health").status_code == 200


def test_each_channel_was_connected_by_its_owner(demo: dict, warehouse: Connection, settings: StackSettings) -> None:
    rows = warehouse.execute("SELECT * FROM ytempire.channel_consents ORDER BY consent_id").fetchall()
    assert {row["event"] for row in rows} == {"given"}
    agreed = {row["youtube_channel_id"]: row["scopes"] for row in rows}
    assert len(agreed) == 3
    seen = {entry["channel_id"]: entry["details"]["scopes"] for entry in Sandbox(settings).journal("consent.given")}
    wanted = sorted(wanted_scopes(monetized=True))
    for youtube_channel_id, scopes in agreed.items():
        assert scopes == wanted == sorted(seen[youtube_channel_id])
    assert warehouse.execute("SELECT kind, subject, message FROM ytempire.alerts").fetchall() == []


@pytest.fixture(scope="module")
def secrets_in_use(demo: dict, settings: StackSettings) -> set[str]:
    """Every password, key and token of this stack, those that the sandbox has given out too."""
    with sqlite3.connect(f"file:{settings.var}/sandbox/world.sqlite?mode=ro", uri=True) as world:
        tokens = [row[0] for row in world.execute("SELECT token FROM access_tokens")]
        tokens += [row[0] for row in world.execute("SELECT refresh_token FROM grants")]
        tokens += [row[0] for row in world.execute("SELECT client_secret FROM channels")]
    assert len(tokens) >= 9, "three channels have worked"
    api_key = json.loads(settings.environment()["AIRFLOW_CONN_YOUTUBE_API"])["password"]
    return {*settings.secrets.values(), *tokens, api_key}


def test_no_secret_is_in_a_log_or_an_artefact(settings: StackSettings, secrets_in_use: set[str]) -> None:
    folders = [settings.var / name for name in ("airflow", "log", "media", "data", "mlflow", "run")]
    for folder in folders:
        assert folder_hits(folder, secrets_in_use) == []
    assert any((settings.var / "airflow" / "logs").rglob("*.log")), "there are logs to look at"
    assert hits((settings.var / "demo.json").read_bytes(), secrets_in_use) == []


@pytest.mark.parametrize("name", DATABASES)
def test_no_secret_is_in_a_database(settings: StackSettings, secrets_in_use: set[str], name: str) -> None:
    url = settings.database_url(name)
    assert database_hits(url, secrets_in_use) == []
    if name == "airflow":
        with connect(url) as connection:
            counted = connection.execute(
                "SELECT (SELECT count(*) FROM xcom) AS xcoms,"
                " (SELECT count(*) FROM connection WHERE is_extra_encrypted AND conn_id LIKE 'youtube\\_%') AS tokens"
            ).fetchone()
        assert counted["xcoms"] > 0, "there are XComs to look at"
        assert counted["tokens"] == 3


@pytest.mark.parametrize("user", USERS)
def test_no_answer_of_the_api_tells_one(settings: StackSettings, secrets_in_use: set[str], user: str) -> None:
    airflow = AirflowClient(settings, user)
    answered = 0
    for path in ("/connections", "/connections/youtube_chart_pulse", "/variables", "/config", "/pools", "/eventLogs"):
        try:
            answer = json.dumps(airflow.call("GET", path))
        except Permanent as refused:
            answer = str(refused)
        else:
            answered += 1
        assert hits(answer, secrets_in_use) == [], path
    # A viewer may not even see which connections there are.
    assert answered >= (1 if user == "viewer" else 3)
