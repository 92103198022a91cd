"""Features of the rows of charts: the one place where they are defined.

The Spark job runs this on the groups of rows that it hands out; prediction runs
it in process on the recent charts. So a model never meets a feature that was
computed differently from the one it learned.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.features.company import company
from etl.features.contract import KEYS, LABEL, LOOKBACK_DAYS, NUMBERS, RECORD_COLUMNS, SPREAD_COLUMNS
from etl.features.course import course
from etl.features.panel import Columns, Floats, Panel
from etl.features.standing import standing
from etl.features.titles import TITLE_COLUMNS
from etl.features.turnover import turnover

# https://support.google.com/youtube/answer/15424877: a Short lasts up to three minutes.
_SHORT_SECONDS = 180


def compute(charts: pd.DataFrame) -> pd.DataFrame:
    """Return keys, features and label of ``charts``.

    ``charts`` is what ``describe_videos`` returns: one row a (region, video, day),
    whole charts with the days before them. A missing number is NaN; the label is NaN
    where the next day's chart was not observed.
    """
    panel = Panel.of(charts)
    fetched = _hours(panel, "fetched_at")
    columns = _row(panel, fetched) | _video(panel)
    columns |= _step(panel, columns, fetched)
    columns |= course(panel, columns, fetched)
    columns |= _chart(panel, columns)
    columns |= turnover(panel, columns)
    columns |= company(panel, columns)
    columns |= {name: _floats(panel, name) for name in (*SPREAD_COLUMNS, *RECORD_COLUMNS)}
    columns |= standing(panel, columns)
    columns |= {
        "rank_vs_spread": columns["rank"] - columns["spread_mean_rank"],
        "rank_vs_spread_best": columns["rank"] - columns["spread_best_rank"],
    }
    frame = panel.rows[list(KEYS)].copy()
    frame["category_id"] = panel.rows["category_id"].fillna(0).astype("int32")
    numbers = pd.DataFrame({name: columns[name].astype(np.float32) for name in NUMBERS})
    frame = pd.concat([frame, numbers], axis=1)
    frame[LABEL] = panel.stays().astype("float32")
    return frame


def _floats(panel: Panel, name: str) -> Floats:
    return np.asarray(panel.rows[name], dtype=np.float64)


def _hours(panel: Panel, name: str) -> Floats:
    moment = pd.to_datetime(panel.rows[name], utc=True).dt.tz_localize(None)
    seconds = moment.to_numpy().astype("datetime64[s]").astype(np.float64)
    return np.where(moment.isna(), np.nan, seconds) / 3600.0


def _row(panel: Panel, fetched: Floats) -> Columns:
    rank, views = _floats(panel, "rank"), _floats(panel, "views")
    likes, comments = _floats(panel, "likes"), _floats(panel, "comments")
    size = panel.per_chart(rank, "size")[panel.chart]
    age = np.maximum(fetched - _hours(panel, "published_at"), 0.0)
    hours = np.maximum(age, 1.0)
    # 1970 began on a Thursday.
    weekday = 2 * np.pi * ((panel.day + 3) % 7) / 7
    return {
        "rank": rank,
        "chart_size": size,
        "rank_share": rank / size,
        "log_views": np.log1p(views),
        "log_likes": np.log1p(likes),
        "log_comments": np.log1p(comments),
        "like_ratio": np.log1p(likes) - np.log1p(views),
        "comment_ratio": np.log1p(comments) - np.log1p(views),
        "like_comment_ratio": np.log1p(likes) - np.log1p(comments),
        "age_hours": np.log1p(age),
        "views_per_hour": np.log1p(views / hours),
        "likes_per_hour": np.log1p(likes / hours),
        "comments_per_hour": np.log1p(comments / hours),
        "weekday_sin": np.sin(weekday),
        "weekday_cos": np.cos(weekday),
    }


def _video(panel: Panel) -> Columns:
    duration = _floats(panel, "duration_seconds")
    published = _hours(panel, "published_at")
    hour, weekday = 2 * np.pi * (published % 24) / 24, 2 * np.pi * ((published / 24 + 3) % 7) / 7
    return {name: _floats(panel, name) for name in TITLE_COLUMNS} | {
        "log_duration": np.log1p(duration),
        "is_short": np.where(np.isnan(duration), np.nan, duration <= _SHORT_SECONDS),
        "tag_count": _floats(panel, "tag_count"),
        "published_hour_sin": np.sin(hour),
        "published_hour_cos": np.cos(hour),
        "published_weekday_sin": np.sin(weekday),
        "published_weekday_cos": np.cos(weekday),
    }


def _step(panel: Panel, row: Columns, moment: Floats) -> Columns:
    days = np.maximum((moment - panel.before(moment)) / 24.0, 1 / 24.0)
    growth = (row["log_views"] - panel.before(row["log_views"])) / days
    change = panel.before(row["rank"]) - row["rank"]
    earlier = panel.before(growth)
    return {
        "days_on_chart": panel.days_on_chart(),
        "days_seen": panel.days_seen(),
        "rank_change": change,
        "rank_change_2": panel.before(change),
        "rank_change_3": panel.before(change, 2),
        "views_growth": growth,
        "views_growth_before": earlier,
        "growth_change": growth - earlier,
        "likes_growth": (row["log_likes"] - panel.before(row["log_likes"])) / days,
    }


def _chart(panel: Panel, known: Columns) -> Columns:
    growth = panel.per_chart(known["views_growth"], "median")[panel.chart]
    views = panel.per_chart(known["log_views"], "median")[panel.chart]
    return {
        "growth_vs_chart": known["views_growth"] - growth,
        "views_vs_chart": known["log_views"] - views,
        "speed_place": panel.share_below(known["views_per_hour"]),
        "age_place": panel.share_below(known["age_hours"]),
        "stay_place": panel.share_below(known["days_on_chart"]),
        "category_share": panel.count_alike("category_id") / known["chart_size"],
        "channel_rows": panel.earlier_alike("youtube_channel_id").count(LOOKBACK_DAYS),
    }
