"""Between staging and the warehouse: no row goes on that the suite refuses, none disappears unnamed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.validation.results import inspect
from etl.validation.suite import run_suite
from etl.warehouse.load import VIDEO_DAILY
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import Permanent, Retriable

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('staging/' || %(batch_id)s, 0))"
_KEY = ("slice_id", "row_number")

# The batch is named in hexadecimal: Great Expectations doubles per cent signs and SQLAlchemy reads
# colons as parameters, and either would quietly validate no rows at all.
_QUERY = """
SELECT slice_id, row_number, youtube_video_id, video_id, views, engaged_views, likes, comments, shares,
       watch_time_minutes, retention_rate, revenue_cents
FROM ytempire.staging_video_metrics
WHERE slice_id = ANY(ARRAY(
    SELECT slice_id FROM ytempire.staging_slices
    WHERE batch_id = convert_from(decode('{batch}', 'hex'), 'UTF8') AND report = 'video_daily'
))
"""
# What was written just now is unknown to the planner, and a suite planned without it takes minutes.
_ANALYZE = "ANALYZE ytempire.staging_video_metrics (slice_id, youtube_video_id)"


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
    suite = suites_folder / f"{VIDEO_DAILY}.json"
    query = _QUERY.format(batch=batch_id.encode().hex())
    with connect(database_url) as connection:
        before = _batch(connection, key)
        connection.execute(_ANALYZE)
        rows = before["staged"]
        verdict = inspect(
            connection,
            VIDEO_DAILY,
            batch_id,
            rows,
            lambda: run_suite(database_url, query, suite, _KEY, {"rows_staged": rows}),
        )
        with connection.transaction():
            connection.execute(_LOCK, key)
            if _batch(connection, key) != before:
                raise Retriable(f"batch {batch_id} was staged anew while it was validated")
            if verdict.refused:
                connection.execute(load_sql(__package__, "quarantine_move"), _refused(verdict.refused))
            connection.execute(load_sql(__package__, "batch_validated"), key)
    return ValidationSummary(
        suite=VIDEO_DAILY,
        expectations=verdict.expectations,
        rows=rows - len(verdict.refused),
        quarantined=len(verdict.refused),
        reasons=verdict.reasons,
    )


def _refused(reasons: dict[tuple[Any, ...], list[str]]) -> dict[str, list[Any]]:
    rows = sorted(reasons)
    return {
        "slice_ids": [slice_id for slice_id, _ in rows],
        "row_numbers": [row_number for _, row_number in rows],
        "reasons": ["; ".join(reasons[row]) for row in rows],
    }


def _batch(connection: Connection, key: dict[str, str]) -> dict[str, Any]:
    state = connection.execute(load_sql(__package__, "batch_rows"), key).fetchone()
    if state is None or not state["slices"]:
        raise Permanent(f"nothing is staged as batch {key['batch_id']}: stage it again")
    if state["staged"] != state["expected"]:
        raise Retriable(
            f"batch {key['batch_id']}: {state['staged']} rows are staged, {state['expected']} were; stage it again"
        )
    return state
