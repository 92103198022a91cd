"""Who may challenge the champion, and which of several candidates is put forward."""

from __future__ import annotations

from ml.gate import Standing, best_of, gate

CHAMPION = Standing("3", {"brier": 0.11, "accuracy": 0.85})


def test_only_a_strictly_better_brier_score_may_challenge() -> None:
    better = gate({"brier": 0.1, "accuracy": 0.85}, CHAMPION)
    assert (better.alias, better.champion_metrics) == ("challenger", CHAMPION.metrics)
    level = gate({"brier": 0.11, "accuracy": 0.9}, CHAMPION)
    assert level.alias == "refused" and "not better" in level.reason


def test_a_better_brier_score_may_not_cost_accuracy() -> None:
    worse = gate({"brier": 0.1, "accuracy": 0.848}, CHAMPION, accuracy_slack=0.001)
    assert worse.alias == "refused" and "accuracy falls from 0.8500 to 0.8480" in worse.reason
    assert gate({"brier": 0.1, "accuracy": 0.8495}, CHAMPION, accuracy_slack=0.001).alias == "challenger"


def test_without_a_champion_that_can_predict_the_candidate_becomes_it() -> None:
    assert gate({"brier": 0.2, "accuracy": 0.7}, Standing()).alias == "champion"
    broken = gate({"brier": 0.2, "accuracy": 0.7}, Standing("3", problem="the files are damaged"))
    assert broken.alias == "champion" and "damaged" in broken.reason


def test_a_model_that_has_no_rollout_takes_the_place_at_once() -> None:
    assert gate({"brier": 0.1, "accuracy": 0.85}, CHAMPION, at_once=True).alias == "champion"
    assert gate({"brier": 0.2, "accuracy": 0.85}, CHAMPION, at_once=True).alias == "refused"


def test_the_best_candidate_has_the_least_brier_score_among_those_as_accurate_as_any() -> None:
    found = {
        "network": {"brier": 0.099, "accuracy": 0.862},
        "lightgbm": {"brier": 0.100, "accuracy": 0.8625},
        "careless": {"brier": 0.090, "accuracy": 0.80},
    }
    assert best_of(found, accuracy_slack=0.001) == "network"
    assert best_of(found) == "lightgbm"
    assert best_of({"network": found["network"]}) == "network"
