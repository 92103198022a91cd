"""A trained trend model as one thing: a network, trees, or both, their preparation, and the files of it all.

The files are plain: weights without pickled code, and a JSON card. A damaged or
foreign file is told apart from a good one before anything is predicted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import contract_version
from ml.registry import ModelKind
from ml.trend import trees
from ml.trend.data import Charts, Preparation, to_charts
from ml.trend.further import CHANCES, FURTHER
from ml.trend.stack import Mix
from ml.trend.titles import TITLE_AXES, Titles, meanings
from ml.trend.trees import Trees
from ytempire.errors import InvalidInput
from ytempire.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from ml.trend.network import Batch, ChartNetwork

CARD = "card.json"
# Below ``data_root``: what was read of titles.
TITLES = "titles"
WEIGHTS = "weights.pt"
_CHARTS_A_BATCH = 128
# Different titles of the rows of one answer, more than the charts of one day have.
_MOST_TITLES = 10_000
KINDS = {
    (True, False, False): "network",
    (False, True, False): "lightgbm",
    (True, True, True): "stack",
}


@dataclass(frozen=True)
class TrendModel:
    """Gives each row of a chart its chance to be in the next day's chart.

    Its kind follows from its parts: ``network``, ``lightgbm`` (trees alone), or ``stack`` (both, and their mix).
    """

    network: ChartNetwork | None
    preparation: Preparation
    trees: Trees | None = None
    mix: Mix | None = None
    # Where the titles lie that were read; without it the titles of rows are not looked at.
    titles: Path | None = None

    @property
    def kind(self) -> str:
        """What it is made of; raises InvalidInput for parts that do not belong together."""
        parts = (self.network is not None, self.trees is not None, self.mix is not None)
        if parts not in KINDS:
            raise InvalidInput("model", "its parts do not make a model", "Give a network, trees, or both with a mix.")
        return KINDS[parts]

    def chances(self, rows: pd.DataFrame) -> npt.NDArray[np.float32]:
        """Return a chance for each row of ``rows``: whole charts with the features of the contract.

        Rows may bring the columns of ``titles.TITLE_AXES``, or their ``title``, which is read then.
        """
        if rows.empty:
            return np.zeros(0, dtype=np.float32)
        rows = self._titled(rows)
        said = []
        if self.network is not None:
            said.append(predict(self.network, to_charts(rows, self.preparation)))
        if self.trees is not None:
            said.append(self.trees.predict(rows, self.preparation))
        return self.mix.chances(*said) if self.mix is not None else said[0]

    def foresee(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what else the network says of each row of whole charts, the columns of ``further.FURTHER``.

        Raises InvalidInput for a model without a network.
        """
        if self.network is None:
            raise InvalidInput("model", f"a {self.kind} model has no network", "Ask a network or a stack.")
        return foresee(self.network, to_charts(rows, self.preparation)).set_index(rows.index)

    def _titled(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return ``rows`` with what their titles mean, if it takes that and they tell it."""
        return with_titles(rows, self.titles) if self.titles is not None and self.preparation.titles else rows

    def save(self, folder: Path) -> None:
        """Write the parts into ``folder``, and last the card that names them with their hashes."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        card: dict[str, Any] = {"kind": self.kind, "preparation": self.preparation.to_dict(), "files": {}}
        if self.network is not None:
            card["shape"] = self.network.shape.to_dict()
            torch.save(self.network.state_dict(), folder / WEIGHTS)
            card["files"][WEIGHTS] = _hash(folder / WEIGHTS)
        if self.trees is not None:
            self.trees.save(folder)
            card["files"][trees.FILE] = _hash(folder / trees.FILE)
        if self.mix is not None:
            card["mix"] = asdict(self.mix)
        (folder / CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TrendModel:
        """Read what ``save`` wrote.

        Raises InvalidInput if a file is missing or damaged, or if the model
        learned from another feature contract than this code computes.
        """
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            # Before anything else reads them: a reader of numbers may take damaged ones for numbers.
            damaged = [name for name, digest in card["files"].items() if _hash(folder / name) != digest]
            if damaged:
                raise ValueError(f"{damaged[0]} is not what was kept")
            model = cls(
                network=_network(card["shape"], folder / WEIGHTS) if "shape" in card else None,
                preparation=Preparation.from_dict(card["preparation"]),
                trees=Trees.load(folder) if trees.FILE in card["files"] else None,
                mix=Mix(**card["mix"]) if "mix" in card else None,
            )
            if model.kind != card["kind"]:
                raise ValueError(f"its parts do not make a {card['kind']}")
        except Exception as error:
            raise InvalidInput("model", f"the files in {folder} are damaged", "Train or roll back.") from error
        if model.preparation.contract != contract_version():
            raise InvalidInput(
                "model.contract",
                f"it learned {model.preparation.contract}, features are {contract_version()}",
                "Retrain with this version.",
            )
        return model


def with_titles(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return ``rows`` with the columns ``TITLE_AXES`` if they bring ``title``; ``folder`` keeps what is read."""
    if TITLE_AXES[0] in rows or "title" not in rows:
        return rows
    return rows.join(meanings(rows["title"], Titles(folder), most=_MOST_TITLES))


def _network(shape: dict[str, Any], weights: Path) -> ChartNetwork:
    import torch

    from ml.trend.network import ChartNetwork, Shape

    network = ChartNetwork(Shape(**shape))
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    return network


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def trend_kind(settings: Settings) -> ModelKind[TrendModel]:
    """The trend model as the registry knows it."""
    return ModelKind(
        name=settings.training.model_name,
        load=lambda folder: replace(TrendModel.load(folder), titles=settings.data_root / TITLES),
        answers=TrendModel.chances,
        code=Path(__file__).with_name("pyfunc.py"),
        requirements=("torch", "pytorch-lightning", "lightgbm", "pandas"),
    )


def served(rows: pd.DataFrame, preparation: Preparation) -> pd.DataFrame:
    """Return ``rows`` with the columns, and their types, that the model is served."""
    example = rows[[*preparation.numbers, "region_code", "category_id", "day"]].copy()
    example["day"] = example["day"].astype(str)
    example["category_id"] = example["category_id"].astype("float64")
    return example


def batch(charts: Charts) -> Batch:
    """Return the charts as torch tensors."""
    import torch

    from ml.trend.network import Batch

    arrays = (
        charts.numbers,
        charts.region,
        charts.category,
        charts.listed,
        charts.label,
        charts.titles,
        charts.further,
    )
    return Batch(*(torch.from_numpy(array) for array in arrays))


def predict(network: ChartNetwork, charts: Charts) -> npt.NDArray[np.float32]:
    """Return the chances of the rows in the order of the frame that ``charts`` was made from."""
    import torch

    whole = batch(charts)
    # Only what there is: a runtime that takes the network's place knows the inputs that it was made for.
    given = [
        whole.numbers,
        whole.region,
        whole.category,
        whole.listed,
        *([whole.titles] if whole.titles.numel() else []),
    ]
    network.eval()
    with torch.inference_mode():
        found = [torch.sigmoid(network(*part)).numpy() for part in _parts(given)]
    return charts.scatter(np.concatenate(found))


def foresee(network: ChartNetwork, charts: Charts) -> pd.DataFrame:
    """Return ``FURTHER`` of the rows in the order of the frame: chances, and amounts in their unit."""
    import torch

    from ml.trend.network import Batch

    network.eval()
    with torch.inference_mode():
        found = np.concatenate([network.foresee(Batch(*part))[1].numpy() for part in _parts(batch(charts))])
    columns = {name: charts.scatter(found[..., place]) for place, name in enumerate(FURTHER)}
    return pd.DataFrame({name: _chance(own) if name in CHANCES else own for name, own in columns.items()})


def _parts(whole: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    for at in range(0, len(whole[0]), _CHARTS_A_BATCH):
        yield [part[at : at + _CHARTS_A_BATCH] for part in whole]


def _chance(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
