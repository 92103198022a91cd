"""The two paths held against each other: a day that they tell differently is not published before they agree.

What differs stands in ``analytics_differences``, count by count, until a later answer agrees or a person accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ytempire import audit
from ytempire.alerts import raise_alert, resolve_alert
from ytempire.database.connection import Connection, load_sql, without_nested_loops
from ytempire.errors import InvalidInput
from ytempire.settings import AnalyticsSettings

ALERT = "analytics.differs"
_FEW_VIDEOS = 20_000
_HELD = """
SELECT channel_id, count(*) AS days, min(day) AS first, max(day) AS last,
       count(*) FILTER (WHERE state = 'unverified') AS unverified
FROM ytempire.analytics_reconciliations WHERE state IN ('differs', 'unverified') GROUP BY channel_id ORDER BY channel_id
"""
_IN_PAIRS = """
SELECT array_agg(DISTINCT time) AS times, array_agg(DISTINCT channel_id) AS channel_ids, (
    SELECT array_agg(video_id) FROM ytempire.videos
    WHERE channel_id IN (SELECT channel_id FROM pairs) HAVING count(*) <= %s
) AS video_ids
FROM pairs
"""
_OPEN = "SELECT subject FROM ytempire.alerts WHERE kind = %s AND resolved_at IS NULL"
_ACCEPT = """
UPDATE ytempire.analytics_reconciliations
SET state = 'accepted', accepted_by = %(actor)s, compared_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND day = %(day)s AND state IN ('differs', 'unverified')
"""


@dataclass(frozen=True)
class Reconciliation:
    """How many days of channels were compared now, and how many are held back altogether."""

    agreed: int
    differs: int
    unverified: int
    held: int


def reconcile(connection: Connection, settings: AnalyticsSettings, run_id: str, today: date) -> Reconciliation:
    """Compare what the bulk reports and reports.query tell of each day, where one of them is new.

    ``today`` is a Pacific date; days older than anything that YouTube still restates are left as they are. Raises
    an alert for each channel of which a day is held back, and resolves it when none is any more.
    """
    values: dict[str, Any] = {
        "difference_count": settings.difference_count,
        "difference_share": settings.difference_share,
        "since": today - timedelta(days=2 * settings.lost_after_days),
        "run_id": run_id,
    }
    with connection.transaction():
        connection.execute(load_sql(__package__, "pairs"), values)
        connection.execute("ANALYZE pairs")
        values |= connection.execute(_IN_PAIRS, [_FEW_VIDEOS]).fetchone() or {}
        with without_nested_loops(connection):
            states = [row["state"] for row in connection.execute(load_sql(__package__, "compare"), values)]
        held = connection.execute(_HELD).fetchall()
        for row in held:
            raise_alert(
                connection,
                ALERT,
                row["channel_id"],
                f"{row['days']} days ({row['first']} to {row['last']}) are not published: {row['unverified']} could not"
                " be compared, the others differ between reports.query and the bulk reports. See: python -m"
                " etl.analytics differences",
            )
        opened = {row["subject"] for row in connection.execute(_OPEN, [ALERT])}
        for subject in opened - {str(row["channel_id"]) for row in held}:
            resolve_alert(connection, ALERT, subject)
    return Reconciliation(
        agreed=states.count("agreed"),
        differs=states.count("differs"),
        unverified=states.count("unverified"),
        held=sum(row["days"] for row in held),
    )


def accept(connection: Connection, channel_id: UUID, day: date, *, actor: str) -> None:
    """Let a day be published as the bulk report tells it, although the paths differ.

    It holds for just these contents: a newer answer of either path is compared again. Raises InvalidInput when
    nothing of that day is held back.
    """
    with connection.transaction():
        values = {"channel_id": channel_id, "day": day, "actor": actor}
        if not connection.execute(_ACCEPT, values).rowcount:
            raise InvalidInput("day", f"nothing of {day} of channel {channel_id} is held back", "Name a day that is.")
        audit.record(
            connection,
            actor=actor,
            action="analytics.accept",
            entity="channel",
            entity_id=channel_id,
            details={"day": day.isoformat()},
        )
