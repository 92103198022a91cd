"""One step up or back, and only when the evidence says so."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from ml.rollout.decide import Evidence, decide
from ml.rollout.sequential import Interval
from ytempire.rollouts import Rollout
from ytempire.settings import RolloutSettings

TODAY = date(2026, 11, 20)
SETTINGS = RolloutSettings()
UNKNOWN = Interval(0.0, -math.inf, math.inf, 0)
GOOD = Interval(-0.002, -0.004, 0.001, 8)
ROLLOUT = Rollout(1, "trend", "2", "1", 5, "running", TODAY - timedelta(days=8), TODAY - timedelta(days=2))


def known(brier: Interval = GOOD, views: Interval = UNKNOWN, *, age: int = 2, errors: int = 0) -> Evidence:
    return Evidence(brier, views, TODAY - timedelta(days=age), errors)


@pytest.mark.parametrize(("at", "action", "then"), [(5, "up", 20), (20, "up", 100), (100, "promote", 100)])
def test_what_is_surely_not_worse_goes_up_by_one_step(at: int, action: str, then: int) -> None:
    decision = decide(replace(ROLLOUT, percentage=at), known(), SETTINGS, TODAY)
    assert (decision.action, decision.percentage) == (action, then)
    assert "over 8 days" in decision.reason


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (known(Interval(0.004, 0.001, 0.007, 9)), "surely worse"),
        (known(views=Interval(-0.4, -0.7, -0.1, 300)), "watched less"),
        (known(errors=3), "failed 3 times"),
        (Evidence(UNKNOWN, UNKNOWN, None, 3), "failed 3 times"),
    ],
)
def test_harm_sends_it_back_at_once_even_on_the_day_of_a_step(evidence: Evidence, said: str) -> None:
    decision = decide(replace(ROLLOUT, percentage=20, stepped_on=TODAY), evidence, SETTINGS, TODAY)
    assert (decision.action, decision.percentage) == ("return", 0)
    assert said in decision.reason


def test_a_second_step_on_one_day_is_not_taken() -> None:
    decision = decide(replace(ROLLOUT, stepped_on=TODAY), known(), SETTINGS, TODAY)
    assert (decision.action, decision.percentage) == ("stay", 5)


def test_what_could_not_be_measured_does_not_count_as_passed() -> None:
    for evidence in (known(age=5), Evidence(UNKNOWN, UNKNOWN, None, 0)):
        decision = decide(ROLLOUT, evidence, SETTINGS, TODAY)
        assert (decision.action, decision.percentage) == ("stay", 5)
        assert "nothing can be said" in decision.reason


def test_what_looks_worse_goes_down_a_step_but_not_below_the_first() -> None:
    worse = known(Interval(0.008, -0.002, 0.018, 6))
    decision = decide(replace(ROLLOUT, percentage=20), worse, SETTINGS, TODAY)
    assert (decision.action, decision.percentage) == ("down", 5)
    assert decide(ROLLOUT, worse, SETTINGS, TODAY).action == "stay"


def test_without_a_verdict_the_champion_keeps_its_place_in_the_end() -> None:
    open_question = known(Interval(0.001, -0.01, 0.012, 5))
    long_ago = replace(ROLLOUT, stepped_on=TODAY - timedelta(days=SETTINGS.patience_days))
    assert decide(ROLLOUT, open_question, SETTINGS, TODAY).action == "stay"
    assert decide(long_ago, open_question, SETTINGS, TODAY).action == "return"


@pytest.mark.parametrize("steps", [(5, 20), (20, 5, 100), (), (0, 100)])
def test_steps_that_do_not_rise_to_all_are_refused(steps: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError):
        RolloutSettings(steps=steps)
