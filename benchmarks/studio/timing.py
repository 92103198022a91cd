"""Interleaved runs: wall and processor seconds of each way, one after another, round by round."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Seconds of one run: on the clock, and of all processors in this process and those it waited for."""

    wall_seconds: float
    cpu_seconds: float


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def spent(way: Callable[[], object]) -> Spent:
    """Run ``way`` once."""
    wall, cpu = time.perf_counter(), _cpu_seconds()
    way()
    return Spent(time.perf_counter() - wall, _cpu_seconds() - cpu)


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run all ways in turn ``rounds`` times, print each run, and return the median wall seconds of each."""
    found: dict[str, list[Spent]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            found[name].append(spent(way))
            one = found[name][-1]
            print(
                f"round {number + 1}: {name} {one.wall_seconds:.2f} s, {one.cpu_seconds:.2f} s of processors",
                flush=True,
            )
    return {name: statistics.median(one.wall_seconds for one in runs) for name, runs in found.items()}
