"""The versions that are served: loaded by alias and rollout, tried before they answer, computed the fastest way.

A version whose files are damaged, whose features are unknown here or that answers with no numbers does not take
over: what is loaded goes on, and the problem is told. A challenger's failures count against its rollout.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from ml.gate import CHALLENGER, CHAMPION
from ml.serving.board import ServedVersion
from ml.serving.gate import Gate, kept_gate, pass_gate_apart, processor
from ml.serving.probe import check, judging_rows
from ml.serving.runtime import FILES, TORCH, TREES, computed_by
from ml.trend.titles import TITLE_AXES
from ytempire.errors import ModelMissing, Permanent, Retriable, YtempireError
from ytempire.rollouts import Rollout
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

    def usable_champion(self) -> LoadedModel[TrendModel] | None:
        """Load the champion, or where it cannot be had the version that this host used last."""


class Rollouts(Protocol):
    """What is needed of the table of rollouts."""

    def running(self) -> Rollout | None:
        """Return the rollout that is under way. Raises Retriable where the database is away."""

    def failed(self, rollout: Rollout, problem: str) -> None:
        """Count a failure against a rollout. Raises Retriable where the database is away."""


@dataclass(frozen=True)
class Served:
    """A version that answers: its model as it is computed, and what the gate said."""

    name: str
    version: str
    model: TrendModel
    gate: Gate

    @cached_property
    def inputs(self) -> list[str]:
        """The columns that it is given: its numbers, the rank by which charts are ordered, what titles mean."""
        preparation = self.model.preparation
        return list(dict.fromkeys(["rank", *preparation.numbers, *(TITLE_AXES if preparation.titles else ())]))


@dataclass(frozen=True)
class _Now:
    """What is served at one moment; replaced whole, so that another thread never sees half of a change."""

    loaded: Mapping[str, Served] = field(default_factory=dict)
    champion: str | None = None
    rollout: Rollout | None = None


class Versions:
    """Everything that is loaded. ``refresh`` may run in another thread than ``answering``."""

    def __init__(self, settings: Settings, registry: Registry, rollouts: Rollouts) -> None:
        self.problem: str | None = None
        self._settings = settings
        self._registry = registry
        self._rollouts = rollouts
        self._now = _Now()
        self._noted: str | None = None

    def answering(self, channel_id: UUID | None = None, version: str | None = None) -> Served | None:
        """Return who answers: the named version, else a channel's side of the rollout, else the champion.

        None if the named version is not loaded, or nothing is.
        """
        now = self._now
        if version is not None:
            return now.loaded.get(version)
        if channel_id is not None and now.rollout is not None:
            chosen = now.loaded.get(now.rollout.version_for(channel_id))
            if chosen is not None:
                return chosen
        return now.loaded.get(now.champion) if now.champion else None

    def said(self) -> list[ServedVersion]:
        """Return what is loaded, the champion first."""
        now = self._now
        ordered = sorted(now.loaded.values(), key=lambda one: (one.version != now.champion, one.version))
        return [
            ServedVersion(
                name=one.name,
                version=one.version,
                alias=CHAMPION if one.version == now.champion else CHALLENGER,
                runtime=one.gate.runtime,
                reason=one.gate.reason,
                titles=bool(one.model.preparation.titles),
            )
            for one in ordered
        ]

    def refresh(self) -> None:
        """Ask who is champion and who is tried, and load what is new. A failure is kept as ``problem``."""
        problems = []
        for look in (self._look_at_the_champion, self._look_at_the_rollout):
            try:
                look()
            except (YtempireError, OSError) as error:
                problems.append(str(error))
            except Exception as error:
                # Whatever it is, what is loaded can answer.
                log.exception("serving: the versions could not be looked at")
                problems.append(f"{type(error).__name__}: {error}")
        problem = "; ".join(problems) or None
        if problem and problem != self.problem:
            log.warning("serving: what is loaded stays: %s", problem)
        self.problem = problem

    def failing(self, version: str, problem: str) -> None:
        """Stop serving a challenger that fails to answer, and count it against its rollout."""
        now = self._now
        if now.rollout is None or version != now.rollout.version or version == now.champion:
            return
        self._now = _Now({name: one for name, one in now.loaded.items() if name != version}, now.champion, None)
        self._note(now.rollout, problem)

    def _look_at_the_champion(self) -> None:
        try:
            champion = self._registry.version_of(CHAMPION)
            if champion is None:
                name = self._settings.training.model_name
                raise ModelMissing("model", f"{name} has no champion", "Run model_retraining.")
            self._crown(self._now.loaded.get(champion) or self._load(champion))
        except YtempireError:
            if self._now.champion is None:
                self._fall_back()
            raise

    def _fall_back(self) -> None:
        """Serve who was champion when this host last used one, if it can be read: better than nobody."""
        with suppress(YtempireError):
            if (found := self._registry.usable_champion()) is not None:
                self._crown(self._ready(found))

    def _crown(self, champion: Served) -> None:
        now = self._now
        kept = {champion.version: champion}
        if now.rollout is not None and now.rollout.version in now.loaded:
            kept[now.rollout.version] = now.loaded[now.rollout.version]
        self._now = _Now(kept, champion.version, now.rollout)

    def _look_at_the_rollout(self) -> None:
        rollout = self._rollouts.running()
        now = self._now
        if rollout is None or rollout.version == now.champion:
            kept = {version: one for version, one in now.loaded.items() if version == now.champion}
            self._now = _Now(kept, now.champion, None)
            return
        try:
            challenger = now.loaded.get(rollout.version) or self._load(rollout.version)
        except Permanent as error:
            self._now = _Now(now.loaded, now.champion, None)
            self._note(rollout, str(error))
            raise
        kept = {version: one for version, one in now.loaded.items() if version == now.champion}
        self._now = _Now({**kept, rollout.version: challenger}, now.champion, rollout)

    def _note(self, rollout: Rollout, problem: str) -> None:
        """Count a failure once, however often it is looked at."""
        said = f"{rollout.rollout_id}: {problem}"
        if said == self._noted:
            return
        try:
            self._rollouts.failed(rollout, problem)
            self._noted = said
        except Retriable as error:
            log.warning("serving: a failure of version %s could not be counted: %s", rollout.version, error)

    def _load(self, version: str) -> Served:
        return self._ready(self._registry.load(version))

    def _ready(self, found: LoadedModel[TrendModel]) -> Served:
        """Return a version as it is served. Raises InvalidInput for one that cannot answer."""
        check(found.model)
        folder = (found.folder or self._settings.data_root / "models" / found.name / found.version) / FOLDER
        gate = self._gate(found, folder)
        model = computed_by(found.model, gate.runtime, folder, self._settings.serving.threads)
        if gate.runtime in FILES:
            check(model)
        log.info("serving: version %s by %s: %s", found.version, gate.runtime, gate.reason)
        return Served(found.name, found.version, model, gate)

    def _gate(self, found: LoadedModel[TrendModel], folder: Path) -> Gate:
        serving = self._settings.serving
        if found.model.network is None:
            return Gate(TREES, "there is no network in it", processor())
        if serving.runtime == TORCH:
            return Gate(TORCH, "the settings say so", processor())
        if (kept := kept_gate(folder)) is not None:
            return kept
        return pass_gate_apart(found.model, judging_rows(self._settings, found.model), folder, serving)


def watch(versions: Versions, changed: Callable[[], None], seconds: float) -> threading.Thread:
    """Refresh ``versions`` every ``seconds`` in a thread of its own, and tell ``changed`` each time."""
    pause = threading.Event()

    def run() -> None:
        while not pause.wait(seconds):
            versions.refresh()
            changed()

    thread = threading.Thread(target=run, name="versions", daemon=True)
    thread.start()
    return thread
