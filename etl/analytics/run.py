"""One run of the nightly ETL, one plain function a task: stage, validate, load, roll up.

A run is one Pacific day of every channel and the look-back days before it,
because YouTube restates them. Its staged rows are one batch, named by the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from etl.analytics.extract import ChannelStage, stage_days
from etl.analytics.validate import ValidationSummary, validate_batch
from etl.validation.page import write_page
from etl.warehouse.load import VIDEO_DAILY, LoadSummary, load_batch, record_failed_slices
from etl.warehouse.rollups import RollupSummary, recompute
from ytempire.channels.consents import pausing_when_revoked
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import Permanent, YtempireError
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

_CHANNELS = "SELECT channel_id FROM ytempire.channels WHERE status <> 'archived' ORDER BY channel_id"
_TOUCHED = "SELECT DISTINCT channel_id, day FROM ytempire.staging_slices WHERE batch_id = %s"
_FORGET_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('staging', 0))"


@dataclass(frozen=True)
class StageSummary:
    """What a run staged. ``failed`` says of each channel that did not come why."""

    batch_id: str
    days: tuple[date, ...]
    channels: tuple[ChannelStage, ...]
    failed: dict[str, str]
    rows: int
    quarantined: int


def days_of_run(day: date, look_back_days: int) -> tuple[date, ...]:
    """Return the Pacific days of a run, oldest first: ``day`` and the ``look_back_days`` before it."""
    return tuple(day - timedelta(days=back) for back in range(look_back_days, -1, -1))


def stage(
    connection: Connection,
    clients: Callable[[UUID], YouTubeClient],
    settings: Settings,
    run_id: str,
    day: date,
) -> StageSummary:
    """Fetch the run's days of every channel that is not archived into staging.

    A channel that fails leaves the others alone: its days are recorded as
    failed, to be filled by a later run, and a channel whose authorisation is
    gone is paused. Without channels the summary is empty and there is nothing to
    validate. Raises the first error when there are channels and none could be staged.
    """
    _forget_old_batches(connection, settings.analytics.staging_days)
    days = days_of_run(day, settings.analytics.look_back_days)
    staged: list[ChannelStage] = []
    errors: dict[UUID, YtempireError] = {}
    channel_ids = [row["channel_id"] for row in connection.execute(_CHANNELS)]
    for channel_id in channel_ids:
        try:
            with pausing_when_revoked(connection, channel_id):
                staged.append(stage_days(connection, clients, settings, channel_id, days, run_id))
        except YtempireError as error:
            errors[channel_id] = error
            record_failed_slices(connection, run_id, channel_id, VIDEO_DAILY, list(days), str(error))
    if errors and not staged:
        raise next(iter(errors.values()))
    return StageSummary(
        batch_id=run_id,
        days=days,
        channels=tuple(staged),
        failed={str(channel_id): str(error) for channel_id, error in errors.items()},
        rows=sum(one.rows for one in staged),
        quarantined=sum(one.quarantined for one in staged),
    )


def validate(database_url: str, settings: Settings, run_id: str) -> ValidationSummary:
    """Validate the run's batch; see :func:`etl.analytics.validate.validate_batch`. The page tells of it either way."""
    try:
        return validate_batch(database_url, run_id, settings.analytics.suites)
    finally:
        with connect(database_url) as connection:
            write_page(connection, settings)


def load(connection: Connection, run_id: str) -> LoadSummary:
    """Load the run's validated batch; see :func:`etl.warehouse.load.load_batch`."""
    return load_batch(connection, run_id, run_id)


def rollup(connection: Connection, run_id: str) -> RollupSummary:
    """Recompute the buckets that the run's batch touches. Raises Permanent when nothing is staged."""
    touched = connection.execute(_TOUCHED, [run_id]).fetchall()
    if not touched:
        raise Permanent(f"nothing is staged as batch {run_id}: stage it again")
    return recompute(connection, (row["channel_id"] for row in touched), (row["day"] for row in touched))


def _forget_old_batches(connection: Connection, days: int) -> None:
    with connection.transaction():
        connection.execute(_FORGET_LOCK)
        connection.execute(load_sql(__package__, "forget_batches"), {"days": days})
