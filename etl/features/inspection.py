"""Between the feature job and its readers: the staged set is held against the suite ``features`` before it counts.

Rows that the suite refuses are taken out and kept in quarantine with the reason; a set that it refuses as a whole
never takes the place of the one that is there. The suite looks at the columns that every contract has, and at two
sums over all the others: how many of a row's numbers are infinite, and which share of them is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from etl.features.contract import KEYS, LABEL, NUMBERS
from etl.validation.results import inspect
from etl.validation.suite import run_suite_on_frame
from ytempire.database.connection import Connection

if TYPE_CHECKING:
    import pandas as pd

SUITE = "features"
# What the suite reads itself; of other numbers it sees the sums.
_SEEN = ("rank", "rank_share", "chart_size", "log_views", "age_hours", "days_on_chart", LABEL)

_QUARANTINE = (
    "INSERT INTO ytempire.quarantined_rows (source, batch_id, row_number, payload, reason) VALUES (%s, %s, %s, %s, %s)"
)


def inspect_feature_set(connection: Connection, suites_folder: Path, staging: Path, subject: str) -> int:
    """Hold the Parquet files in ``staging`` against the suite, take refused rows out of them, return how many.

    Raises ValidationFailed when the set as a whole is refused or could not be verified.
    """
    import pandas as pd

    parts = sorted(staging.glob("*.parquet"))
    frame = pd.concat([_summary(part, number) for number, part in enumerate(parts)], ignore_index=True)
    frame["row_number"] = range(len(frame))
    suite = suites_folder / f"{SUITE}.json"
    expected: Mapping[str, Any] = {"rows": len(frame)}
    shown = frame.drop(columns=["part", "place"])
    verdict = inspect(
        connection, SUITE, subject, len(frame), lambda: run_suite_on_frame(shown, suite, ["row_number"], expected)
    )
    refused = {int(number): "; ".join(reasons) for (number,), reasons in verdict.refused.items()}
    if refused:
        _quarantine(connection, subject, frame, refused)
        _take_out(parts, frame.loc[sorted(refused), ["part", "place"]])
    return len(refused)


def _summary(part: Path, number: int) -> pd.DataFrame:
    """What the suite is shown of one file."""
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(part).to_pandas()
    values = table[list(NUMBERS)].to_numpy(dtype=np.float32)
    frame = table[[*KEYS, *_SEEN]].copy()
    frame["day"] = frame["day"].astype(str)
    frame["infinite"] = np.isinf(values).sum(axis=1)
    frame["known_share"] = 1 - np.isnan(values).mean(axis=1)
    frame["part"], frame["place"] = number, range(len(frame))
    return frame


def _quarantine(connection: Connection, subject: str, frame: pd.DataFrame, refused: Mapping[int, str]) -> None:
    columns = [name for name in frame.columns if name not in ("part", "place", "row_number")]
    rows = frame.loc[sorted(refused), columns].astype(object)
    payloads = rows.where(rows.notna(), None).to_dict("index")
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            _QUARANTINE,
            [(SUITE, subject, number, Jsonb(_plain(payloads[number])), refused[number]) for number in sorted(refused)],
        )


def _plain(payload: Mapping[Any, Any]) -> dict[str, Any]:
    """The row as JSON holds it: no infinities, no numpy."""
    return {str(name): value if isinstance(value, str | None) else _number(value) for name, value in payload.items()}


def _number(value: Any) -> float | str:
    number = float(value)
    return number if abs(number) != float("inf") else repr(number)


def _take_out(parts: list[Path], places: pd.DataFrame) -> None:
    import numpy as np
    import pyarrow.parquet as pq

    for number, group in places.groupby("part"):
        part = parts[int(number)]
        table = pq.read_table(part)
        keep = np.ones(table.num_rows, dtype=bool)
        keep[group["place"].to_numpy()] = False
        draft = part.with_suffix(".draft")
        pq.write_table(table.filter(keep), draft)
        draft.replace(part)
