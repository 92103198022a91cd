"""``ytempire quota``: today's buckets, how the channels share the uploads, and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ytempire.commands.shared import AsJson, database

if TYPE_CHECKING:
    from ytempire.publishing.overview import QuotaOfDay


def quota(as_json: AsJson = False) -> None:
    """Show today's YouTube quota, each channel's part of the uploads, and what waits until when."""
    from ytempire.publishing.overview import quota_of_day
    from ytempire.settings import get_settings

    with database() as connection:
        found = quota_of_day(connection, get_settings().youtube)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    console = Console()
    for table in (_buckets(found), _channels(found), _waiting(found)):
        if table.row_count:
            console.print(table)
    console.print(f"Room for {found.room} more videos. The buckets are full again at {_moment(found.resets_at)}.")


def _buckets(found: QuotaOfDay) -> Table:
    table = Table("bucket", "limit", "used", "of it reserved", "left", title=f"Quota of {found.day}")
    for line in found.buckets:
        left = "0 (YouTube says so)" if line.exhausted else str(line.limit - line.used)
        table.add_row(line.bucket, str(line.limit), str(line.used), str(line.reserved), left)
    return table


def _channels(found: QuotaOfDay) -> Table:
    heads = ("channel", "priority", "a day at most", "uploaded", "waiting", "still to come", "places left", "units")
    table = Table(*heads, title="Uploads of the channels")
    for line in found.channels:
        most = "" if line.uploads_per_day is None else str(line.uploads_per_day)
        figures = (line.uploaded, line.waiting, line.expected, line.places, line.units)
        table.add_row(escape(line.channel), str(line.priority), most, *map(str, figures))
    return table


def _waiting(found: QuotaOfDay) -> Table:
    table = Table("job", "channel", "video", "status", "until", "public at", "why", title="What waits")
    for line in found.waiting:
        moments = [_moment(moment) for moment in (line.until, line.publish_at)]
        texts = (escape(line.channel), escape(line.title), line.status)
        table.add_row(str(line.job_id), *texts, *moments, escape(line.reason or ""))
    return table


def _moment(moment: datetime | None) -> str:
    """A moment as the machine's clock shows it."""
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M %Z}"
