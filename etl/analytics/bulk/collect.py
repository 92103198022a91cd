"""A channel's bulk reports, ordered, listed by the time of their creation, downloaded and staged.

First half of the truth's path. Each report is staged in a transaction of its own together with its line in the
ledger, so that a collection that is cut short goes on where it stood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from psycopg.types.json import Jsonb

from etl.analytics.bulk.files import ReadFile, read_file
from etl.analytics.bulk.kinds import COLUMNS, KINDS
from etl.analytics.bulk.ledger import Due, bookmarks, collecting, note_failure, take_up
from etl.analytics.crew import ClientOf, for_channels, one_at_a_time, working_channels
from etl.analytics.extract import own_videos
from etl.warehouse.copying import Column, copy_columns
from ytempire.channels.consents import pausing_when_revoked
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import CredentialsRevoked, Deferred, InvalidInput, NotFound, YtempireError
from ytempire.settings import Settings

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
    """What came of a channel's reports. ``errors`` names each report that did not come."""

    new: int = 0
    staged: int = 0
    rows: int = 0
    quarantined: int = 0
    errors: dict[str, YtempireError] = field(default_factory=dict)


def collect(database_url: str, client_of: ClientOf, settings: Settings, run_id: str) -> CollectSummary:
    """Collect the bulk reports of every working channel into staging, under ``run_id``.

    Some channels at the same time, as many as the settings have workers. A report or a channel that fails leaves the
    others alone and stays in the ledger to be tried again. Raises the first error when there are channels and none
    could be asked.
    """
    client_of = one_at_a_time(client_of)

    def of_channel(connection: Connection, channel_id: UUID) -> _Tally:
        with pausing_when_revoked(connection, channel_id), collecting(connection, channel_id):
            return _collect_channel(connection, client_of, settings, run_id, channel_id)

    with connect(database_url) as connection:
        channel_ids = working_channels(connection)
    outcomes = for_channels(database_url, settings.analytics.workers, channel_ids, of_channel)
    tallies = [one for one in outcomes.values() if isinstance(one, _Tally)]
    errors = {str(channel_id): one for channel_id, one in outcomes.items() if isinstance(one, YtempireError)}
    if errors and not tallies:
        raise next(iter(errors.values()))
    for tally in tallies:
        errors |= tally.errors
    return CollectSummary(
        batch_id=run_id,
        channels=len(tallies),
        new_reports=sum(one.new for one in tallies),
        staged=sum(one.staged for one in tallies),
        rows=sum(one.rows for one in tallies),
        quarantined=sum(one.quarantined for one in tallies),
        failed={name: str(error) for name, error in errors.items()},
    )


def _collect_channel(
    connection: Connection, client_of: ClientOf, settings: Settings, run_id: str, channel_id: UUID
) -> _Tally:
    tally = _Tally()
    with client_of(connection, channel_id) as client:
        jobs = client.reporting.ensure_jobs(list(KINDS))
        since = bookmarks(connection, settings.analytics, channel_id, jobs)
        listed = [(job, client.reporting.reports(job.job_id, since.get(job.job_id))) for job in jobs]
        tally.new, due = take_up(connection, settings.analytics, channel_id, run_id, listed, client.now())
        reader = _Reader(connection, run_id, channel_id)
        for one in due:
            try:
                rows, bad = reader.stage(one, client.reporting.download(one.as_answered()))
            except (CredentialsRevoked, Deferred):
                raise
            except YtempireError as error:
                note_failure(connection, channel_id, one.report_id, str(error), gone=isinstance(error, NotFound))
                tally.errors[f"{one.report} {one.day} {one.report_id}"] = error
                continue
            tally.staged += 1
            tally.rows += rows
            tally.quarantined += bad
    return tally


class _Reader:
    """Reads a channel's files and stages them. What is needed of our own tables is asked for once."""

    def __init__(self, connection: Connection, run_id: str, channel_id: UUID) -> None:
        self._connection = connection
        self._run_id = run_id
        self._channel_id = channel_id
        self._own: dict[date, dict[str, UUID]] = {}

    @cached_property
    def _youtube_channel_id(self) -> str:
        channel = self._connection.execute(_YOUTUBE_ID, [self._channel_id]).fetchone()
        if channel is None:
            raise InvalidInput("channel_id", f"there is no channel {self._channel_id}", "Create the channel first.")
        return str(channel["youtube_channel_id"])

    def stage(self, due: Due, content: bytes) -> tuple[int, int]:
        """Read a file and stage it; return how many videos and how many unreadable lines it has."""
        if due.day not in self._own:
            self._own[due.day] = own_videos(self._connection, self._channel_id, due.day)
        own = self._own[due.day]
        read = read_file(content, KINDS[due.report], due.day, self._youtube_channel_id, own)
        key = {"channel_id": self._channel_id, "report": due.report, "report_id": due.report_id}
        unreadable = [
            {**key, "row_number": number, "reason": line.reason,
             "payload": Jsonb({"day": due.day.isoformat(), **line.payload})}
            for number, line in read.unreadable.items()
        ]  # fmt: skip
        record = {
            **key,
            "sha256": hashlib.sha256(content).hexdigest(),
            "own_count": len(own),
            "row_count": len(read.videos),
            "quarantined_count": len(read.unreadable),
            "foreign_count": read.foreign_lines,
            "batch_id": self._run_id,
        }
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(load_sql(__package__, "staged_clear"), key)
            columns = staged_columns(self._channel_id, due.report_id, read, own)
            copy_columns(cursor, load_sql(__package__, "staged_copy"), columns)
            if unreadable:
                cursor.executemany(load_sql(__package__, "staged_quarantine"), unreadable)
            cursor.execute(load_sql(__package__, "staged_record"), record)
        return len(read.videos), len(read.unreadable)


def staged_columns(channel_id: UUID, report_id: str, read: ReadFile, own: Mapping[str, UUID]) -> list[Column]:
    """Return what is staged of a file, in the order of the COPY (``staged_copy.sql``)."""
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
