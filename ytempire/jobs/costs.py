"""The ledger of what videos cost: reserved before a call is made, settled from the provider's own figures.

A provider's answer is kept in a file before its call is settled: a stage that was killed after it gets the
answer, and the figures to settle by, from there and pays nothing again. A call whose answer never came may
have been charged for: it is *lost* and counts as spent, at its estimate; so does the reservation of a worker
that died, which its stage's retry marks as lost. The same call made again is an entry of its own.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from ytempire.clock import Clock, next_pacific_midnight, pacific_day, system_clock
from ytempire.content.files import reserve_room, write_text
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import BudgetExceeded, DailyBudgetExceeded, ProviderUnavailable, YtempireError
from ytempire.settings import BudgetSettings

ANSWER_ROOM_BYTES = 8 << 20
"""Room on the disk that is taken before a call is paid for: no answer is larger."""


@dataclass
class PaidCall:
    """One reserved call. The provider settles it; what became of it otherwise is read from how the block ends."""

    file: Path
    answer: str | None = None
    actual_usd: float | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)

    def settle(self, actual_usd: float, usage: Mapping[str, Any], answer: str) -> None:
        """Keep the answer, and say what it really cost, in US dollars, with the provider's own usage figures."""
        self.actual_usd = actual_usd
        self.usage = dict(usage)
        write_text(self.file, json.dumps({"actual_usd": actual_usd, "usage": self.usage, "answer": answer}))
        self.answer = answer


@dataclass
class CostLedger:
    """Spends for one stage of one job, within the budgets of its video, its channel's day and the network's day.

    ``answers`` is the folder in which the job's paid answers are kept. ``time_limit_seconds`` after it was made
    the ledger refuses every further call, so that slow providers cannot use up the stage's own time. The
    caller holds the stage's lock; within it, several threads may call, and the same call of two of them is made once.
    """

    connection: Connection
    job_id: UUID
    stage: str
    budget: BudgetSettings
    answers: Path
    time_limit_seconds: float = float("inf")
    clock: Clock = system_clock

    def __post_init__(self) -> None:
        self._started_seconds = time.monotonic()
        self._one_at_a_time = Lock()
        self._under_way: dict[str, Lock] = {}

    @contextmanager
    def call(self, provider: str, call_key: str, estimated_usd: float) -> Iterator[PaidCall]:
        """Reserve ``estimated_usd`` for a call, hand it out, and write down what became of it.

        A call that was answered before is handed out with its answer, and costs nothing. Raises, before
        anything is spent: BudgetExceeded when the video's budget does not allow it, DailyBudgetExceeded when a
        day's does not, ProviderUnavailable when the time is up, DiskFull when the answer could not be kept.
        """
        key = f"{self.job_id}:{self.stage}:{call_key}"
        file = self.answers / f"{hashlib.sha256(key.encode()).hexdigest()}.answer"
        # A narrator may say the same sentence twice: the second asks when the first has its answer.
        with self._under_way.setdefault(key, Lock()):
            if file.exists():
                yield self._kept(key, file)
                return
            if time.monotonic() - self._started_seconds > self.time_limit_seconds:
                raise ProviderUnavailable(f"stage {self.stage} has waited {self.time_limit_seconds:g} s for providers")
            with reserve_room(file, ANSWER_ROOM_BYTES):
                yield from self._paid(provider, key, file, estimated_usd)

    def _paid(self, provider: str, key: str, file: Path, estimated_usd: float) -> Iterator[PaidCall]:
        entry_id = self._reserve(provider, key, estimated_usd)
        paid = PaidCall(file)
        outcome = "lost"
        try:
            yield paid
            outcome = "released"
        except YtempireError as error:
            outcome = "lost" if getattr(error, "charged", False) else "released"
            raise
        finally:
            self._close(entry_id, paid, outcome)

    def _kept(self, key: str, file: Path) -> PaidCall:
        """Return the answer that was paid for; a call whose worker died before it was settled is settled now."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        paid = PaidCall(file, kept["answer"], kept["actual_usd"], kept["usage"])
        figures = {"actual_usd": paid.actual_usd, "usage": Jsonb(paid.usage)}
        with self._one_at_a_time:
            self.connection.execute(
                load_sql(__package__, "settle_kept"), figures | {"job_id": self.job_id, "call_key": key}
            )
        return paid

    def _reserve(self, provider: str, call_key: str, estimated_usd: float) -> int:
        now = self.clock()
        price_usd = Decimal(f"{estimated_usd:.6f}")
        call = {
            "job_id": self.job_id,
            "stage": self.stage,
            "provider": provider,
            "call_key": call_key,
            "estimated_usd": price_usd,
            "day": pacific_day(now),
        }
        with self._one_at_a_time, self.connection.transaction():
            # A statement of its own: the sums of the next one are taken when all others have reserved.
            self.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('cost_ledger', 0))")
            self.connection.execute(
                "UPDATE ytempire.cost_ledger SET state = 'lost', settled_at = clock_timestamp() "
                "WHERE job_id = %(job_id)s AND call_key ^@ (%(call_key)s || '#') AND state = 'reserved'",
                call,
            )
            row = self.connection.execute(
                load_sql(__package__, "reserve_cost"), call | self.budget.model_dump()
            ).fetchone()
        assert row is not None  # noqa: S101 -- a stage has its job
        if row["entry_id"] is None:
            raise _refusal(provider, price_usd, row, now)
        return int(row["entry_id"])

    def _close(self, entry_id: int, paid: PaidCall, outcome: str) -> None:
        with self._one_at_a_time:
            self.connection.execute(
                """
                UPDATE ytempire.cost_ledger
                SET state = %s, actual_usd = %s, usage = %s, settled_at = clock_timestamp() WHERE entry_id = %s
                """,
                (
                    outcome if paid.actual_usd is None else "settled",
                    paid.actual_usd,
                    Jsonb(dict(paid.usage)),
                    entry_id,
                ),
            )


def _refusal(provider: str, price_usd: Decimal, left: Mapping[str, Any], now: datetime) -> YtempireError:
    def told(scope: str, budget: str) -> str:
        usd = max(left[scope], 0)
        return f"{provider} would cost about ${price_usd:.4f}, more than the ${usd:.4f} that {budget} leaves"

    if left["video_left"] < price_usd:
        remedy = "Raise it, or name a cheaper provider in the chain."
        return BudgetExceeded(f"{told('video_left', 'the budget of the video')}. {remedy}")
    until = next_pacific_midnight(now)
    if left["channel_left"] < price_usd:
        return DailyBudgetExceeded(told("channel_left", "the channel's budget of the day"), until=until)
    return DailyBudgetExceeded(told("network_left", "the network's budget of the day"), until=until)


def job_cost_usd(connection: Connection, job_id: UUID) -> float:
    """What a job has cost so far: settled calls at their price, open and lost ones at their estimate."""
    row = connection.execute(
        "SELECT coalesce(sum(counted_usd), 0) AS usd FROM ytempire.cost_ledger WHERE job_id = %s", (job_id,)
    ).fetchone()
    return float(row["usd"]) if row else 0.0
