"""``ytempire channels``: take channels in, look at them, change, pause, resume and archive them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ytempire.commands import channel_files
from ytempire.commands.assignments import choices, complete_assignment, read_assignments
from ytempire.commands.channel_argument import DryRun, OneChannel, print_differences
from ytempire.commands.shared import AsJson, cell, database, person, print_json, print_table

if TYPE_CHECKING:
    from ytempire.channels.models import Channel

app = typer.Typer(help="The channels of the network.", no_args_is_help=True)
app.command("export")(channel_files.export_channels)
app.command("import")(channel_files.import_channels)
app.command("edit")(channel_files.edit_channel)

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
    paused: Annotated[
        bool, typer.Option("--paused", help="It makes nothing until it is resumed, connected or not")
    ] = False,
) -> None:
    """Take a channel into the network; it works once its owner has agreed. One that is there already stays as it is."""
    from ytempire.channels.consents import NOT_CONNECTED
    from ytempire.channels.models import ChannelSpec
    from ytempire.channels.store import create_channel, get_channel

    spec = ChannelSpec.of(read_assignments(assignments))
    reason = "taken in paused" if paused else NOT_CONNECTED
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
    print_differences(found.name, differences)


@app.command()
def pause(channel: OneChannel, reason: Annotated[str, typer.Option(help="Why")]) -> None:
    """Stop all work for a channel; what YouTube has with a slot becomes public there all the same."""
    from ytempire.channels.archive import under_way
    from ytempire.channels.store import find_channel, get_channel, pause_channel

    with database() as connection:
        channel_id = find_channel(connection, channel).channel_id
        pause_channel(connection, channel_id, reason, actor=person())
        _print(get_channel(connection, channel_id))
        if scheduled := under_way(connection, channel_id).scheduled_videos:
            print(f"{scheduled} scheduled videos become public at their slots: YouTube has them already.")


@app.command()
def resume(channel: OneChannel) -> None:
    """Let a paused channel work again."""
    from ytempire.channels.store import find_channel, get_channel, resume_channel

    with database() as connection:
        channel_id = find_channel(connection, channel).channel_id
        resume_channel(connection, channel_id, actor=person())
        _print(get_channel(connection, channel_id))


@app.command()
def archive(
    channel: OneChannel,
    reason: Annotated[str, typer.Option(help="Why")],
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """End a channel's work for good: cancel what is queued, stop what is under way, keep what was done."""
    from ytempire.channels.archive import archive_channel, under_way
    from ytempire.channels.store import find_channel

    with database() as connection:
        found = find_channel(connection, channel)
        now = under_way(connection, found.channel_id)
        print(f"Archiving {found.name} ({found.status}), which cannot be undone:")
        print(f"  {now.queued_jobs} queued jobs are cancelled; their topics are free for other channels")
        print(f"  {now.begun_jobs} jobs that are being made are cancelled; a stage that runs is the last")
        print(f"  {now.begun_uploads} uploads that have begun are finished")
        print(f"  {now.scheduled_videos} scheduled videos become public at their slots")
        print(f"  {now.published_videos} published videos stay, with all configuration, figures and history")
        if dry_run or not (yes or typer.confirm("Archive it?")):
            return
        cancelled = archive_channel(connection, found.channel_id, reason, actor=person())
        print(f"Archived; {cancelled} jobs cancelled.")


@app.command()
def history(
    channel: OneChannel,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show who changed what of a channel, and when."""
    from ytempire.channels.history import history as events_of
    from ytempire.channels.store import find_channel

    with database() as connection:
        events = events_of(connection, find_channel(connection, channel).channel_id, limit=limit)
    if as_json:
        print_json([event.model_dump(mode="json") for event in events])
        return
    table = Table("at (UTC)", "who", "what", "field", "before", "after")
    for event in events:
        first = (f"{event.at:%Y-%m-%d %H:%M:%S}", cell(event.actor), cell(event.action))
        lines = [(one.field, cell(one.before), cell(one.after)) for one in event.differences]
        if not lines:
            details = event.details
            lines = [("", cell(details.get("before")), cell(details.get("reason") or details.get("after")))]
        for number, line in enumerate(lines):
            table.add_row(*(first if number == 0 else ("", "", "")), *line)
    print_table(table)


@app.command()
def fields() -> None:
    """Explain the fields of a channel: what each may be, and its default."""
    from ytempire.channels.models import ChannelSpec

    table = Table("field", "default", "meaning", "one of")
    for name, about in ChannelSpec.model_fields.items():
        default = "(needed)" if about.is_required() else cell(about.default) or "none"
        table.add_row(name, default, cell(about.description), ", ".join(choices(name)))
    print_table(table)


def _print(channel: Channel) -> None:
    table = Table("field", "value", show_header=False)
    for field, value in channel.model_dump(mode="json").items():
        table.add_row(field, cell(value))
    print_table(table)
