"""A video among the others of its chart: its neighbours, its category, its channel, its language."""

from __future__ import annotations

import numpy as np

from etl.features.feature import LOOKBACK_DAYS
from etl.features.panel import Columns, Floats, Integers, Panel
from etl.features.turnover import bands

# Place among the chart, of: the feature's name and what it orders by.
_PLACES = {
    "views": "log_views",
    "likes": "log_likes",
    "comments": "log_comments",
    "like_ratio": "like_ratio",
    "comment_ratio": "comment_ratio",
    "duration": "log_duration",
    "growth": "views_growth",
    "change": "rank_change",
}
_COMPARED = {
    "likes": "log_likes",
    "comments": "log_comments",
    "like_ratio": "like_ratio",
    "comment_ratio": "comment_ratio",
    "age": "age_hours",
    "speed": "views_per_hour",
    "duration": "log_duration",
    "days": "days_on_chart",
}


def company(panel: Panel, known: Columns) -> Columns:
    """Return the features of the family COMPANY."""
    columns = {f"{name}_place": panel.share_below(known[source]) for name, source in _PLACES.items()}
    for name, source in _COMPARED.items():
        columns[f"{name}_vs_chart"] = known[source] - panel.per_chart(known[source], "median")[panel.chart]
    came = (panel.position(1) < 0).astype(np.float64)
    return (
        columns
        | _neighbours(panel, known)
        | _whole_chart(panel, known, came)
        | _band(panel, known, came)
        | _category(panel, known, came)
        | _channel(panel, known)
        | {"language_share": _language(panel)}
    )


def _neighbours(panel: Panel, known: Columns) -> Columns:
    """Look at the rows next above and below, in order of rank; the first has nobody above it."""
    order = np.lexsort((known["rank"], panel.chart))
    same = np.diff(panel.chart[order]) == 0
    columns: Columns = {}
    for side, here, there in (("above", order[1:], order[:-1]), ("below", order[:-1], order[1:])):
        index = np.full(len(panel), -1)
        index[here[same]] = there[same]
        gap = np.where(index >= 0, known["log_views"] - known["log_views"][index], np.nan)
        columns |= {
            f"views_gap_{side}": gap,
            f"growth_{side}": np.where(index >= 0, known["views_growth"][index], np.nan),
            f"days_{side}": np.where(index >= 0, known["days_on_chart"][index], np.nan),
        }
    return columns


def _whole_chart(panel: Panel, known: Columns, came: Floats) -> Columns:
    size = panel.per_chart(known["rank"], "size")
    channels = panel.per_chart(panel.codes("youtube_channel_id").astype(np.float64), "nunique")
    share = panel.count_alike("category_id") / size[panel.chart]
    of_charts = {
        "chart_age": panel.per_chart(known["age_hours"], "median"),
        "chart_age_std": panel.per_chart(known["age_hours"], "std"),
        "chart_views": panel.per_chart(known["log_views"], "median"),
        "chart_growth": panel.per_chart(known["views_growth"], "median"),
        "chart_growth_std": panel.per_chart(known["views_growth"], "std"),
        "chart_new_share": panel.per_chart(came, "mean"),
        "chart_days": panel.per_chart(known["days_on_chart"], "mean"),
        "chart_moves": panel.per_chart(np.abs(known["rank_change"]), "mean"),
        "chart_channels": channels / size,
        # Shannon's entropy: the mean of -ln(share of the row's category) over the rows.
        "chart_variety": panel.per_chart(-np.log(share), "mean"),
        "chart_duration": panel.per_chart(known["log_duration"], "median"),
    }
    return {name: values[panel.chart] for name, values in of_charts.items()}


def _band(panel: Panel, known: Columns, came: Floats) -> Columns:
    band = bands(known["rank"])

    def mean(values: Floats) -> Floats:
        return panel.per_code(values, band, "mean")

    return {
        "near_new_share": mean(came),
        "near_growth": mean(known["views_growth"]),
        "near_days": mean(known["days_on_chart"]),
        "views_vs_near": known["log_views"] - mean(known["log_views"]),
        "speed_vs_near": known["views_per_hour"] - mean(known["views_per_hour"]),
    }


def _category(panel: Panel, known: Columns, came: Floats) -> Columns:
    category = panel.codes("category_id")
    growth = panel.per_code(known["views_growth"], category, "mean")
    return {
        "category_place": _share_before(panel, known["rank"], category),
        "category_best": panel.per_code(known["rank"], category, "min"),
        "category_rank": panel.per_code(known["rank"], category, "mean"),
        "category_growth": growth,
        "growth_vs_category": known["views_growth"] - growth,
        "category_new_share": panel.per_code(came, category, "mean"),
        "category_days": panel.per_code(known["days_on_chart"], category, "mean"),
    }


def _share_before(panel: Panel, rank: Floats, code: Integers) -> Floats:
    """Return the share of the rows of the same chart and code that are placed better."""
    cell = panel.chart * (int(code.max(initial=0)) + 1) + code
    order = np.lexsort((rank, cell))
    ordered = cell[order]
    first = np.searchsorted(ordered, ordered)
    size = np.searchsorted(ordered, ordered, side="right") - first
    share = np.empty(len(panel))
    share[order] = (np.arange(len(panel)) - first) / size
    return share


def _channel(panel: Panel, known: Columns) -> Columns:
    channel = panel.codes("youtube_channel_id")
    earlier = panel.earlier_alike("youtube_channel_id")
    return {
        "channel_rows_today": panel.per_code(np.ones(len(panel)), channel, "sum"),
        "channel_best_today": panel.per_code(known["rank"], channel, "min"),
        "channel_rows_3": earlier.count(3),
        "channel_rows_7": earlier.count(7),
        "channel_rank_before": earlier.mean(known["rank"], LOOKBACK_DAYS),
        "channel_days_since": earlier.days_since(LOOKBACK_DAYS),
    }


def _language(panel: Panel) -> Floats:
    """Return the share of the chart in the video's language (en-US counts as en), NaN where it is not told."""
    spoken = panel.rows["language"].fillna("").astype(str).str.slice(0, 2).str.lower()
    codes = np.unique(spoken.to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    size = panel.per_chart(np.ones(len(panel)), "sum")[panel.chart]
    share = panel.per_code(np.ones(len(panel)), codes, "sum") / size
    return np.where(spoken.to_numpy(dtype=str) != "", share, np.nan)
