"""The gate before INT8: it must lose less than a point of accuracy and be faster on this machine, else fp32 serves.

What was measured is kept in ``gate.json`` beside the model, with the processor that it was measured on: another
processor measures again.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import platform
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LABEL
from ml.metrics import score
from ml.serving.runtime import FP32, INT8, TORCH, computed_by, export, tensors
from ytempire.settings import ServingSettings

if TYPE_CHECKING:
    from ml.trend.model import TrendModel

log = logging.getLogger(__name__)

GATE = "gate.json"
# ONNX in fp32 is the same network: beyond this it was exported wrongly.
_SAME = 1e-3
_LEAST_LABELS = 200


@dataclass(frozen=True)
class Gate:
    """What was decided on which processor, and the figures: runtime → accuracy, auc, brier, milliseconds."""

    runtime: str
    reason: str
    processor: str
    rows: int = 0
    figures: dict[str, dict[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def kept_gate(folder: Path) -> Gate | None:
    """Return what was decided before on a processor like this one, None if nothing was."""
    try:
        gate = Gate(**json.loads((folder / GATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return gate if gate.processor == processor() else None


def pass_gate_apart(model: TrendModel, rows: pd.DataFrame, folder: Path, settings: ServingSettings) -> Gate:
    """Do as ``pass_gate`` in a process of its own.

    In the one that predicts, the exporter would stand in every request's way while it works.
    """
    apart = multiprocessing.get_context("spawn").Process(target=pass_gate, args=(model, rows, folder, settings))
    apart.start()
    apart.join()
    return kept_gate(folder) or Gate(TORCH, f"measuring ended with {apart.exitcode}", processor())


def pass_gate(model: TrendModel, rows: pd.DataFrame, folder: Path, settings: ServingSettings) -> Gate:
    """Export the network of ``model``, measure all ways to compute it on ``rows``, decide, and keep it in ``folder``.

    ``rows`` are whole charts; those with labels tell the accuracy. What cannot be exported stays with torch.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".measuring-", dir=folder.parent))
    try:
        gate = _measure(model, rows, staging, settings)
        (staging / GATE).write_text(json.dumps(gate.to_dict(), indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        staging.replace(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    log.info("serving: %s: %s", gate.runtime, gate.reason)
    return gate


def _measure(model: TrendModel, rows: pd.DataFrame, folder: Path, settings: ServingSettings) -> Gate:
    try:
        export(model, rows.groupby(["day", "region_code"], sort=False, observed=True).head(7), folder)
    except Exception as error:
        log.warning("serving: the network cannot be exported", exc_info=True)
        return Gate(TORCH, f"the network cannot be exported: {type(error).__name__}", processor())
    ways = {name: computed_by(model, name, folder, settings.threads) for name in (TORCH, FP32, INT8)}
    chances = {name: way.chances(rows) for name, way in ways.items()}
    seconds = _seconds(ways, rows)
    known = rows[LABEL].notna().to_numpy() if LABEL in rows else np.zeros(len(rows), dtype=bool)
    labels = rows.loc[known, LABEL].to_numpy(dtype=np.float64) if known.any() else np.zeros(0)
    figures: dict[str, dict[str, float]] = {}
    for name in ways:
        measured = score(chances[name][known], labels) if known.any() else {}
        figures[name] = {key: round(measured[key], 6) for key in ("accuracy", "auc", "brier") if key in measured}
        figures[name]["largest_difference"] = round(_apart(chances[name], chances[TORCH]), 6)
        figures[name] |= {f"{what}_ms": round(1e3 * value, 4) for what, value in seconds[name].items()}
    runtime, reason = decide(figures, labels=int(known.sum()), settings=settings)
    return Gate(runtime, reason, processor(), len(rows), figures)


def decide(figures: dict[str, dict[str, float]], *, labels: int, settings: ServingSettings) -> tuple[str, str]:
    """Return the runtime that serves, and why."""
    if not figures[FP32]["largest_difference"] < _SAME:
        return TORCH, f"ONNX answers differently by {figures[FP32]['largest_difference']:.4f}"
    fp32 = FP32 if _slowness(figures[FP32]) < _slowness(figures[TORCH]) else TORCH
    if settings.runtime == "onnx":
        return fp32, "INT8 is switched off"
    if labels < _LEAST_LABELS:
        return fp32, f"{labels} labelled rows cannot tell what INT8 loses"
    loss = figures[FP32]["accuracy"] - figures[INT8]["accuracy"]
    gain = _slowness(figures[fp32]) / _slowness(figures[INT8])
    said = f"INT8 loses {loss:.4f} accuracy and is {gain:.2f} times as fast as {fp32}"
    if not loss < settings.int8_accuracy_loss:
        return fp32, f"{said}: too inaccurate"
    if not gain > 1:
        return fp32, f"{said}: not faster"
    return INT8, said


def processor() -> str:
    """Return the name of this machine's processor, and what it can do with INT8."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    said = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in reversed(lines))}
    able = [name for name in ("avx2", "avx512_vnni", "avx_vnni", "amx_int8") if name in said.get("flags", "").split()]
    return " ".join([said.get("model name", platform.machine()), *able])


def _slowness(figures: dict[str, float]) -> float:
    """Geometric mean of the times: of a single row and of charts, neither counts more for being longer."""
    return float(np.sqrt(figures["single_row_ms"] * figures["charts_ms"]))


def _apart(ours: npt.NDArray[np.float32], theirs: npt.NDArray[np.float32]) -> float:
    return float(np.abs(ours - theirs).max(initial=0)) if np.isfinite(ours).all() else float("inf")


def _seconds(ways: dict[str, TrendModel], rows: pd.DataFrame, times: int = 15) -> dict[str, dict[str, float]]:
    """Return the best time of each network for a single row and for a few charts, taking turns."""
    import torch

    few = rows.groupby(["day", "region_code"], sort=False, observed=True).ngroup() < 8
    work = {"single_row": tensors(ways[TORCH], rows.head(1)), "charts": tensors(ways[TORCH], rows[few])}
    best = {name: dict.fromkeys(work, float("inf")) for name in ways}
    with torch.inference_mode():
        for _ in range(times):
            for what, given in work.items():
                for name, way in ways.items():
                    network: Any = way.network
                    began = time.perf_counter()
                    network(*given)
                    best[name][what] = min(best[name][what], time.perf_counter() - began)
    return best
