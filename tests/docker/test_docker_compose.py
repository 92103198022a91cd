"""docker/ cannot be run where there is no Docker engine; it is held against the settings and the Procfile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from honcho.environ import parse_procfile

from stack.airflow_users import PASSWORD_VARIABLES
from stack.config import USERS
from ytempire.settings import ServingSettings, Settings

ROOT = Path(__file__).parent.parent.parent
DOCKER = ROOT / "docker"
MODEL_SERVERS = ["model-server-1", "model-server-2", "model-server-3"]


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


def test_every_process_is_a_service_and_the_worker_is_celerys(compose: dict) -> None:
    processes = set(parse_procfile((ROOT / "Procfile").read_text()).processes)
    assert set(compose["services"]) - processes == {"prepare", "worker", "nginx", *MODEL_SERVERS}
    assert processes <= set(compose["services"])


def test_the_services_run_what_the_procfile_runs(compose: dict) -> None:
    procfile = parse_procfile((ROOT / "Procfile").read_text()).processes
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        assert compose["services"][name]["command"][:2] == ["airflow", name]
        assert f"airflow {name}" in procfile[name]


def test_every_setting_named_exists(compose: dict) -> None:
    known = {f"YTEMPIRE_{name.upper()}" for name in Settings.model_fields}
    known |= {f"YTEMPIRE_SERVING__{name.upper()}" for name in ServingSettings.model_fields}
    everywhere = [compose["x-ytempire"], compose["services"]["model-server-1"]]
    named = {name for service in everywhere for name in service["environment"] if name.startswith("YTEMPIRE_")}
    assert named and named <= known


def test_before_anything_starts_airflow_gets_its_users_with_the_passwords_of_the_example(compose: dict) -> None:
    prepare = compose["services"]["prepare"]
    assert "airflow db migrate && python -m stack.airflow_users && " in prepare["command"][-1]
    given = {name: value for name, value in prepare["environment"].items() if name in PASSWORD_VARIABLES.values()}
    assert given == {f"YTEMPIRE_{user.upper()}_PASSWORD": f"${{{user.upper()}_PASSWORD:?}}" for user in USERS}
    assert prepare["environment"].items() - given.items() == compose["x-ytempire"]["environment"].items()


def test_airflow_sections_are_those_of_our_configuration(compose: dict) -> None:
    sections = set(re.findall(r"^\[(\w+)\]", (ROOT / "airflow.cfg").read_text(), re.M)) | {"celery", "api_auth"}
    environment = compose["x-ytempire"]["environment"]
    named = {name.split("__")[1].lower() for name in environment if name.startswith("AIRFLOW__")}
    assert named <= sections


def test_every_secret_is_in_the_example(compose: dict) -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?\}", (DOCKER / "compose.yaml").read_text()))
    given = set(re.findall(r"^(\w+)=$", (DOCKER / ".env.example").read_text(), re.M))
    assert wanted == given


def test_versions_agree_with_the_requirements() -> None:
    airflow = re.search(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)[1]
    assert f"FROM apache/airflow:{airflow}-python3.11" in (DOCKER / "Dockerfile").read_text()


def test_the_image_installs_the_packages_of_the_native_route() -> None:
    bootstrap = (ROOT / "stack" / "bootstrap").read_text()
    packages = set(re.search(r"packages=\((.*?)\)", bootstrap, re.S)[1].split())
    image = (DOCKER / "Dockerfile").read_text()
    not_in_the_image = {"redis-server", "mmdebstrap", "postgresql-client", "python3-venv"}
    assert {package for package in packages if package not in image} == not_in_the_image


def test_files_that_are_mounted_exist(compose: dict) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (DOCKER / source).is_file()


def test_three_model_servers_stand_behind_nginx(compose: dict) -> None:
    servers = {name: compose["services"][name] for name in MODEL_SERVERS}
    ports = {service["environment"]["YTEMPIRE_SERVING__PORT"] for service in servers.values()}
    assert ports == {"8100"} and all(one["command"] == ["python", "-m", "ml.serving"] for one in servers.values())
    nginx = (DOCKER / "nginx.conf").read_text()
    assert re.findall(r"^    server (\S+):8100 ", nginx, re.M) == MODEL_SERVERS and "listen 8100;" in nginx
    assert compose["x-ytempire"]["environment"]["YTEMPIRE_SERVING__URL"] == "http://nginx:8100"
    largest = int(re.search(r"client_max_body_size (\d+)m;", nginx)[1])
    assert largest == ServingSettings().request_mib


def test_only_nginx_is_reachable_and_only_from_this_machine(compose: dict) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"nginx": ["127.0.0.1:8080:80"]}
