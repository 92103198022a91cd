"""Whether the last look asks for a retraining."""

from __future__ import annotations

from ml.drift.page import write_index
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import Settings


def ask_for_retraining(connection: Connection, settings: Settings) -> str | None:
    """Note that a retraining is asked for and return why; None where nothing asks, or it would be too soon.

    Too soon is while a rollout tries a new version, and within the quiet days after the last time.
    """
    names = {"model_name": settings.training.model_name, "quiet_days": settings.drift.quiet_days}
    row = connection.execute(load_sql(__package__, "announce"), names).fetchone()
    if row is None:
        return None
    write_index(connection, settings)
    return str(row["reason"])
