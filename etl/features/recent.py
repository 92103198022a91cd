"""The features of the present, in process and without Spark: what prediction reads from the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import pandas as pd

from etl.features.contract import CONTEXT_DAYS, INPUT_COLUMNS, LISTING_COLUMNS, LISTING_DAYS
from etl.features.rows import compute
from etl.features.spread import ChartTimes
from etl.features.videos import describe_videos
from ytempire.database.connection import Connection, load_sql


def recent_charts(
    connection: Connection,
    *,
    until: datetime | None = None,
    regions: Collection[str] | None = None,
    days: int = CONTEXT_DAYS,
) -> pd.DataFrame:
    """Return the contract's ``INPUT_COLUMNS`` of the charts of the last ``days``: by default what a day needs.

    One chart a country and UTC day, the last one fetched. Nothing later than
    ``until`` is read (default: up to the last chart). Empty if there are no charts.
    """
    frame = _read(connection, INPUT_COLUMNS, until, regions, days)
    for name in ("rank", "views", "likes", "comments", "category_id", "duration_seconds", "tag_count"):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in ("fetched_at", "published_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def _read(
    connection: Connection,
    columns: tuple[str, ...],
    until: datetime | None,
    regions: Collection[str] | None,
    days: int,
) -> pd.DataFrame:
    query = load_sql("etl.features", "recent").format(columns=", ".join(columns))
    wanted = sorted(regions) if regions is not None else None
    rows = connection.execute(query, {"until": until, "days": days, "regions": wanted}).fetchall()
    return pd.DataFrame(rows, columns=list(columns))


def recent_features(
    connection: Connection, *, until: datetime | None = None, regions: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the features of the newest chart of each country, at most a day older than the newest of all.

    With them comes ``title``, which is no feature: a model may read what it means.
    """
    rows = recent_rows(connection, until=until, regions=regions)
    if rows.empty:
        return rows
    return rows[rows["day"] == rows.groupby("region_code")["day"].transform("max")].reset_index(drop=True)


def recent_rows(
    connection: Connection,
    *,
    until: datetime | None = None,
    regions: Collection[str] | None = None,
    whole_days: int = 1,
) -> pd.DataFrame:
    """Return the rows of the last days with labels and titles; the features of the newest ``whole_days`` are whole.

    Countries that are no longer watched are left out whole, so that how far a
    video has spread is counted among the same countries on every day.
    """
    charts = recent_charts(connection, until=until, regions=regions, days=CONTEXT_DAYS + whole_days - 1)
    if charts.empty:
        return charts
    newest = charts.groupby("region_code")["day"].transform("max")
    watched = charts[newest >= charts["day"].max() - timedelta(days=1)]
    columns = (*LISTING_COLUMNS, "fetched_at")
    listed = _read(connection, columns, until, list(watched["region_code"].unique()), LISTING_DAYS + whole_days - 1)
    rows = compute(describe_videos(watched, ChartTimes.of(listed), listed))
    rows["title"] = rows["youtube_video_id"].map(
        watched.drop_duplicates("youtube_video_id").set_index("youtube_video_id")["title"]
    )
    return rows
