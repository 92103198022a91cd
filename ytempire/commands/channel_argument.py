"""How a command is told which channel is meant, how the shell completes it, and how a change of one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ytempire.commands.shared import cell, database, print_table
from ytempire.errors import YtempireError

if TYPE_CHECKING:
    from ytempire.channels.changes import Difference

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done")]


def complete_channel(incomplete: str) -> list[tuple[str, str]]:
    """Offer the names of the channels that begin as typed, each with its niche and status."""
    from ytempire.channels.store import list_channels

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


def print_differences(title: str, differences: Sequence[Difference]) -> None:
    """Print what a change does to a channel's fields."""
    if not differences:
        print(f"{title}: nothing to change")
        return
    table = Table("field", "before", "after", title=cell(title))
    for one in differences:
        table.add_row(one.field, cell(one.before), cell(one.after))
    print_table(table)
