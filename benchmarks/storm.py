"""500 seeded storms over publishing: kills, lost answers, gone sessions, 5xx, 429, lost database connections.

Ours is the seconds that all of them take together, the limit is ten minutes. It fails when a video is lost or
doubled, quota overspent, or a row of our tables is not true. Run: python benchmarks/storm.py [runs]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 500
LIMIT_SECONDS = 600
TEST = "tests/faults/test_fault_16_storm.py"


def main(runs: int) -> None:
    """Run the storms and print what they did and how long they took."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", TEST],
        cwd=ROOT,
        env=os.environ | {"YTEMPIRE_STORM_RUNS": str(runs)},
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, float] = {}
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if line.startswith("storm: "):
            figures = json.loads(line.removeprefix("storm: "))
    if process.wait() != 0 or not figures:
        raise SystemExit("a storm did damage, or did not run: see above")
    ours = figures["seconds"] / figures["runs"] * RUNS
    against = {"limit": float(LIMIT_SECONDS)}
    ratio = {"limit": round(LIMIT_SECONDS / ours, 2)}
    print(json.dumps({"name": "storm", "ours": round(ours, 1), "unit": f"s for {RUNS} storms", "against": against,
                      "ratio": ratio, "figures": figures}))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
