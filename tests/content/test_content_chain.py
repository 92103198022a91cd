"""The first provider that answers is used; when none does, the error says how one recovers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ytempire.content.chain import first_that_answers
from ytempire.errors import (
    BudgetExceeded,
    DailyBudgetExceeded,
    InvalidInput,
    MissingProgram,
    ProviderUnavailable,
    YtempireError,
)

MIDNIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DOWN = ProviderUnavailable("connection refused")
MISSING = MissingProgram("piper")
DEAR = BudgetExceeded("more than the video's budget")
DAY = DailyBudgetExceeded("more than the day's budget", until=MIDNIGHT)


def chain(**answers: str | YtempireError):
    asked: list[str] = []

    def make(name: str) -> str:
        asked.append(name)
        answer = answers[name]
        if isinstance(answer, YtempireError):
            raise answer
        return answer

    return first_that_answers(list(answers), make, what="voice"), asked


def test_the_first_that_answers_is_used_and_no_other_is_asked() -> None:
    found, asked = chain(first="hello", second="never")
    assert (found.value, found.provider, found.passed_over, asked) == ("hello", "first", (), ["first"])


@pytest.mark.parametrize("error", [DOWN, MISSING, DEAR, DAY])
def test_who_cannot_answer_is_passed_over_and_named_with_the_reason(error: YtempireError) -> None:
    found, asked = chain(first=error, second="hello")
    assert (found.value, found.provider, asked) == ("hello", "second", ["first", "second"])
    assert found.passed_over == (f"first: {error}",)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([DOWN, DAY, DEAR], ProviderUnavailable),
        ([MISSING, DEAR, DAY], DailyBudgetExceeded),
        ([MISSING, DEAR], BudgetExceeded),
        ([MISSING, MISSING], MissingProgram),
        ([], ProviderUnavailable),
    ],
)
def test_when_nobody_answers_the_error_says_how_one_recovers(errors, expected) -> None:
    with pytest.raises(YtempireError) as raised:
        chain(**{f"provider{number}": error for number, error in enumerate(errors)})
    assert type(raised.value) is expected
    assert all(str(error) in str(raised.value) for error in errors)
    if isinstance(raised.value, DailyBudgetExceeded):
        assert raised.value.until == MIDNIGHT


def test_what_is_no_providers_fault_stops_the_chain() -> None:
    with pytest.raises(InvalidInput):
        chain(first=InvalidInput("script", "is empty", "Write one."), second="never")
