"""The served world: charts on the sandbox's clock, and figures that follow what viewers see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from googleapiclient.http import MediaFileUpload
from PIL import Image, ImageDraw
from sandbox_support import Control, body_of, movie


def chart(reader: Any, **query: Any) -> list[dict[str, Any]]:
    asked = {"part": "snippet,statistics", "chart": "mostPopular", "regionCode": "DE", "maxResults": 50}
    return reader.videos().list(**asked | query).execute()["items"]


def views(reader: Any, video_id: str) -> int:
    items = reader.videos().list(part="statistics", id=video_id).execute()["items"]
    return int(items[0]["statistics"]["viewCount"])


def test_the_last_day_of_the_history_is_near_the_present(control: Control) -> None:
    history = control.get("history")
    last = date.fromisoformat(history["last_day"]) + timedelta(days=history["shift_days"])
    ahead = last - (datetime.now(UTC) - timedelta(hours=7)).date()
    assert timedelta(0) <= ahead < timedelta(days=7)
    assert {"US", "DE", "JP", "BR", "IN", "GB"} <= set(history["regions"])


def test_charts_and_views_move_with_the_clock(reader: Any, control: Control) -> None:
    control.post("clock", now="2026-11-10T12:00:00Z")
    today = {item["id"]: int(item["statistics"]["viewCount"]) for item in chart(reader)}
    control.post("clock", advance_seconds=3 * 3600)
    later = {item["id"]: int(item["statistics"]["viewCount"]) for item in chart(reader)}
    assert later.keys() == today.keys()
    assert all(later[video] >= today[video] for video in today)
    assert sum(later.values()) > sum(today.values())
    control.post("clock", advance_seconds=86400)
    assert {item["id"] for item in chart(reader)} != set(today)


def test_a_video_nobody_may_see_has_no_views_until_it_is_published(
    youtube: Any, reader: Any, control: Control, file: Callable[[str, bytes], str]
) -> None:
    control.post("clock", now="2026-11-10T20:00:00Z")
    hot = chart(reader, regionCode="US")[0]["snippet"]["title"][:80]
    media = MediaFileUpload(file("v.mp4", movie(60)), mimetype="video/mp4", resumable=True)
    body = body_of(hot, privacyStatus="private")
    video_id = youtube.videos().insert(part="snippet,status", body=body, media_body=media).execute()["id"]
    control.post("clock", advance_seconds=86400)
    shown = youtube.videos().list(part="statistics", id=video_id).execute()["items"][0]["statistics"]
    assert shown["viewCount"] == "0"
    status = {"privacyStatus": "public", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": True}
    youtube.videos().update(part="status", body={"id": video_id, "status": status}).execute()
    control.post("clock", advance_seconds=86400)
    first_day = views(reader, video_id)
    assert first_day > 50
    status["privacyStatus"] = "private"
    youtube.videos().update(part="status", body={"id": video_id, "status": status}).execute()
    control.post("clock", advance_seconds=5 * 86400)
    status["privacyStatus"] = "public"
    youtube.videos().update(part="status", body={"id": video_id, "status": status}).execute()
    assert abs(views(reader, video_id) - first_day) <= 1


def test_a_thumbnail_set_later_works_from_then_on(
    youtube: Any, reader: Any, control: Control, file: Callable[[str, bytes], str], tmp_path: Any
) -> None:
    control.post("clock", now="2026-11-10T20:00:00Z")
    media = MediaFileUpload(file("v.mp4", movie(60)), mimetype="video/mp4", resumable=True)
    body = body_of(chart(reader, regionCode="US")[0]["snippet"]["title"][:80])
    video_id = youtube.videos().insert(part="snippet,status", body=body, media_body=media).execute()["id"]
    control.post("clock", advance_seconds=43200)
    before = views(reader, video_id)
    image = Image.new("RGB", (1280, 720), "#102060")
    ImageDraw.Draw(image).rectangle((0, 0, 640, 720), fill="#ffcc00")
    image.save(tmp_path / "t.png")
    youtube.thumbnails().set(
        videoId=video_id, media_body=MediaFileUpload(str(tmp_path / "t.png"), mimetype="image/png")
    ).execute()
    assert 0 <= views(reader, video_id) - before <= 2
    control.post("clock", advance_seconds=43200)
    assert views(reader, video_id) > before
