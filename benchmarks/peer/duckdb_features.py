"""Ten of the features by DuckDB, single process: charts in Parquet in, one row a (country, day, video) out.

Run in an environment of its own by benchmarks/features.py:
python duckdb_features.py SNAPSHOTS FIRST_DAY READ_FROM_DAY THREADS TARGET
"""

from __future__ import annotations

import sys
import time

import duckdb

FEATURES = """
COPY (
    WITH charts AS (
        SELECT
            CAST(country AS VARCHAR) AS region_code, CAST(day AS DATE) AS day, video_id AS youtube_video_id,
            CAST(rank AS DOUBLE) AS rank, CAST(views AS DOUBLE) AS views, fetched_at,
            dense_rank() OVER (PARTITION BY country ORDER BY CAST(day AS DATE)) AS chart
        FROM read_parquet($snapshots)
        WHERE CAST(day AS DATE) >= $read_from
    ),
    countries AS (SELECT day, count(DISTINCT region_code) AS read FROM charts GROUP BY day),
    everywhere AS (
        SELECT day, youtube_video_id, count(*) AS listed, min(rank) AS best FROM charts GROUP BY day, youtube_video_id
    ),
    course AS (
        SELECT
            *, ln(1 + views) AS log_views,
            lag(chart) OVER stay = chart - 1 AS listed_before,
            lag(rank) OVER stay AS rank_before, ln(1 + lag(views) OVER stay) AS log_views_before,
            greatest(date_diff('second', lag(fetched_at) OVER stay, fetched_at) / 86400.0, 1 / 24.0) AS days,
            count(*) OVER (stay RANGE BETWEEN INTERVAL 14 DAYS PRECEDING AND INTERVAL 1 DAY PRECEDING) AS days_seen,
            avg(rank) OVER (stay RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS rank_mean_7
        FROM charts
        WINDOW stay AS (PARTITION BY region_code, youtube_video_id ORDER BY day)
    ),
    steps AS (
        SELECT
            *, CASE WHEN listed_before THEN rank_before - rank END AS rank_change,
            CASE WHEN listed_before THEN (log_views - log_views_before) / days END AS views_growth
        FROM course
        WHERE day >= $first
    )
    SELECT
        region_code, day, youtube_video_id, rank, log_views, days_seen, rank_mean_7, rank_change, views_growth,
        views_growth - median(views_growth) OVER whole AS growth_vs_chart,
        log_views - median(log_views) OVER whole AS views_vs_chart,
        listed / read AS spread_share, best AS spread_best_rank
    FROM steps
    JOIN countries USING (day)
    JOIN everywhere USING (day, youtube_video_id)
    WINDOW whole AS (PARTITION BY region_code, day)
) TO '{target}' (FORMAT parquet)
"""


def main() -> None:
    """Compute, write, and print the seconds."""
    snapshots, first, read_from, threads, target = sys.argv[1:]
    started = time.perf_counter()
    database = duckdb.connect(config={"threads": int(threads)})
    database.execute("SET TimeZone = 'UTC'")
    values = {"snapshots": snapshots, "first": first, "read_from": read_from}
    database.execute(FEATURES.format(target=target), values)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
