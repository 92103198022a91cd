"""Topics as the charts really look: many videos, titles in several languages, gaps in the figures."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from ytempire.content.topic import Point, Topic, TopicEvidence, TopicVideo

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
REGIONS = ["US", "GB", "DE", "IN", "BR", "JP"]

_TITLES = [
    "I BUILT AN UNDERWATER CITY IN 100 DAYS",
    "Emberfall 3 - Official Gameplay Trailer",
    "【神回】新武器が強すぎて笑いが止まらない",
    "Ranked push to the top | LIVE | road to 3000",
    "1 Block vs 10,000 Block Castle!",
    "A NOVA CASA DO BAIRRO (parte 4)",
    "Moss Harbor but every step costs a heart",
    "GRAND FINALS: Northern Lights vs Tide Watch",
    "मेरा पहला घर 🏠🔥 #shorts",
    "the update nobody asked for (and why I love it)",
    "Hollowforge speedrun in 14:22 [world record]",
    "Новый мод изменил всё",
    "10 Secrets Hidden in Quartz Arena",
    "Ultimate hide and seek in a giant mansion 😱",
    "How long can you stay on one chunk?",
    "Lunar Legends Season 9 | Cinematic",
    "لعبت ليلة كاملة في الغابة",
    "Cheap vs Expensive setup!! honest review",
    "Building the tallest tower in Rune Online",
    "SEMI FINALE: Rotterdam Cup, Tag 2",
]
_MAKERS = [
    "Blockhouse", "Emberfall", "ゲーム研究所", "Ranked Room", "Ten Thousand Bricks", "Canal do Bairro", "Moss & Moor",
    "Northern Cup", "घर गेम्स", "Patch Notes Daily", "Runs in Minutes", "Мир модов", "Hidden Corners", "Mansion Club",
    "One Chunk", "Lunar Legends", "قناة الغابة", "Setup Scout", "Tower Guild", "Rotterdam Cup",
]  # fmt: skip


def charts_topic(number: int, others: int = 9) -> Topic:
    """The topic of day ``number``: a lead with its history and ``others`` of the same niche, fastest first."""
    chance = random.Random(f"charts {number}")
    now = NOW + timedelta(days=2 * number)
    videos = [_video(chance, number, place, now) for place in range(others + 1)]
    videos.sort(key=lambda one: -(one.velocity_views_per_hour or 0))
    lead = videos.pop(number % 3)
    return Topic(
        topic_id=f"charts-{number}",
        niche="gaming",
        title=lead.title,
        reason="rises fast",
        score=0.9,
        ranked_by="velocity",
        first_seen_at=now,
        evidence=TopicEvidence(observed_at=now, regions_watched=REGIONS, lead=lead, others=videos),
    )


def _video(chance: random.Random, number: int, place: int, now: datetime) -> TopicVideo:
    which = (number * 7 + place) % len(_TITLES)
    hours = chance.choice([3, 7, 11, 19, 26, 40, 60, 85, 110, 140]) + chance.random()
    views = round(chance.lognormvariate(13.3, 1.0))
    average = views / hours
    regions = chance.sample(REGIONS, chance.choice([1, 1, 1, 2, 3, 5]))
    best = chance.randint(1, 40)
    points = [
        Point(
            at=now - timedelta(hours=hours * (1 - share)),
            region_code=regions[0],
            rank=best,
            views=round(views * share**0.7),
        )
        for share in (0.4, 0.7, 1.0)
    ]
    episode = "" if place < len(_TITLES) else f" #{place}"
    return TopicVideo(
        youtube_video_id=f"chart{number:02d}{place:04d}",
        title=f"{_TITLES[which]}{episode}",
        channel_title=f"{_MAKERS[which]}{' 2' if episode else ''}",
        category_id=20,
        published_at=now - timedelta(hours=hours),
        duration_seconds=chance.choice([38, 212, 611, 1_320, 9_000]) + chance.randint(0, 250),
        views=views,
        likes=chance.choice([0, round(views * chance.uniform(0.01, 0.07))]),
        comments=chance.choice([None, round(views * chance.uniform(0.0005, 0.004))]),
        velocity_views_per_hour=average * chance.uniform(0.4, 1.8),
        best_rank=best,
        regions=regions,
        points=points if place < 4 else points[-1:],
    )
