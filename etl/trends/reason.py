"""Why a topic is one, in a sentence that a person can check."""

from __future__ import annotations

from dataclasses import dataclass

from etl.trends.ranking import Candidate
from etl.trends.stories import Story

# A speed that changed by less than this within half a day is called the same.
_NOTICEABLE = 0.2


@dataclass(frozen=True)
class Standing:
    """What a story's spread is measured by: charts watched, channels that covered it, channels that there are."""

    countries_watched: int
    channels_covering: int = 0
    channels: int = 0


def reason_for(story: Story, standing: Standing) -> str:
    """Return the measured growth and spread, such as "+38 % views in 24 hours, speeding up, in the charts of
    4 of 6 countries, best rank 2, told by 3 videos and 1 feed, began 9 hours ago".
    """
    lead = story.lead
    parts = [_growth(lead), *_pace(lead), *_presence(story, standing), *_telling(story)]
    if story.began_at is not None and lead.growth is not None and story.began_at < lead.observed_at:
        hours = (lead.observed_at - story.began_at).total_seconds() / 3600
        parts.append(f"began {_duration(hours)} ago")
    if standing.channels_covering:
        parts.append(f"covered by {standing.channels_covering} of our {_many(standing.channels, 'channel')}")
    return ", ".join(parts)


def _presence(story: Story, standing: Standing) -> list[str]:
    video = story.lead.video
    if not story.regions:
        return [f"new from {video.channel_title}" if video.channel_title else "from the watch list"]
    charts = "chart" if standing.countries_watched == 1 else "charts"
    countries = "country" if standing.countries_watched == 1 else "countries"
    where = f"in the {charts} of {len(story.regions)} of {standing.countries_watched} {countries}"
    return [where, f"best rank {story.best_rank}"]


def _telling(story: Story) -> list[str]:
    told = []
    if len(story.members) > 1:
        told.append(f"{len(story.members)} videos")
    if story.feeds:
        told.append(_many(len(story.feeds), "feed"))
    return [f"told by {' and '.join(told)}"] if told else []


def _pace(candidate: Candidate) -> list[str]:
    """Whether the second half of the measured stretch was faster or slower than the first, where one can tell."""
    growth, acceleration = candidate.growth, candidate.acceleration
    if growth is None or acceleration is None or growth.after <= growth.before:
        return []
    change = acceleration * growth.hours / 2 / ((growth.after - growth.before) / growth.hours)
    if abs(change) < _NOTICEABLE:
        return []
    return ["speeding up" if change > 0 else "slowing down"]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _growth(candidate: Candidate) -> str:
    growth, video = candidate.growth, candidate.video
    if growth is not None and growth.before > 0:
        percent = 100 * (growth.after - growth.before) / growth.before
        return f"{_percent(percent)} views in {_duration(growth.hours)}"
    if growth is not None:
        return f"{growth.after:,} views in {_duration(growth.hours)}"
    if video.published_at is None or video.published_at >= candidate.observed_at:
        return f"{video.views:,} views"
    hours = (candidate.observed_at - video.published_at).total_seconds() / 3600
    return f"{video.views:,} views in the {_duration(hours)} since it was published"


def _percent(value: float) -> str:
    size = abs(value)
    digits = f"{size:,.0f}" if size >= 10 else f"{size:.1f}"
    return f"{'+' if value >= 0 else '−'}{digits} %"


def _duration(hours: float) -> str:
    """Round to the unit that a person would use, from two of it on."""
    if hours >= 2 * 24 * 365:
        return f"{hours / (24 * 365.25):.0f} years"
    if hours >= 3 * 24:
        return f"{hours / 24:.0f} days"
    if hours >= 2:
        return f"{hours:.0f} hours"
    return f"{max(2, hours * 60):.0f} minutes"
