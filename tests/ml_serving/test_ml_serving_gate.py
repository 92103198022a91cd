"""INT8 serves only where it was measured to be nearly as good and faster; what was measured is kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.serving.gate import GATE, Gate, decide, kept_gate, pass_gate, pass_gate_apart, processor
from ml.serving.runtime import FP32, INT8, TORCH, computed_by
from ml.trend.model import TrendModel
from ytempire.settings import ServingSettings


def figures(accuracy: float, milliseconds: float, difference: float = 0.0) -> dict[str, float]:
    return {
        "accuracy": accuracy,
        "single_row_ms": milliseconds,
        "charts_ms": 10 * milliseconds,
        "largest_difference": difference,
    }


@pytest.mark.parametrize(
    ("int8", "labels", "runtime", "said"),
    [
        (figures(0.849, 1.0), 900, INT8, "2.00 times as fast"),
        (figures(0.838, 1.0), 900, FP32, "too inaccurate"),
        (figures(0.850, 2.5), 900, FP32, "not faster"),
        (figures(float("nan"), 1.0), 900, FP32, "too inaccurate"),
        (figures(0.849, 1.0), 20, FP32, "cannot tell"),
    ],
)
def test_the_gate(int8: dict[str, float], labels: int, runtime: str, said: str) -> None:
    measured = {TORCH: figures(0.85, 3.0), FP32: figures(0.85, 2.0), INT8: int8}
    found, reason = decide(measured, labels=labels, settings=ServingSettings())
    assert found == runtime and said in reason


def test_a_wrong_export_stays_with_torch_and_a_slow_one_too() -> None:
    int8 = figures(0.85, 1.0)
    wrong = {TORCH: figures(0.85, 3.0), FP32: figures(0.85, 2.0, difference=0.2), INT8: int8}
    assert decide(wrong, labels=900, settings=ServingSettings())[0] == TORCH
    slow = {TORCH: figures(0.85, 1.0), FP32: figures(0.85, 2.0), INT8: figures(0.85, 1.5)}
    assert decide(slow, labels=900, settings=ServingSettings())[0] == TORCH
    assert decide(wrong | {FP32: figures(0.85, 2.0)}, labels=900, settings=ServingSettings(runtime="onnx"))[0] == FP32


@pytest.fixture(scope="module")
def passed(model: TrendModel, rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Gate]:
    folder = tmp_path_factory.mktemp("model") / "serving"
    last = rows[rows["day"] >= sorted(rows["day"].unique())[-4]].reset_index(drop=True)
    return folder, pass_gate(model, last, folder, ServingSettings())


def test_what_was_measured_is_kept_beside_the_model(passed: tuple[Path, Gate]) -> None:
    folder, gate = passed
    assert kept_gate(folder) == gate and gate.processor == processor()
    said = json.loads((folder / GATE).read_text())
    assert set(said["figures"]) == {TORCH, FP32, INT8}
    for measured in said["figures"].values():
        assert {"accuracy", "auc", "brier", "single_row_ms", "charts_ms"} <= measured.keys()
    assert said["figures"][FP32]["largest_difference"] < 1e-4 < said["figures"][INT8]["largest_difference"] < 0.1
    assert not list(folder.parent.glob(".measuring-*"))


def test_it_is_measured_in_a_process_of_its_own(
    passed: tuple[Path, Gate], model: TrendModel, rows: pd.DataFrame, tmp_path: Path
) -> None:
    last = rows[rows["day"] >= sorted(rows["day"].unique())[-4]].reset_index(drop=True)
    gate = pass_gate_apart(model, last, tmp_path / "serving", ServingSettings())
    assert gate.figures[INT8]["accuracy"] == passed[1].figures[INT8]["accuracy"]
    assert sorted(path.name for path in (tmp_path / "serving").iterdir()) == sorted(
        path.name for path in passed[0].iterdir()
    )


def test_where_measuring_is_killed_torch_serves(
    model: TrendModel, rows: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = SimpleNamespace(start=lambda: None, join=lambda: None, exitcode=-9)
    monkeypatch.setattr("multiprocessing.get_context", lambda _: SimpleNamespace(Process=lambda **_: killed))
    gate = pass_gate_apart(model, rows, tmp_path / "serving", ServingSettings())
    assert gate.runtime == TORCH and "ended with -9" in gate.reason


def test_another_processor_or_a_damaged_file_is_measured_again(passed: tuple[Path, Gate], tmp_path: Path) -> None:
    said: dict[str, Any] = json.loads((passed[0] / GATE).read_text())
    (tmp_path / GATE).write_text(json.dumps(said | {"processor": "another"}))
    assert kept_gate(tmp_path) is None
    (tmp_path / GATE).write_text("{")
    assert kept_gate(tmp_path) is None


def test_an_exported_network_takes_charts_of_any_size(
    passed: tuple[Path, Gate], model: TrendModel, rows: pd.DataFrame
) -> None:
    exported = computed_by(model, FP32, passed[0], 1)
    quantized = computed_by(model, INT8, passed[0], 1)
    for asked in (rows.head(1), rows.tail(33), rows.groupby("day").head(1), rows):
        np.testing.assert_allclose(exported.chances(asked), model.chances(asked), atol=1e-4)
        np.testing.assert_allclose(quantized.chances(asked), model.chances(asked), atol=0.1)


def test_a_network_that_cannot_be_exported_stays_with_torch(
    model: TrendModel, rows: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise RuntimeError("an operator that ONNX does not have")

    monkeypatch.setattr("ml.serving.gate.export", refuse)
    gate = pass_gate(model, rows, tmp_path / "serving", ServingSettings())
    assert gate.runtime == TORCH and "cannot be exported" in gate.reason and kept_gate(tmp_path / "serving") == gate
