"""How a video stands in the charts of all countries, computed in process.

The Spark job computes the same columns in SQL (``spread.sql``), because they
need every country at once; a test holds the two together.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.features.contract import LOOKBACK_DAYS, SPREAD_COLUMNS
from etl.features.panel import Floats


def add_spread(charts: pd.DataFrame) -> pd.DataFrame:
    """Return ``charts`` with ``SPREAD_COLUMNS``: the video's countries, days and best places anywhere."""
    day = pd.to_datetime(charts["day"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    frame = charts.assign(day_number=day)
    regions = frame.groupby("day_number")["region_code"].nunique()
    spread = (
        frame.groupby(["youtube_video_id", "day_number"], observed=True)
        .agg(countries=("region_code", "nunique"), best=("rank", "min"), most=("views", "max"))
        .reset_index()
    )
    spread["share"] = spread["countries"] / spread["day_number"].map(regions)
    spread["spread_days"] = _earlier_days(spread)
    yesterday = spread.assign(day_number=spread["day_number"] + 1)
    both = spread.merge(yesterday, on=["youtube_video_id", "day_number"], how="left", suffixes=("", "_before"))
    observed = both["day_number"].isin(set(regions.index + 1))
    share_before = both["share_before"].fillna(0.0).where(observed)
    wide = pd.DataFrame(
        {
            "youtube_video_id": both["youtube_video_id"],
            "day_number": both["day_number"],
            "spread_share": both["share"],
            "spread_share_yesterday": share_before,
            "spread_days": both["spread_days"],
            "spread_best_rank": both["best"],
            "spread_best_rank_yesterday": both["best_before"],
            "spread_log_views_growth": np.log1p(both["most"]) - np.log1p(both["most_before"]),
        }
    ).astype(dict.fromkeys(SPREAD_COLUMNS, "float64"))
    return frame.merge(wide, on=["youtube_video_id", "day_number"], how="left").drop(columns="day_number")


def _earlier_days(spread: pd.DataFrame) -> Floats:
    """Count each video's earlier days within the look-back; ``spread`` is sorted by video and day."""
    video = pd.factorize(spread["youtube_video_id"])[0].astype(np.int64)
    moment = video * 1_000_000 + spread["day_number"].to_numpy()
    first = np.searchsorted(moment, moment - LOOKBACK_DAYS)
    first = np.maximum(first, np.searchsorted(video, video))
    earlier: Floats = (np.arange(len(moment)) - first).astype(np.float64)
    return earlier
