"""The owner's consent to our work for a channel: recorded when it is given, and when it turns out to be gone.

YouTube's policy wants it before any automated upload. The rows are never changed; the newest one counts. Tokens
are not here: see :mod:`ytempire.channels.tokens`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire import audit
from ytempire.alerts import raise_alert, resolve_alert
from ytempire.channels.models import Channel
from ytempire.channels.store import locked, pause_channel, resume_channel
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import ConsentMissing, CredentialsRevoked
from ytempire.youtube.scopes import MANAGE, short

ALERT = "channel.credentials"
# The reasons of a pause that ends by itself when the channel is connected.
NOT_CONNECTED = "Its owner has not agreed yet. Connect the channel."
AUTHORISATION_LOST = "The authorisation of its owner is gone. Connect the channel again."
_NEWEST = "SELECT * FROM ytempire.channel_consents WHERE channel_id = %s ORDER BY consent_id DESC LIMIT 1"


class ConsentEvent(BaseModel):
    """A row of ``channel_consents``. ``at`` is when it was recorded, ``recorded_by`` who was at the keyboard."""

    model_config = ConfigDict(frozen=True)

    consent_id: int
    channel_id: UUID
    event: Literal["given", "lost"]
    youtube_channel_id: str
    client_id: str
    scopes: list[str]
    recorded_by: str
    reason: str | None
    at: datetime


def record_consent(
    connection: Connection, channel_id: UUID, *, client_id: str, scopes: Sequence[str], actor: str
) -> ConsentEvent:
    """Record that the channel's owner has agreed to ``scopes`` for the OAuth client ``client_id``.

    Call it when the tokens are kept. An open alert about the channel's authorisation is resolved, and a channel
    that was paused for want of it works; one that was paused for another reason stays paused.
    """
    with locked(connection, channel_id) as channel:
        event = _append(connection, channel, "given", client_id, sorted(scopes), actor, None)
        resolve_alert(connection, ALERT, channel_id)
        if channel.status == "paused" and channel.status_reason in (NOT_CONNECTED, AUTHORISATION_LOST):
            resume_channel(connection, channel_id, actor=actor)
    return event


def current_consent(connection: Connection, channel_id: UUID) -> ConsentEvent | None:
    """Return the consent that holds for a channel, or None when none was given or it is gone."""
    newest = _newest(connection, channel_id)
    return newest if newest is not None and newest.event == "given" else None


def require_consent(connection: Connection, channel_id: UUID) -> ConsentEvent:
    """Return the consent under which we may publish. Raises ConsentMissing when there is none that allows it."""
    consent = current_consent(connection, channel_id)
    if consent is None:
        raise ConsentMissing(f"no consent of the owner of channel {channel_id} is recorded")
    if MANAGE not in consent.scopes:
        raise ConsentMissing(f"the owner of channel {channel_id} has not agreed to {short(MANAGE)}")
    return consent


@contextmanager
def pausing_when_revoked(connection: Connection, channel_id: UUID) -> Iterator[None]:
    """Pause the channel, with an alert, when its consent turns out to be gone; the error goes on to the caller."""
    seen = _newest(connection, channel_id)
    try:
        yield
    except CredentialsRevoked as error:
        _lose(connection, channel_id, str(error), seen)
        raise


def _lose(connection: Connection, channel_id: UUID, reason: str, seen: ConsentEvent | None) -> None:
    with locked(connection, channel_id, archived_too=True) as channel:
        newest = _newest(connection, channel_id)
        if newest is None and channel.status != "active":
            # It waits for its first consent: there is nothing to lose.
            return
        if newest is not None and newest != seen and newest.event == "given":
            # Connected again while we worked with the older tokens: what we found out is about those.
            return
        if newest is not None and newest.event == "given":
            _append(connection, channel, "lost", newest.client_id, newest.scopes, "youtube", reason)
        if channel.status == "active":
            pause_channel(connection, channel_id, AUTHORISATION_LOST)
        raise_alert(
            connection,
            ALERT,
            channel_id,
            f"{channel.name} ({channel.youtube_channel_id}) cannot work: {reason}. "
            f"Connect it again: make channel-connect CHANNEL={channel.youtube_channel_id}",
        )


def _newest(connection: Connection, channel_id: UUID) -> ConsentEvent | None:
    row = connection.execute(_NEWEST, (channel_id,)).fetchone()
    return None if row is None else ConsentEvent.model_validate(row)


def _append(
    connection: Connection,
    channel: Channel,
    event: Literal["given", "lost"],
    client_id: str,
    scopes: Sequence[str],
    actor: str,
    reason: str | None,
) -> ConsentEvent:
    values = {
        "channel_id": channel.channel_id,
        "event": event,
        "youtube_channel_id": channel.youtube_channel_id,
        "client_id": client_id,
        "scopes": list(scopes),
        "recorded_by": actor,
        "reason": reason,
    }
    row = next(connection.execute(load_sql(__package__, "consent_record"), values))
    audit.record(
        connection,
        actor=actor,
        action=f"channel.consent_{event}",
        entity="channel",
        entity_id=channel.channel_id,
        details={"scopes": [short(scope) for scope in scopes], "client_id": client_id}
        | ({"reason": reason} if reason else {}),
    )
    return ConsentEvent.model_validate(row)
