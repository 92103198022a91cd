"""500 seeded storms over publishing: kills, lost answers, gone sessions, 5xx, 429, lost database connections.

Ours is the seconds that all of them take together, the limit is ten minutes. It fails when a video is lost or
doubled, quota overspent, or a row of our tables is not true. Run: python benchmarks/storm.py [runs]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 500
LIMIT_SECONDS = 600
TEST = "tests/faults/test_fault_16_storm.py"


def share(first: int, runs: int) -> subprocess.Popen[str]:
    """Start the storms of the seeds from ``first`` on, with a database and a sandbox of their own."""
    own = {"YTEMPIRE_STORM_FIRST": str(first), "YTEMPIRE_STORM_RUNS": str(runs)}
    command = [sys.executable, "-m", "pytest", "-q", TEST]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=subprocess.PIPE, text=True)


def figures_of(process: subprocess.Popen[str]) -> Counter[str]:
    """Print what a share says and return its figures."""
    figures: Counter[str] = Counter()
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if line.startswith("storm: "):
            figures = Counter(json.loads(line.removeprefix("storm: ")))
    if process.wait() != 0 or not figures:
        raise SystemExit("a storm did damage, or did not run: see above")
    return figures


def main(runs: int) -> None:
    """Run the storms, one beside the other on every core, and print what they did and how long they took."""
    shares = min(os.cpu_count() or 1, runs)
    bounds = [1 + runs * number // shares for number in range(shares + 1)]
    begun = time.monotonic()
    started = [share(first, end - first) for first, end in pairwise(bounds)]
    figures: Counter[str] = Counter()
    with ThreadPoolExecutor() as readers:
        for found in readers.map(figures_of, started):
            figures.update(found)
    ours = (time.monotonic() - begun) / runs * RUNS
    against = {"limit": float(LIMIT_SECONDS)}
    ratio = {"limit": round(LIMIT_SECONDS / ours, 2)}
    print(json.dumps({"name": "storm", "ours": round(ours, 1), "unit": f"s for {RUNS} storms", "against": against,
                      "ratio": ratio, "figures": figures}))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
