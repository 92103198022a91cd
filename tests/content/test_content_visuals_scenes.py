"""Every composition of every kind of picture, in every shape of frame: margins, captions, overlaps."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from content_samples import NOW, SMALL, TITLES, scarce_topic, topic

from ytempire.content import briefs, briefs_time, palettes
from ytempire.content.countries import country_label
from ytempire.content.facts import story_facts
from ytempire.content.frames import frame
from ytempire.content.models import (
    Bar,
    BarRace,
    BarRanking,
    Column,
    Countries,
    Country,
    GrowthLine,
    Moment,
    RaceDay,
    RankCard,
    Timeline,
    TimelineEvent,
    TwoColumns,
)
from ytempire.content.scenes import titles
from ytempire.content.scenes.layouts import layouts
from ytempire.content.scenes.page import Header, Motion, Page
from ytempire.content.tiles import COLUMNS, ROWS, TILES

HEADER = Header("Chart Room", "YouTube charts, 25 September 2026")
LONG = "Everything that happened in the longest tournament of the year, told in one single breath"
WIDE = "字" * 60
NAMES = [
    "The Extraordinarily Long Channel Name",
    "東京ゲームチャンネル公式アカウント",
    "قناة الألعاب العربية الرسمية",
    "B",
    "Channel of the Very Wide Wonders WWWW",
    "Канал лучших моментов",
]


def story_briefs():
    story = story_facts(topic())
    lead, rival = story.lead, story.others[1]
    found = [
        briefs.rank_card(lead, 1),
        briefs.growth_line(rival),
        briefs.two_columns(lead, rival),
        briefs.big_number("+98.8 K", "views an hour", "one video in gaming"),
        briefs.listed_countries(lead, 6),
        briefs.listed_countries(story_facts(scarce_topic()).lead, 1),
        briefs.bar_ranking(story.by_speed[:4], lead),
        briefs_time.timeline(rival),
        briefs_time.bar_race(story.by_speed, lead),
    ]
    return [brief for brief in found if brief is not None]


def hard_briefs():
    codes = [*TILES][::5]
    listed = [Country(region_code=code, name=country_label(code), rank=50 - n) for n, code in enumerate(codes)]
    moment = Moment(at=NOW - timedelta(hours=2), views=900_000, label="+999 K an hour")
    points = [(NOW - timedelta(days=9), 0), (NOW - timedelta(hours=3), 40_000), (NOW, 999_400_000)]
    early = Moment(at=NOW - timedelta(days=9), views=10, label="+999 K an hour")
    figures = ["999.4 M", "+999.4 K", "100.0"]
    labels = ["views", "views an hour", "likes in 100 views"]
    events = [
        TimelineEvent(at=NOW - timedelta(days=40 - 10 * n), figure=figure, label=label)
        for n, (figure, label) in enumerate(
            (
                ("Published", "by " + NAMES[0]),
                ("#48", "first seen in the United Arab Emirates"),
                ("#1", "its best, in North Macedonia"),
                ("+999.4 K", "views an hour, its fastest"),
                ("999.4 M", "views now"),
            )
        )
    ]
    days = [
        RaceDay(at=NOW - timedelta(days=4 - n), values=[1e6 * (n + 1) * (6 - i) for i in range(6)]) for n in range(5)
    ]
    turned = [*days[:-1], days[-1].model_copy(update={"values": days[-1].values[::-1]})]
    bars = [Bar(label=name, value=999_400 // (n + 1), number="+999.4 K") for n, name in enumerate(NAMES)]
    return [
        RankCard(place=100, title=LONG, channel_title=NAMES[0], number="+999.4 K", meaning="views an hour"),
        RankCard(place=7, title=WIDE, channel_title=NAMES[1], number="999.4 M", meaning="views in all countries"),
        GrowthLine(title=LONG, points=points, moment=moment, end_label="999.4 M views"),
        GrowthLine(title=TITLES[2], points=points, moment=early, end_label="999.4 M views"),
        TwoColumns(
            labels=labels,
            left=Column(name=LONG, channel_title=NAMES[0], figures=figures),
            right=Column(name=WIDE, channel_title=NAMES[1], figures=figures),
            leads=["left", "right", "none"],
        ),
        briefs.big_number("364 thousand years", "to count its views, one a second, day and night", LONG),
        Countries(title=LONG, listed=listed, watched=104),
        Countries(title=WIDE, listed=listed[:2], watched=6),
        BarRanking(meaning="views an hour", bars=bars, highlight=4),
        BarRanking(meaning="views", bars=bars[:2], highlight=None),
        Timeline(title=LONG, events=events),
        BarRace(meaning="views over time", labels=NAMES, days=turned, highlight=5),
    ]


class Recorder(Page):
    """A page that remembers where text was written since the last whole picture was laid on."""

    def text(self, x, baseline, text, size, weight, colour, *, align="left", tabular=False):
        long = super().text(x, baseline, text, size, weight, colour, align=align, tabular=tabular)
        left = x - {"left": 0.0, "right": long, "centre": long / 2}[align]
        if not hasattr(self, "written"):
            self.written = []
        self.written.append((text, left, baseline - 0.7 * size, left + long, baseline))
        return long

    def visible(self):
        """What is written, without what the same words, emphasised, were written over."""
        latest = {(text[:5], round(bottom)): (text, left, top, right, bottom)
                  for text, left, top, right, bottom in self.written}  # fmt: skip
        return [one for one in latest.values() if one[0].strip()]


def ink(page) -> np.ndarray:
    pixels = np.asarray(page.image).astype(int)
    return np.abs(pixels - np.array(palettes.palette("paper").ground)).max(axis=2) > 24


def windows(shape, motion, size):
    """Both ends of the motion: left, top, width and height of the window in the still."""
    width, height = shape.size_px
    if motion.zooms:
        return [(0, 0, *size), ((size[0] - width) / 2, (size[1] - height) / 2, width, height)]
    return [(0, 0, width, height), (motion.travel_px, 0, width, height)]


def assert_margins_free(shape, motion, page, what):
    found = ink(page)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    unit, (width, height) = shape.pixels_per_unit, shape.size_px
    right = 0.88 if shape.aspect_ratio == "9:16" else 0.95
    for x, y, wide, high in windows(shape, motion, page.image.size):
        left_edge, right_edge = ((columns[at] - x) * width / wide for at in (0, -1))
        upper, lower = ((rows[at] - y) * height / high for at in (0, -1))
        assert left_edge >= 0.05 * width - 2 and right_edge <= right * width + 2, f"{what}: side margin"
        assert upper >= 0.05 * height - 2, f"{what}: upper margin"
        assert lower <= shape.captions_top * unit + 1, f"{what}: the band of the captions"


def assert_nothing_overlaps(page, what):
    for one, other in combinations(page.visible(), 2):
        apart = one[3] <= other[1] + 1 or other[3] <= one[1] + 1 or one[4] <= other[2] or other[4] <= one[2]
        assert apart, f"{what}: {one} lies on {other}"
    for text, left, _, right, bottom in page.visible():
        assert left >= page.left - 10 and right <= page.right + 3 and bottom <= page.bottom + 1, (what, text)


@pytest.mark.parametrize("motion", ["drift_right", "zoom_in"])
@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("brief", [*story_briefs(), *hard_briefs()], ids=lambda brief: brief.kind)
def test_every_composition_keeps_margins_and_captions_free_and_no_text_lies_on_another(brief, ratio, motion) -> None:
    shape = frame(ratio, SMALL)
    way = Motion(motion, round(shape.width_px * 0.025) * 2)
    for kind, drawer in layouts(brief, shape):
        what = f"{kind} {drawer.__name__}"
        page = Recorder(shape, way, palettes.palette("paper"), "Inter", HEADER)
        assert page.image.size == way.page_px(shape)
        before, state = page.image.tobytes(), page.written
        for _ in drawer(page, brief):
            after = page.image.tobytes()
            assert after != before, f"{what}: a still that shows nothing new"
            before = after
            if brief.kind == "bar_race":
                state, page.written = page.written, []
        if brief.kind == "bar_race":
            page.written = state
        assert_margins_free(shape, way, page, what)
        assert_nothing_overlaps(page, what)


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", [titles.intro, titles.outro, titles.heading])
@pytest.mark.parametrize("words", [("Chart Room", LONG), (NAMES[0], WIDE), (NAMES[2], TITLES[2])], ids=str)
def test_cards_keep_the_margins_of_every_frame(words, make, ratio) -> None:
    shape, way = frame(ratio, SMALL), Motion("zoom_in", 8)
    card = titles.Card(words[0], "Subscribe" if make is titles.outro else words[1])
    page = Page(shape, way, palettes.palette("paper"), "Inter", None)
    assert len(list(make(page, card))) == 2
    assert_margins_free(shape, way, page, make.__name__)


def test_charts_draw_themselves_and_text_fades() -> None:
    shape = frame("16:9", SMALL)
    entered: dict[str, set[str]] = {}
    for brief in [*story_briefs(), *hard_briefs()]:
        for _, drawer in layouts(brief, shape):
            page = Page(shape, Motion("drift_right", 32), palettes.palette("ink"), "Inter", HEADER)
            for enter in drawer(page, brief):
                entered.setdefault(drawer.__name__, set()).add(enter.how)
                assert (0.3 <= enter.seconds <= 0.5) if enter.how == "fade" else (0.4 <= enter.seconds <= 1.2)
    across = {name for name, how in entered.items() if "wipe_right" in how}
    up = {name for name, how in entered.items() if "wipe_up" in how}
    assert {"growth_line", "bar_ranking", "timeline", "country_map", "bar_race"} <= across
    assert {"growth_columns", "ranking_columns"} <= up
    assert entered["rank_card"] == entered["big_number"] == {"fade"}


def test_the_map_has_a_tile_for_every_country_with_a_chart() -> None:
    from ytempire.content.countries import _BY_CODE

    assert set(TILES) == set(_BY_CODE) and len(set(TILES.values())) == len(TILES)
    assert all(0 <= column < COLUMNS and 0 <= row < ROWS for column, row in TILES.values())
    for west, east in (("US", "GB"), ("GB", "IN"), ("IN", "JP"), ("BR", "ZA")):
        assert TILES[west][0] < TILES[east][0]
    for north, south in (("CA", "MX"), ("MX", "BR"), ("NO", "DZ"), ("JP", "AU")):
        assert TILES[north][1] < TILES[south][1]
