"""What a paid provider must ask before it spends: the border between content and the cost ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Reservation(Protocol):
    """Money put aside for one call."""

    @property
    def answer(self) -> str | None:
        """The provider's answer, when the same call was paid for before; then it must not be made again."""

    def settle(self, actual_usd: float, usage: Mapping[str, object], answer: str) -> None:
        """Keep the ``answer`` and record what it cost, from the provider's own figures."""


class Spending(Protocol):
    """Reserves before a call is made; raises BudgetExceeded when it may not be made."""

    def call(self, provider: str, call_key: str, estimated_usd: float) -> AbstractContextManager[Reservation]:
        """Reserve ``estimated_usd`` for the call named ``call_key``; released if the body raises."""


class _Free:
    answer: str | None = None

    def settle(self, actual_usd: float, usage: Mapping[str, object], answer: str) -> None:
        """Nothing is recorded."""


class Unlimited:
    """Spending without a ledger, for the offline providers and for use from a shell."""

    @contextmanager
    def call(self, provider: str, call_key: str, estimated_usd: float) -> Iterator[Reservation]:
        """Allow every call."""
        yield _Free()
