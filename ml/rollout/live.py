"""The daily look at the live versions: what they say of the newest charts, and what became of what they said."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta

from ml.forecasts import Watched, watch
from ml.gate import CHAMPION
from ml.registry import LoadedModel, ModelRegistry
from ml.trend.model import TrendModel, trend_kind
from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, ModelMissing, Retriable, YtempireError
from ytempire.rollouts import note_error, running_rollout
from ytempire.settings import Settings

log = logging.getLogger(__name__)


def live_versions(settings: Settings, wanted: list[str]) -> tuple[list[LoadedModel[TrendModel]], dict[str, str]]:
    """Load versions; return those that can be used, and why others cannot. Raises Retriable if the registry is away."""
    registry = ModelRegistry(settings, trend_kind(settings))
    loaded, failed = [], {}
    for version in wanted:
        try:
            loaded.append(registry.load(version))
        except Retriable:
            raise
        except YtempireError as error:
            log.warning("v%s cannot be used: %s", version, error)
            failed[version] = str(error)
    return loaded, failed


def forecast(connection: Connection, settings: Settings, clock: Clock = system_clock) -> Watched:
    """Keep what champion and challenger say of yesterday's charts (UTC), and settle the days before.

    What the challenger fails at counts against its rollout. Raises ModelMissing where there is no champion,
    InvalidInput where it is the champion that fails, Retriable if the registry is away.
    """
    champion = ModelRegistry(settings, trend_kind(settings)).version_of(CHAMPION)
    if champion is None:
        raise ModelMissing("model", f"{settings.training.model_name} has no champion", "Run model_retraining.")
    rollout = running_rollout(connection, settings.training.model_name)
    loaded, failed = live_versions(settings, [champion, *([rollout.version] if rollout else [])])
    midnight = datetime.combine(clock().astimezone(UTC).date(), time.min, UTC)
    # One second before: a chart that is fetched at midnight belongs to the day that begins.
    watched = watch(connection, loaded, until=midnight - timedelta(seconds=1), keep_days=settings.rollout.forecast_days)
    failed |= watched.failed
    if rollout and rollout.version in failed:
        note_error(connection, rollout.rollout_id, failed[rollout.version])
    if champion in failed:
        raise InvalidInput("model", f"the champion v{champion} gave no forecast: {failed[champion]}", "Roll it back.")
    return Watched(watched.day, watched.recorded, failed, watched.settled)
