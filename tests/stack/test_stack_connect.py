"""`make channel-connect` is one sentence when it cannot begin, and the demonstration connects its channels likewise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from upload_scene import Sandbox as SandboxControl
from upload_scene import sandbox_settings

from stack import world
from stack.airflow_client import AirflowClient
from stack.config import StackSettings
from stack.world import CHANNELS, Sandbox, ensure_channels, youtube_settings
from ytempire.channels.consents import current_consent
from ytempire.channels.store import get_channel
from ytempire.database.connection import Connection
from ytempire.settings import Settings
from ytempire.youtube.scopes import wanted_scopes

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("channel", "told"), [("Charts", "The stack is not running. Start it first"), (" ", "CHANNEL: it is empty")]
)
def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path, channel: str, told: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "stack", "channel-connect", channel],
        cwd=ROOT, env=os.environ | {"YTEMPIRE_VAR": str(tmp_path)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert result.returncode == 1
    assert told in result.stderr and "Traceback" not in result.stderr


def test_the_makefile_passes_its_variables_on() -> None:
    command = ["make", "--dry-run", "channel-connect", "CHANNEL=Chart Pulse", "CLIENT=my client.json", "CONSOLE=1"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '-m stack channel-connect "Chart Pulse" --client "my client.json" --console' in printed


def test_the_products_settings_have_the_stacks_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("YTEMPIRE_YOUTUBE__")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(world, "get_settings", Settings)
    settings = StackSettings(var=tmp_path, sandbox_port=12345)
    youtube = youtube_settings(settings)
    assert youtube.token_url == "http://127.0.0.1:12345/token"
    assert youtube.authorization_url.startswith("http://127.0.0.1:12345/")
    assert (
        youtube_settings(StackSettings(var=tmp_path, sandbox=False)).token_url == "https://oauth2.googleapis.com/token"
    )


class Airflow(AirflowClient):
    """Remembers the connections instead of sending them."""

    def __init__(self, settings: StackSettings) -> None:
        super().__init__(settings)
        self.kept: dict[str, dict[str, Any]] = {}

    def put_connection(self, connection_id: str, extra: str) -> None:
        self.kept[connection_id] = json.loads(extra)


def test_the_demonstrations_channels_are_connected_once_by_their_owners(
    connection: Connection, sandbox_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = StackSettings(var=tmp_path, sandbox_port=httpx.URL(sandbox_url).port)
    monkeypatch.setattr(world, "youtube_settings", lambda _: sandbox_settings(sandbox_url))
    airflow, control = Airflow(settings), SandboxControl(sandbox_url)
    for _ in range(2):
        ids = ensure_channels(settings, connection, airflow, Sandbox(settings))
    assert len(ids) == len(CHANNELS) == len(airflow.kept) == len(control.journal("consent.given"))
    for channel_id in ids:
        consent, channel = current_consent(connection, channel_id), get_channel(connection, channel_id)
        assert consent is not None
        assert consent.scopes == sorted(wanted_scopes(monetized=True))
        assert set(airflow.kept[channel.credentials_id]) == {"client_id", "client_secret", "refresh_token"}
        assert channel.monetization_enabled
