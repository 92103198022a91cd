"""What several videos, sources and countries tell is one topic, and stays one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from etl_rows import add_channel
from hypothesis import given
from hypothesis import strategies as st

from etl.trends.embeddings import ENCODER, story_embeddings, title_embeddings
from etl.trends.ranking import Candidate, Scored
from etl.trends.rota import keep_feed
from etl.trends.same_story import Telling, most_alike, told
from etl.trends.snapshots import store
from etl.trends.sources import FeedStory, Sighting
from etl.trends.stories import Story, join, with_feeds
from etl.trends.topics import publish_topics
from ytempire.content.topic import TopicVideo
from ytempire.database.connection import Connection
from ytempire.quality.encoder import encoder
from ytempire.settings import TrendSettings
from ytempire.youtube.models import VideoResource

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = TrendSettings()
SAME = SETTINGS.story_similarity


def scored(name: str, title: str, score: float, **values: object) -> Scored:
    video = {
        "youtube_video_id": name,
        "title": title,
        "channel_title": "Somebody",
        "category_id": 10,
        "published_at": NOW - timedelta(hours=9),
        "duration_seconds": 200,
        "views": 1000,
        "likes": None,
        "comments": None,
        "velocity_views_per_hour": score,
        "best_rank": 1,
        "regions": ["US"],
    }
    extra = {key: values.pop(key) for key in ("acceleration", "sources") if key in values}
    return Scored(Candidate("music", NOW, TopicVideo.model_validate(video | values), None, **extra), score)


def joined(*candidates: Scored) -> list[Story]:
    titles = {one.candidate.video.youtube_video_id: one.candidate.video.title for one in candidates}
    vectors = dict(zip(titles, encoder().embed([told(title) for title in titles.values()]), strict=True))
    return join(candidates, vectors, similarity=SAME)


def publish(connection: Connection, stories: list[Story], now: datetime = NOW) -> dict[str, int]:
    for story in stories:
        for member in story.members:
            video = member.video
            resource = VideoResource(
                **{name: getattr(video, name) for name in ("youtube_video_id", "title", "channel_title", "views")},
                description="", youtube_channel_id="UCx", category_id=10, tags=[], published_at=NOW,
                duration_seconds=1, language=None, likes=None, comments=None,
            )  # fmt: skip
            store(connection, [Sighting("chart", "US", 1, now, resource)])
    titles = {one.video.youtube_video_id: one.video.title for story in stories for one in story.members}
    title_embeddings(connection, titles)
    return publish_topics(
        connection, SETTINGS, {"music": stories}, now=now, regions_watched=["US", "DE", "JP"], ranked_by="velocity"
    )


def topics(connection: Connection) -> list[dict[str, object]]:
    return connection.execute("SELECT * FROM ytempire.topics ORDER BY rank NULLS LAST, story_key").fetchall()


TRAILERS = (
    "Avengers: Doomsday | Official Trailer | In Theaters December 18",
    "Avengers Doomsday – Trailer Oficial (Dublado)",
    "AVENGERS: DOOMSDAY Trailer Reaction!",
)


def test_the_same_story_in_several_countries_is_one() -> None:
    stories = joined(
        scored("a", TRAILERS[0], 9, regions=["US", "GB"], acceleration=2.0, sources=("chart",)),
        scored("x", "Minecraft, but the floor is lava", 8),
        scored("b", TRAILERS[1], 7, regions=["BR"], best_rank=3, sources=("chart", "watch_list")),
        scored("c", TRAILERS[2], 6, regions=[], best_rank=None, published_at=NOW - timedelta(hours=30)),
    )
    assert [story.videos for story in stories] == [["a", "b", "c"], ["x"]]
    story = stories[0]
    assert (story.velocity, story.acceleration, story.score) == (22, 2.0, 9)
    assert (story.regions, story.best_rank) == (["US", "GB", "BR"], 1)
    assert story.began_at == NOW - timedelta(hours=30)
    assert story.sources == ["chart", "watch_list"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Taylor Swift - Opalite (Official Music Video)", "Bruno Mars - I Just Might (Official Music Video)"),
        ("India vs Australia 1st T20 Highlights", "Real Madrid vs Barcelona Highlights"),
        ("रात का सच | नया गाना", "दिल की बात | फिल्म का ट्रेलर"),
        ("【歌ってみた】夜に駆ける", "【ゲーム実況】新しい冒険"),
        ("Full Gameplay Walkthrough Part 1", "Trailer"),
        ("#Video | नाच नागिन जैसन | Bhojpuri Song", "#Video | पुलिस बोलाव चाहे थाना | New Bhojpuri Song"),
    ],
)
def test_what_only_has_the_same_form_is_apart(one: str, other: str) -> None:
    assert len(joined(scored("a", one, 2), scored("b", other, 1))) == 2


@given(st.lists(st.integers(0, 4), min_size=1, max_size=25))
def test_every_candidate_is_in_exactly_one_story_and_the_best_leads(kinds: list[int]) -> None:
    axes = np.eye(5, dtype=np.float32)
    candidates = [scored(f"v{n}", f"subject{kind} again", -n) for n, kind in enumerate(kinds)]
    stories = join(candidates, {f"v{n}": axes[kind] for n, kind in enumerate(kinds)}, similarity=SAME)
    assert sorted(video for story in stories for video in story.videos) == sorted(f"v{n}" for n in range(len(kinds)))
    assert len(stories) == len(set(kinds))
    assert [story.score for story in stories] == sorted((story.score for story in stories), reverse=True)
    assert all(story.score >= -int(video[1:]) for story in stories for video in story.videos)


def test_a_common_form_without_a_common_word_is_no_likeness() -> None:
    vector = np.array([1, 0], dtype=np.float32)
    one, other = Telling.of("ഒരു പാട്ട്", vector), Telling.of("മറ്റൊരു കഥ", vector)
    assert most_alike(one, [other], 0.9) is None
    assert most_alike(one, [other, Telling.of("ഒരു പാട്ട് കൂടി", vector)], 0.9) == 1


def test_a_story_stays_one_topic_whichever_video_leads(connection: Connection) -> None:
    a, b = scored("a", TRAILERS[0], 9), scored("b", TRAILERS[1], 5)
    publish(connection, joined(a, b))
    later = NOW + timedelta(minutes=15)
    publish(connection, joined(scored("b", TRAILERS[1], 9), scored("a", TRAILERS[0], 5)), later)
    publish(connection, joined(scored("c", TRAILERS[2], 9)), later)
    (topic,) = topics(connection)
    assert (topic["story_key"], topic["youtube_video_ids"], topic["rank"]) == ("a", ["c"], 1)
    assert (topic["first_seen_at"], topic["ranked_at"]) == (NOW, later)


def test_a_story_that_a_job_took_is_not_offered_again_under_another_video(connection: Connection) -> None:
    publish(connection, joined(scored("a", TRAILERS[0], 9)))
    connection.execute("UPDATE ytempire.topics SET status = 'taken'")
    assert publish(connection, joined(scored("b", TRAILERS[1], 9), scored("x", "Minecraft lava floor", 2))) == {
        "music": 1
    }
    assert {row["story_key"]: row["status"] for row in topics(connection)} == {"x": "open", "a": "taken"}


def test_two_stories_that_were_one_topic_do_not_share_its_key(connection: Connection) -> None:
    publish(connection, joined(scored("a", TRAILERS[0], 9), scored("b", TRAILERS[1], 5)))
    parted = joined(scored("b", "Bruno Mars I Just Might", 9), scored("a", "Minecraft lava floor", 5))
    assert publish(connection, parted) == {"music": 1}
    assert [(row["story_key"], row["youtube_video_ids"]) for row in topics(connection)] == [("a", ["b"])]


def test_saturation_counts_the_channels_that_have_covered_it(connection: Connection) -> None:
    for name, niche in (("UCa", "music"), ("UCb", "film"), ("UCc", "film"), ("UCd", "film")):
        channel = add_channel(connection, name, niche=niche)
    publish(connection, joined(scored("b", TRAILERS[1], 9)))
    connection.execute(
        "WITH topic AS (UPDATE ytempire.topics SET status = 'taken', niche = 'film' RETURNING topic_id)"
        " INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, topic_id, day, slot)"
        " SELECT %s, 'video', '{}', topic_id, '2026-11-20', 1 FROM topic",
        [channel],
    )
    publish(connection, joined(scored("a", TRAILERS[0], 9, regions=["US", "DE"])))
    topic = next(row for row in topics(connection) if row["niche"] == "music")
    assert (topic["chart_saturation"], topic["network_saturation"]) == (pytest.approx(2 / 3), 0.25)
    assert str(topic["reason"]).endswith("covered by 1 of our 4 channels")


def test_embeddings_are_made_once_a_title_and_go_with_their_video(connection: Connection) -> None:
    publish(connection, joined(scored("a", TRAILERS[0], 9)))
    first = connection.execute("SELECT *, xmin::text FROM ytempire.trend_embeddings").fetchall()
    assert [row["encoder"] for row in first] == [ENCODER]
    title_embeddings(connection, {"a": TRAILERS[0]})
    assert connection.execute("SELECT *, xmin::text FROM ytempire.trend_embeddings").fetchall() == first
    changed = title_embeddings(connection, {"a": TRAILERS[2]})["a"]
    kept = connection.execute("SELECT embedding FROM ytempire.trend_embeddings").fetchone()["embedding"]
    assert kept == changed.tobytes() != first[0]["embedding"]
    connection.execute("DELETE FROM ytempire.trend_videos")
    assert connection.execute("SELECT count(*) AS n FROM ytempire.trend_embeddings").fetchone() == {"n": 0}
    assert title_embeddings(connection, {"a": TRAILERS[0]})["a"].shape == (384,)


def test_feeds_that_tell_a_story_are_counted_and_a_changed_headline_is_read_anew(connection: Connection) -> None:
    story = FeedStory("https://news.example", "1", "Avengers: Doomsday trailer is here", None, NOW)
    keep_feed(connection, story.feed, [story], None, NOW)
    stories = joined(scored("a", TRAILERS[0], 9), scored("x", "Minecraft lava floor", 8))
    told_by = [
        one.feeds for one in with_feeds(stories, story_embeddings(connection, NOW - timedelta(1)), similarity=SAME)
    ]
    assert told_by == [{"https://news.example"}, frozenset()]
    changed = FeedStory(story.feed, "1", "The weather tomorrow", None, NOW)
    keep_feed(connection, story.feed, [changed], None, NOW)
    told_by = [
        one.feeds for one in with_feeds(stories, story_embeddings(connection, NOW - timedelta(1)), similarity=SAME)
    ]
    assert told_by == [frozenset(), frozenset()]
