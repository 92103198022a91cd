"""Channels in the database: taken in, looked up, paused and resumed. Every change is audited."""

from __future__ import annotations

from uuid import UUID

from ytempire import audit
from ytempire.channels.models import Channel, ChannelSpec, ChannelStatus
from ytempire.content.topic import ChannelProfile
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput

_PACKAGE = "ytempire.channels"


def create_channel(connection: Connection, spec: ChannelSpec, *, actor: str = "system") -> UUID:
    """Take a channel in and return its id; one that is already there is left as it is."""
    with connection.transaction():
        row = connection.execute(load_sql(_PACKAGE, "create"), spec.model_dump()).fetchone()
        if row is None:
            return _existing(connection, spec.youtube_channel_id)
        channel_id: UUID = row["channel_id"]
        connection.execute(load_sql(_PACKAGE, "configure"), {**spec.model_dump(), "channel_id": channel_id})
        audit.record(
            connection,
            actor=actor,
            action="channel.created",
            entity="channel",
            entity_id=channel_id,
            details=spec.model_dump(mode="json", exclude_none=True),
        )
    return channel_id


def _existing(connection: Connection, youtube_channel_id: str) -> UUID:
    rows = connection.execute(
        "SELECT channel_id FROM ytempire.channels WHERE youtube_channel_id = %s", (youtube_channel_id,)
    )
    channel_id: UUID = next(iter(rows))["channel_id"]
    return channel_id


def get_channel(connection: Connection, channel_id: UUID) -> Channel:
    """Return a channel. Raises InvalidInput when there is none with this id."""
    row = connection.execute(load_sql(_PACKAGE, "channels"), {"channel_id": channel_id, "status": None}).fetchone()
    if row is None:
        raise InvalidInput("channel_id", f"there is no channel {channel_id}", "List the channels there are.")
    return Channel.model_validate(row)


def list_channels(connection: Connection, status: ChannelStatus | None = None) -> list[Channel]:
    """Return all channels, or those of one status, oldest first."""
    rows = connection.execute(load_sql(_PACKAGE, "channels"), {"channel_id": None, "status": status})
    return [Channel.model_validate(row) for row in rows]


def pause_channel(connection: Connection, channel_id: UUID, reason: str, *, actor: str = "system") -> None:
    """Stop all work for a channel, and say why. A paused channel keeps its first reason."""
    _change_status(connection, channel_id, "active", "paused", reason, actor)


def resume_channel(connection: Connection, channel_id: UUID, *, actor: str = "system") -> None:
    """Let a paused channel work again."""
    _change_status(connection, channel_id, "paused", "active", None, actor)


def _change_status(
    connection: Connection,
    channel_id: UUID,
    before: ChannelStatus,
    after: ChannelStatus,
    reason: str | None,
    actor: str,
) -> None:
    channel = get_channel(connection, channel_id)
    if channel.status == "archived":
        raise InvalidInput("channel_id", f"channel {channel_id} is archived", "Archived channels stay so.")
    with connection.transaction():
        changed = connection.execute(
            "UPDATE ytempire.channels SET status = %s, status_reason = %s WHERE channel_id = %s AND status = %s",
            (after, reason, channel_id, before),
        )
        if changed.rowcount:
            audit.record(
                connection,
                actor=actor,
                action="channel.paused" if after == "paused" else "channel.resumed",
                entity="channel",
                entity_id=channel_id,
                details={"reason": reason} if reason else {},
            )


def profile(connection: Connection, channel_id: UUID) -> ChannelProfile:
    """Return what the makers of content need to know of a channel."""
    channel = get_channel(connection, channel_id)
    return ChannelProfile(
        channel_id=str(channel.channel_id),
        name=channel.name,
        niche=channel.niche,
        language=channel.language,
        voice=channel.voice,
        style_preset=channel.style_preset,
        palette=channel.palette,
        aspect_ratio=channel.aspect_ratio,
        region_codes=channel.region_codes,
        made_for_kids=channel.made_for_kids,
    )
