"""``make channel-connect``: the product's own command, with this stack's addresses and its operator's login."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from stack.config import ROOT, StackSettings
from stack.services import running_pid
from stack.world import Sandbox
from ytempire.channels.store import find_channel
from ytempire.commands.connect import PASSWORD
from ytempire.database.connection import connect
from ytempire.errors import InvalidInput, Permanent


def connect_channel(settings: StackSettings, channel: str, client: Path | None, *, console: bool) -> int:
    """Run ``ytempire channels connect`` over the running stack and return its exit status.

    Over the sandbox no client file needs to be named: each of its channels has its own OAuth client.
    """
    if not channel.strip():
        raise InvalidInput("CHANNEL", "it is empty", "Name one: make channel-connect CHANNEL='Chart Pulse'.")
    if running_pid(settings) is None:
        raise Permanent("The stack is not running. Start it first: make start.")
    with tempfile.TemporaryDirectory() as folder:
        if client is None and settings.sandbox:
            client = _sandbox_client(settings, channel, Path(folder))
        command = [sys.executable, "-m", "ytempire", "channels", "connect", channel]
        command += ["--client", str(client.resolve())] if client else []
        command += ["--console"] if console else []
        login = {"YTEMPIRE_AIRFLOW_USER": "operator", PASSWORD: settings.secrets["operator_password"]}
        return subprocess.run(command, cwd=ROOT, env=os.environ | settings.environment() | login).returncode


def _sandbox_client(settings: StackSettings, channel: str, folder: Path) -> Path:
    with connect(settings.database_url("ytempire")) as connection:
        found = find_channel(connection, channel)
    client = Sandbox(settings).client_of(found.youtube_channel_id)
    path = folder / "client.json"
    path.touch(mode=0o600)
    installed = {"client_id": client.client_id, "client_secret": client.client_secret}
    path.write_text(json.dumps({"installed": installed}))
    return path
