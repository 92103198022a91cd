"""What became of the earlier rows of a row's channel: its record, in this country and in all.

It is read from listings, the bare keys of chart rows, over a longer time than anything else. What became of a row of
yesterday is told by today's chart of the same country. Of other countries today's chart may not be there yet: there
only what the charts of yesterday told counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.features.feature import MAX_GAP_DAYS, RECORD_DAYS, RECORD_STAY_DAYS
from etl.features.panel import Columns, Earlier, Floats, Panel

_KEYS = ["region_code", "day", "youtube_video_id"]
# Shares of few rows are drawn towards two thirds, which is about what stays of all rows.
_STAYED, _KNOWN = 1.0, 1.5


def record(charts: pd.DataFrame, listings: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the features of the family RECORD for each row of ``charts``, aligned with it.

    ``listings`` holds region_code, day, youtube_video_id and youtube_channel_id of all rows of the channels in all
    countries, those of ``charts`` among them; ``observed`` region_code and day of every chart.
    """
    panel = Panel.of(listings, observed)
    found = panel.rows[_KEYS].assign(**_columns(panel))
    return charts[_KEYS].merge(found, on=_KEYS, how="left", validate="1:1").set_index(charts.index).drop(columns=_KEYS)


def _columns(panel: Panel) -> Columns:
    # A video of which nothing is known has a channel of its own.
    known = panel.rows["youtube_channel_id"].fillna(panel.rows["youtube_video_id"])
    channel = pd.factorize(known)[0].astype(np.int64)
    region = panel.codes("region_code")
    stay = np.minimum(panel.days_on_chart(), RECORD_STAY_DAYS).astype(np.int64)
    stayed = panel.stays()
    everywhere = panel.earlier(channel)
    arrivals, _ = everywhere.total(_arrivals(panel), RECORD_DAYS)
    rows = everywhere.count(RECORD_DAYS)
    columns: Columns = {
        "record_arrivals": np.log1p(arrivals),
        "record_rows_per_arrival": np.log1p(rows / (arrivals + 1)),
    }
    for name, earlier, told_since in (
        ("record", panel.earlier(channel, region), 1),
        ("record_days", panel.earlier(channel, region, stay), 1),
        ("record_world", everywhere, 2),
        ("record_world_days", panel.earlier(channel, stay), 2),
    ):
        columns[f"{name}_rows"] = np.log1p(earlier.count(RECORD_DAYS))
        columns[f"{name}_stay"] = _share(earlier, stayed, told_since)
    return columns


def _share(earlier: Earlier, stayed: Floats, told_since: int) -> Floats:
    total, known = earlier.total(stayed, RECORD_DAYS, told_since)
    return np.asarray((total + _STAYED) / (known + _KNOWN), dtype=np.float64)


def _arrivals(panel: Panel) -> Floats:
    """Return 1 for one row of each video and day on which it came: no country had it in the days before."""
    video = panel.codes("youtube_video_id")
    came = panel.earlier(video).count(MAX_GAP_DAYS) == 0
    again = pd.DataFrame({"video": video, "day": panel.day}).duplicated()
    arrivals: Floats = (came & ~again.to_numpy()).astype(np.float64)
    return arrivals
