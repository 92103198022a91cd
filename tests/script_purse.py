"""Spending for the tests of the script writers: keeps what was reserved, settled and answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ytempire.errors import BudgetExceeded


class Paid:
    """A call that was reserved; its answer is kept in the purse."""

    def __init__(self, purse: Purse, key: str) -> None:
        self._purse, self._key = purse, key

    @property
    def answer(self) -> str | None:
        return self._purse.answers.get(self._key)

    def settle(self, actual_usd: float, usage: Mapping[str, object], answer: str) -> None:
        self._purse.answers[self._key] = answer
        self._purse.settled.append((actual_usd, dict(usage)))


class Purse:
    """Spending that keeps the answers, and refuses what is more than ``usd``."""

    def __init__(self, usd: float = 5.0) -> None:
        self.usd = usd
        self.answers: dict[str, str] = {}
        self.reserved: list[tuple[str, str, float]] = []
        self.settled: list[tuple[float, dict[str, object]]] = []

    @contextmanager
    def call(self, provider: str, call_key: str, estimated_usd: float) -> Iterator[Paid]:
        if estimated_usd > self.usd:
            raise BudgetExceeded(f"{provider}: {estimated_usd}")
        if call_key not in self.answers:
            self.reserved.append((provider, call_key, estimated_usd))
        yield Paid(self, call_key)
