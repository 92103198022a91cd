"""``ytempire channels export``, ``import`` and ``edit``: channels as YAML files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ytempire.commands.channel_argument import DryRun, OneChannel, complete_channel, print_differences
from ytempire.commands.shared import database, person
from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    from ytempire.channels.documents import Document
    from ytempire.channels.imports import Planned
    from ytempire.database.connection import Connection


def export_channels(
    named: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CHANNEL…]", help="All that are not archived, if none", autocompletion=complete_channel
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="A file, or a folder for one file a channel; else it is printed")
    ] = None,
) -> None:
    """Write channels as YAML, with a comment at every field; importing it again changes nothing."""
    from ytempire.channels.documents import write_document, write_documents
    from ytempire.channels.store import find_channel, list_channels

    with database() as connection:
        if named:
            channels = [find_channel(connection, one) for one in named]
        else:
            channels = [channel for channel in list_channels(connection) if channel.status != "archived"]
    if to is None:
        print(write_documents(channels), end="")
        return
    if to.is_dir():
        files = {to / f"{one.youtube_channel_id}.yaml": write_document(one) for one in channels}
    else:
        files = {to: write_documents(channels)}
    for path, text in files.items():
        _write(path, text)
        print(path)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(str(path), f"it cannot be written ({error.strerror})", "Name another file.") from error


def import_channels(
    path: Annotated[Path, typer.Argument(help="A YAML file, or a folder of them; - reads the standard input")],
    dry_run: DryRun = False,
    paused: Annotated[
        bool, typer.Option("--paused", help="New channels make nothing until they are resumed, connected or not")
    ] = False,
) -> None:
    """Take in and change channels as YAML files say: all of it, or nothing when there is a mistake in it."""
    from ytempire.channels.documents import read_documents, read_folder

    if str(path) == "-":
        documents = read_documents(typer.get_text_stream("stdin").read(), "standard input")
    else:
        documents = read_folder(path)
    with database() as connection:
        _import(connection, documents, dry_run=dry_run, paused=paused)


def _import(connection: Connection, documents: list[Document], *, dry_run: bool, paused: bool = False) -> None:
    from ytempire.channels.consents import NOT_CONNECTED
    from ytempire.channels.imports import apply_import, plan_import

    plan = plan_import(connection, documents)
    for one in plan:
        _print_planned(one)
    if dry_run:
        print("Nothing was changed.")
        return
    done = apply_import(connection, plan, actor=person(), paused_because="taken in paused" if paused else NOT_CONNECTED)
    print(f"{len(done)} of {len(plan)} channels taken in or changed.")


def _print_planned(planned: Planned) -> None:
    new = " (new)" if planned.channel_id is None else ""
    print_differences(f"{planned.spec.name}{new}", planned.differences)


def edit_channel(channel: OneChannel) -> None:
    """Change a channel in your editor ($EDITOR), with every field and its comment before you."""
    import click

    from ytempire.channels.documents import read_documents, write_document
    from ytempire.channels.imports import apply_import, plan_import
    from ytempire.channels.store import find_channel

    with database() as connection:
        before = find_channel(connection, channel)
        text = click.edit(write_document(before), extension=".yaml")
        if text is None:
            print("Nothing to change.")
            return
        plan = plan_import(connection, read_documents(text, "the edited text"))
        if [one.channel_id for one in plan] != [before.channel_id]:
            raise InvalidInput("channel.youtube_channel_id", "the text is of another channel", "Leave it as it was.")
        for one in plan:
            _print_planned(one)
        # What was changed while the editor was open is not overwritten.
        apply_import(connection, [replace(one, revision=before.revision) for one in plan], actor=person())
