"""The gate between a trained candidate and the champion: which of them is better on the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CHAMPION = "champion"
CHALLENGER = "challenger"

# The chance itself is judged, not only the side of one half it falls on.
_GATE_METRIC = "brier"


@dataclass(frozen=True)
class Standing:
    """The champion as a candidate finds it: its metrics on the same days, or why it has none."""

    version: str | None = None
    metrics: Mapping[str, float] | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What the gate decided about a version, and why."""

    alias: str
    reason: str
    champion_metrics: Mapping[str, float] | None


def gate(metrics: Mapping[str, float], champion: Standing) -> Judgement:
    """Decide by the Brier score on the same days: strictly better becomes the champion.

    Without a champion, or with one that can no longer predict, the candidate becomes it.
    """
    ours = metrics[_GATE_METRIC]
    if champion.metrics is None:
        why = f"the champion cannot predict: {champion.problem}" if champion.problem else "the first champion"
        return Judgement(CHAMPION, f"{why}; {_GATE_METRIC} {ours:.4f}", None)
    theirs = champion.metrics[_GATE_METRIC]
    better = ours < theirs
    verdict = "better" if better else "not better"
    reason = f"{_GATE_METRIC} {ours:.4f} is {verdict} than the champion's {theirs:.4f}"
    return Judgement(CHAMPION if better else CHALLENGER, reason, champion.metrics)
