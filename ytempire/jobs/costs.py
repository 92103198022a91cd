"""The ledger of what videos cost: reserved before a call is made, settled from the provider's own figures.

A provider's answer is kept in a file before its call is settled: a stage that was
killed after it gets the answer from there and pays nothing again. A reservation
without an answer stays and counts as spent, because the provider may have charged
for it; the same call made again is an entry of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import BudgetExceeded


@dataclass
class PaidCall:
    """One reserved call. The provider settles it; what is not settled when the block ends is released."""

    file: Path
    answer: str | None = None
    actual_usd: float | None = None
    usage: Mapping[str, Any] | None = None

    def settle(self, actual_usd: float, usage: Mapping[str, Any], answer: str) -> None:
        """Keep the answer, and say what it really cost, in US dollars, with the provider's own usage figures."""
        partial = self.file.with_suffix(".partial")
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(answer, encoding="utf-8")
        partial.replace(self.file)
        self.answer = answer
        self.actual_usd = actual_usd
        self.usage = usage


@dataclass(frozen=True)
class CostLedger:
    """Spends for one stage of one job, within the video's budget in US dollars.

    ``answers`` is the folder in which the job's paid answers are kept.
    """

    connection: Connection
    job_id: UUID
    stage: str
    budget_usd: float
    answers: Path

    @contextmanager
    def call(self, provider: str, call_key: str, estimated_usd: float) -> Iterator[PaidCall]:
        """Reserve ``estimated_usd`` for a call, hand it out, and settle or release it.

        A call that was answered before is handed out with its answer, and costs nothing. Raises
        BudgetExceeded, before anything is spent, when the video's budget does not allow it.
        """
        key = f"{self.job_id}:{self.stage}:{call_key}"
        file = self.answers / f"{hashlib.sha256(key.encode()).hexdigest()}.answer"
        if file.exists():
            yield PaidCall(file, answer=file.read_text(encoding="utf-8"))
            return
        entry_id = self._reserve(provider, key, estimated_usd)
        paid = PaidCall(file)
        try:
            yield paid
        finally:
            self._close(entry_id, paid)

    def _reserve(self, provider: str, call_key: str, estimated_usd: float) -> int:
        with self.connection.transaction():
            # Serialises the reservations of one job: two at once cannot both fit into what is left.
            self.connection.execute(
                "SELECT 1 FROM ytempire.generation_jobs WHERE job_id = %s FOR UPDATE", (self.job_id,)
            )
            row = self.connection.execute(
                load_sql(__package__, "reserve_cost"),
                {
                    "job_id": self.job_id,
                    "stage": self.stage,
                    "provider": provider,
                    "call_key": call_key,
                    "estimated_usd": estimated_usd,
                    "budget_usd": self.budget_usd,
                },
            ).fetchone()
        if row is None:
            raise BudgetExceeded(
                f"{provider} would cost about ${estimated_usd:.4f}, more than the video's budget of "
                f"${self.budget_usd:.2f} leaves. Raise the budget, or name a cheaper provider in the chain."
            )
        return int(row["entry_id"])

    def _close(self, entry_id: int, paid: PaidCall) -> None:
        settled = paid.actual_usd is not None
        self.connection.execute(
            """
            UPDATE ytempire.cost_ledger
            SET state = %s, actual_usd = %s, usage = %s, settled_at = clock_timestamp() WHERE entry_id = %s
            """,
            ("settled" if settled else "released", paid.actual_usd, Jsonb(dict(paid.usage or {})), entry_id),
        )


def job_cost_usd(connection: Connection, job_id: UUID) -> float:
    """What a job has cost so far: settled calls at their price, open reservations at their estimate."""
    row = connection.execute(
        """
        SELECT coalesce(sum(coalesce(actual_usd, estimated_usd)), 0) AS usd FROM ytempire.cost_ledger
        WHERE job_id = %s AND state <> 'released'
        """,
        (job_id,),
    ).fetchone()
    return float(row["usd"]) if row else 0.0
