"""Connecting a channel: exactly what was asked for, of exactly that channel, or nothing at all is kept."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from connect_scene import MOUNT, Unconnected, open_unconnected
from secret_scan import database_hits

from ytempire.alerts import list_alerts
from ytempire.channels.connect import by_console
from ytempire.channels.consents import current_consent, pausing_when_revoked
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, get_channel, pause_channel
from ytempire.channels.tokens import BACKEND, BACKEND_KWARGS
from ytempire.database.connection import Connection
from ytempire.errors import ConsentRefused, CredentialsRevoked, InvalidInput, Retriable
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.scopes import ANALYTICS, MANAGE, REVENUE, wanted_scopes


def credentials(scene: Unconnected) -> OAuthCredentials:
    kept = scene.kept()
    assert kept is not None
    return OAuthCredentials(**json.loads(kept["extra"]))


def nothing_kept(connection: Connection, scene: Unconnected) -> bool:
    return scene.kept() is None and current_consent(connection, scene.channel_id) is None


def test_the_tokens_that_are_kept_act_for_the_channel(connection: Connection, unconnected: Unconnected) -> None:
    consent = unconnected.connect(connection)
    assert consent == current_consent(connection, unconnected.channel_id)
    assert consent.scopes == sorted(wanted_scopes(monetized=False))
    assert (consent.recorded_by, consent.client_id) == ("a person", unconnected.client.client_id)
    with YouTubeClient(unconnected.settings, credentials=credentials(unconnected)) as client:
        assert client.my_channel().youtube_channel_id == unconnected.youtube_channel_id


def test_the_owner_is_asked_for_what_the_channel_needs(connection: Connection, sandbox_url: str) -> None:
    for monetized, wanted in ((False, {MANAGE, ANALYTICS}), (True, {MANAGE, ANALYTICS, REVENUE})):
        scene = open_unconnected(connection, sandbox_url, f"C{monetized}", monetization_enabled=monetized)
        scene.connect(connection)
        (address,) = scene.seen
        assert set(parse_qs(urlsplit(address).query)["scope"][0].split()) == wanted


def test_no_token_is_in_our_database(connection: Connection, database_url: str, unconnected: Unconnected) -> None:
    unconnected.connect(connection)
    kept = credentials(unconnected)
    assert database_hits(database_url, {kept.refresh_token, kept.client_secret}) == []


def test_a_part_of_the_scopes_is_refused_with_what_is_missing(connection: Connection, unconnected: Unconnected) -> None:
    unconnected.sandbox.post("consent", scopes=[MANAGE])
    with pytest.raises(ConsentRefused, match=r"yt-analytics\.readonly is missing"):
        unconnected.connect(connection)
    assert nothing_kept(connection, unconnected)


def test_a_no_is_a_no(connection: Connection, unconnected: Unconnected) -> None:
    unconnected.sandbox.post("consent", deny=True)
    with pytest.raises(ConsentRefused, match="access_denied"):
        unconnected.connect(connection)
    assert nothing_kept(connection, unconnected)


def test_the_account_of_another_channel_is_refused_and_keeps_its_own_consent(
    connection: Connection, unconnected: Unconnected, sandbox_url: str
) -> None:
    other = open_unconnected(connection, sandbox_url, "News")
    other.connect(connection)
    unconnected.sandbox.post("consent", channel_id=other.youtube_channel_id)
    with pytest.raises(ConsentRefused, match=r"that of News .* not of Charts"):
        unconnected.connect(connection)
    assert nothing_kept(connection, unconnected)
    with YouTubeClient(other.settings, credentials=credentials(other)) as client:
        assert client.my_channel().title == "News"


def test_an_account_without_a_channel_is_refused(connection: Connection, unconnected: Unconnected) -> None:
    unconnected.sandbox.fault("/youtube/v3/channels", status=200, body={"items": []})
    with pytest.raises(ConsentRefused, match="has no channel"):
        unconnected.connect(connection)
    assert nothing_kept(connection, unconnected)


def test_tokens_that_could_not_be_kept_are_no_consent(connection: Connection, unconnected: Unconnected) -> None:
    unconnected.sandbox.fault("/vault/", status=503, body={"errors": ["Vault is sealed"]})
    with pytest.raises(Retriable, match="Vault does not answer"):
        unconnected.connect(connection)
    assert current_consent(connection, unconnected.channel_id) is None
    unconnected.connect(connection)
    assert current_consent(connection, unconnected.channel_id) is not None


def test_an_archived_channel_is_not_connected(connection: Connection, unconnected: Unconnected) -> None:
    connection.execute("UPDATE ytempire.channels SET status = 'archived'")
    with pytest.raises(InvalidInput, match="archived"):
        unconnected.connect(connection)
    assert unconnected.seen == []


def test_connecting_again_after_a_revocation_resumes_the_channel(
    connection: Connection, unconnected: Unconnected
) -> None:
    unconnected.connect(connection)
    unconnected.sandbox.post("revoke", channel_id=unconnected.youtube_channel_id)
    with (
        YouTubeClient(unconnected.settings, credentials=credentials(unconnected)) as client,
        pytest.raises(CredentialsRevoked),
        pausing_when_revoked(connection, unconnected.channel_id),
    ):
        client.my_channel()
    assert get_channel(connection, unconnected.channel_id).status == "paused"
    unconnected.connect(connection)
    assert get_channel(connection, unconnected.channel_id).status == "active"
    assert list_alerts(connection) == []


def test_at_the_console_the_pasted_address_is_enough(connection: Connection, unconnected: Unconnected) -> None:
    shown: list[str] = []
    answer = by_console(shown.append, lambda: httpx.get(shown[0]).headers["location"])
    assert unconnected.connect(connection, answer).scopes
    assert unconnected.kept() is not None


def test_two_channels_may_not_be_paused_or_resumed_for_each_other(
    connection: Connection, unconnected: Unconnected, sandbox_url: str
) -> None:
    other = open_unconnected(connection, sandbox_url, "News")
    pause_channel(connection, other.channel_id, "holidays")
    unconnected.connect(connection)
    assert get_channel(connection, other.channel_id).status_reason == "holidays"


def run_connect(database_url: str, scene: Unconnected, client: Path, *arguments: str) -> subprocess.Popen[str]:
    kwargs = {"url": scene.vault_url, "mount_point": MOUNT, "connections_path": "connections"}
    addresses = {
        "YTEMPIRE_YOUTUBE__ROOT_URL": scene.settings.root_url,
        "YTEMPIRE_YOUTUBE__TOKEN_URL": scene.settings.token_url,
        "YTEMPIRE_YOUTUBE__AUTHORIZATION_URL": scene.settings.authorization_url,
    }
    vault = {
        BACKEND: "airflow.providers.hashicorp.secrets.vault.VaultBackend",
        BACKEND_KWARGS: json.dumps(kwargs),
        "VAULT_TOKEN": "a-vault-token-that-writes",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ytempire", "channels", "connect", "Charts", "--client", str(client), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # No browser: the address is printed all the same.
        env=os.environ | addresses | vault | {"YTEMPIRE_DATABASE_URL": database_url, "BROWSER": "true"},
    )


def printed_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.match(r"http\S+", line):
            return found.group()
    raise AssertionError(said)


@pytest.fixture
def client_file(tmp_path: Path, unconnected: Unconnected) -> Path:
    path = tmp_path / "client_secret.json"
    client = unconnected.client
    path.write_text(json.dumps({"installed": {"client_id": client.client_id, "client_secret": client.client_secret}}))
    return path


def test_the_command_opens_the_browser_and_waits_for_it(
    connection: Connection, database_url: str, unconnected: Unconnected, client_file: Path
) -> None:
    process = run_connect(database_url, unconnected, client_file)
    httpx.get(printed_address(process), follow_redirects=True).raise_for_status()
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Charts is connected, for youtube.force-ssl, yt-analytics.readonly." in said
    assert current_consent(connection, unconnected.channel_id) is not None


def test_the_command_takes_the_address_at_the_console(
    connection: Connection, database_url: str, unconnected: Unconnected, client_file: Path
) -> None:
    process = run_connect(database_url, unconnected, client_file, "--console")
    back = httpx.get(printed_address(process)).headers["location"]
    said, _ = process.communicate(f"{back}\n", timeout=30)
    assert process.returncode == 0, said
    assert credentials(unconnected).refresh_token not in said
    assert current_consent(connection, unconnected.channel_id) is not None


def test_the_command_names_what_is_wrong_in_one_sentence(
    connection: Connection, database_url: str, unconnected: Unconnected, tmp_path: Path
) -> None:
    spec = {"youtube_channel_id": "UCxyz", "name": "Else", "niche": "music", "credentials_id": "c"}
    create_channel(connection, ChannelSpec.of(spec))
    process = run_connect(database_url, unconnected, tmp_path / "absent.json")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "absent.json cannot be read" in " ".join(said.split()) and "Traceback" not in said
