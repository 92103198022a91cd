"""``ytempire channels …``: from taking a channel in to archiving it; a mistake is one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from channel_rows import VALUES, add_channel, add_job
from typer.testing import CliRunner, Result

from ytempire.channels.consents import NOT_CONNECTED
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import find_channel, get_channel, update_channel
from ytempire.cli import app
from ytempire.database.connection import Connection
from ytempire.errors import YtempireError
from ytempire.settings import get_settings

Command = Callable[..., Result]
NAME = VALUES["name"]


@pytest.fixture
def ytempire(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run a command in this process; what it must not do is fail with anything but an error of ours."""
    monkeypatch.setenv("YTEMPIRE_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "240")
    get_settings.cache_clear()

    def run(*arguments: str, status: int = 0, **more: object) -> Result:
        result = CliRunner().invoke(app, ["channels", *arguments], **more)
        if isinstance(result.exception, YtempireError):
            return result
        assert result.exit_code == status, (result.output, result.exception)
        return result

    yield run
    get_settings.cache_clear()


def program(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ytempire", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "COLUMNS": "240", "YTEMPIRE_DATABASE_URL": database_url},
    )


def test_a_channel_from_the_first_command_to_the_last(ytempire: Command, connection: Connection) -> None:
    created = ytempire(
        "create", "youtube_channel_id=UCabcdefghijklmnopqrstuv", "name=[bold]Charts[/bold]", "niche=music",
        "credentials_id=youtube_charts", "region_codes=US,NO", "video_budget_usd=2.50",
    )  # fmt: skip
    identifier = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", created.stdout)
    assert identifier is not None
    assert NOT_CONNECTED in created.stdout
    changed = ytempire("set", "[bold]Charts[/bold]", "priority=7", "watch_list+=UC1,UC2", "handle=@charts")
    assert re.search(r"priority +│ 5 +│ 7", changed.stdout)
    assert ytempire("set", "[bold]Charts[/bold]", "priority=7").stdout == "[bold]Charts[/bold]: nothing to change\n"
    assert "holidays" in ytempire("pause", identifier.group(), "--reason", "holidays").stdout
    listed = ytempire("list", "--status", "paused").stdout
    assert identifier.group() in listed and "[bold]Charts[/bold]" in listed
    assert ytempire("list", "--status", "archived").stdout.count("Charts") == 0
    assert "active" in ytempire("resume", "UCabcdefghijklmnopqrstuv").stdout
    told = ytempire("history", "[bold]Charts[/bold]").stdout
    for action in ("channel.created", "channel.updated", "channel.paused", "holidays", "channel.resumed", "UC1, UC2"):
        assert action in told
    shown = json.loads(ytempire("show", identifier.group(), "--json").stdout)
    assert (shown["region_codes"], shown["video_budget_usd"], shown["watch_list"]) == (
        ["US", "NO"],
        "2.5",
        ["UC1", "UC2"],
    )
    assert len(json.loads(ytempire("history", identifier.group(), "--json").stdout)) == 4
    assert json.loads(ytempire("list", "--json").stdout) == [shown]
    assert find_channel(connection, identifier.group()).revision == 2


def test_a_wrong_value_is_named_in_one_sentence(database_url: str) -> None:
    given = ("youtube_channel_id=not an id", "name=x", "niche=y", "credentials_id=z")
    result = program(database_url, "channels", "create", *given)
    assert result.returncode == 1
    assert "channel.youtube_channel_id" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_change_from_an_older_revision_is_refused(ytempire: Command, connection: Connection) -> None:
    channel_id = add_channel(connection)
    update_channel(connection, channel_id, {"priority": 6})
    assert "revision 2, not 1" in str(ytempire("set", NAME, "priority=7", "--revision", "1").exception)
    assert get_channel(connection, channel_id).priority == 6


def test_channels_go_out_to_a_file_or_a_folder_and_come_back(
    ytempire: Command, connection: Connection, tmp_path: Path
) -> None:
    add_channel(connection)
    add_channel(connection, youtube_channel_id="UCother", name="Other")
    folder, file = tmp_path / "folder", tmp_path / "channels.yaml"
    folder.mkdir()
    ytempire("export", "--to", str(folder))
    ytempire("export", "--to", str(file))
    printed = ytempire("export").stdout
    assert sorted(path.name for path in folder.iterdir()) == [f"{VALUES['youtube_channel_id']}.yaml", "UCother.yaml"]
    assert (
        file.read_text()
        == printed
        == "---\n".join(
            (folder / name).read_text() for name in (f"{VALUES['youtube_channel_id']}.yaml", "UCother.yaml")
        )
    )
    assert ytempire("export", "Other").stdout == (folder / "UCother.yaml").read_text()
    for source in (folder, file):
        assert "0 of 2 channels taken in or changed." in ytempire("import", str(source)).stdout
    assert "0 of 2" in ytempire("import", "-", input=printed).stdout


def test_a_dry_run_shows_the_differences_and_changes_nothing(
    ytempire: Command, connection: Connection, tmp_path: Path
) -> None:
    channel_id = add_channel(connection)
    file = tmp_path / "channels.yaml"
    file.write_text(f"youtube_channel_id: {VALUES['youtube_channel_id']}\npriority: 8\n")
    told = ytempire("import", str(file), "--dry-run").stdout
    assert re.search(r"priority +│ 5 +│ 8", told) and "Nothing was changed." in told
    assert get_channel(connection, channel_id).priority == 5
    assert re.search(r"priority +│ 5 +│ 8", ytempire("import", str(file)).stdout)
    assert get_channel(connection, channel_id).priority == 8


def test_a_mistake_in_a_file_is_named_with_its_line(ytempire: Command, tmp_path: Path) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text("youtube_channel_id: UC1\nname: x\nniche: y\ncredentials_id: z\npriority: 80\n")
    assert f"{file}:5: x: priority: " in str(ytempire("import", str(file)).exception)
    assert "cannot be written" in str(ytempire("export", "--to", str(tmp_path / "no" / "where.yaml")).exception)


def editor(folder: Path, command: str) -> str:
    """An editor that does ``command`` to the file it is given ($1)."""
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
    return str(path)


def test_a_channel_is_edited_with_all_its_fields_in_view(
    ytempire: Command, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_id = add_channel(connection)
    monkeypatch.setenv("EDITOR", editor(tmp_path, "sed -i 's/^priority: 5/priority: 9/' \"$1\""))
    ytempire("edit", NAME)
    assert get_channel(connection, channel_id).priority == 9
    monkeypatch.setenv("EDITOR", editor(tmp_path, ":"))
    assert "Nothing to change." in ytempire("edit", NAME).stdout


def test_what_was_changed_while_the_editor_was_open_is_not_overwritten(
    ytempire: Command, connection: Connection, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_id = add_channel(connection)
    meanwhile = f"{sys.executable} -m ytempire channels set UCabcdefghijklmnopqrstuv priority=2 > /dev/null"
    monkeypatch.setenv("EDITOR", editor(tmp_path, f"{meanwhile}; sed -i 's/^priority: 5/priority: 9/' \"$1\""))
    assert "changed meanwhile" in str(ytempire("edit", NAME).exception)
    assert get_channel(connection, channel_id).priority == 2


def test_archiving_says_what_it_will_do_and_asks(ytempire: Command, connection: Connection) -> None:
    channel_id = add_channel(connection)
    add_job(connection, channel_id)
    told = ytempire("archive", NAME, "--reason", "merged", "--dry-run").stdout
    assert "1 queued jobs are cancelled" in told and "cannot be undone" in told
    ytempire("archive", NAME, "--reason", "merged", input="n\n")
    ytempire("archive", NAME, "--reason", "merged", input="", status=1)
    assert get_channel(connection, channel_id).status == "active"
    assert "1 jobs cancelled" in ytempire("archive", NAME, "--reason", "merged", "--yes").stdout
    assert get_channel(connection, channel_id).status == "archived"
    assert ytempire("export").stdout == ""


def test_the_fields_are_explained(ytempire: Command) -> None:
    told = ytempire("fields").stdout
    for name in ChannelSpec.model_fields:
        assert f"│ {name} " in told
    assert "(needed)" in told and "us-cedar" in told


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ytempire channels set x pri", ["priority=", "privacy_status="]),
        ("ytempire channels set x palette=g", ["palette=glacier", "palette=graphite"]),
        # As bash splits it.
        ("ytempire channels set x palette = g", ["glacier", "graphite"]),
        ("ytempire channels set x palette=ink made", ["made_for_kids="]),
        ("ytempire channels show Oth", ["Other"]),
        ("ytempire channels arch", ["archive"]),
    ],
)
def test_the_shell_is_told_what_may_follow(
    ytempire: Command, connection: Connection, words: str, offered: list[str]
) -> None:
    add_channel(connection, youtube_channel_id="UCother", name="Other")
    typed = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = ytempire(env={"_YTEMPIRE_COMPLETE": "complete_bash", **typed}, prog_name="ytempire")
    assert done.stdout.split() == offered
