"""A refresh over HTTP: charts and watch lists into snapshots and topics, with sources that fail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from etl_rows import add_channel

from etl.trends.clients import public_clients
from etl.trends.crew import OpenClient
from etl.trends.ranking import Candidate, Trial
from etl.trends.refresh import refresh_trends
from ytempire.database.connection import Connection
from ytempire.errors import Permanent, Retriable
from ytempire.settings import Settings, TrendSettings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def settings(sandbox_url: str) -> Settings:
    return Settings(
        youtube=YouTubeSettings(root_url=f"{sandbox_url}/", max_attempts=2, backoff_initial_seconds=0.01),
        trends=TrendSettings(regions=["US", "DE"], chart_size=20),
    )


@pytest.fixture
def client(settings: Settings, database_url: str) -> OpenClient:
    return public_clients(settings, database_url, "key")


def set_clock(sandbox_url: str, now: datetime) -> None:
    httpx.post(f"{sandbox_url}/control/clock", json={"now": now.isoformat()}).raise_for_status()


def fault(sandbox_url: str, **values: object) -> None:
    httpx.post(f"{sandbox_url}/control/faults", json={"times": -1, **values}).raise_for_status()


def chart_with_title(title: str) -> str:
    """A chart as text, so that the title travels escaped: a lone surrogate cannot be sent otherwise."""
    snippet = {
        "title": title,
        "channelId": "UCsomebody",
        "channelTitle": "Somebody",
        "categoryId": "10",
        "publishedAt": "2026-11-20T02:00:00Z",
    }
    item = {"id": "strange-one", "snippet": snippet, "statistics": {"viewCount": "1000"}}
    return json.dumps({"items": [item, {"id": "no-snippet"}]})


def rows(connection: Connection, query: str) -> list[dict[str, object]]:
    return connection.execute(query).fetchall()


def test_a_refresh_stores_what_the_service_showed_and_when(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    add_channel(connection, "UCa", niche="music", category_ids=[10], region_codes=["GB"])
    add_channel(connection, "UCb", niche="gaming", category_ids=[20])
    set_clock(sandbox_url, NOON)

    summary = refresh_trends(connection, client, settings)

    assert (summary.regions_ok, summary.regions_failed) == (["US", "DE", "GB"], {})
    assert summary.snapshots == 60
    assert NOON <= summary.observed_at < NOON + timedelta(minutes=1)
    counts = rows(
        connection,
        "SELECT region_code, count(*), min(rank), max(rank) FROM ytempire.trend_snapshots GROUP BY 1 ORDER BY 1",
    )
    assert counts == [{"region_code": code, "count": 20, "min": 1, "max": 20} for code in ("DE", "GB", "US")]
    for niche, category in (("music", 10), ("gaming", 20)):
        ranks = rows(connection, f"SELECT rank FROM ytempire.topics WHERE niche = '{niche}' ORDER BY rank")
        assert [row["rank"] for row in ranks] == list(range(1, summary.topics[niche] + 1))
        wrong = rows(
            connection,
            "SELECT FROM ytempire.topics JOIN ytempire.trend_videos ON story_key = youtube_video_id"
            f" WHERE niche = '{niche}' AND category_id <> {category}",
        )
        assert wrong == []
    assert sum(summary.topics.values()) > 0
    assert summary.ranked_by == "velocity"


def test_a_second_look_measures_and_adds(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    add_channel(connection, "UCa")
    set_clock(sandbox_url, NOON)
    first = refresh_trends(connection, client, settings)
    set_clock(sandbox_url, NOON + timedelta(minutes=15))
    second = refresh_trends(connection, client, settings)
    assert second.observed_at - first.observed_at >= timedelta(minutes=15)
    count = rows(connection, "SELECT count(*) FROM ytempire.trend_snapshots")
    assert count == [{"count": first.snapshots + second.snapshots}]
    measured = rows(connection, "SELECT reason FROM ytempire.topics WHERE reason LIKE '%views in 15 minutes%'")
    assert measured


def test_a_failing_country_leaves_the_others_working(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    add_channel(connection, "UCa")
    fault(sandbox_url, path="regionCode=DE", status=500)
    summary = refresh_trends(connection, client, settings)
    assert summary.regions_ok == ["US"]
    assert "500" in summary.regions_failed["DE"]
    assert summary.snapshots == 20


def test_when_nothing_answers_the_reason_is_raised(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    fault(sandbox_url, path="chart=mostPopular", status=503)
    with pytest.raises(Retriable, match="503"):
        refresh_trends(connection, client, settings)
    httpx.delete(f"{sandbox_url}/control/faults").raise_for_status()
    fault(sandbox_url, path="chart=mostPopular", status=400, reason="badRequest")
    with pytest.raises(Permanent, match="badRequest"):
        refresh_trends(connection, client, settings)


def test_empty_charts_are_no_failure(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    add_channel(connection, "UCa")
    fault(sandbox_url, path="chart=mostPopular", status=200, body={"items": []})
    summary = refresh_trends(connection, client, settings)
    assert (summary.regions_ok, summary.snapshots, summary.topics) == (["US", "DE"], 0, {"music": 0})


def test_unicode_and_nul_in_a_title_and_an_item_that_cannot_be_read(
    connection: Connection, client: OpenClient, settings: Settings, sandbox_url: str
) -> None:
    add_channel(connection, "UCa")
    body = chart_with_title("日本 🎌\u0000 \u202eedirrevo \ud83d 👩‍👩‍👧‍👦")
    fault(sandbox_url, path="chart=mostPopular", status=200, body=body)
    summary = refresh_trends(connection, client, settings)
    assert (summary.topics, summary.skipped) == ({"music": 1}, 2)
    (topic,) = rows(connection, "SELECT title, reason FROM ytempire.topics")
    assert topic["title"] == "日本 🎌 \u202eedirrevo  👩‍👩‍👧‍👦"
    assert "in the charts of 2 of 2 countries" in str(topic["reason"])


def test_the_watch_list_brings_what_no_chart_covers(
    connection: Connection, client: OpenClient, settings: Settings
) -> None:
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        watched = reader.most_popular("US", 1).value[0].youtube_channel_id
    add_channel(connection, "UCa", niche="science", category_ids=[], watch_list=[watched, "UCgone"])

    summary = refresh_trends(connection, client, settings)

    assert (summary.channels_ok, summary.channels_failed) == (1, {})
    assert summary.topics["science"] > 0
    assert summary.skipped == 1
    sources = rows(
        connection,
        "SELECT DISTINCT video.youtube_channel_id, snapshot.region_code, snapshot.rank"
        " FROM ytempire.trend_snapshots AS snapshot"
        " JOIN ytempire.trend_videos AS video USING (youtube_video_id)"
        " WHERE source = 'watch_list'",
    )
    assert sources == [{"youtube_channel_id": watched, "region_code": "", "rank": None}]


class ByAge:
    """Ranks the oldest first."""

    name = "age"

    def rank(self, candidates: list[Candidate]) -> list[float]:
        return [-one.video.published_at.timestamp() for one in candidates if one.video.published_at]


class Broken:
    name = "broken"

    def rank(self, candidates: list[Candidate]) -> list[float]:
        raise RuntimeError("no weights")


def test_a_ranker_decides_the_order_and_is_named(
    connection: Connection, client: OpenClient, settings: Settings
) -> None:
    add_channel(connection, "UCa")
    summary = refresh_trends(connection, client, settings, ranker=ByAge())
    assert (summary.ranked_by, summary.ranker_error) == ("age", None)
    ranked = rows(
        connection,
        "SELECT rank, ranked_by, rank() OVER (ORDER BY published_at) AS age FROM ytempire.topics"
        " JOIN ytempire.trend_videos ON story_key = youtube_video_id ORDER BY topics.rank",
    )
    assert ranked[0]["age"] == 1
    assert [row["age"] for row in ranked] == sorted(row["age"] for row in ranked)
    assert {row["ranked_by"] for row in ranked} == {"age"}


def test_a_ranker_that_breaks_is_replaced_and_reported(
    connection: Connection, client: OpenClient, settings: Settings
) -> None:
    add_channel(connection, "UCa")
    summary = refresh_trends(connection, client, settings, ranker=Broken())
    assert (summary.ranked_by, summary.ranker_error) == ("velocity", "RuntimeError: no weights")
    assert summary.topics["music"] > 0


def test_what_a_rollout_tries_stands_beside_and_its_failures_are_counted(
    connection: Connection, client: OpenClient, settings: Settings
) -> None:
    add_channel(connection, "UCa")
    (rollout,) = rows(
        connection,
        "INSERT INTO ytempire.model_rollouts"
        " (model_name, version, champion_version, percentage, started_on, stepped_on)"
        " VALUES ('trend', '2', '1', 5, '2026-11-20', '2026-11-20') RETURNING rollout_id",
    )
    summary = refresh_trends(connection, client, settings, trial=Trial(rollout["rollout_id"], ByAge()))
    assert (summary.ranked_by, summary.tried_by, summary.trial_error) == ("velocity", "age", None)
    tried = rows(
        connection,
        "SELECT rank, rollout_rank, rollout_score AS score FROM ytempire.topics WHERE rollout_by = 'age' ORDER BY 2",
    )
    assert [row["rollout_rank"] for row in tried] == list(range(1, len(tried) + 1))
    assert [row["score"] for row in tried] == sorted((row["score"] for row in tried), reverse=True)
    assert [row["rank"] for row in tried] != [row["rollout_rank"] for row in tried]
    assert rows(connection, "SELECT 1 FROM ytempire.topics WHERE rank IS NOT NULL AND ranked_by <> 'velocity'") == []

    summary = refresh_trends(connection, client, settings, trial=Trial(rollout["rollout_id"], Broken()))
    assert (summary.tried_by, summary.trial_error) == (None, "RuntimeError: no weights")
    assert rows(connection, "SELECT error_count, last_error FROM ytempire.model_rollouts") == [
        {"error_count": 1, "last_error": "RuntimeError: no weights"}
    ]
    assert rows(connection, "SELECT 1 FROM ytempire.topics WHERE rollout_rank IS NOT NULL") == []
    assert summary.topics["music"] > 0
