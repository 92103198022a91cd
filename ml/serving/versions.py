"""The versions that are served: loaded by alias, tried before they answer anybody, computed the fastest way.

A version whose files are damaged, whose features are unknown here or that answers with no numbers does not take
over: what is loaded goes on, and the problem is told.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from ml.gate import CHAMPION
from ml.serving.board import ServedVersion
from ml.serving.gate import Gate, kept_gate, pass_gate
from ml.serving.probe import check, judging_rows
from ml.serving.runtime import TORCH, computed_by
from ytempire.errors import InvalidInput, YtempireError
from ytempire.settings import Settings

if TYPE_CHECKING:
    from ml.registry import LoadedModel
    from ml.trend.model import TrendModel

log = logging.getLogger(__name__)

FOLDER = "serving"


class Registry(Protocol):
    """What is needed of the model registry."""

    def version_of(self, alias: str) -> str | None:
        """Return the version that ``alias`` names."""

    def load(self, version: str) -> LoadedModel[TrendModel]:
        """Load a version."""


@dataclass(frozen=True)
class Served:
    """A version that answers: its model as it is computed, and what the gate said."""

    name: str
    version: str
    model: TrendModel
    gate: Gate


@dataclass(frozen=True)
class Chosen:
    """The versions of one moment: who is champion, and which version a channel's arm names (others: the champion)."""

    champion: str | None = None
    arm: Callable[[UUID], str] | None = None


@dataclass
class Versions:
    """Everything that is loaded. ``refresh`` may run in another thread than ``answering``."""

    settings: Settings
    registry: Registry
    problem: str | None = None
    _loaded: Mapping[str, Served] = field(default_factory=dict)
    _chosen: Chosen = field(default_factory=Chosen)

    def answering(self, channel_id: UUID | None) -> Served | None:
        """Return the version that answers for a channel: its arm's, else the champion; None while there is none."""
        loaded, chosen = self._loaded, self._chosen
        if channel_id is not None and chosen.arm is not None:
            version = chosen.arm(channel_id)
            if version in loaded:
                return loaded[version]
        return loaded.get(chosen.champion) if chosen.champion else None

    def said(self) -> list[ServedVersion]:
        """Return what is loaded, the champion first."""
        loaded, champion = self._loaded, self._chosen.champion
        ordered = sorted(loaded.values(), key=lambda one: (one.version != champion, one.version))
        return [
            ServedVersion(
                one.name,
                one.version,
                "champion" if one.version == champion else "challenger",
                one.gate.runtime,
                one.gate.reason,
            )
            for one in ordered
        ]

    def refresh(self) -> None:
        """Ask who is champion and who is tried, and load what is new. A failure is kept as ``problem``."""
        try:
            champion = self.registry.version_of(CHAMPION)
            if champion is None:
                raise InvalidInput("model", "there is no champion", "Run model_retraining.")
            self._take(champion)
            self.problem = None
        except (YtempireError, OSError) as error:
            if str(error) != self.problem:
                log.warning("serving: what is loaded stays: %s", error)
            self.problem = str(error)

    def _take(self, champion: str) -> None:
        if champion not in self._loaded:
            served = self._load(champion)
            log.info("serving: version %s by %s: %s", served.version, served.gate.runtime, served.gate.reason)
            self._loaded = {**self._loaded, champion: served}
        self._chosen = Chosen(champion)
        self._loaded = {version: one for version, one in self._loaded.items() if version == champion}

    def _load(self, version: str) -> Served:
        found = self.registry.load(version)
        check(found.model)
        folder = found.folder / FOLDER
        gate = kept_gate(folder) or self._judge(found, folder)
        model = computed_by(found.model, gate.runtime, folder, self.settings.serving.threads)
        if gate.runtime != TORCH:
            check(model)
        return Served(found.name, found.version, model, gate)

    def _judge(self, found: LoadedModel[TrendModel], folder: Path) -> Gate:
        rows = judging_rows(self.settings, found.model)
        return pass_gate(found.model, rows, folder, self.settings.serving)


def watch(versions: Versions, changed: Callable[[], None], seconds: float) -> threading.Thread:
    """Refresh ``versions`` every ``seconds`` in a thread of its own, and tell ``changed`` each time."""
    pause = threading.Event()

    def run() -> None:
        while not pause.wait(seconds):
            try:
                versions.refresh()
            except Exception as error:
                log.exception("serving: the versions could not be looked at")
                versions.problem = f"{type(error).__name__}: {error}"
            changed()

    thread = threading.Thread(target=run, name="versions", daemon=True)
    thread.start()
    return thread
