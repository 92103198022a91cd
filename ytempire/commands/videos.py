"""``ytempire videos``: what was made and published, and which title and thumbnail each video is shown with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from ytempire.commands.channel_argument import OfChannel
from ytempire.commands.shared import AsJson, cell, database, person, print_json, print_table

if TYPE_CHECKING:
    from ytempire.publishing.variants import Showing

app = typer.Typer(help="The videos, and what they are shown with.", no_args_is_help=True)

OneVideo = Annotated[str, typer.Argument(metavar="VIDEO", help="Its id, or its id at YouTube")]


@app.command("list")
def list_videos(
    status: Annotated[str | None, typer.Option(help="approved, uploading, published, failed, …")] = None,
    channel: OfChannel = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the videos."""
    from ytempire.publishing import videos

    with database() as connection:
        found = videos.list_videos(connection, status=status, channel=channel, limit=limit)
    if as_json:
        print_json([video.model_dump(mode="json") for video in found])
        return
    table = Table(Column("YouTube", no_wrap=True), "channel", "title", "status", "published", "shown with", "problem")
    for video in found:
        shown = " ".join(
            f"{kind} {name}"
            for kind, name in (("title", video.shown_title), ("thumbnail", video.shown_thumbnail))
            if name
        )
        asked = f" (asked for: {video.asked})" if video.asked else ""
        table.add_row(
            video.youtube_video_id or str(video.video_id),
            cell(video.channel),
            cell(video.title),
            video.status,
            _minute(video.published_at),
            shown + asked,
            cell(video.problem),
        )
    print_table(table)


@app.command()
def show(video: OneVideo, as_json: AsJson = False) -> None:
    """Show all that is known of a video."""
    from ytempire.publishing import videos

    with database() as connection:
        found = videos.get_video(connection, video)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("field", "value", show_header=False)
    for field, value in found.model_dump(mode="json").items():
        table.add_row(field, cell(value))
    print_table(table)


@app.command()
def variants(video: OneVideo, as_json: AsJson = False) -> None:
    """Show the titles and thumbnails of a video, and from when to when it was shown with each."""
    from ytempire.publishing import videos

    with database() as connection:
        found = videos.variants_of(connection, videos.get_video(connection, video).video_id)
    if as_json:
        print_json([variant.model_dump(mode="json") for variant in found])
        return
    table = Table("", "name", "variant", "state", "shown from", "until", "asked by", "problem")
    for variant in found:
        first = (variant.kind, variant.name, cell(variant.title or variant.path))
        rows = [_row(period) for period in variant.periods] or [("", "", "", "", "")]
        for number, row in enumerate(rows):
            table.add_row(*(first if number == 0 else ("", "", "")), *row)
    print_table(table)


def _row(period: Showing) -> tuple[str, str, str, str, str]:
    state = f"asked for, not before {_minute(period.not_before)}" if period.not_before else period.state
    until = "now" if period.state == "shown" and period.shown_until is None else _minute(period.shown_until)
    return state, _minute(period.shown_from), until, cell(period.asked_by), cell(period.error_message)


@app.command()
def swap(
    video: OneVideo,
    kind: Annotated[str, typer.Argument(help="title or thumbnail")],
    name: Annotated[str, typer.Argument(help="Its name, as `videos variants` shows it")],
) -> None:
    """Have a published video shown with another title or thumbnail.

    The DAG upload_queue, which holds the channels' tokens, carries it out: within 15 minutes, or when the day's quota
    allows it.
    """
    from ytempire.publishing import videos
    from ytempire.publishing.swap import load_showing
    from ytempire.publishing.variants import ask_swap

    with database() as connection:
        video_id = videos.get_video(connection, video).video_id
        showing = load_showing(connection, ask_swap(connection, video_id, kind, name, actor=person()))
    done = f"It is shown with it since {_minute(showing.shown_from)}." if showing.shown_from else "Asked for."
    typer.echo(f"{showing.kind} {showing.name} of {showing.youtube_video_id}: {done}")


def _minute(moment: datetime | None) -> str:
    """A moment as a table shows it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
