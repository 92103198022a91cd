"""Trains the quality model on weak labels and on what people have decided, and judges it on unseen topics.

The test's topics are always the same ones, so candidate and champion meet on the same examples. A new champion's
head is laid where the judges of this host look for it: nobody has to ask the registry while a video is made.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from ml.gate import CHAMPION
from ml.metrics import Metrics, score
from ml.quality.data import Example, RememberingEncoder, data_hash, decided, invented, labels, matrix, split
from ml.quality.evaluate import report, text
from ml.quality.fit import fit
from ml.quality.model import QualityModel, quality_kind, table
from ml.registry import ModelRegistry, NewVersion
from ytempire.content.providers import offline
from ytempire.database.connection import connect
from ytempire.quality.classifier import Head, champion_path
from ytempire.quality.encoder import NAME, package_folder
from ytempire.quality.features import NUMBERS
from ytempire.quality.memory import decided_examples
from ytempire.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """A head, what it learned from, and what was measured on the test's examples."""

    head: Head
    train: list[Example]
    test: list[Example]
    said: dict[str, Any]


@dataclass(frozen=True)
class QualitySummary:
    """One retraining. ``metrics`` and ``baselines`` speak of the same unseen topics."""

    name: str
    version: str
    alias: str
    reason: str
    metrics: Metrics
    baselines: dict[str, Metrics]
    calibration_error: float
    decisions: int
    examples: dict[str, int]
    data_hash: str
    seconds: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def train(settings: Settings, people: list[Example], *, remember: bool = True) -> Trained:
    """Make the examples, learn a head and measure it; ``people`` are the decisions known so far."""
    quality = settings.quality
    kept = settings.data_root / "models" / quality.model_name / "embeddings.npz" if remember else None
    encoder = RememberingEncoder(package_folder(), kept)
    examples = [*invented(settings, encoder), *people]
    encoder.keep()
    learned, test = split(examples)
    fitted = fit(learned, quality.decision_weight)
    head = Head(
        name=f"{quality.model_name} head of {datetime.now(UTC):%Y-%m-%d}",
        encoder=NAME,
        numbers=list(NUMBERS),
        weights=[round(float(weight), 5) for weight in fitted.weights],
        bias=round(fitted.bias, 5),
        decisions=sum(one.by_person for one in learned),
        recipe={
            "writer": offline.PROMPT_VERSION,
            "topics": quality.training_topics,
            "seed": quality.training_seed,
            "strength": fitted.strength,
            "examples": len(learned),
            "labels": "weak: the rule of ml/quality/spoil.py; people's where there are decisions",
        },
    )
    said = report(learned, test, head, quality)
    log.info("quality: %d examples, %d for the test\n%s", len(examples), len(test), text(said))
    return Trained(head, learned, test, said)


def retrain(settings: Settings) -> QualitySummary:
    """Train a candidate and register it: champion if its chances are better on the same examples, else challenger.

    Raises Retriable if the database or the registry is away.
    """
    began = time.monotonic()
    with connect(settings.database_url) as connection:
        people = decided(decided_examples(connection, NAME))
    trained = train(settings, people)
    learned_at = time.monotonic()
    kind = quality_kind(settings)
    registry = ModelRegistry(settings, kind)
    digest = data_hash([*trained.train, *trained.test])
    metrics: dict[str, Metrics] = dict(trained.said["metrics"])
    example = table(trained.test[:5])
    version = registry.add(
        NewVersion(
            model=QualityModel(trained.head),
            example=example,
            answers=trained.head.chances(example.to_numpy()),
            params=trained.head.recipe,
            metrics={
                f"all.{kind.name if who == 'quality' else who}.{what}": value
                for who, measured in metrics.items()
                for what, value in measured.items()
                if value == value
            },
            tags={"data_hash": digest, "decisions": str(len(people))},
            documents={"report.json": trained.said},
        )
    )
    rows, truth = matrix(trained.test), labels(trained.test)
    champion = registry.champion_standing(lambda model: score(model.head.chances(rows), truth))
    judgement = registry.judge(version, metrics["quality"], champion, data_hash=digest)
    log.info("registry: %s version %s is %s: %s", kind.name, version, judgement.alias, judgement.reason)
    if judgement.alias == CHAMPION:
        fetch(settings)
    ours = metrics.pop("quality")
    return QualitySummary(
        name=kind.name,
        version=version,
        alias=judgement.alias,
        reason=judgement.reason,
        metrics=ours,
        baselines=metrics,
        calibration_error=trained.said["calibration_error"],
        decisions=len(people),
        examples={"train": len(trained.train), "test": len(trained.test)},
        data_hash=digest,
        seconds={"learning": round(learned_at - began, 2), "registry": round(time.monotonic() - learned_at, 2)},
    )


def fetch(settings: Settings) -> Head | None:
    """Lay the registry's champion where the judges of this host look for it; None while there is none.

    Raises Retriable if the registry is away.
    """
    champion = ModelRegistry(settings, quality_kind(settings)).champion_model()
    if champion is None:
        return None
    head = Head(**asdict(champion.model.head) | {"name": f"{champion.name} v{champion.version}"})
    head.save(champion_path(settings))
    return head
