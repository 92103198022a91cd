"""The demonstration's outside world: the sandbox's control interface, and three channels that live in it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import httpx

from stack.airflow_client import AirflowClient
from stack.config import StackSettings
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, update_channel
from ytempire.clock import pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql

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

    def create_channel(self, title: str, subscribers: int) -> dict[str, str]:
        """Create a YouTube channel and return its ids and its owner's tokens."""
        body = {"title": title, "subscribers": subscribers, "country": "US"}
        created: dict[str, str] = self._call("POST", "/channels", json=body)
        return created

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """Every side effect of one kind."""
        entries: list[dict[str, Any]] = self._call("GET", "/journal", params={"kind": kind})["entries"]
        return entries


def ensure_channels(connection: Connection, airflow: AirflowClient, sandbox: Sandbox) -> list[str]:
    """Create the demonstration's channels that are not there yet, and free one slot of today for each.

    A channel is made in the sandbox, its tokens go into an Airflow connection, the rest into our tables.
    Returns their channel ids.
    """
    ids = []
    for wanted in CHANNELS:
        query = "SELECT channel_id FROM ytempire.channels WHERE channel_name = %s"
        row = connection.execute(query, (wanted["name"],)).fetchone()
        channel_id = row["channel_id"] if row else _create(connection, airflow, sandbox, dict(wanted))
        made = connection.execute(
            "SELECT count(*) AS today FROM ytempire.generation_jobs WHERE channel_id = %s AND day = %s",
            (channel_id, pacific_day(system_clock())),
        ).fetchone()
        update_channel(connection, channel_id, {"videos_per_day": 1 + (made["today"] if made else 0)}, actor=_ACTOR)
        ids.append(str(channel_id))
    return ids


def _create(connection: Connection, airflow: AirflowClient, sandbox: Sandbox, wanted: dict[str, Any]) -> Any:
    created = sandbox.create_channel(wanted["name"], wanted.pop("subscribers"))
    credentials_id = "youtube_" + wanted["name"].lower().replace(" ", "_")
    tokens = {name: created[name] for name in ("client_id", "client_secret", "refresh_token")}
    airflow.put_connection(credentials_id, json.dumps(tokens))
    spec = ChannelSpec.of(wanted | {"youtube_channel_id": created["channel_id"], "credentials_id": credentials_id})
    return create_channel(connection, spec, actor=_ACTOR)


def follow_charting_channels(connection: Connection, channels: list[str]) -> None:
    """Give each channel a watch list: the five channels of its niche that stand in most charts."""
    for row in connection.execute(load_sql(__package__, "follow_charting"), {"channels": channels}).fetchall():
        update_channel(connection, row["channel_id"], {"watch_list": row["charting"]}, actor=_ACTOR)
