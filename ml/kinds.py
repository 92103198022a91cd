"""A kind of model as the registry knows it, a version that is to be registered, and one that was loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import pandas as pd


class Savable(Protocol):
    """A model that keeps itself in plain files."""

    def save(self, folder: Path) -> None:
        """Write the model's files into ``folder``."""


Model = TypeVar("Model", bound=Savable)


@dataclass(frozen=True)
class ModelKind(Generic[Model]):
    """A registered model: its name, how its files are read and asked, and the file by which MLflow serves it.

    ``at_once``: a better version becomes the champion without a rollout.
    """

    name: str
    load: Callable[[Path], Model]
    answers: Callable[[Model, pd.DataFrame], Any]
    code: Path
    requirements: tuple[str, ...]
    at_once: bool = False


@dataclass(frozen=True)
class NewVersion(Generic[Model]):
    """What is recorded of a trained model; ``answers`` are its own to the rows of ``example``.

    ``training`` names the training it came from: of each there is one version. ``card`` is Markdown.
    """

    model: Model
    training: str
    example: pd.DataFrame
    answers: Any
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    documents: Mapping[str, Any]
    card: str


@dataclass(frozen=True)
class LoadedModel(Generic[Model]):
    """A registered version, ready to predict; ``folder`` holds its files, where they are on this host."""

    name: str
    version: str
    model: Model
    folder: Path | None = None
