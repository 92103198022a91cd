"""What the sources showed is held against the suite before it is stored: bad sightings wait, bad looks are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from trend_scene import fault, mend, set_clock, trend_settings

from etl.quarantine.replay import replay
from etl.quarantine.rows import list_rows
from etl.trends.clients import public_clients
from etl.trends.intake import sound_sightings
from etl.trends.refresh import RefreshSummary, refresh_trends
from etl.trends.sources import Sighting
from etl.validation.results import newest_results
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed
from ytempire.settings import AnalyticsSettings, Settings
from ytempire.youtube.models import VideoResource

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUITES = AnalyticsSettings().suites


@pytest.fixture
def settings(sandbox_url: str, database_url: str) -> Settings:
    set_clock(sandbox_url, NOON)
    return trend_settings(sandbox_url).model_copy(update={"database_url": database_url})


def refresh(connection: Connection, settings: Settings, database_url: str) -> RefreshSummary:
    return refresh_trends(connection, public_clients(settings, database_url, "key"), settings)


def sighting(name: str, rank: int = 1, **values: Any) -> Sighting:
    about = {"views": 1000, "likes": 10, "comments": 1, "published_at": NOON - timedelta(hours=9), **values}
    at = about.pop("fetched_at", NOON)
    country = about.pop("country", "US")
    video = VideoResource.model_construct(youtube_video_id=name, title="A stranger's title", **about)
    return Sighting("chart", country, rank, at, video)


def chart(*items: dict[str, Any]) -> str:
    return json.dumps({"items": list(items)})


def item(name: str, published: str = "2026-11-20T02:00:00Z", views: str = "1000") -> dict[str, Any]:
    snippet = {"title": name, "channelId": "UCx", "channelTitle": "X", "categoryId": "10", "publishedAt": published}
    return {"id": name, "snippet": snippet, "statistics": {"viewCount": views}}


def stored(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT region_code, youtube_video_id FROM ytempire.trend_snapshots")
    return {(row["region_code"], row["youtube_video_id"]) for row in rows}


def test_sightings_that_cannot_be_are_kept_apart_with_the_reason_and_without_the_title(connection: Connection) -> None:
    seen = [
        sighting("video-a", 1),
        sighting("not an id", 2),
        sighting("video-c", 3, views=-5),
        sighting("video-d", 4, published_at=NOON + timedelta(days=2)),
        sighting("video-e", 5),
        sighting("video-f", 5),
        sighting("video-g", 1, country="usa"),
        sighting("video-h", 2_000, likes=None, comments=None, published_at=None),
        sighting("video-i", 6, likes=None, comments=None, published_at=None),
    ]
    sound = sound_sightings(connection, SUITES, "look", seen)
    assert [one.video.youtube_video_id for one in sound] == ["video-a", "video-i"]
    waiting = {row.payload["youtube_video_id"]: row.reason for row in list_rows(connection)}
    assert waiting == {
        "not an id": "the video id is malformed",
        "video-c": "views are out of range",
        "video-d": "it was published more than a day after it was seen",
        "video-e": "two videos have the same place in a chart",
        "video-f": "two videos have the same place in a chart",
        "video-g": "the country is no ISO code",
        "video-h": "the place in the chart is out of range",
    }
    assert all("title" not in row.payload for row in list_rows(connection))
    assert (newest_results(connection, 1)[0].state, newest_results(connection, 1)[0].quarantined_count) == (
        "quarantined",
        7,
    )


def test_a_look_whose_answers_are_hours_apart_is_refused_whole(connection: Connection) -> None:
    apart = [sighting("video-a"), sighting("video-b", 2, fetched_at=NOON - timedelta(hours=4))]
    with pytest.raises(ValidationFailed, match="hours apart"):
        sound_sightings(connection, SUITES, "look", apart)
    assert list_rows(connection) == []
    assert newest_results(connection, 1)[0].state == "refused"
    assert sound_sightings(connection, SUITES, "nothing", []) == []


def test_a_refresh_stores_the_sound_ones_and_the_others_come_later(
    connection: Connection, settings: Settings, database_url: str, sandbox_url: str
) -> None:
    fault(
        sandbox_url,
        path=".*regionCode=US",
        status=200,
        body=chart(item("video-a"), item("early", "2026-11-25T00:00:00Z")),
    )
    summary = refresh(connection, settings, database_url)
    assert summary.regions_failed == {}
    (waiting,) = list_rows(connection)
    assert waiting.payload["youtube_video_id"] == "early" and waiting.source == "snapshots"
    assert ("US", "video-a") in stored(connection) and ("US", "early") not in stored(connection)
    assert len(stored(connection)) == 21
    assert "early" in settings.validation_page.read_text()
    assert [one.state for one in replay(connection, settings, [waiting], dry_run=False)] == ["refused"]
    # A person mends what the service had wrong.
    connection.execute(
        'UPDATE ytempire.quarantined_rows SET payload = payload || \'{"published_at": "2026-11-20T01:00:00+00:00"}\''
    )
    assert [one.state for one in replay(connection, settings, list_rows(connection), dry_run=True)] == ["replayed"]
    assert ("US", "early") not in stored(connection)
    assert [one.state for one in replay(connection, settings, list_rows(connection), dry_run=False)] == ["replayed"]
    assert ("US", "early") in stored(connection) and list_rows(connection) == []


def test_what_cannot_be_verified_is_not_stored_and_the_sources_say_so(
    connection: Connection, settings: Settings, database_url: str, sandbox_url: str, tmp_path: Path
) -> None:
    suite = json.loads((SUITES / "snapshots.json").read_text())
    suite["expectations"].append({"type": "expect_no_such_thing", "kwargs": {}, "severity": "warning"})
    (tmp_path / "snapshots.json").write_text(json.dumps(suite))
    broken = settings.model_copy(update={"analytics": AnalyticsSettings(suites=tmp_path)})
    with pytest.raises(ValidationFailed):
        refresh(connection, broken, database_url)
    assert stored(connection) == set()
    states = connection.execute("SELECT DISTINCT state, message FROM ytempire.trend_source_runs").fetchall()
    assert [row["state"] for row in states] == ["failed"] and "snapshots" in states[0]["message"]
    mend(sandbox_url)
    assert refresh(connection, settings, database_url).snapshots == 40
