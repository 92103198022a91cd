"""What a scene may show of time: the timeline of a rise, and bars over days, from the observations alone.

Both need several observations; where the evidence holds too few, there is no brief. They tell the
same figures as a growth line and a bar ranking, so that they can be drawn in their place.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from ytempire.content import countries, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.models import BarRace, BarRanking, GrowthLine, RaceDay, Timeline, TimelineEvent, VisualBrief

_MOST_EVENTS = 5
_MOST_DAYS = 5
_FEWEST_DAYS = 3
_APART = timedelta(minutes=30)


def timeline(one: VideoFacts) -> Timeline | None:
    """When ``one`` was published, first seen in a chart, highest in one and fastest, and where it is now.

    None when that makes fewer than three moments.
    """
    line = one.growth
    if not line:
        return None
    found: list[TimelineEvent] = []
    if one.video.published_at is not None and one.video.published_at <= line[0][0]:
        found.append(TimelineEvent(at=one.video.published_at, figure="Published", label=f"by {one.channel}"))
    for event in (_first_seen(one), _highest(one), _fastest(line)):
        if event is not None and all(abs(event.at - other.at) >= _APART for other in found):
            found.append(event)
    now = TimelineEvent(at=line[-1][0], figure=f"{numbers.shown(line[-1][1])}", label="views now")
    events = sorted((event for event in found if now.at - event.at >= _APART), key=lambda event: event.at)
    events = [*events[: _MOST_EVENTS - 1], now]
    return Timeline(title=one.title, events=events) if len(events) >= 3 else None


def _first_seen(one: VideoFacts) -> TimelineEvent | None:
    ranked = [point for point in one.video.points if point.rank is not None]
    if not ranked:
        return None
    first = min(ranked, key=lambda point: (point.at, point.rank or 0))
    country = countries.country(first.region_code)
    return TimelineEvent(at=first.at, figure=f"#{first.rank}", label=f"first seen in {country}")


def _highest(one: VideoFacts) -> TimelineEvent | None:
    ranked = [point for point in one.video.points if point.rank is not None]
    if not ranked:
        return None
    best = min(ranked, key=lambda point: (point.rank or 0, point.at))
    country = countries.country(best.region_code)
    return TimelineEvent(at=best.at, figure=f"#{best.rank}", label=f"its best, in {country}")


def _fastest(line: list[tuple[datetime, int]]) -> TimelineEvent | None:
    steps = [
        ((later[1] - earlier[1]) / ((later[0] - earlier[0]) / timedelta(hours=1)), earlier[0], later[0])
        for earlier, later in pairwise(line)
        if later[0] - earlier[0] >= timedelta(minutes=5)
    ]
    if len(steps) < 2:
        return None
    pace, earlier, later = max(steps)
    at = earlier + (later - earlier) / 2
    return TimelineEvent(at=at, figure=f"+{numbers.shown(pace)}", label="views an hour, its fastest")


def bar_race(ordered: list[VideoFacts], highlight: VideoFacts | None) -> BarRace | None:
    """The views of at most six videos at three to five moments at which each of them is known.

    None when fewer than two videos were observed for long enough, or nothing moved.
    """
    chosen = [one for one in ordered[:6] if len(one.growth) >= 2]
    if len(chosen) < 2 or len({one.channel for one in chosen}) < len(chosen):
        return None
    begin = max(next(at for at, views in one.growth if views > 0) for one in chosen)
    end = max(one.growth[-1][0] for one in chosen)
    seen = sorted({at for one in chosen for at, _ in one.growth if begin <= at <= end})
    moments = _spread(seen)
    if len(moments) < _FEWEST_DAYS:
        return None
    days = [RaceDay(at=at, values=[float(_at(one, at)) for one in chosen]) for at in moments]
    if days[0].values == days[-1].values:
        return None
    index = next((i for i, one in enumerate(chosen) if one is highlight), None)
    return BarRace(meaning="views over time", labels=[one.channel for one in chosen], days=days, highlight=index)


def _spread(moments: list[datetime]) -> list[datetime]:
    """At most five of the moments, as evenly over the time as they allow, the first and last among them."""
    if len(moments) <= _MOST_DAYS:
        return moments
    first, last = moments[0], moments[-1]
    wished = [first + (last - first) * step / (_MOST_DAYS - 1) for step in range(_MOST_DAYS)]
    return sorted({_nearest(moments, wish) for wish in wished})


def _nearest(moments: list[datetime], wish: datetime) -> datetime:
    return min(moments, key=lambda at: abs(at - wish))


def _at(one: VideoFacts, moment: datetime) -> int:
    """Views as last observed at or before ``moment``."""
    return max((views for at, views in one.growth if at <= moment), default=0)


def over_time(brief: VisualBrief, story: StoryFacts) -> VisualBrief | None:
    """Return a picture over time that may stand for ``brief``, because it shows the same, or None.

    A growth line may become the video's timeline; a ranking the race that ends in the same order.
    """
    if isinstance(brief, GrowthLine):
        one = next((video for video in story.everyone if video.title == brief.title), None)
        return timeline(one) if one else None
    if isinstance(brief, BarRanking):
        by_channel = {video.channel: video for video in reversed(story.everyone)}
        chosen = [by_channel[bar.label] for bar in brief.bars if bar.label in by_channel]
        lead = chosen[brief.highlight] if brief.highlight is not None and len(chosen) == len(brief.bars) else None
        race = bar_race(chosen, lead) if len(chosen) == len(brief.bars) else None
        if race is not None and race.labels == [bar.label for bar in brief.bars]:
            last = race.days[-1].values
            return race if last == sorted(last, reverse=True) else None
    return None
