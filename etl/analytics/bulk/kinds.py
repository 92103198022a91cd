"""Which bulk reports we order, and what each of their columns is here.

https://developers.google.com/youtube/reporting/v1/reports/channel_reports. A line of the activity report is a video
in one country, watched by subscribers or others, live or not; one of the reach report is a video.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.analytics.reports import Metric
from ytempire.youtube import reporting


@dataclass(frozen=True)
class ReportKind:
    """A report type. ``counts`` add up over a video's lines; ``rate`` is their mean, weighted by ``weight``."""

    name: str
    counts: tuple[Metric, ...]
    rate: Metric
    weight: str

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All that is read of a line."""
        return (*self.counts, self.rate)


ACTIVITY = ReportKind(
    reporting.ACTIVITY,
    counts=(
        Metric("views", "views", whole=True),
        Metric("engaged_views", "engaged_views", whole=True),
        Metric("likes", "likes", whole=True),
        Metric("comments", "comments", whole=True),
        Metric("shares", "shares", whole=True),
        Metric("watch_time_minutes", "watch_time_minutes"),
    ),
    rate=Metric("retention_rate", "average_view_duration_percentage", factor=0.01),
    weight="views",
)
REACH = ReportKind(
    reporting.REACH,
    counts=(Metric("impressions", "video_thumbnail_impressions", whole=True),),
    # A share of the impressions, 0 to 1.
    rate=Metric("ctr", "video_thumbnail_impressions_ctr"),
    weight="impressions",
)
KINDS = {kind.name: kind for kind in (ACTIVITY, REACH)}
COLUMNS = tuple(metric.column for kind in KINDS.values() for metric in kind.metrics)
