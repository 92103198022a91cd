"""Courses step by step, for a model that reads sequences: the row's, its country and list's, and its channel's.

Step k is the chart k charts before this one in the same country; what was not listed then is 0, what is not known NaN.
"""

from __future__ import annotations

import numpy as np

from etl.features.panel import Columns, Earlier, Floats, Panel

STEPS = 7


def histories(panel: Panel, known: Columns, new_shares: Floats) -> Columns:
    """Return the features of the family HISTORIES; ``new_shares`` (rows, STEPS) are those of the row's list."""
    standing = panel.lagged(1 - (known["list_place"] - 1) / known["list_size"])
    growth = panel.lagged(known["views_growth"])
    spread = panel.lagged(known["spread_share"])
    channel: Earlier = panel.earlier_alike("youtube_channel_id")
    until = [channel.count(back) for back in range(STEPS + 1)]
    columns: Columns = {}
    for back in range(1, STEPS + 1):
        columns[f"past_standing_{back}"] = np.nan_to_num(standing[:, back])
        columns[f"past_growth_{back}"] = growth[:, back]
        columns[f"past_spread_{back}"] = np.nan_to_num(spread[:, back])
        columns[f"past_new_share_{back}"] = new_shares[:, back - 1]
        columns[f"past_channel_rows_{back}"] = until[back] - until[back - 1]
    return columns
