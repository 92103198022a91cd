"""Every verdict is kept: which suite looked at what, what it said, and which rows it refused."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from etl.validation.suite import Check, SuiteResult
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed

State = Literal["passed", "quarantined", "refused", "unverified"]

_KEEP = (
    "INSERT INTO ytempire.validation_results"
    " (suite, subject, state, row_count, quarantined_count, checks, error_message, seconds)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_NEWEST = (
    "SELECT newest.* FROM (SELECT DISTINCT suite FROM ytempire.validation_results) AS suites"
    " CROSS JOIN LATERAL (SELECT * FROM ytempire.validation_results AS kept WHERE kept.suite = suites.suite"
    " ORDER BY result_id DESC LIMIT %s) AS newest ORDER BY result_id DESC"
)


@dataclass(frozen=True)
class Verdict:
    """What a suite that refused nothing as a whole said: ``refused`` tells of each bad row's key all that is wrong."""

    expectations: int
    refused: dict[tuple[Any, ...], list[str]]
    reasons: dict[str, int]


@dataclass(frozen=True)
class KeptResult:
    """One look of a suite at ``subject``, as it was kept. ``seconds`` is how long it took."""

    result_id: int
    suite: str
    subject: str
    state: State
    row_count: int
    quarantined_count: int
    checks: tuple[Check, ...]
    error_message: str | None
    seconds: float
    checked_at: datetime


def inspect(
    connection: Connection, suite: str, subject: str, row_count: int, look: Callable[[], SuiteResult]
) -> Verdict:
    """Let ``look`` run the suite over ``row_count`` rows of ``subject``, and keep what it said.

    Raises ValidationFailed, after that was kept too, when an expectation about all of it does not hold or one could
    not be evaluated: then nothing of it may go on.
    """
    started = time.monotonic()

    def keep(state: State, refused: int, checks: tuple[Check, ...], message: str | None) -> None:
        plain = Jsonb([asdict(check) for check in checks])
        seconds = time.monotonic() - started
        connection.execute(_KEEP, [suite, subject, state, row_count, refused, plain, message, seconds])

    try:
        result = look()
    except Exception as error:
        keep("unverified", 0, (), f"{type(error).__name__}: {error}"[:2_000])
        raise
    whole = [breach for breach in result.breaches if breach.rows is None]
    if whole:
        problems = "; ".join(f"{breach.reason} ({breach.expectation})" for breach in whole)
        keep("refused", 0, result.checks, problems)
        raise ValidationFailed(f"batch {subject}: {problems}")
    refused: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    counts: defaultdict[str, int] = defaultdict(int)
    for breach in result.breaches:
        for key in breach.rows or []:
            refused[key].append(breach.reason)
            counts[breach.reason] += 1
    keep("quarantined" if refused else "passed", len(refused), result.checks, None)
    return Verdict(result.expectations, dict(refused), dict(counts))


def newest_results(connection: Connection, limit: int) -> list[KeptResult]:
    """Return the last ``limit`` results of each suite, the newest first."""
    return [
        KeptResult(**{**row, "checks": tuple(Check(**check) for check in row["checks"])})
        for row in connection.execute(_NEWEST, [limit])
    ]
