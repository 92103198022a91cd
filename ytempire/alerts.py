"""What needs a person: raised where the trouble is found, resolved where it ends, listed for operators.

Of a kind there is one open alert a subject: a trouble that goes on is one line with a count, not a flood.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ytempire.database.connection import Connection, load_sql

logger = logging.getLogger(__name__)

Severity = Literal["warning", "critical"]

_RESOLVE = """
UPDATE ytempire.alerts SET resolved_at = clock_timestamp()
WHERE kind = %s AND subject = %s AND resolved_at IS NULL
"""
_LIST = """
SELECT * FROM ytempire.alerts WHERE resolved_at IS NULL OR %(resolved)s
ORDER BY resolved_at DESC NULLS FIRST, severity, raised_at DESC, alert_id DESC LIMIT %(limit)s
"""


class Alert(BaseModel):
    """One trouble. ``times`` says how often it was raised while it was open."""

    model_config = ConfigDict(frozen=True)

    alert_id: int
    kind: str
    subject: str
    severity: Severity
    message: str
    times: int
    raised_at: datetime
    last_raised_at: datetime
    resolved_at: datetime | None


def raise_alert(
    connection: Connection, kind: str, subject: object, message: str, *, severity: Severity = "critical"
) -> bool:
    """Say that ``subject`` needs a person; return whether that is news.

    ``kind`` names the trouble ("channel.credentials"); an alert that is open already counts up and takes the new
    message. Call it inside the transaction of what it is about.
    """
    found = connection.execute(
        load_sql("ytempire", "alert_raise"),
        {"kind": kind, "subject": str(subject), "severity": severity, "message": message},
    ).fetchone()
    opened = bool(found and found["opened"])
    if opened:
        logger.error("alert %s for %s: %s", kind, subject, message)
    return opened


def resolve_alert(connection: Connection, kind: str, subject: object) -> bool:
    """Close the open alert of ``kind`` for ``subject``; return whether there was one."""
    return connection.execute(_RESOLVE, (kind, str(subject))).rowcount > 0


def list_alerts(connection: Connection, *, resolved: bool = False, limit: int = 100) -> list[Alert]:
    """Return the open alerts, critical ones first; with ``resolved`` those that are over after them."""
    rows = connection.execute(_LIST, {"resolved": resolved, "limit": limit})
    return [Alert.model_validate(row) for row in rows]
