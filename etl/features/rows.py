"""Features of the rows of charts: the one place where they are defined.

The Spark job runs this on the groups of rows that it hands out; prediction runs
it in process on the recent charts. So a model never meets a feature that was
computed differently from the one it learned.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.features.contract import KEYS, LABEL, NUMBERS, SPREAD_COLUMNS
from etl.features.panel import Floats, Panel
from etl.features.titles import title_features

Columns = dict[str, Floats]

# Ranks are looked at in bands of ten.
_BANDS = 20


def compute(charts: pd.DataFrame) -> pd.DataFrame:
    """Return keys, features and label of ``charts``.

    ``charts`` has the contract's ``INPUT_COLUMNS`` and ``SPREAD_COLUMNS``, one row
    a (region, video, day), whole charts with the days before them. A missing
    number is NaN; the label is NaN where the next day's chart was not observed.
    """
    panel = Panel.of(charts)
    columns = _row(panel)
    columns |= _history(panel, columns)
    columns |= _chart(panel, columns)
    columns |= {name: _floats(panel, name) for name in SPREAD_COLUMNS}
    titles = title_features(panel.rows["title"])
    columns |= {name: titles[name].to_numpy() for name in titles}
    frame = panel.rows[list(KEYS)].copy()
    frame["category_id"] = panel.rows["category_id"].fillna(0).astype("int32")
    numbers = pd.DataFrame({name: columns[name] for name in NUMBERS}).astype("float32")
    frame = pd.concat([frame, numbers], axis=1)
    frame[LABEL] = panel.stays().astype("float32")
    return frame


def _floats(panel: Panel, name: str) -> Floats:
    return panel.rows[name].astype("float64").to_numpy()


def _hours(panel: Panel, name: str) -> Floats:
    moment = pd.to_datetime(panel.rows[name], utc=True).dt.tz_localize(None)
    seconds = moment.to_numpy().astype("datetime64[s]").astype(np.float64)
    return np.where(moment.isna(), np.nan, seconds) / 3600.0


def _row(panel: Panel) -> Columns:
    rank, views = _floats(panel, "rank"), _floats(panel, "views")
    likes, comments = _floats(panel, "likes"), _floats(panel, "comments")
    size = panel.per_chart(rank, "size")[panel.chart]
    age = np.maximum(_hours(panel, "fetched_at") - _hours(panel, "published_at"), 0.0)
    return {
        "rank": rank,
        "chart_size": size,
        "rank_share": rank / size,
        "log_views": np.log1p(views),
        "log_likes": np.log1p(likes),
        "log_comments": np.log1p(comments),
        "like_ratio": np.log1p(likes) - np.log1p(views),
        "comment_ratio": np.log1p(comments) - np.log1p(views),
        "age_hours": np.log1p(age),
        "views_per_hour": np.log1p(views / np.maximum(age, 1.0)),
        "log_duration": np.log1p(_floats(panel, "duration_seconds")),
    }


def _history(panel: Panel, row: Columns) -> Columns:
    moment = _hours(panel, "fetched_at")
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
    stayed = panel.per_chart((panel.position(-1) >= 0).astype(np.float64), "mean")
    size = known["chart_size"]
    return {
        "growth_vs_chart": known["views_growth"] - growth,
        "views_vs_chart": known["log_views"] - views,
        "speed_place": panel.share_below(known["views_per_hour"]),
        "age_place": panel.share_below(known["age_hours"]),
        "stay_place": panel.share_below(known["days_on_chart"]),
        "usual_stay": _usual(panel, stayed)[panel.chart],
        "near_stay": _near_stay(panel, known["rank"]),
        "category_share": panel.count_alike("category_id") / size,
        "channel_rows": panel.earlier_alike("youtube_channel_id"),
    }


def _near_stay(panel: Panel, rank: Floats) -> Floats:
    """Return the share of this row's ten ranks that stayed, median of the charts of the look-back.

    Over two weeks it says how the region's chart is renewed from the bottom.
    """
    bands = np.minimum((rank - 1) // 10, _BANDS - 1).astype(np.int64)
    stayed = np.zeros((len(panel.chart_day), _BANDS))
    listed = np.zeros_like(stayed)
    np.add.at(stayed, (panel.chart, bands), panel.position(-1) >= 0)
    np.add.at(listed, (panel.chart, bands), 1)
    share = np.where(listed > 0, stayed / np.maximum(listed, 1), np.nan)
    return _usual(panel, share)[panel.chart, bands]


def _usual(panel: Panel, stayed: Floats) -> Floats:
    """Return, for each chart, the median over the charts before it in the look-back of ``stayed``.

    ``stayed`` (charts, …) tells how much of a chart was still there a chart later,
    so that of the chart itself is not looked at. The median is not moved by the
    few days on which YouTube barely renews its charts.
    """
    missing = np.full_like(stayed, np.nan)
    columns = [
        np.where((index >= 0).reshape(-1, *[1] * (stayed.ndim - 1)), stayed[index], missing)
        for index in panel.charts_before()
    ]
    values = np.sort(np.stack(columns), axis=0)
    counts = np.sum(~np.isnan(values), axis=0)
    low, high = np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, np.maximum(counts - 1, 0))
    middle = np.take_along_axis(values, np.stack([low, high]), axis=0)
    return np.asarray(middle.mean(axis=0), dtype=np.float64)
