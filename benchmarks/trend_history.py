"""Rows a second of importing a history of charts, and of importing it again.

The history is the real one where YTEMPIRE_TREND_HISTORY names it, else the synthetic one. The limit is a million rows
in two minutes. Run: python benchmarks/trend_history.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from etl.trends.history import import_history
from ytempire.database.connection import connect
from ytempire.settings import get_settings

ROOT = Path(__file__).resolve().parent.parent
LIMIT_ROWS_A_SECOND = 1_000_000 / 120
ALL_DAYS = 100_000


def synthetic_history(folder: Path) -> Path:
    """Write the seeded synthetic history into ``folder``."""
    subprocess.run([sys.executable, "-m", "sandbox", "synthesize", str(folder)], cwd=ROOT, check=True)
    return folder


def main() -> None:
    """Import everything, twice."""
    with tempfile.TemporaryDirectory() as scratch, scratch_database() as url, connect(url) as connection:
        folder = get_settings().trend_history or synthetic_history(Path(scratch))
        first = import_history(connection, folder, last_days=ALL_DAYS)
        print(f"first: {first.rows_loaded:,} rows, {first.videos:,} videos in {first.seconds:.1f} s", flush=True)
        again = import_history(connection, folder, last_days=ALL_DAYS)
        print(f"again: {again.rows_loaded:,} rows new, {again.rows_present:,} there in {again.seconds:.1f} s")
        if again.rows_loaded or again.videos:
            raise SystemExit("importing again has changed something")
    ours = round(first.rows_loaded / first.seconds)
    against = {"a million rows in 2 minutes": round(LIMIT_ROWS_A_SECOND)}
    ratio = {name: round(ours / limit, 2) for name, limit in against.items()}
    print(json.dumps({"name": "trend_history", "ours": ours, "unit": "rows/s", "against": against, "ratio": ratio}))


if __name__ == "__main__":
    main()
