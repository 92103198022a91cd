"""A channel's bulk reports, ordered, listed by the time of their creation, downloaded and staged.

First half of the truth's path. Each report is staged in a transaction of its own together with its line in the
ledger, so that a collection that is cut short goes on where it stood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from etl.analytics.bulk.files import ReadFile, read_file
from etl.analytics.bulk.kinds import COLUMNS, KINDS
from etl.analytics.bulk.ledger import Due, bookmark, collecting, due_reports, note_failure, note_reports, record_job
from etl.analytics.extract import own_videos
from etl.warehouse.copying import Column, copy_columns
from ytempire.channels.consents import pausing_when_revoked
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import CredentialsRevoked, Deferred, InvalidInput, NotFound, YtempireError
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

_CHANNELS = "SELECT channel_id FROM ytempire.channels WHERE status <> 'archived' ORDER BY channel_id"
_YOUTUBE_ID = "SELECT youtube_channel_id FROM ytempire.channels WHERE channel_id = %s"


@dataclass(frozen=True)
class CollectSummary:
    """What a collection did. ``failed`` says of each channel, and of each report, that did not come why."""

    batch_id: str
    channels: int
    new_reports: int
    staged: int
    rows: int
    quarantined: int
    failed: dict[str, str]


@dataclass
class _Tally:
    channels: int = 0
    new: int = 0
    staged: int = 0
    rows: int = 0
    quarantined: int = 0


def collect(
    connection: Connection, clients: Callable[[UUID], YouTubeClient], settings: Settings, run_id: str
) -> CollectSummary:
    """Collect the bulk reports of every channel that is not archived into staging, under ``run_id``.

    A report or a channel that fails leaves the others alone and stays in the ledger to be tried again. Raises the
    first error when there are channels and none could be asked.
    """
    tally = _Tally()
    errors: dict[str, YtempireError] = {}
    found = [row["channel_id"] for row in connection.execute(_CHANNELS)]
    for channel_id in found:
        try:
            with pausing_when_revoked(connection, channel_id), collecting(connection, channel_id):
                errors |= _collect_channel(connection, clients, settings, run_id, channel_id, tally)
        except YtempireError as error:
            errors[str(channel_id)] = error
    if found and not tally.channels:
        raise next(iter(errors.values()))
    return CollectSummary(
        batch_id=run_id,
        channels=tally.channels,
        new_reports=tally.new,
        staged=tally.staged,
        rows=tally.rows,
        quarantined=tally.quarantined,
        failed={name: str(error) for name, error in errors.items()},
    )


def _collect_channel(
    connection: Connection,
    clients: Callable[[UUID], YouTubeClient],
    settings: Settings,
    run_id: str,
    channel_id: UUID,
    tally: _Tally,
) -> dict[str, YtempireError]:
    errors: dict[str, YtempireError] = {}
    with clients(channel_id) as client:
        for job in client.reporting.ensure_jobs(list(KINDS)):
            record_job(connection, channel_id, job)
            since = bookmark(connection, settings.analytics, channel_id, job)
            tally.new += note_reports(connection, channel_id, job.report, client.reporting.reports(job.job_id, since))
        for due in due_reports(connection, settings.analytics, channel_id, run_id, client.now()):
            try:
                content = client.reporting.download(due.as_answered())
                rows, bad = _stage(connection, run_id, channel_id, due, content)
            except (CredentialsRevoked, Deferred):
                raise
            except YtempireError as error:
                note_failure(connection, channel_id, due.report_id, str(error), gone=isinstance(error, NotFound))
                errors[f"{due.report} {due.day} {due.report_id}"] = error
                continue
            tally.staged += 1
            tally.rows += rows
            tally.quarantined += bad
    tally.channels += 1
    return errors


def _stage(connection: Connection, run_id: str, channel_id: UUID, due: Due, content: bytes) -> tuple[int, int]:
    """Read a file and stage it; return how many videos and how many unreadable lines it has."""
    own = own_videos(connection, channel_id, due.day)
    channel = connection.execute(_YOUTUBE_ID, [channel_id]).fetchone()
    if channel is None:
        raise InvalidInput("channel_id", f"there is no channel {channel_id}", "Create the channel first.")
    read = read_file(content, KINDS[due.report], due.day, channel["youtube_channel_id"], own)
    key = {"channel_id": channel_id, "report": due.report, "report_id": due.report_id}
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(load_sql(__package__, "staged_clear"), key)
        copy_columns(cursor, load_sql(__package__, "staged_copy"), _columns(channel_id, due.report_id, read, own))
        cursor.executemany(
            load_sql(__package__, "staged_quarantine"),
            [
                {**key, "row_number": number, "reason": line.reason,
                 "payload": Jsonb({"day": due.day.isoformat(), **line.payload})}
                for number, line in read.unreadable.items()
            ],
        )  # fmt: skip
        cursor.execute(
            load_sql(__package__, "staged_record"),
            {
                **key,
                "sha256": hashlib.sha256(content).hexdigest(),
                "own_count": len(own),
                "row_count": len(read.videos),
                "quarantined_count": len(read.unreadable),
                "foreign_count": read.foreign_lines,
                "batch_id": run_id,
            },
        )
    return len(read.videos), len(read.unreadable)


def _columns(channel_id: UUID, report_id: str, read: ReadFile, own: Mapping[str, UUID]) -> list[Column]:
    """The staged columns of a file, in the order of the COPY."""
    names = list(read.videos)
    metrics: list[Column] = [(float, [values.get(name) for values in read.videos.values()]) for name in COLUMNS]
    return [
        (str, [str(channel_id)] * len(names)),
        (str, [report_id] * len(names)),
        (int, range(1, len(names) + 1)),
        (str, names),
        (str, [str(own[name]) for name in names]),
        *metrics,
    ]
