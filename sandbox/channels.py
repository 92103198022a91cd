"""The channels that live in the sandbox, with the OAuth client and refresh token of each."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from sandbox.core import World, new_id, to_iso

TABLES = """
CREATE TABLE IF NOT EXISTS channels (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    handle TEXT NOT NULL,
    country TEXT NOT NULL,
    subscribers INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS grants (
    refresh_token TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY,
    refresh_token TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS authorization_codes (
    code TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT,
    challenge_method TEXT,
    expires_at TEXT NOT NULL,
    offline INTEGER NOT NULL
);
"""

SCOPE = "https://www.googleapis.com/auth/"
ALL_SCOPES = [
    f"{SCOPE}{name}"
    for name in (
        "youtube",
        "youtube.upload",
        "youtube.force-ssl",
        "youtube.readonly",
        "yt-analytics.readonly",
        "yt-analytics-monetary.readonly",
    )
]


def uploads_playlist(channel_id: str) -> str:
    """The id of a channel's playlist of all its uploads."""
    return f"UU{channel_id[2:]}"


def create_channel(
    world: World,
    title: str,
    *,
    description: str = "",
    country: str = "US",
    subscribers: int = 1_000,
    scopes: list[str] | None = None,
) -> dict[str, Any]:
    """Open a channel whose owner has consented to the scopes (all of them by default).

    Returns:
        Its ids, and the credentials with which an application acts for it.
    """
    channel_id = f"UC{new_id(22)}"
    number = world.fact("clients", 0) + 1
    client_id = f"{1026474511733 + number}-{new_id(24).lower()}.apps.googleusercontent.com"
    client_secret = f"GOCSPX-{new_id(28)}"
    refresh_token = f"1//0{new_id(60)}"
    with world.transaction():
        world.keep_fact("clients", number)
        world.execute(
            "INSERT INTO channels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            channel_id,
            title,
            description,
            "@" + "".join(c for c in title.lower() if c.isalnum())[:24] + str(number),
            country,
            subscribers,
            to_iso(world.now()),
            client_id,
            client_secret,
        )
        world.execute(
            "INSERT INTO grants (refresh_token, channel_id, client_id, scopes) VALUES (?, ?, ?, ?)",
            refresh_token,
            channel_id,
            client_id,
            json.dumps(ALL_SCOPES if scopes is None else scopes),
        )
        world.record("channel.created", channel_id=channel_id, title=title)
    return {
        "channel_id": channel_id,
        "uploads_playlist_id": uploads_playlist(channel_id),
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
    }


def find_channel(world: World, channel_id: str) -> sqlite3.Row | None:
    """A channel's row, None if the sandbox has no such channel of its own."""
    return world.row("SELECT * FROM channels WHERE id = ?", channel_id)


def revoke(world: World, channel_id: str) -> int:
    """Withdraw the owner's consent: refresh tokens and access tokens are dead at once."""
    with world.transaction():
        revoked = world.execute("UPDATE grants SET revoked = 1 WHERE channel_id = ? AND revoked = 0", channel_id)
        world.execute("DELETE FROM access_tokens WHERE channel_id = ?", channel_id)
        world.record("grant.revoked", channel_id=channel_id, refresh_tokens=revoked)
    return revoked
