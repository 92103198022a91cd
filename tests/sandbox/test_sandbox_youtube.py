"""The YouTube Data API beside uploads: lists, charts, search, updates, thumbnails, captions, playlists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.http import MediaFileUpload
from PIL import Image
from sandbox_support import Control, refusal, youtube_client

File = Callable[[str, bytes], str]


def test_a_chart_has_the_videos_of_a_region_in_pages(reader: Any) -> None:
    parts = "id,snippet,contentDetails,statistics,status"
    ids: list[str] = []
    request = reader.videos().list(part=parts, chart="mostPopular", regionCode="US", maxResults=20)
    while request is not None:
        answer = request.execute()
        ids += [item["id"] for item in answer["items"]]
        request = reader.videos().list_next(request, answer)
    assert len(ids) == len(set(ids)) == answer["pageInfo"]["totalResults"] > 20
    item = answer["items"][0]
    assert int(item["statistics"]["viewCount"]) > 0
    assert item["contentDetails"]["duration"].startswith("P")
    assert set(item) == {"kind", "etag", "id", "snippet", "contentDetails", "statistics", "status"}


def test_a_chart_of_a_category_holds_only_it(reader: Any) -> None:
    def chart(category: str) -> Any:
        return reader.videos().list(
            part="snippet", chart="mostPopular", regionCode="US", videoCategoryId=category, maxResults=50
        )

    assert {item["snippet"]["categoryId"] for item in chart("10").execute()["items"]} == {"10"}
    assert refusal(chart("99")) == (404, "videoChartNotFound")


def test_charting_videos_are_found_by_id_channel_and_uploads(reader: Any) -> None:
    chart = reader.videos().list(part="snippet", chart="mostPopular", regionCode="US", maxResults=1).execute()
    (top,) = chart["items"]
    same = reader.videos().list(part="snippet", id=top["id"]).execute()["items"][0]
    assert same["snippet"]["title"] == top["snippet"]["title"]
    channel_id = top["snippet"]["channelId"]
    parts = "snippet,contentDetails,statistics"
    (channel,) = reader.channels().list(part=parts, id=channel_id).execute()["items"]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = reader.playlistItems().list(part="snippet,contentDetails", playlistId=uploads, maxResults=50)
    assert top["id"] in {item["contentDetails"]["videoId"] for item in items.execute()["items"]}


def test_only_the_parts_asked_for_come(reader: Any, publish: Callable[..., str]) -> None:
    video_id = publish()
    (item,) = reader.videos().list(part="statistics", id=video_id).execute()["items"]
    assert set(item) == {"kind", "etag", "id", "statistics"}
    (item,) = reader.videos().list(part="id", id=video_id, fields="items(id)").execute()["items"]
    assert item == {"id": video_id}


def test_private_videos_are_seen_by_their_channel_alone(
    youtube: Any, reader: Any, control: Control, channel: dict[str, str], publish: Callable[..., str]
) -> None:
    video_id = publish(privacyStatus="private")
    stranger = youtube_client(control.url, control.post("channels", title="Another"))
    lists = {"part": "snippet", "playlistId": channel["uploads_playlist_id"]}
    for client, seen in ((youtube, 1), (reader, 0), (stranger, 0)):
        assert len(client.videos().list(part="id", id=video_id).execute()["items"]) == seen
        assert len(client.playlistItems().list(**lists).execute()["items"]) == seen


def test_figures_of_many_videos_come_in_one_batch(reader: Any, publish: Callable[..., str]) -> None:
    ids = [publish(), publish()]
    answer = reader.videos().batchGetStats(part="id,snippet,statistics,contentDetails", id=[*ids, "nothing"])
    items = answer.execute()["items"]
    assert [item["id"] for item in items] == ids
    assert items[0]["contentDetails"]["duration"] == "75s"
    assert "viewCount" in items[0]["statistics"]
    too_many = reader.videos().batchGetStats(part="statistics", id=[str(number) for number in range(51)])
    assert refusal(too_many) == (400, "invalidFilters")


def test_the_uploads_playlist_keeps_itself_newest_first(
    youtube: Any, control: Control, channel: dict[str, str], publish: Callable[..., str]
) -> None:
    ids = []
    for number in range(3):
        ids.append(publish(f"Number {number}"))
        control.post("clock", advance_seconds=60)
    seen: list[str] = []
    request = youtube.playlistItems().list(
        part="snippet,contentDetails,status", playlistId=channel["uploads_playlist_id"], maxResults=2
    )
    pages = 0
    while request is not None:
        answer = request.execute()
        seen += [item["snippet"]["resourceId"]["videoId"] for item in answer["items"]]
        request = youtube.playlistItems().list_next(request, answer)
        pages += 1
    assert (pages, seen) == (2, ids[::-1])


def test_a_channel_knows_itself(youtube: Any, channel: dict[str, str], publish: Callable[..., str]) -> None:
    publish()
    parts = "snippet,contentDetails,statistics,status,brandingSettings"
    (item,) = youtube.channels().list(part=parts, mine=True).execute()["items"]
    assert item["snippet"]["title"] == "Charts by Night"
    assert item["contentDetails"]["relatedPlaylists"]["uploads"] == channel["uploads_playlist_id"]
    assert item["statistics"]["videoCount"] == "1"
    handle = item["snippet"]["customUrl"]
    assert youtube.channels().list(part="id", forHandle=handle).execute()["items"][0]["id"] == item["id"]
    assert "items" not in youtube.channels().list(part="id", id="UCnobody").execute()


def test_search_finds_what_was_published(reader: Any, publish: Callable[..., str], channel: dict[str, str]) -> None:
    video_id = publish("Quokkas explained slowly")
    found = reader.search().list(part="snippet", q="quokkas explained", type="video").execute()
    assert [item["id"]["videoId"] for item in found["items"]] == [video_id]
    newest = reader.search().list(part="snippet", channelId=channel["channel_id"], type="video", order="date")
    assert newest.execute()["items"][0]["id"]["videoId"] == video_id
    channels = reader.search().list(part="snippet", q="charts by night", type="channel").execute()
    assert channels["items"][0]["id"]["channelId"] == channel["channel_id"]
    wrong = reader.search().list(part="snippet", q="x", videoDuration="short")
    assert refusal(wrong) == (400, "invalidSearchFilter")


def test_an_update_replaces_the_named_parts(youtube: Any, control: Control, publish: Callable[..., str]) -> None:
    video_id = publish()
    snippet = {"title": "A better title", "categoryId": "24"}
    answer = youtube.videos().update(part="snippet", body={"id": video_id, "snippet": snippet}).execute()
    assert answer["snippet"]["title"] == "A better title"
    (item,) = youtube.videos().list(part="snippet,status", id=video_id).execute()["items"]
    assert item["snippet"]["description"] == ""
    assert item["status"]["containsSyntheticMedia"] is True
    assert [entry["video_id"] for entry in control.journal("video.updated")] == [video_id]


def test_an_update_must_be_whole_and_ones_own(youtube: Any, control: Control, publish: Callable[..., str]) -> None:
    video_id = publish()
    snippet = {"title": "A title", "categoryId": "24"}
    stranger = youtube_client(control.url, control.post("channels", title="Another"))

    def update(client: Any, **body: Any) -> tuple[int, str]:
        return refusal(client.videos().update(part="snippet", body=body))

    assert update(youtube, id=video_id, snippet={"title": "No category"}) == (400, "invalidVideoMetadata")
    assert update(youtube, id=video_id, snippet=snippet | {"title": "<i>"}) == (400, "invalidTitle")
    assert update(youtube, snippet=snippet) == (400, "invalidVideoMetadata")
    assert update(youtube, id="nothing", snippet=snippet) == (404, "videoNotFound")
    assert update(stranger, id=video_id, snippet=snippet) == (403, "forbidden")


def test_a_deleted_video_is_gone(youtube: Any, publish: Callable[..., str]) -> None:
    video_id = publish()
    assert youtube.videos().delete(id=video_id).execute() == ""
    assert youtube.videos().list(part="id", id=video_id).execute()["items"] == []


@pytest.mark.parametrize("resumable", [False, True])
def test_a_thumbnail_is_taken_and_kept(
    youtube: Any, control: Control, publish: Callable[..., str], thumbnail: str, resumable: bool
) -> None:
    video_id = publish()
    media = MediaFileUpload(thumbnail, mimetype="image/png", resumable=resumable)
    answer = youtube.thumbnails().set(videoId=video_id, media_body=media).execute()
    assert answer["items"][0]["maxres"]["width"] == 1280
    (stored,) = control.get("videos")["videos"]
    assert (stored["thumbnail_width"], stored["thumbnail_height"]) == (1280, 720)
    with Image.open(stored["thumbnail_path"]) as image:
        assert image.size == (1280, 720)
    (item,) = youtube.videos().list(part="contentDetails", id=video_id).execute()["items"]
    assert item["contentDetails"]["hasCustomThumbnail"] is True


def test_a_jpeg_is_measured_too(youtube: Any, control: Control, publish: Callable[..., str], tmp_path: Any) -> None:
    path = tmp_path / "t.jpg"
    Image.new("RGB", (640, 360), "red").save(path)
    youtube.thumbnails().set(videoId=publish(), media_body=str(path)).execute()
    assert control.get("videos")["videos"][0]["thumbnail_width"] == 640


def test_what_is_no_image_is_refused_as_thumbnail(
    youtube: Any, control: Control, publish: Callable[..., str], file: File
) -> None:
    video_id = publish()

    def set_thumbnail(video: str, content: bytes, mimetype: str = "image/png") -> tuple[int, str]:
        media = MediaFileUpload(file("t.png", content), mimetype=mimetype)
        return refusal(youtube.thumbnails().set(videoId=video, media_body=media))

    assert set_thumbnail(video_id, b"no image") == (400, "invalidImage")
    assert set_thumbnail(video_id, b"") == (400, "mediaBodyRequired")
    assert set_thumbnail("nothing", b"x") == (404, "videoNotFound")
    assert control.journal("thumbnail.set") == []
