"""What a task knows of secrets: read from Airflow's connections, and replaced in its log wherever it appears."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from airflow.sdk.log import redact
from channel_rows import add_channel
from upload_scene import agree, sandbox_settings

from dags.house import resources
from ytempire.alerts import list_alerts
from ytempire.channels.store import get_channel
from ytempire.database.connection import Connection
from ytempire.errors import ConsentMissing, InvalidInput, Retriable
from ytempire.redaction import keep_secret
from ytempire.settings import Settings


def test_the_secrets_of_the_environment_are_masked_once_the_database_is_open(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-of-the-environment")
    keep_secret("canary-of-a-token-service")
    monkeypatch.setenv("AIRFLOW_CONN_YTEMPIRE_DATABASE", database_url)
    with resources.database() as connection:
        assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}
    told = redact("it said canary-of-the-environment and canary-of-a-token-service")
    assert told == "it said *** and ***"


@pytest.fixture
def channel_id(connection: Connection) -> UUID:
    return add_channel(connection, credentials_id="youtube_canary")


def connection_of(**extra: str) -> str:
    return json.dumps({"conn_type": "generic", "extra": extra})


def test_a_channel_that_was_never_connected_is_paused_with_an_alert(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, channel_id: UUID
) -> None:
    monkeypatch.setattr(resources, "_extra", lambda name: None)
    with pytest.raises(ConsentMissing):
        resources.channel_youtube(connection, channel_id)
    assert get_channel(connection, channel_id).status == "paused"
    assert [alert.subject for alert in list_alerts(connection)] == [str(channel_id)]


def test_tokens_that_airflow_does_not_find_now_pause_nobody(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, channel_id: UUID
) -> None:
    agree(connection, channel_id)
    monkeypatch.setattr(resources, "_extra", lambda name: None)
    with pytest.raises(Retriable, match="does not find the connection youtube_canary"):
        resources.channel_youtube(connection, channel_id)
    assert get_channel(connection, channel_id).status == "active"
    assert list_alerts(connection) == []


def test_a_connection_that_is_not_ours_is_named_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, channel_id: UUID
) -> None:
    tokens = {"client_id": "an id", "client_secret": "canary-of-the-client"}
    monkeypatch.setenv("AIRFLOW_CONN_YOUTUBE_CANARY", connection_of(**tokens))
    with pytest.raises(InvalidInput, match="youtube_canary: its extra lacks refresh_token") as caught:
        resources.channel_youtube(connection, channel_id)
    assert "canary-of-the-client" not in str(caught.value)


def test_a_channel_acts_with_the_tokens_of_its_connection(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, channel_id: UUID
) -> None:
    tokens = {"client_id": "an id", "client_secret": "a secret", "refresh_token": "1//0canary"}
    monkeypatch.setenv("AIRFLOW_CONN_YOUTUBE_CANARY", connection_of(**tokens))
    resources.channel_youtube(connection, channel_id).close()
    assert get_channel(connection, channel_id).status == "active"


def test_public_data_is_asked_for_with_the_key_of_its_connection(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, sandbox_url: str
) -> None:
    settings = Settings(youtube=sandbox_settings(sandbox_url))
    monkeypatch.setattr("ytempire.settings.get_settings", lambda: settings)
    monkeypatch.setenv("AIRFLOW_CONN_YOUTUBE_API", json.dumps({"conn_type": "generic", "password": "sandbox-key"}))
    with resources.public_youtube(connection) as client:
        assert client.most_popular("US", 5).value
    spent = connection.execute("SELECT method, units FROM ytempire.quota_ledger").fetchall()
    assert spent == [{"method": "videos.list", "units": 1}]
