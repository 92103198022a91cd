"""Channels in the database: taken in, looked up, changed, paused and resumed. Every change is audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from ytempire import audit
from ytempire.channels.changes import Difference, differences
from ytempire.channels.columns import statement, values
from ytempire.channels.fields import ChannelStatus
from ytempire.channels.models import Channel, ChannelSpec
from ytempire.content.topic import ChannelProfile
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Conflict, InvalidInput


def create_channel(
    connection: Connection, spec: ChannelSpec, *, actor: str = "system", paused_because: str | None = None
) -> UUID:
    """Take a channel in and return its id; one that is already there is left as it is.

    With ``paused_because`` it is taken in paused, for that reason.
    """
    state = {"status": "paused" if paused_because else "active", "status_reason": paused_because}
    with connection.transaction():
        row = connection.execute(statement("create"), values(spec) | state).fetchone()
        if row is None:
            return find_channel(connection, spec.youtube_channel_id).channel_id
        channel_id: UUID = row["channel_id"]
        details = spec.model_dump(mode="json", exclude_none=True) | {k: v for k, v in state.items() if v}
        _audit(connection, actor, "channel.created", channel_id, details)
    return channel_id


def get_channel(connection: Connection, channel_id: UUID) -> Channel:
    """Return a channel. Raises InvalidInput when there is none with this id."""
    found = _read(connection, channel_id=channel_id)
    if not found:
        raise InvalidInput("channel_id", f"there is no channel {channel_id}", "List the channels there are.")
    return found[0]


def find_channel(connection: Connection, named: str) -> Channel:
    """Return the channel of this name, id or YouTube id.

    Raises InvalidInput that lists the names when there is none, and the ids when there are several.
    """
    found = _read(connection, named=named)
    if len(found) > 1:
        ids = ", ".join(str(channel.channel_id) for channel in found)
        raise InvalidInput("channel", f"{len(found)} channels are called {named!r}", f"Name one by its id: {ids}.")
    if not found:
        names = ", ".join(sorted(channel.name for channel in _read(connection))) or "none yet"
        raise InvalidInput("channel", f"there is no channel {named!r}", f"Channels there are: {names}.")
    return found[0]


def list_channels(connection: Connection, status: ChannelStatus | None = None) -> list[Channel]:
    """Return all channels, or those of one status, oldest first."""
    return _read(connection, status=status)


def _read(connection: Connection, **wanted: object) -> list[Channel]:
    parameters = {"channel_id": None, "named": None, "status": None} | wanted
    return [Channel.stored(row) for row in connection.execute(load_sql(__package__, "channels"), parameters)]


def update_channel(
    connection: Connection,
    channel_id: UUID,
    changes: Mapping[str, Any],
    *,
    actor: str = "system",
    revision: int | None = None,
) -> list[Difference]:
    """Change fields of a channel's configuration and return what differs; without a difference nothing is written.

    Raises InvalidInput naming the first wrong field, and Conflict when the channel is no longer at ``revision``,
    the one that the caller had read.
    """
    with locked(connection, channel_id) as channel:
        if revision is not None and channel.revision != revision:
            raise Conflict(
                f"channel {channel.name} was changed meanwhile: it is at revision {channel.revision}, not {revision}. "
                "Read it again and repeat your change."
            )
        wanted = channel.spec.changed(changes)
        if wanted.youtube_channel_id != channel.youtube_channel_id:
            raise InvalidInput(
                "channel.youtube_channel_id", "it names the channel and never changes", "Create another channel."
            )
        found = differences(channel.spec, wanted)
        if found:
            connection.execute(statement("update"), values(wanted) | {"channel_id": channel_id})
            details = {
                "revision": channel.revision + 1,
                "changes": {one.field: {"before": one.before, "after": one.after} for one in found},
            }
            _audit(connection, actor, "channel.updated", channel_id, details)
    return found


def pause_channel(connection: Connection, channel_id: UUID, reason: str, *, actor: str = "system") -> None:
    """Stop all work for a channel, and say why. A paused channel takes the newer reason: it says how the pause ends."""
    _change_status(connection, channel_id, "paused", reason, actor)


def resume_channel(connection: Connection, channel_id: UUID, *, actor: str = "system") -> None:
    """Let a paused channel work again."""
    _change_status(connection, channel_id, "active", None, actor)


def _change_status(
    connection: Connection, channel_id: UUID, after: ChannelStatus, reason: str | None, actor: str
) -> None:
    with locked(connection, channel_id) as channel:
        if (channel.status, channel.status_reason) == (after, reason):
            return
        connection.execute(
            "UPDATE ytempire.channels SET status = %s, status_reason = %s WHERE channel_id = %s",
            (after, reason, channel_id),
        )
        details = {"before": channel.status, "after": after, "reason": reason or channel.status_reason}
        _audit(connection, actor, "channel.paused" if after == "paused" else "channel.resumed", channel_id, details)


@contextmanager
def locked(connection: Connection, channel_id: UUID, *, archived_too: bool = False) -> Iterator[Channel]:
    """Hold a channel in a transaction, as it is now, against every other change of it.

    Raises InvalidInput when there is no such channel, and when it is archived unless ``archived_too``.
    """
    with connection.transaction():
        connection.execute("SELECT 1 FROM ytempire.channels WHERE channel_id = %s FOR NO KEY UPDATE", (channel_id,))
        channel = get_channel(connection, channel_id)
        if channel.status == "archived" and not archived_too:
            raise InvalidInput("channel_id", f"channel {channel.name} is archived", "Archived channels stay so.")
        yield channel


def _audit(connection: Connection, actor: str, action: str, channel_id: UUID, details: dict[str, Any]) -> None:
    audit.record(connection, actor=actor, action=action, entity="channel", entity_id=channel_id, details=details)


def profile(connection: Connection, channel_id: UUID) -> ChannelProfile:
    """Return what the makers of content need to know of a channel."""
    channel = get_channel(connection, channel_id)
    return ChannelProfile.model_validate(
        channel.model_dump(include=set(ChannelProfile.model_fields) - {"channel_id"}) | {"channel_id": str(channel_id)}
    )
