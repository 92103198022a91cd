"""From YAML documents to channels: what would change is worked out first, then all of it is done, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ytempire.channels.changes import Difference, differences
from ytempire.channels.documents import Document
from ytempire.channels.models import Channel, ChannelSpec, mistake
from ytempire.channels.store import create_channel, get_channel, list_channels, update_channel
from ytempire.database.connection import Connection
from ytempire.errors import Conflict, InvalidInput


@dataclass(frozen=True)
class Planned:
    """What an import does to one channel; ``channel_id`` and ``revision`` are None for one that is taken in."""

    document: Document
    spec: ChannelSpec
    channel_id: UUID | None
    revision: int | None
    differences: list[Difference]


def plan_import(connection: Connection, documents: Iterable[Document]) -> list[Planned]:
    """Work out what an import would change, without changing anything.

    A field that a document leaves out stays as it is, or gets its default where the channel is new. Raises
    InvalidInput that names every mistake with file, line, channel and field.
    """
    known = {channel.youtube_channel_id: channel for channel in list_channels(connection)}
    seen: dict[str, Document] = {}
    plan: list[Planned] = []
    mistakes: list[InvalidInput] = []
    for document in documents:
        named = document.values.get("youtube_channel_id")
        channel = known.get(named) if isinstance(named, str) else None
        try:
            _once(document, named, seen)
            plan.append(_planned(document, channel))
        except ValidationError as error:
            mistakes += [_mistake(document, channel, part) for part in error.errors(include_url=False)]
        except InvalidInput as error:
            mistakes.append(error)
    if len(mistakes) == 1:
        raise mistakes[0]
    if mistakes:
        told = "".join(f"\n  {found.field}: {found.problem}" for found in mistakes)
        raise InvalidInput("import", f"{len(mistakes)} mistakes:{told}\nNothing was changed", "Correct them.")
    return plan


def _once(document: Document, named: Any, seen: dict[str, Document]) -> None:
    first = seen.setdefault(str(named), document)
    if named is not None and first is not document:
        raise InvalidInput(document.place(), f"{first.place()} describes channel {named} too", "Keep one of them.")


def _planned(document: Document, channel: Channel | None) -> Planned:
    if channel is None:
        spec = ChannelSpec.model_validate(document.values)
        return Planned(document, spec, None, None, differences(None, spec))
    before = channel.spec
    spec = ChannelSpec.model_validate(dict(before) | document.values)
    found = differences(before, spec)
    if found and channel.status == "archived":
        raise InvalidInput(document.place(), f"channel {channel.name} is archived", "Archived channels stay so.")
    return Planned(document, spec, channel.channel_id, channel.revision, found)


def _mistake(document: Document, channel: Channel | None, part: ErrorDetails) -> InvalidInput:
    found = mistake(part)
    field = str(part["loc"][0]) if part["loc"] else None
    name = channel.name if channel else document.values.get("name") or "a new channel"
    where = f"{document.place(field)}: {name}: {found.field.removeprefix('channel.')}"
    return InvalidInput(where, found.problem, found.remedy)


def apply_import(
    connection: Connection, plan: Sequence[Planned], *, actor: str, paused_because: str | None = None
) -> list[UUID]:
    """Do what was planned, in one transaction, and return the channels taken in or changed.

    New channels are taken in paused where ``paused_because`` says why. Raises Conflict, with nothing changed, when
    a channel was changed or taken in since the plan was made.
    """
    done = []
    with connection.transaction():
        for one in plan:
            if one.channel_id is None:
                channel_id = create_channel(connection, one.spec, actor=actor, paused_because=paused_because)
                if get_channel(connection, channel_id).spec != one.spec:
                    raise Conflict(f"channel {one.spec.name} was taken in meanwhile. Plan the import again.")
                done.append(channel_id)
            elif one.differences:
                changes = {part.field: getattr(one.spec, part.field) for part in one.differences}
                update_channel(connection, one.channel_id, changes, actor=actor, revision=one.revision)
                done.append(one.channel_id)
    return done
