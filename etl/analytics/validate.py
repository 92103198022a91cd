"""Between staging and the warehouse: no row goes on that the suite refuses, none disappears unnamed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from etl.analytics.expectation_suite import run_suite
from etl.warehouse.load import VIDEO_DAILY
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import Permanent, Retriable, ValidationFailed

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('staging/' || %(batch_id)s, 0))"
_KEY = ("channel_id", "row_number")

# The batch is named in hexadecimal: Great Expectations doubles per cent signs and SQLAlchemy reads
# colons as parameters, and either would quietly validate no rows at all.
_QUERY = """
SELECT channel_id, row_number, day, youtube_video_id, video_id, views, engaged_views, likes, comments,
       shares, watch_time_minutes, retention_rate, revenue_cents, metric_definition
FROM ytempire.staging_video_metrics
WHERE batch_id = convert_from(decode('{batch}', 'hex'), 'UTF8')
"""


@dataclass(frozen=True)
class ValidationSummary:
    """What a suite found in a batch. ``reasons`` counts the quarantined rows by reason."""

    suite: str
    expectations: int
    rows: int
    quarantined: int
    reasons: dict[str, int]


def validate_batch(database_url: str, batch_id: str, suites_folder: Path) -> ValidationSummary:
    """Hold a batch against its suite, move refused rows to quarantine, and clear the batch for loading.

    Raises ValidationFailed when an expectation about the whole batch does not
    hold or could not be evaluated: then nothing of the batch may be loaded.
    Raises Permanent when nothing is staged, Retriable when staged rows were
    lost or replaced meanwhile.
    """
    key = {"batch_id": batch_id, "report": VIDEO_DAILY}
    with connect(database_url) as connection:
        before = _batch(connection, key)
        result = run_suite(
            database_url,
            _QUERY.format(batch=batch_id.encode().hex()),
            suites_folder / f"{VIDEO_DAILY}.json",
            _KEY,
            {"rows_staged": before["staged"]},
        )
        refused = [breach for breach in result.breaches if breach.rows is None]
        if refused:
            problems = "; ".join(f"{breach.reason} ({breach.expectation})" for breach in refused)
            raise ValidationFailed(f"batch {batch_id}: {problems}")
        reasons: dict[tuple[UUID, int], list[str]] = defaultdict(list)
        counts: dict[str, int] = defaultdict(int)
        for breach in result.breaches:
            for channel_id, row_number in breach.rows or []:
                reasons[channel_id, row_number].append(breach.reason)
                counts[breach.reason] += 1
        with connection.transaction():
            connection.execute(_LOCK, key)
            if _batch(connection, key) != before:
                raise Retriable(f"batch {batch_id} was staged anew while it was validated")
            _quarantine(connection, key, reasons)
            connection.execute(load_sql(__package__, "batch_validated"), key)
    return ValidationSummary(
        suite=VIDEO_DAILY,
        expectations=result.expectations,
        rows=before["staged"] - len(reasons),
        quarantined=len(reasons),
        reasons=dict(counts),
    )


def _batch(connection: Connection, key: dict[str, str]) -> dict[str, Any]:
    state = connection.execute(load_sql(__package__, "batch_rows"), key).fetchone()
    if state is None or not state["slices"]:
        raise Permanent(f"nothing is staged as batch {key['batch_id']}: stage it again")
    if state["staged"] != state["expected"]:
        raise Retriable(
            f"batch {key['batch_id']}: {state['staged']} rows are staged, {state['expected']} were; stage it again"
        )
    return state


def _quarantine(connection: Connection, key: dict[str, str], reasons: dict[tuple[UUID, int], list[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            load_sql(__package__, "quarantine_move"),
            [
                {**key, "channel_id": channel, "row_number": number, "reason": "; ".join(texts)}
                for (channel, number), texts in sorted(reasons.items())
            ],
        )
