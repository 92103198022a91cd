"""YouTube Analytics by its real client: its columns, its delay, its restatements and its refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import google_auth_httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, build_http
from sandbox_support import Control, body_of, discovery_document, movie, youtube_client

from sandbox import restatement
from sandbox.audience import Statistics
from sandbox.discovery import Description

START = datetime(2026, 11, 2, 20, tzinfo=UTC)
FIRST_DAY = date(2026, 11, 2)


def analytics_client(url: str, channel: dict[str, str]) -> Any:
    credentials = Credentials(
        None,
        refresh_token=channel["refresh_token"],
        client_id=channel["client_id"],
        client_secret=channel["client_secret"],
        token_uri=f"{url}/token",
    )
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=build_http())
    return build_from_document(discovery_document("youtubeAnalytics.v2", url), http=http)


def publish(youtube: Any, path: str, title: str) -> str:
    media = MediaFileUpload(path, mimetype="video/mp4", resumable=True)
    return youtube.videos().insert(part="snippet,status", body=body_of(title), media_body=media).execute()["id"]


@pytest.fixture
def published(control: Control, youtube: Any, file: Callable[[str, bytes], str], thumbnail: str) -> list[str]:
    """Two videos, one about what charts, published on 2 November at noon Pacific."""
    control.post("clock", now=START.isoformat())
    listed = youtube.videos().list(part="snippet", chart="mostPopular", regionCode="US").execute()
    path = file("v.mp4", movie(75))
    hot = publish(youtube, path, f"Why {listed['items'][0]['snippet']['title']}"[:70] + " rises")
    youtube.thumbnails().set(videoId=hot, media_body=thumbnail).execute()
    return [hot, publish(youtube, path, "Bread in a cold oven")]


@pytest.fixture
def analytics(sandbox_url: str, channel: dict[str, str]) -> Any:
    return analytics_client(sandbox_url, channel)


def query(analytics: Any, **changes: Any) -> dict[str, Any]:
    wanted = {
        "ids": "channel==MINE",
        "startDate": FIRST_DAY.isoformat(),
        "endDate": (FIRST_DAY + timedelta(days=20)).isoformat(),
        "metrics": "views,likes,estimatedMinutesWatched,averageViewPercentage",
    }
    answer = analytics.reports().query(**(wanted | changes)).execute()
    Description("youtubeAnalytics.v2").check("QueryResponse", answer)
    return answer


def go_to(control: Control, days: float) -> None:
    control.post("clock", now=(START + timedelta(days=days)).isoformat())


def test_top_videos_have_named_typed_columns(analytics: Any, control: Control, published: list[str]) -> None:
    go_to(control, 12)
    answer = query(
        analytics, dimensions="video", sort="-views", maxResults=200, filters=f"video=={','.join(published)}"
    )
    assert [(h["name"], h["columnType"], h["dataType"]) for h in answer["columnHeaders"]] == [
        ("video", "DIMENSION", "STRING"),
        ("views", "METRIC", "INTEGER"),
        ("likes", "METRIC", "INTEGER"),
        ("estimatedMinutesWatched", "METRIC", "INTEGER"),
        ("averageViewPercentage", "METRIC", "FLOAT"),
    ]
    assert answer["rows"][0][0] == published[0]  # the hot one first
    assert answer["rows"][0][1] > 100
    assert 0 < answer["rows"][0][4] < 100


def test_days_add_up_to_what_the_video_shows_once_all_is_settled(
    analytics: Any, control: Control, published: list[str], reader: Any
) -> None:
    control.post("clock", now="2026-11-10T08:00:00Z")  # midnight Pacific
    shown = reader.videos().list(part="statistics", id=published[0]).execute()["items"][0]["statistics"]
    go_to(control, 25)
    answer = query(
        analytics,
        dimensions="day",
        metrics="views,likes,comments",
        filters=f"video=={published[0]}",
        endDate="2026-11-09",
        sort="day",
    )
    assert [row[0] for row in answer["rows"]] == [f"2026-11-{day:02}" for day in range(2, 10)]
    assert sum(row[1] for row in answer["rows"]) == pytest.approx(int(shown["viewCount"]), abs=1)
    assert sum(row[2] for row in answer["rows"]) == pytest.approx(int(shown["likeCount"]), abs=1)


def test_a_day_is_known_two_to_three_days_after_its_end(analytics: Any, control: Control, published: list[str]) -> None:
    end_of_day = datetime(2026, 11, 3, 0, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    asked = {"endDate": FIRST_DAY.isoformat(), "dimensions": "day"}
    control.post("clock", now=(end_of_day + timedelta(hours=47, minutes=59)).isoformat())
    early = query(analytics, **asked)
    assert early["rows"] == []
    assert early["columnHeaders"][0]["name"] == "day"
    control.post("clock", now=(end_of_day + timedelta(hours=72, minutes=1)).isoformat())
    assert [row[0] for row in query(analytics, **asked)["rows"]] == [FIRST_DAY.isoformat()]


def test_a_busy_day_is_restated_once_or_twice_and_then_settles(
    analytics: Any, control: Control, published: list[str]
) -> None:
    seen: dict[str, list[int]] = {}
    for hours in range(48, 24 * 22, 12):
        go_to(control, hours / 24)
        answer = query(analytics, dimensions="day", metrics="views", endDate="2026-11-08")
        for day, views in answer["rows"]:
            if not seen.setdefault(day, []) or seen[day][-1] != views:
                seen[day].append(views)
    busy = [states for states in seen.values() if states[-1] > 150]
    assert busy
    assert all(2 <= len(states) <= 3 for states in busy)
    assert all(len(states) <= 3 for states in seen.values())
    assert all(abs(states[0] - states[-1]) <= 0.07 * states[-1] for states in busy)


def test_restatements_go_up_and_down() -> None:
    exact = Statistics(1000, 900, 30, 3, 9, 700, 20_000, 4, 1, 3_000_000, 0.05, 40.0, 60.0)
    day = date(2026, 11, 3)
    first = restatement.revisions(7, "UCchannel", day)[0]
    steps = [1000 - restatement.as_reported(exact, f"video{n}", day, first).views for n in range(40)]
    assert min(steps) < -10
    assert max(steps) > 10
    assert all(step != 0 for step in steps)
    last = restatement.revisions(7, "UCchannel", day)[-1]
    assert restatement.as_reported(exact, "video1", day, last) == exact


def test_the_same_question_at_the_same_time_has_the_same_answer(
    analytics: Any, control: Control, published: list[str]
) -> None:
    go_to(control, 6)
    assert query(analytics, dimensions="day") == query(analytics, dimensions="day")


def test_pages_and_sums(analytics: Any, control: Control, published: list[str]) -> None:
    go_to(control, 20)
    top = {"dimensions": "video", "sort": "-views", "metrics": "views"}
    whole = query(analytics, **top, maxResults=200)["rows"]
    pages = [query(analytics, **top, maxResults=1, startIndex=index)["rows"] for index in (1, 2, 3)]
    assert pages == [whole[:1], whole[1:2], []]
    assert query(analytics, metrics="views")["rows"] == [[sum(row[1] for row in whole)]]


def test_revenue_needs_its_scope_and_a_partner_channel(
    sandbox_url: str, control: Control, channel: dict[str, str], published: list[str]
) -> None:
    go_to(control, 10)
    mine = analytics_client(sandbox_url, channel)
    rows = query(mine, metrics="views,estimatedRevenue,cpm", dimensions="day")["rows"]
    assert sum(row[2] for row in rows) > 0
    euros = query(mine, metrics="estimatedRevenue", dimensions="day", currency="EUR")["rows"]
    assert euros[0][1] == pytest.approx(0.92 * rows[0][2])
    scope = "https://www.googleapis.com/auth/"
    without = control.post("channels", title="No money", subscribers=5000, scopes=[scope + "yt-analytics.readonly"])
    small = control.post("channels", title="Small", subscribers=999)
    for refused in (without, small):
        with pytest.raises(HttpError) as caught:
            query(analytics_client(sandbox_url, refused), metrics="estimatedRevenue")
        assert caught.value.status_code == 403
        assert caught.value.reason == "Forbidden"
        assert query(analytics_client(sandbox_url, refused), metrics="views")["rows"] == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dimensions": "day,video"}, "The query is not supported"),
        ({"dimensions": "video"}, "The query is not supported"),
        ({"dimensions": "video", "sort": "-views", "maxResults": 201}, "The query is not supported"),
        ({"dimensions": "video", "sort": "views", "maxResults": 10}, "The query is not supported"),
        ({"dimensions": "video", "sort": "-adImpressions", "maxResults": 9, "metrics": "adImpressions"},
         "The query is not supported"),
        ({"metrics": "views,videoThumbnailImpressions"}, "Unknown identifier (videoThumbnailImpressions)"),
        ({"dimensions": "weekday"}, "Unknown identifier (weekday)"),
        ({"sort": "-shares"}, "Unknown identifier (shares)"),
        ({"filters": "colour==red"}, "Unknown identifier (colour)"),
        ({"filters": "video==" + ",".join(f"v{n:010}" for n in range(501))}, "1 to 500"),
        ({"startDate": "2026-11-31"}, "startDate"),
        ({"endDate": "2026-11-01"}, "end date"),
        ({"currency": "GOLD"}, "currency"),
        ({"ids": "MINE"}, "ids"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_400(analytics: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(HttpError) as caught:
        query(analytics, **changes)
    error = json.loads(caught.value.content)["error"]
    assert (caught.value.status_code, error["errors"][0]["reason"]) == (400, "badRequest")
    assert message in error["message"]


def test_other_channels_are_forbidden(analytics: Any, control: Control) -> None:
    other = control.post("channels", title="Other")
    for ids in (f"channel=={other['channel_id']}", "contentOwner==someone"):
        with pytest.raises(HttpError) as caught:
            query(analytics, ids=ids)
        assert caught.value.status_code == 403


def test_subscribers_grow_with_views(
    youtube: Any, control: Control, published: list[str], channel: dict[str, str]
) -> None:
    def count() -> int:
        listed = youtube.channels().list(part="statistics", mine=True).execute()
        return int(listed["items"][0]["statistics"]["subscriberCount"])

    assert count() == 5000
    go_to(control, 6)
    assert count() > 5000


def test_another_channel_has_another_audience(
    sandbox_url: str, control: Control, published: list[str], file: Callable[[str, bytes], str]
) -> None:
    other = control.post("channels", title="Empty handed", subscribers=0)
    lone = youtube_client(sandbox_url, other)
    publish(lone, file("w.mp4", movie(60)), "Bread in a cold oven")
    go_to(control, 9)
    views = query(analytics_client(sandbox_url, other), metrics="views")["rows"]
    assert views[0][0] < 100
