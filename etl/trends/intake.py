"""Between what the sources showed and ``trend_snapshots``: sightings are held against the suite ``snapshots``.

Single sightings that it refuses go to quarantine with the reason, without the video's title: that is a stranger's
and is not kept. When it refuses a look as a whole, nothing of that look is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from etl.trends.snapshots import snapshot_of
from etl.trends.sources import Sighting
from etl.validation.results import Verdict, inspect
from etl.validation.suite import run_suite_on_frame
from ytempire.database.connection import Connection

SUITE = "snapshots"
COLUMNS = ("source", "region_code", "youtube_video_id", "rank", "views", "likes", "comments", "fetched_at")

_QUARANTINE = (
    "INSERT INTO ytempire.quarantined_rows (source, batch_id, row_number, payload, reason, fetched_at)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)


def sound_sightings(
    connection: Connection, suites_folder: Path, subject: str, sightings: Sequence[Sighting]
) -> list[Sighting]:
    """Return the sightings of a look that may be stored; the others are in quarantine as batch ``subject``.

    Raises ValidationFailed when the look as a whole is refused or could not be verified.
    """
    rows = [_row(sighting) for sighting in sightings]
    refused = inspect_rows(connection, suites_folder, subject, rows).refused
    with connection.transaction(), connection.cursor() as cursor:
        bad = sorted((int(number), "; ".join(reasons)) for (number,), reasons in refused.items())
        cursor.executemany(
            _QUARANTINE,
            [
                (SUITE, subject, number, Jsonb(_payload(rows[number])), reason, sightings[number].fetched_at)
                for number, reason in bad
            ],
        )
    return [sighting for number, sighting in enumerate(sightings) if (number,) not in refused]


def inspect_rows(connection: Connection, suites_folder: Path, subject: str, rows: Sequence[dict[str, Any]]) -> Verdict:
    """Hold rows with ``COLUMNS`` and ``published_at`` against the suite; refused ones are named by their place."""
    if not rows:
        return Verdict(0, {}, {})
    frame = _frame(rows)
    suite = suites_folder / f"{SUITE}.json"
    expected = {"rows": len(rows)}
    return inspect(
        connection, SUITE, subject, len(rows), lambda: run_suite_on_frame(frame, suite, ["row_number"], expected)
    )


def _row(sighting: Sighting) -> dict[str, Any]:
    return {**snapshot_of(sighting), "published_at": sighting.video.published_at}


def _payload(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def _frame(rows: Sequence[dict[str, Any]]) -> Any:
    import pandas as pd

    frame = pd.DataFrame(rows)
    fetched = pd.to_datetime(frame.pop("fetched_at"), utc=True)
    published = pd.to_datetime(frame.pop("published_at"), utc=True)
    for name in ("rank", "views", "likes", "comments"):
        frame[name] = frame[name].astype("float64")
    frame["age_hours"] = (fetched - published).dt.total_seconds() / 3600
    frame["minutes_before_newest"] = (fetched.max() - fetched).dt.total_seconds() / 60
    frame["row_number"] = range(len(frame))
    return frame
