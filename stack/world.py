"""The demonstration's outside world: the sandbox's control interface, and three channels that live in it."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from stack.airflow_client import AirflowClient
from stack.config import StackSettings
from ytempire.channels.connect import by_browser, connect_channel
from ytempire.channels.consents import NOT_CONNECTED, current_consent
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, get_channel, update_channel
from ytempire.channels.tokens import token_store
from ytempire.clock import pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.settings import YouTubeSettings, get_settings
from ytempire.youtube.credentials import OAuthClient

_ACTOR = "demonstration"
# YouTube's categories: 10 music, 1 film, 24 entertainment, 20 gaming.
CHANNELS: tuple[dict[str, Any], ...] = (
    {
        "name": "Chart Pulse",
        "playlist_title": "What rose in the charts",
        "niche": "music",
        "category_ids": [10],
        "voice": "us-cedar",
        "palette": "ink",
        "region_codes": ["US", "GB", "BR"],
        "subscribers": 18_000,
    },
    {
        "name": "Screen Signal",
        "playlist_title": "On screen now",
        "niche": "film and entertainment",
        "category_ids": [1, 24],
        "voice": "gb-birch",
        "palette": "paper",
        "region_codes": ["GB", "IN", "US"],
        "subscribers": 7_500,
    },
    {
        "name": "Respawn Report",
        "playlist_title": "What is being played",
        "niche": "gaming",
        "category_ids": [20],
        "voice": "us-maple",
        "palette": "forest",
        "region_codes": ["US", "DE", "JP"],
        "subscribers": 31_000,
    },
)


class Sandbox:
    """The sandbox's control interface."""

    def __init__(self, settings: StackSettings) -> None:
        self._http = httpx.Client(base_url=settings.sandbox_url, timeout=30)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._http.request(method, f"/control{path}", **arguments)
        answer.raise_for_status()
        return answer.json()

    def set_clock(self, moment: datetime) -> None:
        """Set the sandbox's clock; it ticks on from there."""
        self._call("POST", "/clock", json={"now": moment.isoformat()})

    def real_clock(self) -> None:
        """Bring the sandbox's clock to the present."""
        self._call("POST", "/clock", json={"real": True})

    def history_shift_weeks(self) -> int:
        """By how many whole weeks the replayed history is shifted."""
        return int(self._call("GET", "/history")["shift_days"]) // 7

    def create_channel(self, title: str, subscribers: int) -> str:
        """Create a YouTube channel and return its id."""
        body = {"title": title, "subscribers": subscribers, "country": "US"}
        return str(self._call("POST", "/channels", json=body)["channel_id"])

    def client_of(self, youtube_channel_id: str) -> OAuthClient:
        """The OAuth client that a channel's owner knows. Raises InvalidInput when there is no such channel."""
        for channel in self._call("GET", "/channels")["channels"]:
            if channel["channel_id"] == youtube_channel_id:
                return OAuthClient(channel["client_id"], channel["client_secret"])
        raise InvalidInput("channel", f"the sandbox has no channel {youtube_channel_id}", "Name a client file.")

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """Every side effect of one kind."""
        entries: list[dict[str, Any]] = self._call("GET", "/journal", params={"kind": kind})["entries"]
        return entries


def youtube_settings(settings: StackSettings) -> YouTubeSettings:
    """The product's settings for YouTube, with the addresses that this stack gives its services."""
    prefix = "YTEMPIRE_YOUTUBE__"
    addresses = {
        name.removeprefix(prefix).lower(): value
        for name, value in settings.environment().items()
        if name.startswith(prefix)
    }
    return get_settings().youtube.model_copy(update=addresses)


def ensure_channels(
    settings: StackSettings, connection: Connection, airflow: AirflowClient, sandbox: Sandbox
) -> list[str]:
    """Create and connect the demonstration's channels that are not there yet, and free one slot of today for each.

    A channel is made in the sandbox and taken into our tables; then its owner agrees, as anywhere.
    Returns their channel ids.
    """
    ids = []
    for wanted in CHANNELS:
        query = "SELECT channel_id FROM ytempire.channels WHERE channel_name = %s"
        row = connection.execute(query, (wanted["name"],)).fetchone()
        channel_id = row["channel_id"] if row else _create(connection, sandbox, dict(wanted))
        if current_consent(connection, channel_id) is None:
            _connect(settings, connection, airflow, sandbox, channel_id)
        made = connection.execute(
            "SELECT count(*) AS today FROM ytempire.generation_jobs WHERE channel_id = %s AND day = %s",
            (channel_id, pacific_day(system_clock())),
        ).fetchone()
        update_channel(connection, channel_id, {"videos_per_day": 1 + (made["today"] if made else 0)}, actor=_ACTOR)
        ids.append(str(channel_id))
    return ids


def _create(connection: Connection, sandbox: Sandbox, wanted: dict[str, Any]) -> UUID:
    youtube_channel_id = sandbox.create_channel(wanted["name"], wanted.pop("subscribers"))
    credentials_id = "youtube_" + wanted["name"].lower().replace(" ", "_")
    spec = wanted | {
        "youtube_channel_id": youtube_channel_id,
        "credentials_id": credentials_id,
        "monetization_enabled": True,
    }
    return create_channel(connection, ChannelSpec.of(spec), actor=_ACTOR, paused_because=NOT_CONNECTED)


def _connect(
    settings: StackSettings, connection: Connection, airflow: AirflowClient, sandbox: Sandbox, channel_id: UUID
) -> None:
    """Connect a channel; its owner's browser is one request, because the sandbox agrees at once."""
    channel = get_channel(connection, channel_id)
    youtube = youtube_settings(settings)
    browser = by_browser(
        lambda address: httpx.get(address, follow_redirects=True, timeout=30).raise_for_status(),
        port=0,
        timeout_seconds=30,
    )
    client = sandbox.client_of(channel.youtube_channel_id)
    store = token_store(lambda: airflow, os.environ)
    connect_channel(connection, youtube, channel, client, browser, store, actor=_ACTOR)


def follow_charting_channels(connection: Connection, channels: list[str]) -> None:
    """Give each channel a watch list: the five channels of its niche that stand in most charts."""
    for row in connection.execute(load_sql(__package__, "follow_charting"), {"channels": channels}).fetchall():
        update_channel(connection, row["channel_id"], {"watch_list": row["charting"]}, actor=_ACTOR)
