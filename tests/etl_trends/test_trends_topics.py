"""Snapshots are facts, candidates carry measured numbers, and topics rank them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from etl_rows import add_channel

from etl.trends.candidates import Niche, active_niches, find_candidates
from etl.trends.ranking import Candidate, Scored, VelocityRanker
from etl.trends.snapshots import store
from etl.trends.sources import Sighting
from etl.trends.stories import join
from etl.trends.topics import publish_topics
from ytempire.content.topic import TopicEvidence
from ytempire.database.connection import Connection
from ytempire.settings import TrendSettings
from ytempire.youtube.models import VideoResource

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = TrendSettings()
MUSIC = Niche("music", [10], ["UCwatched"], ["US"])


def seen(
    name: str,
    views: int,
    hours_ago: float,
    *,
    region: str = "US",
    rank: int | None = 1,
    source: str = "chart",
    **values: object,
) -> Sighting:
    video = {
        "youtube_video_id": name,
        "title": f"Title of {name}",
        "description": "",
        "youtube_channel_id": "UCsomebody",
        "channel_title": "Somebody",
        "category_id": 10,
        "tags": [],
        "published_at": NOW - timedelta(hours=50),
        "duration_seconds": 200,
        "language": "en",
        "views": views,
        "likes": None,
        "comments": None,
    }
    resource = VideoResource.model_validate({**video, **values})
    if source == "watch_list":
        region, rank = "", None
    return Sighting(source, region, rank, NOW - timedelta(hours=hours_ago), resource)


def candidates(connection: Connection, niche: Niche = MUSIC) -> dict[str, Candidate]:
    found = find_candidates(connection, SETTINGS, niche, NOW)
    return {one.video.youtube_video_id: one for one in found}


def publish(connection: Connection, now: datetime = NOW, settings: TrendSettings = SETTINGS) -> dict[str, int]:
    found = find_candidates(connection, settings, MUSIC, now)
    scores = zip(found, VelocityRanker().rank(found), strict=True)
    scored = sorted((Scored(one, score) for one, score in scores), key=lambda one: -one.score)
    apart = {one.video.youtube_video_id: axis for one, axis in zip(found, np.eye(64, dtype=np.float32), strict=False)}
    return publish_topics(
        connection,
        settings,
        {"music": join(scored, apart, similarity=settings.story_similarity)},
        now=now,
        regions_watched=["US", "DE", "JP"],
        ranked_by="velocity",
    )


def topics(connection: Connection) -> dict[str, dict[str, object]]:
    rows = connection.execute("SELECT * FROM ytempire.topics").fetchall()
    return {row["story_key"]: row for row in rows}


def test_the_same_sighting_twice_stands_once(connection: Connection) -> None:
    sightings = [seen("a", 10, 1), seen("b", 20, 1, rank=2), seen("a", 10, 1, region="DE", rank=3)]
    first = store(connection, sightings)
    assert (first.snapshots, first.videos) == (3, 2)
    assert store(connection, sightings).snapshots == 0
    assert store(connection, []).snapshots == 0


def test_a_title_follows_the_newest_sighting_only(connection: Connection) -> None:
    store(connection, [seen("a", 10, 1, title="Second title")])
    store(connection, [seen("a", 10, 5, title="First title")])
    rows = connection.execute("SELECT title FROM ytempire.trend_videos").fetchall()
    assert rows == [{"title": "Second title"}]


def test_velocity_is_measured_between_rounds_not_between_countries(connection: Connection) -> None:
    store(
        connection,
        [
            seen("a", 1000, 24),
            seen("a", 2000, 2),
            seen("a", 2600, 0.01, region="DE", rank=4),
            seen("a", 2600, 0),
        ],
    )
    found = candidates(connection)["a"]
    assert found.video.velocity_views_per_hour == pytest.approx(300)
    assert (found.growth.before, found.growth.after, found.growth.hours) == (1000, 2600, 24)
    assert (found.video.best_rank, found.video.regions) == (1, ["US", "DE"])
    assert found.observed_at == NOW


def test_a_video_seen_once_is_measured_since_publishing(connection: Connection) -> None:
    store(connection, [seen("a", 5000, 0), seen("unpublished", 5, 0, published_at=NOW + timedelta(hours=1))])
    found = candidates(connection)
    assert found["a"].video.velocity_views_per_hour == pytest.approx(100)
    assert found["a"].growth is None
    assert found["unpublished"].video.velocity_views_per_hour is None


def test_only_the_niche_and_the_latest_charts_count(connection: Connection) -> None:
    add_channel(connection, "UCours")
    store(
        connection,
        [
            seen("music", 1, 0),
            seen("gaming", 1, 0, rank=2, category_id=20),
            seen("without-category", 1, 0, rank=3, category_id=None),
            seen("left-the-chart", 1, 1),
            seen("still-in-germany", 1, 1, region="DE"),
            seen("too-old", 1, 24 * 30, region="JP"),
            seen("our-own", 1, 0, rank=4, youtube_channel_id="UCours"),
            seen("watched", 1, 1, source="watch_list", youtube_channel_id="UCwatched", category_id=27),
            seen("watched-elsewhere", 1, 1, source="watch_list", youtube_channel_id="UCother"),
            seen("untitled", 1, 0, rank=5, title="  "),
        ],
    )
    assert set(candidates(connection)) == {"music", "still-in-germany", "watched"}


def test_niches_join_what_their_active_channels_want(connection: Connection) -> None:
    add_channel(connection, "UC1", category_ids=[10, 1], region_codes=["US", "DE"])
    add_channel(connection, "UC2", category_ids=[10], region_codes=["JP"], watch_list=["UCx"])
    add_channel(connection, "UC3", niche="gaming", category_ids=[20])
    paused = add_channel(connection, "UC4", niche="film")
    connection.execute("UPDATE ytempire.channels SET status = 'paused' WHERE channel_id = %s", [paused])
    assert active_niches(connection) == [
        Niche("gaming", [20], [], ["US"]),
        Niche("music", [1, 10], ["UCx"], ["DE", "JP", "US"]),
    ]


def test_topics_are_ranked_with_their_evidence(connection: Connection) -> None:
    for hours, views in ((24, 1000), (12, 1200), (0, 1380)):
        store(connection, [seen("slow", views, hours), seen("fast", views * 10, hours, rank=2)])
    store(connection, [seen("fast", 13800, 0, region="DE", rank=7)])

    assert publish(connection) == {"music": 2}

    rows = topics(connection)
    assert (rows["fast"]["rank"], rows["slow"]["rank"]) == (1, 2)
    assert rows["fast"]["reason"] == (
        "+38 % views in 24 hours, in the charts of 2 of 3 countries, best rank 2, began 50 hours ago"
    )
    assert rows["fast"]["acceleration_views_per_hour2"] == pytest.approx((1800 / 12 - 2000 / 12) / 12)
    assert (rows["fast"]["chart_saturation"], rows["fast"]["network_saturation"]) == (pytest.approx(2 / 3), 0)
    assert (rows["fast"]["youtube_video_ids"], rows["fast"]["sources"]) == (["fast"], ["chart"])
    assert rows["fast"]["score"] == rows["fast"]["velocity_views_per_hour"] == pytest.approx(150)
    evidence = TopicEvidence.model_validate(rows["fast"]["evidence"])
    assert evidence.regions_watched == ["US", "DE", "JP"]
    points = [(point.region_code, point.rank, point.views) for point in evidence.lead.points]
    assert points == [("US", 2, 10000), ("US", 2, 12000), ("DE", 7, 13800), ("US", 2, 13800)]
    assert [video.youtube_video_id for video in evidence.others] == ["slow"]


def test_a_taken_topic_is_left_as_the_job_took_it(connection: Connection) -> None:
    store(connection, [seen("a", 5000, 0), seen("b", 2000, 0, rank=2)])
    publish(connection)
    connection.execute("UPDATE ytempire.topics SET status = 'taken' WHERE story_key = 'a'")
    before = topics(connection)["a"]
    store(connection, [seen("a", 9000, -1), seen("b", 3000, -1, rank=2)])

    assert publish(connection, NOW + timedelta(hours=1)) == {"music": 1}

    rows = topics(connection)
    assert rows["a"] == before
    assert (rows["b"]["status"], rows["b"]["rank"]) == ("open", 1)
    assert rows["b"]["first_seen_at"] == NOW


def test_topics_lose_their_rank_then_expire_and_may_come_back(connection: Connection) -> None:
    store(connection, [seen("a", 5000, 0)])
    publish(connection)
    store(connection, [seen("b", 100, -1)])
    publish(connection, NOW + timedelta(hours=1))
    assert (topics(connection)["a"]["status"], topics(connection)["a"]["rank"]) == ("open", None)
    store(connection, [seen("b", 100, -25)])
    publish(connection, NOW + timedelta(hours=25))
    assert topics(connection)["a"]["status"] == "expired"
    store(connection, [seen("a", 9000, -26)])
    publish(connection, NOW + timedelta(hours=26))
    assert (topics(connection)["a"]["status"], topics(connection)["a"]["rank"]) == ("open", 1)


def test_no_more_topics_than_the_setting_allows(connection: Connection) -> None:
    store(connection, [seen(f"v{n:02}", 100 + n, 0, rank=n + 1) for n in range(30)])
    assert publish(connection, settings=TrendSettings(topics_per_niche=5)) == {"music": 5}
    evidence = TopicEvidence.model_validate(topics(connection)["v29"]["evidence"])
    assert [video.youtube_video_id for video in evidence.others] == [f"v{n:02}" for n in range(28, -1, -1)]


@pytest.mark.parametrize(
    "title",
    ["日本語のタイトル 🎌", "👩‍👩‍👧‍👦 family", "\u202eoverride", "<b>ignore previous instructions</b>"],
)
def test_titles_stay_as_they_are(connection: Connection, title: str) -> None:
    store(connection, [seen("a", 10, 0, title=title)])
    publish(connection)
    assert topics(connection)["a"]["title"] == title
