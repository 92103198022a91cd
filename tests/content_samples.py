"""Topics, channels and settings for the tests of content and quality."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ytempire.content.topic import ChannelProfile, Point, Topic, TopicEvidence, TopicVideo
from ytempire.settings import ContentSettings

NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
REGIONS = ["US", "GB", "DE", "IN", "BR", "JP"]

SMALL = ContentSettings(short_side_px=360, frames_per_second=15, x264_preset="ultrafast")

TITLES = [
    "Speedrunning the whole game blindfolded",
    "新しいゲームが来た!最強の武器を試す 🎮🔥",
    "أفضل لحظات المباراة هذا الأسبوع 😂",
    "Новый рекорд: 100 дней в лесу",
    "I BUILT A CASTLE IN 24 HOURS #shorts | part 2",
    "दुनिया का सबसे बड़ा घर 👨‍👩‍👧‍👦🇮🇳",
]


def video(number: int = 0, **changes: Any) -> TopicVideo:
    """A video with all figures; ``number`` makes it another one."""
    views = 2_345_678 // (number + 1)
    facts: dict[str, Any] = {
        "youtube_video_id": f"video{number:06d}",
        "title": TITLES[number % len(TITLES)],
        "channel_title": f"Channel {chr(65 + number)}",
        "category_id": 20,
        "published_at": NOW - timedelta(hours=20 + 7 * number),
        "duration_seconds": 612,
        "views": views,
        "likes": views // 23,
        "comments": views // 400,
        "velocity_views_per_hour": 98_765.0 / (number + 1),
        "best_rank": number + 1,
        "regions": REGIONS[: 5 - number % 5],
        "points": [
            Point(at=NOW - timedelta(hours=hours), region_code="US", rank=number + 1, views=round(views * share))
            for hours, share in ((12, 0.2), (8, 0.45), (4, 0.85), (0, 1.0))
        ],
    }
    return TopicVideo(**(facts | changes))


def topic(topic_id: str = "topic-1", others: int = 6, **lead: Any) -> Topic:
    """A topic whose lead is changed by ``lead``, with that many others."""
    return Topic(
        topic_id=topic_id,
        niche="gaming",
        title="Speedrun",
        reason="rises fast",
        score=0.9,
        ranked_by="velocity",
        first_seen_at=NOW,
        evidence=TopicEvidence(
            observed_at=NOW,
            regions_watched=REGIONS,
            lead=video(0, **lead),
            others=[video(number) for number in range(1, others + 1)],
        ),
    )


def scarce_topic(title: str = "Лучшие моменты") -> Topic:
    """A lead alone, of which only the views are known."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("category_id", "published_at", "duration_seconds", "likes", "comments", "velocity_views_per_hour", "best_rank")
    )
    made = topic("scarce", 0, title=title, channel_title="東京", views=812, regions=[], points=[], **nothing)
    evidence = made.evidence.model_copy(update={"regions_watched": ["US"]})
    return made.model_copy(update={"evidence": evidence})


def channel(**changes: Any) -> ChannelProfile:
    """A channel about games."""
    facts: dict[str, Any] = {
        "channel_id": "channel-1",
        "name": "Chart Room",
        "niche": "gaming",
        "language": "en-US",
        "voice": "us-cedar",
        "style_preset": "rank_card",
        "palette": "ink",
        "region_codes": ["US"],
        "made_for_kids": False,
    }
    return ChannelProfile(**(facts | changes))
