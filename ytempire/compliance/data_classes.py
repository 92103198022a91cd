"""Which of our data belongs to whom, and what follows from it: the classes that YouTube's policies tell apart.

YouTube API Services Developer Policies, III.E.4: data without its owner's
authorisation is refreshed or deleted within 30 days; statistics of authorised
channels may be kept while the authorisation stands.
https://developers.google.com/youtube/terms/developer-policies
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataClass:
    """A kind of data: where it lies, whether its owner authorised us, and what is done when its time is over."""

    name: str
    authorised: bool
    tables: tuple[str, ...]
    rule: str


PUBLIC_TEXTS = DataClass(
    "public_texts",
    authorised=False,
    tables=("trend_videos",),
    rule="What strangers call their videos and channels: asked for again or deleted within 30 days.",
)
TOPIC_TEXTS = DataClass(
    "topic_texts",
    authorised=False,
    tables=("topics", "generation_jobs"),
    rule="The same texts where a topic quotes them: an unused topic is deleted, a used one keeps only its numbers.",
)
FEED_TEXTS = DataClass(
    "feed_texts",
    authorised=False,
    tables=("trend_stories", "trend_follows"),
    rule="What feeds tell, in their words: forgotten within 30 days of being told last.",
)
PUBLIC_STATISTICS = DataClass(
    "public_statistics",
    authorised=False,
    tables=("trend_snapshots", "model_forecasts"),
    rule="Counts and places in charts at a moment, without a text: facts of that moment, kept trend_snapshot_days."
    " What models said of such places is kept forecast_days.",
)
CHANNEL_STATISTICS = DataClass(
    "channel_statistics",
    authorised=True,
    tables=("video_metrics", "video_metrics_daily", "channel_metrics_daily", "niche_metrics_daily"),
    rule="Analytics of channels that authorised us: kept as the retention table says.",
)
CLASSES = (PUBLIC_TEXTS, TOPIC_TEXTS, FEED_TEXTS, PUBLIC_STATISTICS, CHANNEL_STATISTICS)
