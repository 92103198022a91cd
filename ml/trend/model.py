"""A trained trend model as one thing: network, preparation, and the files they are kept in.

The files are plain: weights without pickled code, and a JSON card. A damaged or
foreign file is told apart from a good one before anything is predicted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import contract_version
from ml.registry import ModelKind
from ml.trend.data import Charts, Preparation, to_charts
from ytempire.errors import InvalidInput
from ytempire.settings import Settings

if TYPE_CHECKING:
    from ml.trend.network import ChartNetwork

CARD = "card.json"
WEIGHTS = "weights.pt"
_CHARTS_A_BATCH = 128


@dataclass(frozen=True)
class TrendModel:
    """Gives each row of a chart its chance to be in the next day's chart."""

    network: ChartNetwork
    preparation: Preparation

    def chances(self, rows: pd.DataFrame) -> npt.NDArray[np.float32]:
        """Return a chance for each row of ``rows``: whole charts with the features of the contract."""
        if rows.empty:
            return np.zeros(0, dtype=np.float32)
        return predict(self.network, to_charts(rows, self.preparation))

    def save(self, folder: Path) -> None:
        """Write the card and the weights into ``folder``."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        card = {"shape": self.network.shape.to_dict(), "preparation": self.preparation.to_dict()}
        (folder / CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")
        torch.save(self.network.state_dict(), folder / WEIGHTS)

    @classmethod
    def load(cls, folder: Path) -> TrendModel:
        """Read what ``save`` wrote.

        Raises InvalidInput if a file is missing or damaged, or if the model
        learned from another feature contract than this code computes.
        """
        import torch

        from ml.trend.network import ChartNetwork, Shape

        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            preparation = Preparation.from_dict(card["preparation"])
            network = ChartNetwork(Shape(**card["shape"]))
            network.load_state_dict(torch.load(folder / WEIGHTS, weights_only=True))
        except Exception as error:
            raise InvalidInput("model", f"the files in {folder} are damaged", "Train or roll back.") from error
        if preparation.contract != contract_version():
            raise InvalidInput(
                "model.contract",
                f"it learned {preparation.contract}, features are {contract_version()}",
                "Retrain with this version.",
            )
        network.eval()
        return cls(network, preparation)


def trend_kind(settings: Settings) -> ModelKind[TrendModel]:
    """The trend model as the registry knows it."""
    return ModelKind(
        name=settings.training.model_name,
        load=TrendModel.load,
        answers=TrendModel.chances,
        code=Path(__file__).with_name("pyfunc.py"),
        requirements=("torch", "pytorch-lightning", "pandas"),
    )


def served(rows: pd.DataFrame, preparation: Preparation) -> pd.DataFrame:
    """Return ``rows`` with the columns, and their types, that the model is served."""
    example = rows[[*preparation.numbers, "region_code", "category_id", "day"]].copy()
    example["day"] = example["day"].astype(str)
    example["category_id"] = example["category_id"].astype("float64")
    return example


def tensors(charts: Charts) -> tuple[object, ...]:
    """Return numbers, region, category, listed and label as torch tensors."""
    import torch

    arrays = (charts.numbers, charts.region, charts.category, charts.listed, charts.label)
    return tuple(torch.from_numpy(array) for array in arrays)


def predict(network: ChartNetwork, charts: Charts) -> npt.NDArray[np.float32]:
    """Return the chances of the rows in the order of the frame that ``charts`` was made from."""
    import torch

    numbers, region, category, listed, _ = (torch.as_tensor(part) for part in tensors(charts))
    network.eval()
    found = []
    with torch.inference_mode():
        for at in range(0, len(charts), _CHARTS_A_BATCH):
            part = slice(at, at + _CHARTS_A_BATCH)
            logits = network(numbers[part], region[part], category[part], listed[part])
            found.append(torch.sigmoid(logits).numpy())
    return charts.scatter(np.concatenate(found))
