"""``ytempire channels``: take channels in, look at them, change, pause and resume them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ytempire.commands.assignments import complete_assignment, read_assignments
from ytempire.commands.channel_argument import OneChannel
from ytempire.commands.shared import AsJson, cell, database, person, print_json, print_table

if TYPE_CHECKING:
    from ytempire.channels.models import Channel

app = typer.Typer(help="The channels of the network.", no_args_is_help=True)

Assignments = Annotated[
    list[str],
    typer.Argument(metavar="FIELD=VALUE…", help="What it is to be", autocompletion=complete_assignment),
]


@app.command("list")
def list_all(
    status: Annotated[str | None, typer.Option(help="active, paused or archived")] = None, as_json: AsJson = False
) -> None:
    """List the channels."""
    from ytempire.channels.store import list_channels

    with database() as connection:
        found = [channel for channel in list_channels(connection) if status in (None, channel.status)]
    if as_json:
        print_json([channel.model_dump(mode="json") for channel in found])
        return
    columns = ("channel_id", "name", "niche", "status", "priority", "videos_per_day", "status_reason")
    table = Table("channel", "name", "niche", "status", "priority", "videos a day", "reason")
    for channel in found:
        table.add_row(*(cell(str(getattr(channel, column) or "")) for column in columns))
    print_table(table)


@app.command()
def show(channel: OneChannel, as_json: AsJson = False) -> None:
    """Show a channel with its configuration."""
    from ytempire.channels.store import find_channel

    with database() as connection:
        found = find_channel(connection, channel)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found)


@app.command()
def create(
    assignments: Assignments,
    paused: Annotated[bool, typer.Option("--paused", help="It makes nothing until it is resumed")] = False,
) -> None:
    """Take a channel into the network; one that is already there is left as it is."""
    from ytempire.channels.models import ChannelSpec
    from ytempire.channels.store import create_channel, get_channel

    spec = ChannelSpec.of(read_assignments(assignments))
    reason = "taken in paused" if paused else None
    with database() as connection:
        channel_id = create_channel(connection, spec, actor=person(), paused_because=reason)
        _print(get_channel(connection, channel_id))


@app.command("set")
def change(
    channel: OneChannel,
    assignments: Assignments,
    revision: Annotated[int | None, typer.Option(help="Only if the channel is still at this revision")] = None,
) -> None:
    """Change fields of a channel: FIELD=VALUE sets, FIELD+=VALUE and FIELD-=VALUE change a list."""
    from ytempire.channels.store import find_channel, update_channel

    with database() as connection:
        found = find_channel(connection, channel)
        changes = read_assignments(assignments, found)
        # What the change was worked out from must still hold when it is written.
        wanted = found.revision if revision is None else revision
        differences = update_channel(connection, found.channel_id, changes, actor=person(), revision=wanted)
    table = Table("field", "before", "after", title=cell(found.name))
    for one in differences:
        table.add_row(one.field, cell(one.before), cell(one.after))
    print_table(table) if differences else print("Nothing to change.")


@app.command()
def pause(channel: OneChannel, reason: Annotated[str, typer.Option(help="Why")]) -> None:
    """Stop all work for a channel."""
    from ytempire.channels.store import find_channel, get_channel, pause_channel

    with database() as connection:
        channel_id = find_channel(connection, channel).channel_id
        pause_channel(connection, channel_id, reason, actor=person())
        _print(get_channel(connection, channel_id))


@app.command()
def resume(channel: OneChannel) -> None:
    """Let a paused channel work again."""
    from ytempire.channels.store import find_channel, get_channel, resume_channel

    with database() as connection:
        channel_id = find_channel(connection, channel).channel_id
        resume_channel(connection, channel_id, actor=person())
        _print(get_channel(connection, channel_id))


def _print(channel: Channel) -> None:
    table = Table("field", "value", show_header=False)
    for field, value in channel.model_dump(mode="json").items():
        table.add_row(field, cell(value))
    print_table(table)
