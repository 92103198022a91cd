"""Sightings of the trend watch back into ``trend_snapshots``, when the suite takes them now."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from etl.quarantine.rows import QuarantinedRow
from etl.quarantine.verdicts import Verdicts
from etl.trends.intake import COLUMNS, SUITE, inspect_rows
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import Settings

SOURCE = SUITE


def replay_snapshots(
    connection: Connection, settings: Settings, group: Sequence[QuarantinedRow], *, dry_run: bool
) -> Verdicts:
    """Hold the sightings of one look against the suite again; store those that pass, unless it is a dry run.

    Raises ValidationFailed when they are refused as a whole.
    """
    rows = [_row(one.payload) for one in group]
    subject = f"replay {secrets.token_hex(6)}"
    refused = inspect_rows(connection, settings.analytics.suites, subject, rows).refused
    verdicts: Verdicts = {}
    for place, one in enumerate(group):
        reasons = refused.get((place,))
        verdicts[one.row_id] = ("refused", "; ".join(reasons)) if reasons else ("replayed", "passes")
    if not dry_run:
        good = [
            {name: row[name] for name in COLUMNS}
            for one, row in zip(group, rows, strict=True)
            if verdicts[one.row_id][0] == "replayed"
        ]
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(load_sql("etl.trends", "snapshot_insert"), good)
    return verdicts


def _row(payload: dict[str, Any]) -> dict[str, Any]:
    moments = ("fetched_at", "published_at")
    return {
        name: datetime.fromisoformat(value) if name in moments and value else value for name, value in payload.items()
    }
