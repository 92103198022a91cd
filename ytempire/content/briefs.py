"""What a scene may show: visual briefs made from the evidence, never from a writer's claim.

Both the offline writer and the language models choose a kind and a video; the numbers come from here.
"""

from __future__ import annotations

from itertools import pairwise

from ytempire.content import countries, numbers
from ytempire.content.facts import VideoFacts
from ytempire.content.models import (
    Bar,
    BarRanking,
    BigNumber,
    Column,
    Countries,
    Country,
    GrowthLine,
    Moment,
    RankCard,
    TwoColumns,
)


def main_number(one: VideoFacts) -> tuple[str, str]:
    """Return the number a video is shown with, and its meaning: its pace, else its views."""
    if one.velocity:
        return f"+{numbers.shown(one.velocity)}", "views an hour"
    return numbers.shown(one.views), "views"


def rank_card(one: VideoFacts, place: int) -> RankCard:
    """A card of ``one`` at ``place``."""
    number, meaning = main_number(one)
    return RankCard(place=place, title=one.title, channel_title=one.channel, number=number, meaning=meaning)


def growth_line(one: VideoFacts) -> GrowthLine | None:
    """The views of ``one`` over time, its steepest stretch labelled; None without two different points."""
    line = one.growth
    if not line:
        return None
    steps = [
        ((later[1] - earlier[1]) / max((later[0] - earlier[0]).total_seconds() / 3600, 0.01), earlier, later)
        for earlier, later in pairwise(line)
    ]
    pace, earlier, later = max(steps, key=lambda step: step[0])
    moment = Moment(
        at=earlier[0] + (later[0] - earlier[0]) / 2,
        views=round((earlier[1] + later[1]) / 2),
        label=f"+{numbers.shown(pace)} an hour",
    )
    return GrowthLine(title=one.title, points=line, moment=moment, end_label=f"{numbers.shown(line[-1][1])} views")


def listed_countries(one: VideoFacts, watched: int) -> Countries:
    """Where ``one`` is listed, best rank first."""
    ranks: dict[str, int] = {}
    for point in one.video.points:
        if point.rank is not None:
            ranks[point.region_code] = point.rank
    if one.best_region:
        ranks.setdefault(*one.best_region)
    listed = [
        Country(region_code=code, name=countries.country_label(code), rank=ranks.get(code)) for code in one.regions
    ]
    listed.sort(key=lambda place: place.rank if place.rank is not None else 99)
    return Countries(title=one.title, listed=listed, watched=max(watched, len(listed), 1))


def two_columns(left: VideoFacts, right: VideoFacts) -> TwoColumns:
    """Two videos side by side, with the figures that both have."""
    rows: list[tuple[str, float | None, float | None, str]] = [
        ("views", left.views, right.views, ""),
        ("views an hour", left.velocity, right.velocity, "+"),
        ("likes in 100 views", _like_rate(left), _like_rate(right), "rate"),
        ("countries", len(left.regions) or None, len(right.regions) or None, ""),
    ]
    kept = [(label, a, b, style) for label, a, b, style in rows if a is not None and b is not None][:3]
    return TwoColumns(
        labels=[label for label, *_ in kept],
        left=Column(
            name=left.title,
            channel_title=left.channel,
            figures=[_figure(a, style) for _, a, _, style in kept],
        ),
        right=Column(
            name=right.title,
            channel_title=right.channel,
            figures=[_figure(b, style) for _, _, b, style in kept],
        ),
        leads=["left" if a > b else "right" if b > a else "none" for _, a, b, _ in kept],
    )


def _like_rate(one: VideoFacts) -> float | None:
    return 100 * one.likes / one.views if one.likes and one.views else None


def _figure(value: float, style: str) -> str:
    return f"{value:.1f}" if style == "rate" else f"{style}{numbers.shown(value)}"


def bar_ranking(ordered: list[VideoFacts], highlight: VideoFacts | None) -> BarRanking:
    """At most six videos in order of their pace, or of their views when a pace is unknown."""
    chosen = ordered[:6]
    by_speed = all(one.velocity for one in chosen)
    values = [one.velocity or 0.0 if by_speed else float(one.views) for one in chosen]
    bars = [
        Bar(label=one.channel, value=value, number=("+" if by_speed else "") + numbers.shown(value))
        for one, value in sorted(zip(chosen, values, strict=True), key=lambda pair: -pair[1])
    ]
    index = next((i for i, bar in enumerate(bars) if highlight and bar.label == highlight.channel), None)
    return BarRanking(meaning="views an hour" if by_speed else "views", bars=bars, highlight=index)


def big_number(number: str, meaning: str, detail: str = "") -> BigNumber:
    """One number and its meaning."""
    return BigNumber(number=number, meaning=meaning, detail=detail)
