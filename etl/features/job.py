"""The Spark job: snapshots of all days in, one feature set out.

Spark reads the days in chunks and keeps one chart a country and day. Groups of channels, with the
bare listings of a longer time, go through ``videos.describe_videos``, which needs every country at once; then groups
of countries go through ``rows.compute``, the same code that prediction uses, and are written where they are computed.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, PositiveInt

from etl.features.charts_inspection import inspect_charts
from etl.features.contract import (
    CONTEXT_DAYS,
    LABEL,
    LISTING_COLUMNS,
    LISTING_DAYS,
    RECORD_COLUMNS,
    SPREAD_COLUMNS,
    contract_version,
)
from etl.features.inspection import inspect_feature_set
from etl.features.session import JdbcTarget, jdbc_target
from etl.features.titles import TITLE_COLUMNS
from ytempire.database.connection import connect, load_sql
from ytempire.errors import InvalidInput
from ytempire.settings import ROOT

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import Column, DataFrame, SparkSession

    from etl.features.spread import ChartTimes

log = logging.getLogger(__name__)

_DAYS_A_CHUNK = 8
# Channels, then countries, are handed out in this many groups: enough for all cores and for their memory, few
# enough to be worth a call each.
_GROUPS = 12
_SNAPSHOTS = (
    "(SELECT fetched_at, region_code, youtube_video_id, rank, views, likes, comments"
    " FROM ytempire.trend_snapshots WHERE source = 'chart') AS snapshots"
)
_VIDEOS = (
    "(SELECT youtube_video_id, title, youtube_channel_id, category_id, published_at, duration_seconds,"
    " language, cardinality(tags) AS tag_count"
    " FROM ytempire.trend_videos AS known WHERE EXISTS (SELECT FROM ytempire.trend_snapshots AS seen"
    " WHERE seen.youtube_video_id = known.youtube_video_id AND seen.source = 'chart' AND {seen})) AS videos"
)


class FeatureParams(BaseModel):
    """What one run of the job computes."""

    model_config = ConfigDict(frozen=True)

    database_url: str
    target: Path
    history_days: PositiveInt
    regions: list[str] | None = None
    region_limit: PositiveInt | None = None
    preferred_regions: list[str] = []
    until: date | None = None
    suites: Path = ROOT / "expectations"


class FeatureSet(BaseModel):
    """A finished feature set: where it lies and what is in it."""

    model_config = ConfigDict(frozen=True)

    path: Path
    contract: str
    rows: int
    labelled_rows: int
    regions: int
    first_day: date
    last_day: date
    seconds: float


def run(spark: SparkSession, params: FeatureParams) -> FeatureSet:
    """Compute the features of the last ``history_days`` days and swap them in at ``params.target``.

    Rows without a label (the last day, days before a gap) are kept: they are what
    is predicted. Rows that the suite ``features`` refuses are left out and in quarantine.
    Raises InvalidInput if there are no charts, ValidationFailed if a suite refuses the
    charts or the set as a whole: then the one that is there stays.
    """
    started = time.monotonic()
    target = jdbc_target(params.database_url)
    first, last, regions = _what_is_there(params)
    log.info("features: %s to %s, %d countries", first, last, len(regions))
    with connect(params.database_url) as connection:
        inspect_charts(connection, params.suites, first, last, regions)
    charts = _charts(spark, target, first - timedelta(days=CONTEXT_DAYS), last, regions)
    since = first - timedelta(days=LISTING_DAYS)
    listings = _charts(spark, target, since, last, regions).select(*LISTING_COLUMNS)
    described = _described(charts, listings, _times(params, since, last, regions))
    staging = params.target.absolute().with_name(f".{params.target.name}.{uuid.uuid4().hex[:8]}")
    try:
        _write(described, first, staging)
        with connect(params.database_url) as connection:
            refused = inspect_feature_set(connection, params.suites, staging, f"{staging.name[1:]} until {last}")
        if refused:
            log.warning("features: %d rows are in quarantine", refused)
        feature_set = _describe(staging, params.target, started)
        (staging / "_feature_set.json").write_text(feature_set.model_dump_json(indent=2), encoding="utf-8")
        _swap(staging, params.target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    log.info("features: %d rows in %.1f s", feature_set.rows, feature_set.seconds)
    return feature_set


def _what_is_there(params: FeatureParams) -> tuple[date, date, list[str]]:
    """Return the first and last day, and the countries: those preferred first, then those with most rows."""
    with connect(params.database_url) as connection:
        found = connection.execute(
            load_sql("etl.features", "available"), {"until": params.until, "days": params.history_days}
        ).fetchall()
    wanted = [row for row in found if params.regions is None or row["region_code"] in params.regions]
    if not wanted:
        raise InvalidInput(
            "trend_snapshots", "holds no chart of the wanted days", "Refresh the trends or import a history."
        )
    last = max(row["last_day"] for row in wanted)
    order = sorted(
        wanted,
        key=lambda row: (
            row["region_code"] not in params.preferred_regions,
            -row["rows"],
            row["region_code"],
        ),
    )
    regions = [row["region_code"] for row in order][: params.region_limit]
    return last - timedelta(days=params.history_days - 1), last, regions


def _chunks(first: date, last: date) -> Iterator[str]:
    day = first
    while day <= last:
        end = min(day + timedelta(days=_DAYS_A_CHUNK), last + timedelta(days=1))
        yield f"fetched_at >= '{day}Z' AND fetched_at < '{end}Z'"
        day = end


def _charts(spark: SparkSession, target: JdbcTarget, first: date, last: date, regions: list[str]) -> DataFrame:
    """Read the charts of the days and countries, one a day, with what is known of their videos."""
    listed = ", ".join(f"'{code}'" for code in regions if code.isalpha())
    predicates = [f"{chunk} AND region_code IN ({listed})" for chunk in _chunks(first, last)]
    snapshots = spark.read.jdbc(target.url, _SNAPSHOTS, predicates=predicates, properties=target.properties())
    snapshots.createOrReplaceTempView("snapshots")
    days = f"fetched_at >= '{first}Z' AND region_code IN ({listed})"
    videos = spark.read.jdbc(target.url, _VIDEOS.format(seen=days), properties=target.properties())
    videos.createOrReplaceTempView("videos")
    return spark.sql(load_sql("etl.features", "charts"))


def _times(params: FeatureParams, first: date, last: date, regions: list[str]) -> ChartTimes:
    import pandas as pd

    from etl.features.spread import ChartTimes

    values = {"first": first, "last": last, "regions": regions}
    with connect(params.database_url) as connection:
        rows = connection.execute(load_sql("etl.features", "chart_times"), values).fetchall()
    return ChartTimes.of(pd.DataFrame(rows, columns=["region_code", "day", "fetched_at"]))


def _described(charts: DataFrame, listings: DataFrame, times: ChartTimes) -> DataFrame:
    """Hand the channels out in groups; add how a video stands in all countries, its title, its channel's record."""
    from pyspark.sql.types import DoubleType, StructField, StructType

    def describe_group(rows: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
        from etl.features.videos import describe_videos

        return describe_videos(rows, times, listings)

    kept = [field for field in charts.schema.fields if field.name != "title"]
    added = [StructField(name, DoubleType()) for name in (*SPREAD_COLUMNS, *TITLE_COLUMNS, *RECORD_COLUMNS)]
    grouped, beside = (rows.groupBy(_group("youtube_channel_id", "youtube_video_id")) for rows in (charts, listings))
    return grouped.cogroup(beside).applyInPandas(describe_group, StructType([*kept, *added]))


def _group(*columns: str) -> Column:
    """Return the group of a row, by the first of ``columns`` that is known."""
    from pyspark.sql.functions import abs as absolute
    from pyspark.sql.functions import coalesce
    from pyspark.sql.functions import hash as hashed

    return absolute(hashed(coalesce(*columns))) % _GROUPS


def _write(charts: DataFrame, first: date, staging: Path) -> None:
    """Hand the countries out in groups; each computes its rows from ``first`` on and writes them into ``staging``."""

    def write_group(number: tuple[int], charts: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        from etl.features.parts import write_part
        from etl.features.rows import compute

        rows = compute(charts)
        rows = rows[rows["day"] >= first]
        write_part(staging, number[0], rows)
        return pd.DataFrame({"number": number, "rows": [len(rows)]})

    written = charts.groupBy(_group("region_code")).applyInPandas(write_group, "number int, rows long").collect()
    log.info("features: %d rows in %d files", sum(part["rows"] for part in written), len(written))


def _describe(staging: Path, target: Path, started: float) -> FeatureSet:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = pq.read_table(staging, columns=["region_code", "day", LABEL])
    first, last = pc.min_max(columns["day"]).as_py().values()
    return FeatureSet(
        path=target,
        contract=contract_version(),
        rows=columns.num_rows,
        labelled_rows=columns.num_rows - columns[LABEL].null_count,
        regions=pc.count_distinct(columns["region_code"]).as_py(),
        first_day=first,
        last_day=last,
        seconds=time.monotonic() - started,
    )


def _swap(staging: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one; a reader finds one or the other whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    staging.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def read_feature_set(path: Path) -> FeatureSet:
    """Return the description of the feature set at ``path``.

    Raises InvalidInput if there is none.
    """
    try:
        return FeatureSet(**json.loads((path / "_feature_set.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InvalidInput("features", f"there is no feature set in {path}", "Run the feature job.") from error
