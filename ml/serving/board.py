"""What the process that predicts tells the process that answers: a page of shared memory, written whole.

LitServe keeps the two apart. Readiness, versions and counts are read here without asking the worker, so that
they are known while it computes, and also while it is being started again.
"""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import asdict, astuple, dataclass, field, fields
from typing import Any

_BYTES = 32_768


@dataclass
class Counts:
    """What one worker has done since it started."""

    requests: int = 0
    refused: int = 0
    rows: int = 0
    rows_cached: int = 0
    batches: int = 0
    predict_seconds: float = 0.0

    @property
    def hit_rate(self) -> float:
        """Share of the rows that the cache answered."""
        return self.rows_cached / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class ServedVersion:
    """One version that is loaded: its alias, how it computes, what the gate said of that, if it reads titles."""

    name: str
    version: str
    alias: str
    runtime: str
    reason: str
    titles: bool = False


@dataclass(frozen=True)
class State:
    """The page: the loaded versions, the first of them the champion, and the last problem with a newer one."""

    versions: list[ServedVersion] = field(default_factory=list)
    problem: str | None = None
    counts: Counts = field(default_factory=Counts)

    @property
    def ready(self) -> bool:
        """Whether there is a model to predict with."""
        return bool(self.versions)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self) | {"ready": self.ready, "cache_hit_rate": round(self.counts.hit_rate, 4)}


_COUNTED = [one.name for one in fields(Counts)]


class Board:
    """The shared page. It may be handed to a process that is spawned, and is inherited by one that is forked."""

    def __init__(self) -> None:
        shared: Any = multiprocessing.get_context("spawn")
        self._page = shared.Array("c", _BYTES)
        self._counts = shared.Array("d", len(_COUNTED))

    def write(self, versions: list[ServedVersion], problem: str | None) -> None:
        """Say which versions are loaded, and the problem with a newer one."""
        said = {"versions": [asdict(version) for version in versions], "problem": problem}
        self._page.value = json.dumps(said).encode()

    def count(self, counts: Counts) -> None:
        """Say what was done: after every batch, so it costs next to nothing."""
        self._counts[:] = astuple(counts)

    def read(self) -> State:
        """Return what was written last; an empty state before that."""
        said = json.loads(self._page.value or b"{}")
        if not said:
            return State()
        versions = [ServedVersion(**version) for version in said["versions"]]
        *times, seconds = self._counts[:]
        counts: dict[str, int] = dict(zip(_COUNTED, map(int, times), strict=False))
        return State(versions, said["problem"], Counts(**counts, predict_seconds=seconds))


def metrics_text(state: State) -> str:
    """Return the page in Prometheus' text format (its exposition format, version 0.0.4)."""
    counts = state.counts
    figures: list[tuple[str, str, float]] = [
        ("ready", "gauge", float(state.ready)),
        ("requests_total", "counter", counts.requests),
        ("refused_total", "counter", counts.refused),
        ("rows_total", "counter", counts.rows),
        ("rows_cached_total", "counter", counts.rows_cached),
        ("cache_hit_rate", "gauge", counts.hit_rate),
        ("batches_total", "counter", counts.batches),
        ("predict_seconds_total", "counter", counts.predict_seconds),
    ]
    lines = []
    for name, kind, figure in figures:
        lines += [f"# TYPE ytempire_serving_{name} {kind}", f"ytempire_serving_{name} {figure:.15g}"]
    lines.append("# TYPE ytempire_serving_version gauge")
    lines += [
        f'ytempire_serving_version{{model="{one.name}",version="{one.version}",alias="{one.alias}"'
        f',runtime="{one.runtime}"}} 1'
        for one in state.versions
    ]
    return "\n".join(lines) + "\n"
