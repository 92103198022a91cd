"""A model card says what was measured, and fits where MLflow keeps it."""

from __future__ import annotations

from dataclasses import replace

from ml.card import LONGEST, Card, render

SCORES = {"n": 1_000.0, "accuracy": 0.86, "auc": 0.92, "brier": 0.1, "f1": 0.9}
CARD = Card(
    title="trend: network",
    purpose="Says what stays.",
    labels="Weak.",
    data={"test days": "2026-06-24 … 2026-06-30", "countries": 110},
    ours="trend",
    report={
        "all": {"trend": SCORES, "lookup": SCORES | {"accuracy": 0.81}},
        "first_seen": {"trend": SCORES | {"brier": 0.12, "auc": float("nan")}},
        "seen_before": {"trend": SCORES | {"brier": 0.09}},
    },
    recipe={"width": 48, "learning_rate": 0.002},
    inputs=["rank", "log_views"],
    limits=["It knows charts only."],
    choice="Chosen: network.",
)


def test_it_holds_the_figures_of_the_model_and_of_what_it_is_compared_with() -> None:
    text = render(CARD)
    assert "| trend | 1,000 | 0.8600 | 0.9200 | 0.1000 | 0.9000 |" in text
    assert "| lookup | 1,000 | 0.8100 | 0.9200 |" in text
    for said in ("# trend: network", "**Labels.** Weak.", "- countries: 110", "- It knows charts only.", "`log_views`"):
        assert said in text


def test_the_parts_where_it_is_worst_come_first_and_what_cannot_be_measured_is_left_open() -> None:
    text = render(CARD)
    assert text.index("| first_seen |") < text.index("| seen_before |")
    assert "| first_seen | 1,000 | 0.8600 | – | 0.1200 |" in text


def test_a_long_card_is_cut_and_says_so() -> None:
    text = render(replace(CARD, inputs=[f"feature_{number}" for number in range(1_000)]))
    assert len(text) == LONGEST and text.endswith("in the run's files)\n")
