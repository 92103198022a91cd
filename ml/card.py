"""The model card of a version: what it is for, what it learned from, how good it is and where not to trust it.

After Mitchell et al., Model Cards for Model Reporting, 2019. It is written from what was measured, in Markdown, and
goes with the version as a file and as its description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml.metrics import Metrics

# MLflow keeps so many characters of a version's description.
LONGEST = 5_000
_MEASURES = {"accuracy": "accuracy", "auc": "AUC", "brier": "Brier", "f1": "F1"}
_CUT = "\n\n(cut here; the rest is in the run's files)\n"


@dataclass(frozen=True)
class Card:
    """What a card says. ``report`` is slice → model → metrics; ``ours`` is the model's name in it."""

    title: str
    purpose: str
    labels: str
    data: Mapping[str, Any]
    ours: str
    report: Mapping[str, Mapping[str, Metrics]]
    recipe: Mapping[str, Any]
    inputs: Sequence[str]
    limits: Sequence[str]
    choice: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)


def render(card: Card) -> str:
    """Return the card as Markdown of at most ``LONGEST`` characters."""
    parts = [f"# {card.title}", card.purpose, "## Data", _list(card.data), f"**Labels.** {card.labels}", "## Measured"]
    parts += [_comparison(card), card.choice, _slices(card), _list(card.notes)]
    parts += ["## Limits", "\n".join(f"- {limit}" for limit in card.limits)]
    parts += ["## Recipe", _list(card.recipe)]
    parts += [f"## Inputs ({len(card.inputs)})", ", ".join(f"`{name}`" for name in card.inputs)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


def _list(facts: Mapping[str, Any]) -> str:
    return "\n".join(f"- {name}: {_plain(value)}" for name, value in facts.items())


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _comparison(card: Card) -> str:
    """The model beside its baselines and the other candidates, on all rows."""
    return _table("model", {name: found for name, found in card.report["all"].items()})


def _slices(card: Card) -> str:
    """The model on each part of the rows, those where it is worst first."""
    parts = {name: models[card.ours] for name, models in card.report.items() if name != "all" and card.ours in models}
    worst = sorted(parts, key=lambda name: parts[name].get("brier", 0.0), reverse=True)
    return _table("part of the rows", {name: parts[name] for name in worst[:10]}) if parts else ""


def _table(what: str, rows: Mapping[str, Metrics]) -> str:
    lines = [f"| {what} | rows | {' | '.join(_MEASURES.values())} |", "| --- |" + " ---: |" * (len(_MEASURES) + 1)]
    for name, found in rows.items():
        cells = [f"{found[key]:.4f}" if found.get(key, float("nan")) == found.get(key) else "–" for key in _MEASURES]
        lines.append(f"| {name} | {found.get('n', 0):,.0f} | {' | '.join(cells)} |")
    return "\n".join(lines)
