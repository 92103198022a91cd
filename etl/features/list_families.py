"""The declared features of the lists that a chart is made of; ``contract.py`` adds them to the others."""

from __future__ import annotations

from etl.features.feature import Feature, number

# What a list is ordered by, beside its places: the name, its window, and what those before it have.
_LIST_ORDERS = (
    ("age", "today", "a lower age"),
    ("speed", "today", "fewer views per hour"),
    ("views", "today", "fewer views"),
    ("growth", "last chart", "slower growth"),
    ("days", "lookback", "a shorter stay"),
    ("duration", "today", "a shorter video"),
)

# etl/features/standing.py: of the list (music, films, games) that the row was dealt from, etl/features/lists.py.
LISTS: list[Feature] = [
    *(number(f"list_{name}", "snapshots+videos", "0 or 1", "today", f"It was dealt from the list of {name}.")
      for name in ("music", "films", "games")),
    number("list_place", "snapshots+videos", "place", "today", "Its place in its list, 1 is first."),
    number("list_size", "snapshots+videos", "rows", "today", "Rows of its list in the chart."),
    number("list_place_share", "snapshots+videos", "share", "today", "Its place divided by those rows."),
    number("list_open", "snapshots+videos", "0 or 1", "today", "Its list goes on behind the end of the chart."),
    number("list_place_before", "snapshots+videos", "place", "last chart", "Its place in its list before."),
    number("list_place_change", "snapshots+videos", "places", "last chart", "Places won in its list."),
    number("list_new_share", "snapshots+videos", "share", "last chart", "Share of its list that came today."),
    number("list_new_above", "snapshots+videos", "rows", "last chart", "Better placed rows that came today."),
    number("list_new_below", "snapshots+videos", "rows", "last chart", "Worse placed rows that came today."),
    number("list_days", "snapshots+videos", "days", "lookback", "Mean unbroken stay in its list."),
    number("list_moves", "snapshots+videos", "places", "last chart", "Mean places won or lost in its list."),
    number("list_oldest", "snapshots+videos", "ln(1+h)", "today", "Age of the oldest video of its list."),
    *(number(f"list_{name}_place", "snapshots+videos", "share", window, f"Share of its list with {less}.")
      for name, window, less in _LIST_ORDERS),
    *(number(f"list_{name}_vs", "snapshots+videos", "as it", window, "The same, beyond the median of its list.")
      for name, window, _ in _LIST_ORDERS),
    *(number(f"{name}_new_share", "snapshots+videos", "share", "last chart", f"Share of the {name} that came today.")
      for name in ("music", "films", "games")),
    *(number(f"list_stay_{back}", "snapshots+videos", "share", "lookback", f"Share kept of its list {back} charts ago.")
      for back in range(1, 8)),
    *(number(f"list_stay_mean_{charts}", "snapshots+videos", "share", "lookback", f"Its mean over {charts} charts.")
      for charts in (3, 7, 14, 28)),
    number("list_stay_week", "snapshots+videos", "share", "lookback", "Its mean seven and fourteen charts ago."),
    number("list_since_renewal", "snapshots+videos", "charts", "lookback", "Since less than three tenths were kept."),
    number("list_cut", "snapshots+videos", "place", "last chart", "Lowest place of the last list that was kept."),
    number("list_cut_mean", "snapshots+videos", "place", "lookback", "Its mean over the look-back."),
    *(number(f"{name}_stay", "snapshots+videos", "share", "last chart", f"Share kept of the last {name}.")
      for name in ("music", "films", "games")),
    *(number(f"list_near_stay_{charts}", "snapshots+videos", "share", "lookback",
             f"Share kept around its place in its list, {charts} charts.") for charts in (1, 3, 7, 14, 28)),
    *(number(f"list_days_stay_{charts}", "snapshots+videos", "share", "lookback",
             f"Share kept of rows as long there in its list, {charts} charts.") for charts in (7, 14, 28)),
]  # fmt: skip

# etl/features/histories.py: seven steps back, one chart each; ``SEQUENCES`` names those that are read as one.
HISTORIES: list[Feature] = [
    number(f"past_{name}_{back}", source, unit, "lookback", f"{what}, {back} charts ago.")
    for name, source, unit, what in (
        ("standing", "snapshots+videos", "share", "Share of its list that it stood before, 0 if not listed"),
        ("growth", "snapshots", "ln/day", "Growth of its views"),
        ("spread", "snapshots", "share", "Countries that listed it, 0 if it was not listed here"),
        ("new_share", "snapshots+videos", "share", "Share of its list that was new"),
        ("channel_rows", "snapshots+videos", "rows", "Rows of its channel in this chart"),
    )
    for back in range(1, 8)
]
SEQUENCES: tuple[str, ...] = (
    "past_standing",
    "past_growth",
    "past_spread",
    "list_stay",
    "past_new_share",
    "past_channel_rows",
)
SEQUENCE_STEPS = 7
