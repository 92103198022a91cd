"""How a command is told which channel is meant, and how the shell completes it."""

from __future__ import annotations

from typing import Annotated

import typer

from ytempire.errors import YtempireError


def complete_channel(incomplete: str) -> list[tuple[str, str]]:
    """Offer the names of the channels that begin as typed, each with its niche and status."""
    from ytempire.channels.store import list_channels
    from ytempire.commands.shared import database

    try:
        with database() as connection:
            channels = list_channels(connection)
    except YtempireError:
        # No database, no proposals: completion says nothing of its own.
        return []
    begun = incomplete.casefold()
    return [
        (channel.name, f"{channel.niche}, {channel.status}")
        for channel in channels
        if channel.name.casefold().startswith(begun)
    ]


OneChannel = Annotated[
    str,
    typer.Argument(metavar="CHANNEL", help="Its name, its id, or its id at YouTube", autocompletion=complete_channel),
]
OfChannel = Annotated[
    str | None, typer.Option(help="Only this channel: its name or its id", autocompletion=complete_channel)
]
