"""A channel that waits to be connected, its owner's browser, and a Vault to keep the tokens in."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import httpx
import pytest
from upload_scene import Sandbox, sandbox_settings

from ytempire.channels.connect import Conversation, by_browser, connect_channel
from ytempire.channels.consents import ConsentEvent
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, get_channel
from ytempire.channels.tokens import TokenStore, VaultBackend, VaultTokens
from ytempire.database.connection import Connection
from ytempire.settings import YouTubeSettings
from ytempire.youtube.credentials import OAuthClient

MOUNT = "airflow"


@dataclass(frozen=True)
class Unconnected:
    """A channel of the sandbox and of our network whose owner has not been asked yet."""

    sandbox: Sandbox
    settings: YouTubeSettings
    channel_id: UUID
    youtube_channel_id: str
    credentials_id: str
    client: OAuthClient
    seen: list[str] = field(default_factory=list)

    def browser(self) -> Conversation:
        """A browser whose owner agrees at once, or as the sandbox was told."""

        def show(address: str) -> None:
            self.seen.append(address)
            httpx.get(address, follow_redirects=True).raise_for_status()

        return by_browser(show, port=0, timeout_seconds=10)

    @property
    def vault_url(self) -> str:
        return f"{self.sandbox.url}/vault"

    def store(self) -> TokenStore:
        return VaultTokens(VaultBackend(url=self.vault_url, mount_point=MOUNT), "a-vault-token-that-writes")

    def connect(self, connection: Connection, ask: Conversation | None = None) -> ConsentEvent:
        channel = get_channel(connection, self.channel_id)
        return connect_channel(
            connection, self.settings, channel, self.client, ask or self.browser(), self.store(), actor="a person"
        )

    def kept(self) -> dict[str, str] | None:
        """The connection's fields as Vault has them."""
        path = f"{self.vault_url}/v1/{MOUNT}/data/connections/{self.credentials_id}"
        answer = httpx.get(path, headers={"X-Vault-Token": "a-reader"})
        return answer.json()["data"]["data"] if answer.is_success else None


def open_unconnected(connection: Connection, sandbox_url: str, name: str = "Charts", **fields: object) -> Unconnected:
    """Open a channel in the sandbox and take it in, without anybody's consent."""
    sandbox = Sandbox(sandbox_url)
    opened = sandbox.post("channels", title=name)
    credentials_id = f"youtube_{name.lower()}"
    spec = {"youtube_channel_id": opened["channel_id"], "name": name, "niche": "music"}
    channel_id = create_channel(connection, ChannelSpec.of(spec | {"credentials_id": credentials_id} | fields))
    client = OAuthClient(opened["client_id"], opened["client_secret"])
    settings = sandbox_settings(sandbox_url)
    return Unconnected(sandbox, settings, channel_id, opened["channel_id"], credentials_id, client)


@pytest.fixture
def unconnected(connection: Connection, sandbox_url: str) -> Unconnected:
    return open_unconnected(connection, sandbox_url)
