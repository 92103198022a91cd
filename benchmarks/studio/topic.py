"""A topic with a field of thirty videos, seen over three days in eight countries; the figures come from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from ytempire.content.topic import ChannelProfile, Point, Topic, TopicEvidence, TopicVideo

NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
REGIONS = ("US", "GB", "DE", "IN", "BR", "JP", "FR", "MX")
FIELD = 30
WORDS = ("Castle", "Speedrun", "Island", "Forest", "Tower", "Arena", "Harbour", "Desert", "Bridge", "Cave")
FORMS = ("{} in twenty-four hours", "The whole {} without a map", "One hundred days in the {}", "Nobody finds the {}")


def example(seed: int = 1) -> Topic:
    """Return the topic that ``seed`` gives."""
    random = np.random.default_rng(seed)
    videos = [_video(random, seed, number) for number in range(FIELD)]
    videos.sort(key=lambda one: -(one.velocity_views_per_hour or 0))
    evidence = TopicEvidence(
        observed_at=NOW, regions_watched=list(REGIONS), lead=videos[0], others=videos[1:]
    )  # fmt: skip
    return Topic(
        topic_id=f"benchmark-{seed}", niche="gaming", title=videos[0].title, reason="", score=1, ranked_by="velocity",
        first_seen_at=NOW, evidence=evidence,
    )  # fmt: skip


def _video(random: np.random.Generator, seed: int, number: int) -> TopicVideo:
    views = int(random.lognormal(13, 1))
    listed = list(REGIONS[: int(random.integers(1, len(REGIONS) + 1))])
    age_hours = int(random.integers(20, 70))
    shares = np.cumsum(random.dirichlet(np.ones(6)))
    points = [
        Point(
            at=NOW - timedelta(hours=age_hours * (5 - step) / 6), region_code=region,
            rank=int(random.integers(1, 50)), views=int(views * shares[step]),
        )
        for step in range(6)
        for region in listed[:3]
    ]  # fmt: skip
    return TopicVideo(
        youtube_video_id=f"b{seed:04d}v{number:05d}",
        title=FORMS[number % len(FORMS)].format(WORDS[number % len(WORDS)]),
        channel_title=f"{WORDS[(number * 3 + seed) % len(WORDS)]} Room {number + 1}", category_id=20,
        published_at=NOW - timedelta(hours=age_hours), duration_seconds=int(random.integers(120, 1800)), views=views,
        likes=views // int(random.integers(15, 60)), comments=views // int(random.integers(200, 900)),
        velocity_views_per_hour=float(views * (1 - shares[4]) / (age_hours / 6)),
        best_rank=min(point.rank or 50 for point in points), regions=listed, points=points,
    )  # fmt: skip


def channel(**changes: object) -> ChannelProfile:
    """Return a channel with what the settings give by default."""
    values = {
        "channel_id": "benchmark", "name": "Chart Room", "niche": "gaming", "language": "en-US", "voice": "us-cedar",
        "style_preset": "rank_card", "palette": "ink", "region_codes": ["US"], "made_for_kids": False,
    } | changes  # fmt: skip
    return ChannelProfile.model_validate(values)
