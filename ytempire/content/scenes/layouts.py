"""Which compositions a brief can be drawn in: the first that fits the frame best, then the others."""

from __future__ import annotations

from ytempire.content.frames import Frame
from ytempire.content.models import Countries, SceneKind, VisualBrief
from ytempire.content.scenes.bars import bar_race, bar_ranking, ranking_columns
from ytempire.content.scenes.cards import big_number, framed_number, rank_card, rank_line
from ytempire.content.scenes.charts import growth_columns, growth_line
from ytempire.content.scenes.page import Drawer
from ytempire.content.scenes.tables import countries, two_cards, two_columns
from ytempire.content.scenes.timeline import timeline
from ytempire.content.scenes.worldmap import country_map, drawable

Layout = tuple[SceneKind, Drawer]

_LAYOUTS: dict[str, list[Layout]] = {
    "rank_card": [("rank_card", rank_card), ("rank_card", rank_line)],
    "growth_line": [("growth_line", growth_line), ("growth_line", growth_columns)],
    "two_columns": [("two_columns", two_columns), ("two_columns", two_cards)],
    "big_number": [("big_number", big_number), ("big_number", framed_number)],
    "bar_ranking": [("bar_ranking", bar_ranking), ("bar_ranking", ranking_columns)],
    "timeline": [("timeline", timeline)],
    "bar_race": [("bar_race", bar_race)],
}
_MOST_COLUMNS = 5


def layouts(brief: VisualBrief, frame: Frame) -> list[Layout]:
    """Return the compositions of ``brief`` in ``frame``, at least one."""
    if isinstance(brief, Countries):
        listing: Layout = ("countries", countries)
        return [("country_map", country_map), listing] if drawable(brief) else [listing]
    known = _LAYOUTS[brief.kind]
    if brief.kind == "bar_ranking" and (frame.aspect_ratio != "16:9" or len(brief.bars) > _MOST_COLUMNS):
        return known[:1]
    if brief.kind == "two_columns" and frame.aspect_ratio != "16:9":
        return known[::-1] if frame.aspect_ratio == "9:16" else known[:1]
    return known
