"""A small trained network, rows to ask about, and registries that hold what a test puts there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chart_history import chart_history

from etl.features.contract import LABEL, NUMBERS, SEQUENCE_NAMES
from etl.features.rows import compute
from etl.features.videos import describe_videos
from ml.registry import LoadedModel
from ml.serving.client import as_json
from ml.serving.question import Question, read
from ml.trend.data import Preparation, to_charts
from ml.trend.fit import Recipe, fit
from ml.trend.model import TrendModel
from ml.trend.network import Shape
from ml.trend.titles import TITLE_AXES
from ytempire.errors import InvalidInput, Retriable
from ytempire.rollouts import Rollout
from ytempire.settings import ServingSettings, Settings


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Features of three weeks of small charts."""
    return compute(describe_videos(chart_history(days=21).charts()))


@pytest.fixture(scope="session")
def chart(rows: pd.DataFrame) -> pd.DataFrame:
    """The last chart of one country."""
    return rows[(rows["day"] == rows["day"].max()) & (rows["region_code"] == "US")].reset_index(drop=True)


@pytest.fixture(scope="session")
def train(rows: pd.DataFrame) -> Callable[[int], TrendModel]:
    """Train a small network for a moment; another seed is another model."""
    labelled = rows[rows[LABEL].notna()].reset_index(drop=True)
    sequences = [name for step in SEQUENCE_NAMES for name in step]
    preparation = Preparation.fit(labelled, [*NUMBERS[:40], *(name for name in sequences if name not in NUMBERS[:40])])
    charts = to_charts(labelled, preparation)

    def trained(seed: int) -> TrendModel:
        sizes = (preparation.width, len(preparation.regions), len(preparation.categories))
        shape = Shape(*sizes, history=preparation.history, width=16, memory=8)
        return TrendModel(fit(Recipe(shape, epochs=2, batch_charts=8, seed=seed), charts).network, preparation)

    return trained


@pytest.fixture(scope="session")
def model(train: Callable[[int], TrendModel]) -> TrendModel:
    return train(3)


@pytest.fixture(scope="session")
def other_model(train: Callable[[int], TrendModel]) -> TrendModel:
    return train(4)


@pytest.fixture(scope="session")
def titled_model(rows: pd.DataFrame) -> TrendModel:
    """A small network that also reads what titles mean."""
    labelled = titled(rows[rows[LABEL].notna()].reset_index(drop=True))
    preparation = Preparation.fit(labelled, NUMBERS[:20])
    sizes = (preparation.width, len(preparation.regions), len(preparation.categories))
    shape = Shape(*sizes, titles=preparation.titles, width=16)
    recipe = Recipe(shape, epochs=1, batch_charts=8, seed=5)
    return TrendModel(fit(recipe, to_charts(labelled, preparation)).network, preparation)


def titled(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with meanings of titles, whatever they are."""
    drawn = np.random.default_rng(8).normal(size=(len(rows), len(TITLE_AXES)))
    return rows.assign(**{name: drawn[:, place] for place, name in enumerate(TITLE_AXES)})


def ask(rows: pd.DataFrame, more: str = "") -> Question:
    """A question as it comes over the wire."""
    return read(f'{{{more}"rows": {as_json(rows)}}}'.encode(), most_rows=500)


@dataclass
class Shelf:
    """A registry in a folder: versions, and which one is champion. It may be away."""

    folder: Path
    champion: str | None = None
    away: bool = False
    last_used: str | None = None
    loads: list[str] = field(default_factory=list)

    def add(self, version: str, model: TrendModel) -> Path:
        model.save(self.folder / version)
        return self.folder / version

    def version_of(self, alias: str) -> str | None:
        assert alias == "champion"
        if self.away:
            raise Retriable("the MLflow server did not answer")
        return self.champion

    def usable_champion(self) -> LoadedModel[TrendModel] | None:
        if self.last_used is None:
            raise Retriable("the MLflow server did not answer")
        return self.load(self.last_used)

    def load(self, version: str) -> LoadedModel[TrendModel]:
        self.loads.append(version)
        if not (self.folder / version).exists():
            raise InvalidInput("version", f"there is no version {version}", "Name one of it.")
        return LoadedModel("trend", version, TrendModel.load(self.folder / version), self.folder / version)


@dataclass
class Trials:
    """The table of rollouts: the one under way, and what was counted against it. It may be away."""

    rollout: Rollout | None = None
    errors: list[str] = field(default_factory=list)
    away: bool = False

    def running(self) -> Rollout | None:
        if self.away:
            raise Retriable("the table of rollouts cannot be read")
        return self.rollout

    def failed(self, rollout: Rollout, problem: str) -> None:
        assert rollout == self.rollout
        self.errors.append(problem)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "registry")


@pytest.fixture
def trials() -> Trials:
    return Trials()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a model name of its own; nothing is exported but where a test is about it."""
    name = f"trend-{secrets.token_hex(3)}"
    training = Settings().training.model_copy(update={"model_name": name})
    return Settings(data_root=tmp_path / "data", training=training, serving=ServingSettings(runtime="torch"))
