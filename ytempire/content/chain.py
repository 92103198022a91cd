"""A chain of providers: the first that answers is used, and who was passed over, and why, is kept.

A provider is passed over when it is down, slow or answers garbage, when its program is not installed,
and when the budget does not allow its price: what costs nothing asks for no money and always passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ytempire.errors import BudgetExceeded, DailyBudgetExceeded, MissingProgram, ProviderUnavailable, YtempireError

Value = TypeVar("Value")

PASSED_OVER = (ProviderUnavailable, MissingProgram, BudgetExceeded, DailyBudgetExceeded)


@dataclass(frozen=True)
class Answer(Generic[Value]):
    """What a chain gave: the value, who gave it, and one "name: reason" for each provider passed over."""

    value: Value
    provider: str
    passed_over: tuple[str, ...] = ()


def first_that_answers(names: Sequence[str], make: Callable[[str], Value], *, what: str) -> Answer[Value]:
    """Return what ``make(name)`` gives for the first of ``names`` that can; ``what`` names it in errors ("voice").

    When nobody answers, the error says all reasons and its class says how one recovers: ProviderUnavailable
    when one of them may be up again later, else DailyBudgetExceeded when a day's money was lacking, else
    BudgetExceeded when the video's was, else MissingProgram. What ``make`` raises besides these goes through.
    """
    failures: list[tuple[str, YtempireError]] = []
    for name in names:
        try:
            value = make(name)
        except PASSED_OVER as error:
            failures.append((name, error))
            continue
        return Answer(value, name, tuple(f"{passed}: {error}" for passed, error in failures))
    raise _nobody(failures, what)


def _nobody(failures: list[tuple[str, YtempireError]], what: str) -> YtempireError:
    errors = [error for _, error in failures]
    message = f"no {what} answered: " + ("; ".join(f"{name}: {error}" for name, error in failures) or "none is named")
    if not errors or any(isinstance(error, ProviderUnavailable) for error in errors):
        return ProviderUnavailable(message)
    for error in errors:
        if isinstance(error, DailyBudgetExceeded):
            return DailyBudgetExceeded(message, until=error.until)
    if any(isinstance(error, BudgetExceeded) for error in errors):
        return BudgetExceeded(message)
    return errors[0]
