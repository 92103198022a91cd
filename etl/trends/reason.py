"""Why a topic is one, in a sentence that a person can check."""

from __future__ import annotations

from etl.trends.ranking import Candidate


def reason_for(candidate: Candidate, countries_watched: int) -> str:
    """Return the measured growth and the presence in the charts, such as
    "+38 % views in 24 hours, in the charts of 4 of 6 countries, best rank 2".
    """
    parts = [_growth(candidate)]
    video = candidate.video
    if video.regions:
        charts = "chart" if countries_watched == 1 else "charts"
        countries = "country" if countries_watched == 1 else "countries"
        parts.append(f"in the {charts} of {len(video.regions)} of {countries_watched} {countries}")
        parts.append(f"best rank {video.best_rank}")
    else:
        parts.append(f"new from {video.channel_title}" if video.channel_title else "from the watch list")
    return ", ".join(parts)


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
