"""What stops a start: one sentence that names the thing and says what to do, and exit status 1."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ports import free_port

from stack import checks
from stack.config import StackSettings, load
from ytempire.errors import InvalidInput, MissingProgram, Permanent

ROOT = Path(__file__).parent.parent.parent


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stack", "start"],
        cwd=ROOT,
        env=os.environ | {"YTEMPIRE_VAR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        # A stack may be running beside this test: its other ports are asked for elsewhere.
        elsewhere = {f"YTEMPIRE_{name}_PORT": str(free_port()) for name in ("POSTGRES", "REDIS", "AIRFLOW", "SANDBOX")}
        result = start(tmp_path, **elsewhere | {"YTEMPIRE_MLFLOW_PORT": str(port)})
    assert result.returncode == 1
    assert f"port {port} (mlflow)" in result.stderr
    assert "YTEMPIRE_MLFLOW_PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    result = start(tmp_path, YTEMPIRE_AIRFLOW_PORT="eighty")
    assert result.returncode == 1
    assert result.stderr.startswith("YTEMPIRE_AIRFLOW_PORT:")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("YTEMPIRE_TRENDS__CHART_SIZE", "many"), ("YTEMPIRE_QUALITY__AUTO_APPROVE", "101"), ("YTEMPIRE_TRENDS", "[US")],
)
def test_a_wrong_setting_of_the_product_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    result = start(tmp_path, **{name: value})
    assert result.returncode == 1
    assert name.removeprefix("YTEMPIRE_").lower() in result.stderr.lower()
    assert "Traceback" not in result.stderr


def test_a_folder_that_holds_no_history_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_TREND_HISTORY", str(tmp_path))
    with pytest.raises(InvalidInput, match=r"YTEMPIRE_TREND_HISTORY: .* has no snapshots.parquet"):
        checks.check_history(load())


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for program in checks.PROGRAMS:
        if program != "ffmpeg":
            (tmp_path / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgram, match=r"ffmpeg was not found. Install it"):
        checks.check_programs()


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "NEEDED_BYTES", shutil.disk_usage(tmp_path).free + 1024**3)
    with pytest.raises(Permanent, match="YTEMPIRE_VAR"):
        checks.check_disk(StackSettings(var=tmp_path))


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    first = StackSettings(var=tmp_path).secrets
    assert StackSettings(var=tmp_path).secrets == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert len(set(first.values())) == len(first)


def test_the_environment_sends_nothing_outside(tmp_path: Path) -> None:
    environment = StackSettings(var=tmp_path).environment()
    urls = [value for value in environment.values() if "://" in value]
    assert urls and all("@127.0.0.1:" in url or "//127.0.0.1:" in url for url in urls)


def test_a_named_database_is_used_instead_of_the_embedded_one(tmp_path: Path) -> None:
    settings = StackSettings(var=tmp_path, admin_database_url="postgresql://boss:x@db.example:6000/postgres")
    assert not settings.embedded_postgres
    assert "postgres" not in settings.ports
    assert settings.database_url("airflow").endswith("@db.example:6000/airflow")


def test_env_prints_exports_that_a_shell_understands(tmp_path: Path) -> None:
    command = 'eval "$("$0" -m stack env)" && printf "%s\\n" "$YTEMPIRE_MEDIA_ROOT" "$MLFLOW_TRACKING_URI"'
    result = subprocess.run(
        ["bash", "-c", command, sys.executable], cwd=ROOT, env=os.environ | {"YTEMPIRE_VAR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    media, mlflow = result.stdout.splitlines()
    assert media == str(tmp_path / "media")
    assert mlflow.startswith("http://127.0.0.1:")
