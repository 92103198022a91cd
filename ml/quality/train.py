"""Trains the quality model on weak labels and on what people have decided, and judges it on unseen topics.

The test's topics are always the same ones, so candidate and champion meet on the same examples. A new champion's
head is laid where the judges of this host look for it: nobody has to ask the registry while a video is made.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ml.gate import CHAMPION
from ml.metrics import Metrics
from ml.quality.data import Example, RememberingEncoder, data_hash, decided, invented, split
from ml.quality.evaluate import report, text
from ml.quality.fit import fit
from ml.quality.model import QualityModel, quality_kind
from ml.quality.register import register
from ml.registry import ModelRegistry
from ml.steps import Steps, keep_newest, training_key
from ytempire.content.providers import offline
from ytempire.database.connection import connect
from ytempire.quality.classifier import Head, champion_path
from ytempire.quality.encoder import NAME, package_folder
from ytempire.quality.features import NUMBERS
from ytempire.quality.memory import decided_examples
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_KEPT_TRAININGS = 3


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
    return learn(settings, examples(settings, people, remember=remember))


def examples(settings: Settings, people: list[Example], *, remember: bool = True) -> list[Example]:
    """Return invented examples and people's decisions; texts that were read before are not read again."""
    quality = settings.quality
    kept = settings.data_root / "models" / quality.model_name / "embeddings.npz" if remember else None
    encoder = RememberingEncoder(package_folder(), kept)
    found = [*invented(settings, encoder), *people]
    encoder.keep()
    return found


def learn(settings: Settings, known: list[Example]) -> Trained:
    """Learn a head from the training's examples and measure it on the test's."""
    quality = settings.quality
    learned, test = split(known)
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
    log.info("quality: %d examples, %d for the test\n%s", len(known), len(test), text(said))
    return Trained(head, learned, test, said)


def retrain(settings: Settings) -> QualitySummary:
    """Train a candidate and register it: champion at once if its chances are better on the same examples.

    It goes the way of the trend model: steps that are done once, the gate, the card, old versions removed. Raises
    Retriable if the database or the registry is away.
    """
    began = time.monotonic()
    with connect(settings.database_url) as connection:
        people = decided(decided_examples(connection, NAME))
    known = examples(settings, people)
    learned, test = split(known)
    digest = data_hash([*learned, *test])
    root = settings.data_root / "training" / settings.quality.model_name
    steps = Steps(root, training_key(data=digest, settings=settings.quality.model_dump(mode="json")))
    said: dict[str, Any] = {}

    def candidate(folder: Path) -> None:
        trained = learn(settings, known)
        QualityModel(trained.head).save(folder)
        said.update(trained.said)

    folder = steps.files_once("candidate-head", candidate)
    head = QualityModel.load(folder).head
    said = steps.once("evaluation", lambda: said or report(learned, test, head, settings.quality))
    learned_at = time.monotonic()
    version, judgement = register(settings, head, learned, test, said, training=steps.key, data_hash=digest)
    if judgement.alias == CHAMPION:
        fetch(settings)
    keep_newest(root, _KEPT_TRAININGS)
    metrics = dict(said["metrics"])
    ours = metrics.pop("quality")
    return QualitySummary(
        name=settings.quality.model_name,
        version=version,
        alias=judgement.alias,
        reason=judgement.reason,
        metrics=ours,
        baselines=metrics,
        calibration_error=said["calibration_error"],
        decisions=len(people),
        examples={"train": len(learned), "test": len(test)},
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
