"""Invented topics, seeded: what the offline writer writes about when the quality model needs examples.

Names and figures are put together by chance from the lists below; no real video is meant.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from ytempire.content.topic import ChannelProfile, Point, Topic, TopicEvidence, TopicVideo

_DAY = datetime(2026, 3, 2, 15, tzinfo=UTC)
_REGIONS = ("US", "GB", "DE", "IN", "BR", "JP", "FR", "MX")
_SUBJECTS = {
    "gaming": (10, "boss fight", "speedrun", "open world", "update", "tournament", "castle build", "survival map"),
    "music": (10, "official video", "live session", "acoustic cover", "remix", "lyric video", "album", "duet"),
    "film": (1, "trailer", "deleted scene", "behind the scenes", "teaser", "review", "short film", "casting"),
    "science": (28, "rocket launch", "deep sea dive", "eclipse", "experiment", "volcano", "fossil find", "telescope"),
    "cooking": (26, "street food", "one-pot dinner", "bread", "knife skills", "market tour", "ramen", "dessert"),
    "sports": (17, "final", "comeback", "highlights", "training day", "record jump", "marathon", "derby"),
    "technology": (28, "phone review", "teardown", "keyboard", "robot", "new chip", "camera test", "home lab"),
    "travel": (19, "night train", "island", "hidden valley", "city walk", "road trip", "mountain hut", "ferry"),
}
_BEFORE = (
    "The", "Our Longest", "A Quiet", "Inside the", "24 Hours at the", "The Last", "I Tried the", "Building a",
    "Ranking Every", "The Truth About the", "First Look:", "Why This", "100 Days of", "The Fastest",
)  # fmt: skip
_AFTER = (
    "(Official)", "in the Rain", "With No Money", "| Part 2", "Explained", "for Beginners", "Gone Right", "at Midnight",
    "#shorts", "From Zero", "Without a Map", "in One Take", "of the Year", "🔥", "",
)  # fmt: skip
_ABROAD = (
    "新しい挑戦が始まる", "أفضل لحظات الأسبوع", "Новый рекорд сезона", "सबसे बड़ा मुकाबला",
    "하루 만에 완성", "最後の勝負 🎮",
)  # fmt: skip
_CHANNELS = (
    "North Pier", "Blue Kettle", "Studio Fern", "Late Lantern", "Paper Comet", "Salt and Stone", "Second Bell",
    "Copper Fox", "Wide Angle", "Slow Harbor", "Tin Orchard", "Green Static", "Long Division", "Ember Lane",
    "Glass Meadow", "Quarter Moon", "Red Ledger", "Open Drawer", "Kite Theory", "Winter Radio",
)  # fmt: skip
_LIKES = (18, 60)


def topics(count: int, seed: int) -> list[tuple[Topic, ChannelProfile]]:
    """Return ``count`` different topics, each with the channel it is for; the same seed gives the same."""
    return [_topic(number, random.Random(f"{seed}/{number}")) for number in range(count)]  # noqa: S311 -- no secret


def retold(topic: Topic, seed: int) -> Topic:
    """Return the same story a day later: the same videos, with figures that have moved on."""
    chance = random.Random(f"{seed}/{topic.topic_id}")  # noqa: S311 -- no secret

    def moved(video: TopicVideo) -> TopicVideo:
        views = round(video.views * chance.uniform(1.05, 1.4))
        known = video.velocity_views_per_hour
        speed = known and known * chance.uniform(0.7, 1.3)
        return video.model_copy(update={"views": views, "velocity_views_per_hour": speed, "points": []})

    old = topic.evidence
    evidence = TopicEvidence(
        observed_at=old.observed_at + timedelta(days=1),
        regions_watched=old.regions_watched,
        lead=moved(old.lead),
        others=[moved(video) for video in old.others],
    )
    return topic.model_copy(update={"topic_id": f"{topic.topic_id}-later", "evidence": evidence})


def _topic(number: int, chance: random.Random) -> tuple[Topic, ChannelProfile]:
    niche = chance.choice(sorted(_SUBJECTS))
    at = _DAY + timedelta(hours=7 * number)
    videos = [_video(f"{number:04d}{place:02d}", niche, at, chance) for place in range(chance.randint(2, 10))]
    evidence = TopicEvidence(
        observed_at=at,
        regions_watched=list(_REGIONS[: chance.randint(3, 8)]),
        lead=videos[0],
        others=videos[1:],
    )
    topic = Topic(
        topic_id=f"invented-{number}",
        niche=niche,
        title=videos[0].title,
        reason="rises",
        score=1.0,
        ranked_by="velocity",
        first_seen_at=at,
        evidence=evidence,
    )
    channel = ChannelProfile(
        channel_id=f"channel-{number}",
        name=f"{niche.title()} {chance.choice(('Now', 'Charts', 'Watch', 'Room', 'Daily'))}",
        niche=niche,
        language="en-US",
        voice="en-us",
        style_preset="rank_card",
        palette="ink",
        region_codes=["US"],
        made_for_kids=False,
    )
    return topic, channel


def _video(name: str, niche: str, at: datetime, chance: random.Random) -> TopicVideo:
    category, *subjects = _SUBJECTS[niche]
    title = f"{chance.choice(_BEFORE)} {chance.choice(subjects).title()} {chance.choice(_AFTER)}".strip()
    if chance.random() < 0.12:
        title = chance.choice(_ABROAD)
    views = round(10 ** chance.uniform(4.2, 7.4))
    age = chance.uniform(5, 90)
    regions = chance.sample(_REGIONS, chance.randint(1, 5))
    shares = sorted(chance.uniform(0.05, 0.95) for _ in range(3))
    points = [
        Point(
            at=at - timedelta(hours=hours), region_code=regions[0], rank=chance.randint(1, 40), views=round(views * s)
        )
        for hours, s in zip((12, 8, 4, 0), (*shares, 1.0), strict=True)
    ]
    return TopicVideo(
        youtube_video_id=f"inv{name}",
        title=title,
        channel_title=chance.choice(_CHANNELS),
        category_id=int(category),
        published_at=at - timedelta(hours=age),
        duration_seconds=chance.randint(30, 3_000),
        views=views,
        likes=views // chance.randint(*_LIKES),
        comments=views // chance.randint(200, 900),
        velocity_views_per_hour=views / age * chance.uniform(0.2, 1.2),
        best_rank=min(point.rank or 50 for point in points),
        regions=regions,
        points=points if chance.random() < 0.8 else [],
    )
