"""Every named factor moves the audience, days and totals agree, and only the given moment counts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import pytest
from PIL import Image, ImageDraw

from sandbox import appeal
from sandbox.audience import PACIFIC, Audience, Look, PublishedVideo, Statistics

PUBLISHED = datetime(2026, 11, 3, 22, tzinfo=UTC)  # 17 o'clock in New York
CHARTING = appeal.chart_words(
    ["Solarvale Online - Official Trailer", "Northern Orchard - Gravity", "Glass Reactor explained"]
)
GOOD = appeal.ThumbnailMeasure(contrast=0.9, brightness=0.5, colourfulness=0.8)


@pytest.fixture
def audience() -> Audience:
    return Audience(seed=7, charting=lambda country, at: CHARTING if country == "US" else {})


def video(number: int = 0, **changes: object) -> PublishedVideo:
    look = Look(PUBLISHED, "How Solarvale Online rose to 3 million views", thumbnail=GOOD, captions=True)
    look_changes = {name: changes.pop(name) for name in list(changes) if name in Look.__dataclass_fields__}
    made = PublishedVideo(
        youtube_video_id=f"video{number:06d}",
        youtube_channel_id="UC" + "x" * 22,
        published_at=PUBLISHED,
        duration_seconds=90,
        looks=(replace(look, **look_changes),),
        subscribers=2000,
        bitrate_kbps=1200,
    )
    return replace(made, **changes)


def mean_views(audience: Audience, days: float = 6, **changes: object) -> float:
    at = PUBLISHED + timedelta(days=days)
    return fmean(audience.statistics(video(n, **dict(changes)), at).views for n in range(40))


@pytest.mark.parametrize(
    ("better", "worse", "least"),
    [
        ({}, {"title": "How bread rises in a cold oven, in 3 steps"}, 3.0),
        ({}, {"title": "SOLARVALE ONLINE IS SO INSANE!!! YOU MUST SEE IT"}, 1.2),
        ({}, {"title": "Solarvale"}, 1.1),
        ({"title": "Why did Solarvale Online rise so fast in a week?"},
         {"title": "About the rise of Solarvale Online in one week."}, 1.04),
        ({}, {"thumbnail": None}, 1.5),
        ({}, {"thumbnail": replace(GOOD, contrast=0.2, colourfulness=0.1)}, 1.3),
        ({}, {"thumbnail": replace(GOOD, brightness=0.05)}, 1.1),
        ({}, {"width": 640, "height": 360}, 1.1),
        ({}, {"bitrate_kbps": 100}, 1.05),
        ({}, {"captions": False}, 1.05),
        ({}, {"duration_seconds": 12}, 1.1),
        ({}, {"published_at": PUBLISHED - timedelta(hours=12)}, 1.2),
        ({"subscribers": 100_000}, {"subscribers": 0}, 2.0),
        ({"country": "US"}, {"country": "DE"}, 2.0),
    ],
)  # fmt: skip
def test_each_factor_changes_the_views(
    audience: Audience, better: dict[str, object], worse: dict[str, object], least: float
) -> None:
    assert mean_views(audience, **better) > least * mean_views(audience, **worse)


def test_a_small_channels_good_video_gets_hundreds_to_thousands_of_views(audience: Audience) -> None:
    after = [mean_views(audience, days=days, subscribers=500) for days in (1, 3, 6)]
    assert 200 < after[0] < after[1] < after[2] < 5000


def test_days_add_up_to_the_total_and_nothing_falls(audience: Audience) -> None:
    made = video()
    end = PUBLISHED + timedelta(days=9)
    days = [(PUBLISHED + timedelta(days=n)).astimezone(PACIFIC).date() for n in range(-1, 10)]
    daily = [audience.daily(made, day, end) for day in days]
    whole = audience.statistics(made, end)
    for name in (
        "views",
        "likes",
        "comments",
        "watch_minutes",
        "impressions",
        "revenue_micros",
        "engaged_views",
    ):
        assert sum(getattr(each, name) for each in daily) == getattr(whole, name), name
    hourly = [audience.statistics(made, PUBLISHED + timedelta(hours=h)) for h in range(0, 100)]
    for earlier, later in pairwise(hourly):
        assert later.views >= earlier.views
        assert later.likes >= earlier.likes
        assert later.impressions >= earlier.impressions
    assert hourly[0] == Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, None)
    assert whole.engaged_views <= whole.views < whole.impressions


def test_only_seed_video_and_moment_count(audience: Audience) -> None:
    at = PUBLISHED + timedelta(days=4)
    again = Audience(seed=7, charting=lambda country, when: CHARTING)
    assert audience.statistics(video(), at) == again.statistics(video(), at)
    other = Audience(seed=8, charting=lambda country, when: CHARTING)
    assert audience.statistics(video(), at) != other.statistics(video(), at)
    assert audience.statistics(video(1), at) != audience.statistics(video(2), at)


def test_a_better_look_works_from_when_it_was_set_and_leaves_the_past(audience: Audience) -> None:
    plain = video(thumbnail=None)
    changed_at = PUBLISHED + timedelta(days=1)
    changed = replace(plain, looks=(*plain.looks, replace(plain.looks[0], since=changed_at, thumbnail=GOOD)))
    assert audience.statistics(changed, changed_at) == audience.statistics(plain, changed_at)
    later = changed_at + timedelta(days=2)
    assert audience.statistics(changed, later).views > audience.statistics(plain, later).views


def test_nobody_watches_while_a_video_is_not_public(audience: Audience) -> None:
    made = video()
    hidden_at = PUBLISHED + timedelta(days=1)
    hidden = replace(made, looks=(*made.looks, replace(made.looks[0], since=hidden_at, public=False)))
    later = audience.statistics(hidden, hidden_at + timedelta(days=3))
    assert later == audience.statistics(made, hidden_at)


def test_money_needs_a_thousand_subscribers_and_longer_videos_earn_more_a_view(audience: Audience) -> None:
    at = PUBLISHED + timedelta(days=5)
    assert audience.statistics(video(subscribers=999), at).revenue_micros == 0
    short, long = (audience.statistics(video(duration_seconds=s), at) for s in (90, 600))
    assert long.revenue_micros / long.views > 1.3 * short.revenue_micros / short.views


def test_longer_videos_are_watched_to_a_smaller_share_but_for_longer(audience: Audience) -> None:
    at = PUBLISHED + timedelta(days=5)
    short, long = (audience.statistics(video(duration_seconds=s), at) for s in (60, 900))
    assert short.average_view_percentage > long.average_view_percentage
    assert long.average_view_seconds > short.average_view_seconds


def test_thumbnails_are_measured_from_their_bytes() -> None:
    grey = appeal.measure_thumbnail(_png("#808080"))
    striking = appeal.measure_thumbnail(_png("#101030", "#ffcc00"))
    assert grey is not None and striking is not None
    assert striking.contrast > grey.contrast + 0.5
    assert striking.colourfulness > grey.colourfulness + 0.5
    assert appeal.thumbnail_factor(striking) > appeal.thumbnail_factor(grey) > appeal.thumbnail_factor(None)
    assert appeal.measure_thumbnail(b"no image at all") is None


def _png(ground: str, bar: str | None = None) -> bytes:
    image = Image.new("RGB", (1280, 720), ground)
    if bar is not None:
        ImageDraw.Draw(image).rectangle((0, 0, 640, 720), fill=bar)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_common_words_are_no_subject() -> None:
    assert appeal.topic_heat("The Official Trailer", "", (), CHARTING) == 0
    assert appeal.topic_heat("Gravity by Northern Orchard", "", (), CHARTING) > 0.5
    in_title = appeal.topic_heat("Solarvale", "", (), CHARTING)
    assert 0 < appeal.topic_heat("A game", "About Solarvale", (), CHARTING) < in_title
