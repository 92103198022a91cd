"""A trained quality model as the registry keeps it: one JSON file with the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ml.quality.data import Example, matrix
from ml.registry import ModelKind
from ytempire.quality.classifier import Head
from ytempire.settings import Settings

HEAD_FILE = "head.json"


@dataclass(frozen=True)
class QualityModel:
    """Gives each row of features its chance to be published."""

    head: Head

    def save(self, folder: Path) -> None:
        """Write the head into ``folder``."""
        self.head.save(folder / HEAD_FILE)

    @classmethod
    def load(cls, folder: Path) -> QualityModel:
        """Read what ``save`` wrote. Raises InvalidInput for a damaged file, or one of other features."""
        return cls(Head.load(folder / HEAD_FILE))


def quality_kind(settings: Settings) -> ModelKind[QualityModel]:
    """The quality model as the registry knows it."""
    return ModelKind(
        name=settings.quality.model_name,
        load=QualityModel.load,
        answers=lambda model, rows: model.head.chances(rows.to_numpy()),
        code=Path(__file__).with_name("pyfunc.py"),
        requirements=("numpy", "pandas"),
        # It does not rank channels' topics: there is no share of channels to try it on, and people see what it passes.
        at_once=True,
    )


def table(examples: Sequence[Example]) -> pd.DataFrame:
    """Return the features of ``examples`` as the model is served them: a column each, ``f0`` …"""
    rows = matrix(examples).astype("float64")
    return pd.DataFrame(rows, columns=[f"f{number}" for number in range(rows.shape[1])])
