"""What the registry is told of a trained head, and what it decides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from ml.card import Card, render
from ml.gate import Judgement
from ml.metrics import Metrics, score
from ml.quality.data import Example, labels, matrix
from ml.quality.model import QualityModel, quality_kind, table
from ml.registry import ModelRegistry, NewVersion
from ytempire.quality.classifier import Head
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_PURPOSE = (
    "Gives a finished video the chance, times a hundred its score, that it is fit to be published. The thresholds of "
    "the settings make of it: approved, seen by a person, made again, rejected."
)
_LIMITS = (
    "Its weak labels are a rule over faults that were put into scripts on purpose: it finds those faults, and knows "
    "of others only what people's decisions have taught it.",
    "Scripts are the offline writer's, in English: other writers and languages were not measured.",
    "It reads words and measurements, never the picture.",
)


def register(
    settings: Settings,
    head: Head,
    learned: Sequence[Example],
    test: Sequence[Example],
    said: dict[str, Any],
    *,
    training: str,
    data_hash: str,
) -> tuple[str, Judgement]:
    """Add the head to the registry, decide about it, and remove what is too old; safe to repeat.

    Raises Retriable if the registry or the database is away.
    """
    kind = quality_kind(settings)
    registry = ModelRegistry(settings, kind)
    metrics: dict[str, Metrics] = said["metrics"]
    example = table(test[:5])
    people = sum(one.by_person for one in learned)
    tags = {"data_hash": data_hash, "decisions": str(people)}
    version = registry.add(
        NewVersion(
            model=QualityModel(head),
            training=training,
            example=example,
            answers=head.chances(example.to_numpy()),
            params=head.recipe,
            metrics={
                f"all.{kind.name if who == 'quality' else who}.{what}": value
                for who, measured in metrics.items()
                for what, value in measured.items()
                if value == value
            },
            tags=tags,
            documents={"report.json": said},
            card=render(_card(head, learned, test, said, tags)),
        )
    )
    rows, truth = matrix(test), labels(test)
    champion = registry.champion_standing(lambda model: score(model.head.chances(rows), truth))
    slack = settings.training.accuracy_slack
    judgement = registry.judge(version, metrics["quality"], champion, data_hash=data_hash, accuracy_slack=slack)
    log.info("registry: %s version %s is %s: %s", kind.name, version, judgement.alias, judgement.reason)
    registry.prune(settings.training.kept_versions)
    return version, judgement


def _card(
    head: Head, learned: Sequence[Example], test: Sequence[Example], said: dict[str, Any], tags: dict[str, str]
) -> Card:
    return Card(
        title=head.name,
        purpose=_PURPOSE,
        labels=f"Weak ones by the rule of ml/quality/spoil.py, and people's: {tags['decisions']} decisions.",
        data={
            "examples": f"{len(learned):,} to learn from, {len(test):,} to measure on, no topic in both",
            "data hash": tags["data_hash"],
        },
        ours="quality",
        report={"all": said["metrics"]},
        notes={"calibration error": said["calibration_error"]},
        limits=_LIMITS,
        recipe=head.recipe,
        inputs=[f"embedding of the {part} ({head.encoder})" for part in ("metadata", "transcript")]
        + list(head.numbers),
    )
