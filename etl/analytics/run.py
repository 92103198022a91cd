"""One run of the nightly ETL, one plain function a task: collect, stage, validate, load, reconcile, roll up.

A run is one Pacific day of every channel and the look-back days before it,
because YouTube restates them; and the bulk reports that YouTube has made since, of whatever days. What it stages is
one batch, named by the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from etl.analytics.bulk.collect import CollectSummary
from etl.analytics.bulk.collect import collect as collect_bulk
from etl.analytics.bulk.late import Lateness, mark_late, note_late
from etl.analytics.bulk.load import BulkLoad, load_bulk
from etl.analytics.bulk.reconcile import Reconciliation
from etl.analytics.bulk.reconcile import reconcile as reconcile_paths
from etl.analytics.bulk.validate import BulkValidation, validate_bulk
from etl.analytics.crew import ClientOf, for_channels, one_at_a_time, working_channels
from etl.analytics.extract import ChannelStage, stage_days
from etl.analytics.validate import ValidationSummary, validate_batch
from etl.validation.page import write_page
from etl.warehouse.load import VIDEO_DAILY, LoadSummary, load_batch, record_failed_slices
from etl.warehouse.rollups import RollupSummary, recompute
from ytempire.channels.consents import pausing_when_revoked
from ytempire.clock import pacific_day
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.database.parallel import several_connections
from ytempire.errors import Permanent, YtempireError
from ytempire.settings import Settings

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


@dataclass(frozen=True)
class RunValidation:
    """What the suites found: in the daily report, and in the bulk reports."""

    daily: ValidationSummary
    bulk: BulkValidation


@dataclass(frozen=True)
class RunLoad:
    """What was loaded of the daily report, and of the bulk reports."""

    daily: LoadSummary
    bulk: BulkLoad


@dataclass(frozen=True)
class RunReconciliation:
    """How the two paths compare, and which days are missing."""

    paths: Reconciliation
    lateness: Lateness


def collect(database_url: str, client_of: ClientOf, settings: Settings, run_id: str, now: datetime) -> CollectSummary:
    """Collect the bulk reports that are new at ``now``; before that, note which days are late, to be asked for again.

    See :func:`etl.analytics.bulk.collect.collect`.
    """
    with connect(database_url) as connection:
        mark_late(connection, settings.analytics, pacific_day(now), run_id)
    return collect_bulk(database_url, client_of, settings, run_id)


def days_of_run(day: date, look_back_days: int) -> tuple[date, ...]:
    """Return the Pacific days of a run, oldest first: ``day`` and the ``look_back_days`` before it."""
    return tuple(day - timedelta(days=back) for back in range(look_back_days, -1, -1))


def stage(database_url: str, client_of: ClientOf, settings: Settings, run_id: str, day: date) -> StageSummary:
    """Fetch the run's days of every working channel into staging, and those that want asking again.

    Some channels are asked at the same time, as many as the settings have workers. A channel that fails leaves the
    others alone: its days are recorded as failed, to be filled by a later run, and a channel whose authorisation is
    gone is paused. Without channels the summary is empty and there is nothing to
    validate. Raises the first error when there are channels and none could be staged.
    """
    days = days_of_run(day, settings.analytics.look_back_days)
    client_of = one_at_a_time(client_of)

    def of_channel(connection: Connection, channel_id: UUID) -> ChannelStage:
        wanted = sorted({*days, *_days_to_ask(connection, settings, channel_id, day)})
        try:
            with pausing_when_revoked(connection, channel_id):
                return stage_days(connection, client_of, settings, channel_id, wanted, run_id)
        except YtempireError as error:
            record_failed_slices(connection, run_id, channel_id, VIDEO_DAILY, wanted, str(error))
            raise

    with connect(database_url) as connection:
        _forget_old_batches(connection, settings.analytics.staging_days)
        channel_ids = working_channels(connection)
    outcomes = for_channels(database_url, settings.analytics.workers, channel_ids, of_channel)
    staged = [one for one in outcomes.values() if isinstance(one, ChannelStage)]
    errors = {channel_id: one for channel_id, one in outcomes.items() if isinstance(one, YtempireError)}
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


def _days_to_ask(connection: Connection, settings: Settings, channel_id: UUID, day: date) -> list[date]:
    """Days beside the run's own: that did not come in, or of which a newer bulk report has come."""
    since = day - timedelta(days=settings.analytics.lost_after_days)
    values = {"channel_id": channel_id, "since": since}
    return [row["day"] for row in connection.execute(load_sql(__package__, "days_to_ask"), values)]


def validate(database_url: str, settings: Settings, run_id: str) -> RunValidation:
    """Validate the run's batch, of both paths.

    See :func:`etl.analytics.validate.validate_batch` and :func:`etl.analytics.bulk.validate.validate_bulk`. The page
    of results tells of it either way.
    """
    try:
        return RunValidation(
            daily=validate_batch(database_url, run_id, settings.analytics.suites),
            bulk=validate_bulk(database_url, run_id, settings.analytics.suites),
        )
    finally:
        with connect(database_url) as connection:
            write_page(connection, settings)


def load(database_url: str, settings: Settings, run_id: str) -> RunLoad:
    """Load the run's validated batch, of both paths, with as many connections as the settings have workers.

    See :func:`etl.warehouse.load.load_batch` and :func:`etl.analytics.bulk.load.load_bulk`.
    """
    with several_connections(database_url, settings.analytics.workers) as connections:
        return RunLoad(
            daily=load_batch(connections, run_id, run_id),
            bulk=load_bulk(connections, settings.analytics, run_id, run_id),
        )


def reconcile(connection: Connection, settings: Settings, run_id: str, now: datetime) -> RunReconciliation:
    """Hold the two paths against each other, and note which days are late or lost at ``now``.

    See :func:`etl.analytics.bulk.reconcile.reconcile` and :func:`etl.analytics.bulk.late.note_late`.
    """
    today = pacific_day(now)
    return RunReconciliation(
        paths=reconcile_paths(connection, settings.analytics, run_id, today),
        lateness=note_late(connection, settings.analytics, today, run_id),
    )


def rollup(connection: Connection, run_id: str) -> RollupSummary:
    """Recompute the buckets that the run touches, as far as they may be published.

    Raises Permanent when the run has staged nothing.
    """
    touched = connection.execute(load_sql(__package__, "slices_of_run"), {"run_id": run_id}).fetchall()
    if not touched:
        raise Permanent(f"nothing is staged as batch {run_id}: stage it again")
    return recompute(connection, (row["channel_id"] for row in touched), (row["day"] for row in touched))


def _forget_old_batches(connection: Connection, days: int) -> None:
    with connection.transaction():
        connection.execute(_FORGET_LOCK)
        connection.execute(load_sql(__package__, "forget_batches"), {"days": days})
