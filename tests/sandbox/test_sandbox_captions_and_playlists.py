"""captions.* and playlists.* through the real client library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.http import MediaFileUpload
from sandbox_support import Control, refusal

CUES = b"1\n00:00:00,000 --> 00:00:02,500\nHello there\n"
File = Callable[[str, bytes], str]


def caption(video_id: str, **more: Any) -> dict[str, Any]:
    return {"snippet": {"videoId": video_id, "language": "en", "name": "English", **more}}


@pytest.mark.parametrize("resumable", [False, True])
def test_captions_are_taken_once_for_a_language_and_name(
    youtube: Any, control: Control, publish: Callable[..., str], file: File, resumable: bool
) -> None:
    video_id = publish()
    path = file("c.srt", CUES)

    def insert() -> Any:
        media = MediaFileUpload(path, mimetype="application/octet-stream", resumable=resumable)
        return youtube.captions().insert(part="snippet", body=caption(video_id), media_body=media)

    assert insert().execute()["snippet"]["status"] == "serving"
    assert refusal(insert()) == (409, "captionExists")
    (listed,) = youtube.captions().list(part="snippet", videoId=video_id).execute()["items"]
    assert listed["snippet"]["name"] == "English"
    (item,) = youtube.videos().list(part="contentDetails", id=video_id).execute()["items"]
    assert item["contentDetails"]["caption"] == "true"
    assert len(control.journal("captions.inserted")) == 1


def test_bad_captions_fail_or_are_refused(youtube: Any, publish: Callable[..., str], file: File) -> None:
    video_id = publish()

    def insert(body: dict[str, Any], content: bytes) -> Any:
        media = MediaFileUpload(file("c.srt", content), mimetype="application/octet-stream")
        return youtube.captions().insert(part="snippet", body=body, media_body=media)

    assert insert(caption(video_id), b"no cues").execute()["snippet"]["failureReason"] == "unknownFormat"
    assert refusal(insert(caption(video_id, language="de"), b"")) == (400, "contentRequired")
    assert refusal(insert(caption(video_id, language=""), CUES)) == (400, "invalidMetadata")
    assert refusal(insert(caption(video_id, name="x" * 151), CUES)) == (400, "nameTooLong")
    assert refusal(insert(caption("nothing"), CUES)) == (404, "videoNotFound")


def test_a_playlist_is_made_and_filled_in_order(
    youtube: Any, reader: Any, control: Control, publish: Callable[..., str]
) -> None:
    body = {"snippet": {"title": "The best"}}
    playlist = youtube.playlists().insert(part="snippet,status,contentDetails", body=body).execute()
    assert playlist["status"]["privacyStatus"] == "public"
    first, second, third = publish("One"), publish("Two"), publish("Three")

    def add(video_id: str, **more: Any) -> Any:
        resource = {"kind": "youtube#video", "videoId": video_id}
        snippet = {"playlistId": playlist["id"], "resourceId": resource, **more}
        return youtube.playlistItems().insert(part="snippet", body={"snippet": snippet})

    add(first).execute()
    add(second).execute()
    assert add(third, position=0).execute()["snippet"]["position"] == 0
    listed = reader.playlistItems().list(part="snippet", playlistId=playlist["id"]).execute()["items"]
    assert [item["snippet"]["resourceId"]["videoId"] for item in listed] == [third, first, second]
    assert [item["snippet"]["position"] for item in listed] == [0, 1, 2]
    (mine,) = youtube.playlists().list(part="contentDetails", mine=True).execute()["items"]
    assert mine["contentDetails"]["itemCount"] == 3
    assert refusal(add("nothing")) == (404, "videoNotFound")
    assert len(control.journal("playlistItem.inserted")) == 3


def test_wrong_playlist_requests_are_refused(youtube: Any, reader: Any) -> None:
    def insert(body: dict[str, Any]) -> tuple[int, str]:
        return refusal(youtube.playlists().insert(part="snippet", body=body))

    assert insert({}) == (400, "playlistTitleRequired")
    assert insert({"snippet": {"title": "a > b"}}) == (400, "invalidPlaylistSnippet")
    assert refusal(reader.playlistItems().list(part="id", playlistId="PLnone")) == (404, "playlistNotFound")
    assert refusal(reader.playlistItems().list(part="id", playlistId="UUnone")) == (404, "playlistNotFound")
    assert refusal(reader.playlistItems().list(part="id")) == (400, "missingRequiredParameter")
