"""The challenger of a rollout as the trend watch tries it, beside the champion."""

from __future__ import annotations

import logging

from etl.trends.ranking import Trial
from ml.registry import ModelRegistry
from ml.serving.client import ranking_version
from ml.trend.model import trend_kind
from ml.trend.predict import ChampionRanker, Reading
from ytempire.database.connection import Connection
from ytempire.errors import Retriable, YtempireError
from ytempire.rollouts import note_error, running_rollout
from ytempire.settings import Settings

log = logging.getLogger(__name__)


def trial_or_none(connection: Connection, settings: Settings, read: Reading | None = None) -> Trial | None:
    """Return the ranking of the rollout that is under way, None if there is none or it cannot be had.

    Files that cannot be read count against the rollout; a registry that is away does not.
    """
    rollout = running_rollout(connection, settings.training.model_name)
    if rollout is None:
        return None
    try:
        registry = ModelRegistry(settings, trend_kind(settings))
        challenger = ranking_version(settings, registry, rollout.version)
    except Retriable as error:
        log.warning("the challenger is not there: %s", error)
        return None
    except YtempireError as error:
        log.warning("the challenger cannot be used: %s", error)
        note_error(connection, rollout.rollout_id, str(error))
        return None
    return Trial(rollout.rollout_id, ChampionRanker(connection, challenger, read))
