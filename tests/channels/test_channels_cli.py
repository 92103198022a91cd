"""The command line takes channels in, shows, pauses and resumes them; a mistake is one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys

COLUMNS = {"COLUMNS": "240"}


def ytempire(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ytempire", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **COLUMNS, "YTEMPIRE_DATABASE_URL": database_url},
    )


def test_a_channel_from_the_first_command_to_the_last(database_url: str) -> None:
    created = ytempire(
        database_url, "channels", "create", "youtube_channel_id=UCabcdefghijklmnopqrstuv",
        "name=[bold]Charts[/bold]", "niche=music", "credentials_id=youtube_charts",
    )  # fmt: skip
    assert created.returncode == 0, created.stderr
    identifier = re.search(r"[0-9a-f-]{36}", created.stdout)
    assert identifier is not None
    paused = ytempire(database_url, "channels", "pause", identifier.group(), "--reason", "holidays")
    assert "holidays" in paused.stdout
    listed = ytempire(database_url, "channels", "list", "--status", "paused")
    assert identifier.group() in listed.stdout
    assert "[bold]Charts[/bold]" in listed.stdout
    resumed = ytempire(database_url, "channels", "resume", identifier.group())
    assert "active" in resumed.stdout


def test_a_wrong_value_is_named_in_one_sentence(database_url: str) -> None:
    result = ytempire(
        database_url, "channels", "create", "youtube_channel_id=not an id", "name=x", "niche=y", "credentials_id=z",
    )  # fmt: skip
    assert result.returncode == 1
    assert "channel.youtube_channel_id" in result.stderr
    assert "Traceback" not in result.stderr
