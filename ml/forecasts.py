"""What versions of the trend model said of each day's charts, kept before the truth was known, and the truth beside it.

Written once a day: the forecasts of the newest charts, and for those of the days
before whether the row stayed. A rollout is decided by them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from etl.features.contract import KEYS, LABEL
from etl.features.recent import recent_rows
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

    from ml.registry import LoadedModel
    from ml.trend.model import TrendModel

log = logging.getLogger(__name__)

_FORGET = "DELETE FROM ytempire.model_forecasts WHERE day < %s"


@dataclass(frozen=True)
class Watched:
    """One day's look: rows forecast by each version, why a version could not, and rows whose truth came out."""

    day: date | None
    recorded: dict[str, int]
    failed: dict[str, str]
    settled: int


def watch(
    connection: Connection,
    versions: Sequence[LoadedModel[TrendModel]],
    *,
    until: datetime,
    keep_days: int,
) -> Watched:
    """Keep what ``versions`` say of the charts of the last day before ``until``, and settle the days before.

    A forecast that is there already stays as it was. A version that fails leaves the others working.
    """
    rows = recent_rows(connection, until=until)
    if rows.empty:
        return Watched(None, {}, {}, 0)
    settled = _settle(connection, rows[rows[LABEL].notna()])
    day: date = rows["day"].max()
    newest = rows[rows["day"] == day].reset_index(drop=True)
    recorded: dict[str, int] = {}
    failed: dict[str, str] = {}
    for version in versions:
        try:
            recorded[version.version] = _record(connection, version, newest)
        except Exception as error:  # whatever a model breaks on counts against it and nobody else
            log.exception("%s v%s gave no forecast", version.name, version.version)
            failed[version.version] = f"{type(error).__name__}: {error}"
    connection.execute(_FORGET, (day - timedelta(days=keep_days),))
    return Watched(day, recorded, failed, settled)


def _record(connection: Connection, version: LoadedModel[TrendModel], rows: pd.DataFrame) -> int:
    """Keep a version's chances of ``rows``; return how many rows are new."""
    chances = np.asarray(version.model.chances(rows), dtype=np.float64)
    if len(chances) != len(rows) or not np.isfinite(chances).all():
        raise InvalidInput("model", f"v{version.version} did not give each row a chance", "Roll it back.")
    with connection.transaction():
        _copy(connection, rows, chances)
        return connection.execute(
            load_sql("ml", "forecasts_insert"), {"model_name": version.name, "version": version.version}
        ).rowcount


def _settle(connection: Connection, rows: pd.DataFrame) -> int:
    """Note of each row whether it stayed; return how many forecasts that settled."""
    with connection.transaction():
        _copy(connection, rows, rows[LABEL].to_numpy(dtype=np.float64))
        return connection.execute(load_sql("ml", "forecasts_settle")).rowcount


def _copy(connection: Connection, rows: pd.DataFrame, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Bring keys and values into a table that lives as long as the transaction."""
    connection.execute(
        "CREATE TEMPORARY TABLE forecast_rows (region_code text, day date, youtube_video_id text, value real)"
        " ON COMMIT DROP"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY forecast_rows (region_code, day, youtube_video_id, value) FROM STDIN") as copy,
    ):
        for key, value in zip(rows[list(KEYS)].itertuples(index=False), values.tolist(), strict=True):
            copy.write_row((*key, value))
