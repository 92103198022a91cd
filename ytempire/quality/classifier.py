"""The learned score: a logistic head over the embeddings and numbers of a video.

``head.json`` is shipped, made by ``python -m ml.quality``, so that a fresh installation can judge. A champion
of the model registry, once there is one, lies in the data folder and takes its place; a champion's file that
cannot be used is named in the log, and the shipped head scores.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ytempire.errors import InvalidInput
from ytempire.quality.encoder import NAME, Floats
from ytempire.quality.features import NUMBERS, WIDTH, Features
from ytempire.settings import Settings

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("head.json")
CHAMPION_FILE = "champion.json"


class Scorer(Protocol):
    """Gives a video its score. ``decisions`` is how many of its labels are people's; the others are weak."""

    @property
    def name(self) -> str:
        """Who scores: model and version."""

    @property
    def decisions(self) -> int:
        """Decisions of people that it has learned from."""

    def score(self, features: Features) -> float:
        """Return the score, 0 … 100: a hundred times the chance that a person would publish it."""


@dataclass(frozen=True)
class Head:
    """Weights of a logistic regression, and where they come from."""

    name: str
    encoder: str
    numbers: list[str]
    weights: list[float]
    bias: float
    decisions: int
    recipe: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def chances(self, rows: Floats) -> Floats:
        """Return the chance of each row of features to be published."""
        logits = rows.astype(np.float64) @ np.asarray(self.weights) + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=np.float32)

    def score(self, features: Features) -> float:
        """Return the score of one video."""
        return round(100 * float(self.chances(features.vector()[None])[0]), 2)

    def save(self, path: Path) -> None:
        """Write the head as JSON; the file is whole or not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Head:
        """Read what ``save`` wrote. Raises InvalidInput for a damaged file, or one of other features than these."""
        try:
            head = cls(**json.loads(path.read_text(encoding="utf-8")))
            whole = len(head.weights) == WIDTH and bool(np.isfinite([*head.weights, head.bias]).all())
        except (OSError, ValueError, TypeError) as error:
            raise InvalidInput("head", f"{path.name} cannot be read ({error})", "Train or fetch it again.") from error
        if head.encoder != NAME or head.numbers != list(NUMBERS) or not whole:
            raise InvalidInput("head", f"{path.name} is of other features than this code's", "Train it again.")
        return head


def champion_path(settings: Settings) -> Path:
    """Where the registry's champion lies for the judges of this host."""
    return settings.data_root / "models" / settings.quality.model_name / CHAMPION_FILE


def load_scorer(settings: Settings) -> Head:
    """Return the champion if it is here and whole, else the shipped head."""
    champion = champion_path(settings)
    if champion.is_file():
        try:
            return Head.load(champion)
        except InvalidInput as error:
            log.warning("quality: the champion is not used: %s", error)
    return Head.load(SHIPPED)
