"""The gate between a trained candidate and the champion: which of them is better on the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CHAMPION = "champion"
CHALLENGER = "challenger"
REFUSED = "refused"

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
    """What the gate decided about a version, and why. A refused one gets no alias in the registry."""

    alias: str
    reason: str
    champion_metrics: Mapping[str, float] | None


def gate(
    metrics: Mapping[str, float], champion: Standing, *, accuracy_slack: float = 0.0, at_once: bool = False
) -> Judgement:
    """Decide by the Brier score on the same days: a strictly better one, no less accurate, may challenge the champion.

    ``accuracy_slack`` is how much less accurate it may be. With ``at_once`` it takes the champion's place without a
    rollout. Without a champion, or with one that can no longer predict, it becomes the champion.
    """
    ours = metrics[_GATE_METRIC]
    if champion.metrics is None:
        why = f"the champion cannot predict: {champion.problem}" if champion.problem else "the first champion"
        return Judgement(CHAMPION, f"{why}; {_GATE_METRIC} {ours:.4f}", None)
    theirs = champion.metrics[_GATE_METRIC]
    better = ours < theirs
    reason = f"{_GATE_METRIC} {ours:.4f} is {'better' if better else 'not better'} than the champion's {theirs:.4f}"
    hit, before = metrics["accuracy"], champion.metrics["accuracy"]
    if better and hit < before - accuracy_slack:
        return Judgement(REFUSED, f"{reason}, but accuracy falls from {before:.4f} to {hit:.4f}", champion.metrics)
    if not better:
        return Judgement(REFUSED, reason, champion.metrics)
    return Judgement(CHAMPION if at_once else CHALLENGER, reason, champion.metrics)


def best_of(candidates: Mapping[str, Mapping[str, float]], *, accuracy_slack: float = 0.0) -> str:
    """Return the name of the candidate with the least Brier score among those not less accurate than the best.

    ``accuracy_slack`` is how much less accurate than the most accurate of them it may be.
    """
    most = max(metrics["accuracy"] for metrics in candidates.values())
    level = {name: found for name, found in candidates.items() if found["accuracy"] >= most - accuracy_slack}
    return min(level, key=lambda name: level[name][_GATE_METRIC])
