"""A served version as the ranking uses it: asked over HTTP, and in this process where the server cannot answer.

With ``serving.url`` unset nothing is asked: the version is loaded here, as it always was. With it, neither torch
nor the model's files are loaded unless the server is away.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import NUMBERS
from ml.gate import CHAMPION
from ml.registry import LoadedModel, ModelRegistry
from ml.trend.model import TITLES, with_titles
from ml.trend.titles import TITLE_AXES
from ytempire.errors import MalformedAnswer, ProviderUnavailable, Retriable
from ytempire.settings import ServingSettings, Settings

if TYPE_CHECKING:
    import httpx

    from ml.trend.model import TrendModel

log = logging.getLogger(__name__)


def ranking_champion(settings: Settings, registry: ModelRegistry[TrendModel]) -> LoadedModel[Any] | None:
    """Return the champion that gives ``chances``, the server's where one is named; None if there is none.

    Where the registry is away, the champion that this host used last goes on; raises what
    ``ModelRegistry.usable_champion`` raises.
    """
    if settings.serving.url is None:
        return registry.usable_champion()
    try:
        version = registry.version_of(CHAMPION)
    except Retriable:
        return registry.usable_champion()
    return None if version is None else ranking_version(settings, registry, version)


def ranking_version(settings: Settings, registry: ModelRegistry[TrendModel], version: str) -> LoadedModel[Any]:
    """Return a version that gives ``chances``: the server's where one is named, else loaded here.

    Raises what ``ModelRegistry.load`` raises.
    """
    if settings.serving.url is None:
        return registry.load(version)
    titles = settings.data_root / TITLES
    remote = RemoteModel(settings.serving, version, lambda: registry.load(version).model, titles)
    return LoadedModel(settings.training.model_name, version, remote)


class RemoteModel:
    """Gives the chances of a version by asking the server; after the first failure it is loaded here.

    Titles are read here, and kept in the folder ``titles``: the server has nothing to wait for.
    """

    def __init__(self, serving: ServingSettings, version: str, load: Callable[[], TrendModel], titles: Path) -> None:
        self._serving = serving
        self._version = version
        self._load = load
        self._titles = titles
        self._here: TrendModel | None = None

    def chances(self, rows: pd.DataFrame) -> npt.NDArray[np.float32]:
        """Return a chance for each row of ``rows``: whole charts with the features of the contract."""
        if self._here is None:
            try:
                return self._asked(rows)
            except Retriable as error:
                log.warning("version %s predicts in this process: %s", self._version, error)
                self._here = self._load()
        return self._here.chances(rows)

    def _asked(self, rows: pd.DataFrame) -> npt.NDArray[np.float32]:
        import httpx

        serving = self._serving
        chances = np.zeros(len(rows), dtype=np.float32)
        try:
            with httpx.Client(base_url=serving.url or "", timeout=serving.client_timeout_seconds) as client:
                if "title" in rows and self._reads_titles(client):
                    rows = with_titles(rows, self._titles)
                for places in _pieces(rows, serving.request_rows):
                    chances[places] = self._answer(client, rows.iloc[places])
        except httpx.HTTPError as error:
            raise ProviderUnavailable(f"the model server does not answer ({type(error).__name__})") from error
        return chances

    def _reads_titles(self, client: httpx.Client) -> bool:
        answer = client.get("/models")
        if answer.status_code != 200:
            raise ProviderUnavailable(f"the model server says {answer.status_code}: {answer.text[:200]}")
        try:
            return any(one["titles"] for one in answer.json()["versions"] if one["version"] == self._version)
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedAnswer("what the model server serves cannot be read") from error

    def _answer(self, client: httpx.Client, rows: pd.DataFrame) -> npt.NDArray[np.float32]:
        body = f'{{"version": {json.dumps(self._version)}, "rows": {as_json(rows)}}}'
        answer = client.post("/predict", content=body, headers={"Content-Type": "application/json"})
        if answer.status_code != 200:
            raise ProviderUnavailable(f"the model server says {answer.status_code}: {answer.text[:200]}")
        try:
            found = np.array(answer.json()["chances"], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedAnswer("the model server's answer cannot be read") from error
        if found.shape != (len(rows),) or not np.isfinite(found).all():
            raise MalformedAnswer(f"the model server answered {found.shape} chances for {len(rows)} rows")
        return found


def as_json(rows: pd.DataFrame) -> str:
    """Return ``rows`` as the server takes them, a number that is not known as null."""
    import msgspec

    columns = [
        rows["region_code"].astype(str).tolist(),
        rows["day"].astype(str).tolist(),
        rows["youtube_video_id"].tolist(),
        rows["category_id"].astype("int64").tolist(),
    ]
    numbers = [*NUMBERS, *(name for name in TITLE_AXES if name in rows)]
    names = ("region_code", "day", "youtube_video_id", "category_id", *numbers)
    values = rows[numbers].to_numpy(dtype=np.float64).tolist()
    said = [dict(zip(names, (*texts, *own), strict=True)) for *texts, own in zip(*columns, values, strict=True)]
    return msgspec.json.encode(said).decode()


def _pieces(rows: pd.DataFrame, most: int) -> Iterator[npt.NDArray[np.intp]]:
    """Yield positions of whole charts, together at most ``most`` rows; a chart is never cut."""
    taken: list[npt.NDArray[np.intp]] = []
    for places in rows.groupby(["day", "region_code"], sort=False, observed=True).indices.values():
        if taken and sum(map(len, taken)) + len(places) > most:
            yield np.concatenate(taken)
            taken = []
        taken.append(places)
    if taken:
        yield np.concatenate(taken)
