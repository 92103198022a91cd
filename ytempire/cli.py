"""The command line for operators: channels, jobs and what they cost."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ytempire.channels import store
from ytempire.channels.models import Channel, ChannelSpec
from ytempire.clock import pacific_day, system_clock
from ytempire.commands.quota import quota
from ytempire.database.connection import Connection, connect
from ytempire.errors import YtempireError
from ytempire.jobs.overview import costs_of_day, list_jobs
from ytempire.settings import get_settings

app = typer.Typer(help="Runs a network of YouTube channels.", no_args_is_help=True, pretty_exceptions_enable=False)
channels = typer.Typer(help="The channels of the network.", no_args_is_help=True)
app.add_typer(channels, name="channels")
app.command()(quota)


@app.callback()
def _commands() -> None:
    """Runs a network of YouTube channels."""


@contextmanager
def _database() -> Iterator[Connection]:
    with connect(get_settings().database_url) as connection:
        yield connection


@channels.command("list")
def list_channels(
    status: Annotated[str | None, typer.Option(help="active, paused or archived")] = None,
) -> None:
    """List the channels."""
    table = Table("channel", "name", "niche", "status", "videos a day", "reason")
    with _database() as connection:
        for channel in store.list_channels(connection):
            if status in (None, channel.status):
                table.add_row(
                    str(channel.channel_id),
                    escape(channel.name),
                    escape(channel.niche),
                    channel.status,
                    str(channel.videos_per_day),
                    escape(channel.status_reason or ""),
                )
    Console().print(table)


@channels.command()
def create(
    youtube_channel_id: Annotated[str, typer.Argument(help="The channel's id at YouTube (UC…)")],
    name: Annotated[str, typer.Option(help="Its name")],
    niche: Annotated[str, typer.Option(help="What it is about")],
    credentials_id: Annotated[str, typer.Option(help="The Airflow connection with its OAuth tokens")],
    region: Annotated[list[str] | None, typer.Option(help="Countries whose charts it follows")] = None,
    category: Annotated[list[int] | None, typer.Option(help="YouTube categories of its niche")] = None,
    videos_per_day: Annotated[int, typer.Option(help="How many videos are made a day")] = 1,
    language: Annotated[str, typer.Option(help="BCP-47 tag")] = "en-US",
) -> None:
    """Take a channel into the network; one that is already there is left as it is."""
    spec = ChannelSpec.of(
        {
            "youtube_channel_id": youtube_channel_id,
            "name": name,
            "niche": niche,
            "credentials_id": credentials_id,
            "region_codes": region or ["US"],
            "category_ids": category or [],
            "videos_per_day": videos_per_day,
            "language": language,
        }
    )
    with _database() as connection:
        channel_id = store.create_channel(connection, spec, actor=getpass.getuser())
        _print(store.get_channel(connection, channel_id))


@channels.command()
def show(channel_id: UUID) -> None:
    """Show a channel with its configuration."""
    with _database() as connection:
        _print(store.get_channel(connection, channel_id))


@channels.command()
def pause(channel_id: UUID, reason: Annotated[str, typer.Option(help="Why")]) -> None:
    """Stop all work for a channel."""
    with _database() as connection:
        store.pause_channel(connection, channel_id, reason, actor=getpass.getuser())
        _print(store.get_channel(connection, channel_id))


@channels.command()
def resume(channel_id: UUID) -> None:
    """Let a paused channel work again."""
    with _database() as connection:
        store.resume_channel(connection, channel_id, actor=getpass.getuser())
        _print(store.get_channel(connection, channel_id))


AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]
OfChannel = Annotated[str | None, typer.Option(help="Only this channel: its name or its id")]


@app.command()
def costs(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Pacific day; today if not given")] = None,
    channel: OfChannel = None,
    as_json: AsJson = False,
) -> None:
    """Show what was spent on providers on a day, by channel, and what of it is reserved or lost."""
    settings = get_settings()
    with connect(settings.database_url) as connection:
        wanted = day.date() if day else pacific_day(system_clock())
        found = costs_of_day(connection, settings.budget, wanted, channel)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    table = Table("channel", "videos", "spent $", "reserved $", "lost $", "budget $", "providers", title=str(found.day))
    for one in found.channels:
        providers = ", ".join(f"{name} {usd:.4f}" for name, usd in one.providers.items())
        figures = (one.spent_usd, one.reserved_usd, one.lost_usd)
        table.add_row(
            escape(one.channel),
            str(one.videos),
            *(f"{usd:.4f}" for usd in figures),
            f"{one.budget_usd:.2f}",
            escape(providers),
        )
    table.add_section()
    table.add_row("the network", "", f"{found.spent_usd:.4f}", "", "", f"{found.budget_usd:.2f}", "")
    Console().print(table)


@app.command()
def jobs(
    status: Annotated[str | None, typer.Option(help="queued, running, awaiting_decision, published, …")] = None,
    channel: OfChannel = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the jobs: where each stands, its verdict, its cost and how long its stages took."""
    with _database() as connection:
        found = list_jobs(connection, status=status, channel=channel, limit=limit)
    if as_json:
        print(json.dumps([job.model_dump(mode="json") for job in found], indent=1, ensure_ascii=False))
        return
    whole = Column("job", min_width=36, no_wrap=True)
    table = Table(whole, "day", "channel", "video", "status", "stage", "verdict", "cost $", "seconds", "problem")
    for job in found:
        revised = f" (revision {job.revision})" if job.revision else ""
        judged = f"{job.verdict} {job.score:g}" if job.verdict and job.score is not None else ""
        table.add_row(
            str(job.job_id),
            str(job.day),
            escape(job.channel),
            escape(job.title),
            job.status + revised,
            f"{job.stage} {job.stage_status}" if job.stage else "",
            judged,
            f"{job.cost_usd:.4f}",
            f"{job.work_seconds:.0f}",
            escape(job.problem or ""),
        )
    Console().print(table)
    for basis in sorted({job.score_basis for job in found if job.score_basis}):
        Console().print(f"Scores rest on {basis}.")


def _print(channel: Channel) -> None:
    table = Table("field", "value", show_header=False)
    for field, value in channel.model_dump(mode="json").items():
        table.add_row(field, "" if value is None else escape(str(value)))
    Console().print(table)


def main() -> None:
    """Run the command line; an error of ours is one sentence and exit status 1."""
    try:
        app()
    except YtempireError as error:
        Console(stderr=True).print(f"[red]{type(error).__name__}[/red]", end=" ")
        print(error, file=sys.stderr)
        sys.exit(1)
