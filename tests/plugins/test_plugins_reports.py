"""The reports in Airflow's UI: for who is signed in, by name, and as documents that can reach nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI
from fastapi.testclient import TestClient

from plugins.ytempire_console.reports import reports_app

ROOT = Path(__file__).parents[2]
PAGE = "trend-v3-2026-11-20.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "drift"
    reports.mkdir()
    for name in ("trend-v9-2026-11-18.html", PAGE, "draft.html"):
        (reports / name).write_text(f"<p>{name}</p>")
    (tmp_path / "secret-v1-2026-11-20.html").write_text("secret")
    return reports


@pytest.fixture
def signed_in(folder: Path) -> TestClient:
    app = reports_app(folder)
    app.dependency_overrides[get_user] = lambda: object()
    return TestClient(app)


@pytest.mark.parametrize("path", ["/drift/", f"/drift/{PAGE}", "/drift/none.html"])
def test_nobody_reads_them_without_signing_in(folder: Path, path: str) -> None:
    assert TestClient(reports_app(folder)).get(path).status_code == 401


def test_the_index_is_the_page_of_the_last_looks_without_scripts(signed_in: TestClient, folder: Path) -> None:
    (folder / "index.html").write_text("<table>the last looks</table>")
    answer = signed_in.get("/drift/")
    assert answer.text == "<table>the last looks</table>"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_report_runs_as_nobody(signed_in: TestClient) -> None:
    answer = signed_in.get(f"/drift/{PAGE}")
    assert answer.text == f"<p>{PAGE}</p>"
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none'")


@pytest.mark.parametrize(
    "name", ["none-v1-2026-01-01.html", "draft.html", "..%2Fsecret-v1-2026-11-20.html", "%2Fetc%2Fpasswd"]
)
def test_only_reports_are_served(signed_in: TestClient, name: str) -> None:
    assert signed_in.get(f"/drift/{name}").status_code == 404


def test_before_the_first_look_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    app = reports_app(tmp_path / "nothing")
    app.dependency_overrides[get_user] = lambda: object()
    assert "no report yet" in TestClient(app).get("/drift/").text


LOAD = """
import json, sys
from airflow import plugins_manager
before = set(sys.modules)
plugins, errors = plugins_manager._get_plugins()
print(json.dumps({
    "names": [plugin.name for plugin in plugins], "errors": errors,
    "views": plugins_manager._get_ui_plugins()[0], "new": [name for name in sys.modules if "ytempire" in name],
}))
"""


def test_airflow_loads_the_plugin_and_little_with_it(tmp_path: Path) -> None:
    environment = os.environ | {"AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"), "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment | {"AIRFLOW_HOME": str(tmp_path)}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = json.loads(answer.stdout.splitlines()[-1])
    assert loaded["errors"] == {}
    assert "ytempire" in loaded["names"]
    assert [view["url_route"] for view in loaded["views"] if view["name"] == "Model drift"] == ["model_drift"]
    assert loaded["new"] == ["ytempire_plugin"]


def test_the_page_is_where_the_link_leads() -> None:
    from plugins.ytempire_plugin import YtempirePlugin

    (view,), (app,) = YtempirePlugin.external_views, YtempirePlugin.fastapi_apps
    host = FastAPI()
    host.mount(app["url_prefix"], app["app"])
    assert TestClient(host).get(view["href"]).status_code == 401
