"""Measures mean what they are called, and the baselines see the past only."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ml.metrics import score
from ml.trend.baselines import baselines, lookup_table, majority
from ml.trend.data import Preparation
from ml.trend.evaluate import by_day, evaluate, table
from ml.trend.split import load_features, split_by_time


def test_the_measures_of_four_rows() -> None:
    found = score([0.9, 0.6, 0.4, 0.2], [1, 0, 1, 0])
    assert found["accuracy"] == 0.5 and found["auc"] == 0.75 and found["f1"] == 0.5
    assert found["brier"] == pytest.approx((0.01 + 0.36 + 0.36 + 0.04) / 4)


def test_one_outcome_alone_has_no_auc() -> None:
    assert math.isnan(score([0.2, 0.3], [1, 1])["auc"]) and score([0.2, 0.3], [1, 1])["f1"] == 0


def test_baselines_are_on_the_same_rows_and_in_their_order(feature_set: Path) -> None:
    split = split_by_time(load_features(feature_set), test_days=6, validation_share=0.2)
    chances = baselines(split.before_test, split.test, Preparation.fit(split.train))
    report = evaluate(split.test, chances)
    assert {m["n"] for m in report["all"].values()} == {float(len(split.test))}
    assert report["first_seen"]["lookup"]["n"] + report["seen_before"]["lookup"]["n"] == len(split.test)
    everywhere = report["all"]
    assert everywhere["majority"]["auc"] == 0.5
    assert everywhere["majority"]["brier"] > everywhere["lookup"]["brier"] > everywhere["logistic"]["brier"]
    assert "first_seen" in table(report) and "logistic" in table(report)
    days = by_day(split.test, chances["lookup"])
    assert len(days) == 6 and sum(m["n"] for m in days.values()) == len(split.test)


def test_a_cell_that_was_never_seen_gets_the_average(feature_set: Path) -> None:
    frame = load_features(feature_set).dropna(subset=["stays"])
    later = frame.head(3).assign(rank=199.0, region_code="ZZ")
    assert lookup_table(frame, later) == pytest.approx(majority(frame, later))
