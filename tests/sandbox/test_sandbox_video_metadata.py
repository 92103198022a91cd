"""What videos.insert takes as metadata and as a file, and what it refuses before any byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError
from sandbox_support import (
    UPLOAD_PATH,
    Control,
    body_of,
    insert,
    movie,
    open_session,
    reason,
    youtube_client,
)


def test_what_is_no_film_is_taken_and_fails_in_processing(youtube: Any, file: Callable[[str, bytes], str]) -> None:
    video_id = insert(youtube, file("v.mp4", b"no film at all"), body_of()).execute()["id"]
    (item,) = youtube.videos().list(part="status,contentDetails", id=video_id).execute()["items"]
    assert item["status"]["uploadStatus"] == "failed"
    assert item["status"]["failureReason"] == "invalidFile"
    assert item["contentDetails"]["duration"] == "P0D"


def test_an_empty_file_is_refused(raw: httpx.Client) -> None:
    answer = raw.put(open_session(raw, None), content=b"")
    assert reason(answer) == (400, "mediaBodyRequired")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": ""}, "invalidTitle"),
        ({"title": "x" * 101}, "invalidTitle"),
        ({"title": "a < b"}, "invalidTitle"),
        ({"title": "nul \0 inside"}, "invalidTitle"),
        ({"description": "é" * 2501}, "invalidDescription"),
        ({"description": "<b>bold</b>"}, "invalidDescription"),
        ({"tags": ["x" * 501]}, "invalidTags"),
        ({"tags": ["a>b"]}, "invalidTags"),
        ({"categoryId": "44"}, "invalidCategoryId"),
        ({"mood": "good"}, "invalid"),
        ({"tags": "one"}, "invalid"),
        ({"title": 7}, "invalid"),
    ],
)
def test_metadata_that_youtube_refuses_is_refused_before_any_byte(
    raw: httpx.Client, control: Control, change: dict[str, Any], expected: str
) -> None:
    body = body_of()
    body["snippet"] |= change
    answer = raw.post(UPLOAD_PATH, params={"uploadType": "resumable", "part": "snippet,status"}, json=body)
    assert reason(answer) == (400, expected)
    assert control.journal("upload.session_created") == []
    assert [e["details"]["units"] for e in control.journal("quota.charged")] == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 100},
        {"title": "👩‍👩‍👧‍👦 Größe, 音楽 and \u202ertl"},
        {"description": "x" * 5000},
        {"tags": ["x" * 200, "y" * 200]},
    ],
)
def test_metadata_at_the_limit_is_taken_and_read_back(
    youtube: Any, file: Callable[[str, bytes], str], change: dict[str, Any]
) -> None:
    body = body_of()
    body["snippet"] |= change
    video_id = insert(youtube, file("v.mp4", movie()), body).execute()["id"]
    (item,) = youtube.videos().list(part="snippet", id=video_id).execute()["items"]
    assert {name: item["snippet"][name] for name in change} == change


def test_a_missing_privacy_status_means_public(youtube: Any, file: Callable[[str, bytes], str]) -> None:
    body = body_of()
    del body["status"]["privacyStatus"]
    assert insert(youtube, file("v.mp4", movie()), body).execute()["status"]["privacyStatus"] == "public"


def test_publish_at_counts_only_beside_private(
    youtube: Any, reader: Any, control: Control, file: Callable[[str, bytes], str]
) -> None:
    control.post("clock", now="2026-03-01T00:00:00Z")
    path, when = file("v.mp4", movie()), "2026-03-02T00:00:00Z"
    ignored = insert(youtube, path, body_of(privacyStatus="unlisted", publishAt=when)).execute()
    assert "publishAt" not in ignored["status"]
    kept = insert(youtube, path, body_of(privacyStatus="private", publishAt=when)).execute()
    assert kept["status"]["publishAt"] == when
    assert reader.videos().list(part="id", id=kept["id"]).execute()["items"] == []
    control.post("clock", advance_seconds=90_000)
    (item,) = reader.videos().list(part="snippet,status", id=kept["id"]).execute()["items"]
    assert item["status"]["privacyStatus"] == "public"
    assert item["snippet"]["publishedAt"] == when


def test_a_body_may_not_say_more_than_its_parts(raw: httpx.Client) -> None:
    answer = raw.post(UPLOAD_PATH, params={"uploadType": "resumable", "part": "snippet"}, json=body_of())
    assert reason(answer) == (400, "unexpectedPart")


def test_a_wrong_media_type_is_refused(raw: httpx.Client) -> None:
    answer = raw.post(
        UPLOAD_PATH,
        params={"uploadType": "resumable", "part": "snippet,status"},
        json=body_of(),
        headers={"X-Upload-Content-Type": "text/plain"},
    )
    assert reason(answer) == (400, "badContent")


@pytest.mark.parametrize(
    "content", [b"", b"--other\n\n{}\n", b"--b\n\n{}", b"--b\nContent-Type: application/json\n\n{}\n--b--\n"]
)
def test_a_malformed_multipart_body_is_refused(raw: httpx.Client, content: bytes) -> None:
    answer = raw.post(
        UPLOAD_PATH,
        params={"uploadType": "multipart", "part": "snippet"},
        content=content,
        headers={"Content-Type": 'multipart/related; boundary="b"'},
    )
    assert answer.status_code == 400


def test_a_channel_may_upload_only_so_much_in_a_day(
    youtube: Any, control: Control, file: Callable[[str, bytes], str]
) -> None:
    control.post("quota", limits={"uploads_per_channel": 1})
    path = file("v.mp4", movie())
    insert(youtube, path, body_of()).execute()
    with pytest.raises(HttpError) as refused:
        insert(youtube, path, body_of()).execute()
    assert reason(refused.value) == (400, "uploadLimitExceeded")
    other = youtube_client(control.url, control.post("channels", title="Another"))
    assert insert(other, path, body_of()).execute()["id"]
    control.post("clock", advance_seconds=86_401)
    assert insert(youtube, path, body_of()).execute()["id"]
