"""Distances tell what moved, and how far; the report is a page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.drift.measure import PREDICTION, measure
from ytempire.errors import InvalidInput

NUMBERS = ["still", "moved", "constant", "emptied", "never"]


def rows(seed: int, count: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "still": rng.normal(5, 2, count).astype(np.float32),
            "moved": rng.normal(5, 2, count),
            "constant": 3.0,
            "emptied": np.where(rng.random(count) < 0.3, np.nan, 1.0),
            "never": np.nan,
            "category_id": rng.choice([10, 20], count),
            PREDICTION: rng.uniform(0, 1, count),
        }
    )


def test_what_moved_is_told_by_how_many_standard_deviations(tmp_path: Path) -> None:
    before, now = rows(1), rows(2)
    now["moved"] += 3.0
    now["emptied"] = np.nan
    now["category_id"] = 10
    page = tmp_path / "reports" / "page.html"
    found = measure(before, now, numbers=NUMBERS, categories=["category_id"], threshold=0.2, share=0.4, page=page)
    assert found.features["moved"] == pytest.approx(1.5, abs=0.15)
    assert found.features["still"] < 0.15
    assert (found.features["constant"], found.features["never"]) == (0, 0)
    assert found.features["emptied"] == pytest.approx(0.7, abs=0.05)
    assert found.prediction < 0.15
    assert list(found.beyond(0.2)) == ["moved", "emptied", "category_id"]
    text = page.read_text(encoding="utf-8")
    assert "moved" in text
    assert "Dataset drift detection threshold is 0.4" in text
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_a_prediction_without_numbers_is_no_look(tmp_path: Path) -> None:
    now = rows(2)
    now[PREDICTION] = np.nan
    with pytest.raises(InvalidInput, match=PREDICTION):
        measure(rows(1), now, numbers=["still"], categories=[], threshold=0.2, share=0.4, page=tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
