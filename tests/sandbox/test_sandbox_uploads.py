"""videos.insert: the three upload protocols, and what happens to a broken one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload
from sandbox_support import GRANULE, Control, access_token, body_of, movie, reason, youtube_client

PATH = "/upload/youtube/v3/videos"


class ChunksOfBytes(MediaFileUpload):
    """A file whose chunks are handed to HTTP as bytes and not as a stream."""

    def has_stream(self) -> bool:
        return False


def insert(youtube: Any, path: str, body: dict[str, Any], chunksize: int = -1, resumable: bool = True) -> Any:
    media = MediaFileUpload(path, mimetype="video/mp4", chunksize=chunksize, resumable=resumable)
    return youtube.videos().insert(part="snippet,status", body=body, media_body=media)


def open_session(raw: httpx.Client, total: int | None, **body: Any) -> str:
    headers = {"X-Upload-Content-Type": "video/mp4"}
    if total is not None:
        headers["X-Upload-Content-Length"] = str(total)
    answer = raw.post(
        PATH,
        params={"uploadType": "resumable", "part": "snippet,status"},
        json=body or body_of(),
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    assert answer.content == b""
    return answer.headers["Location"]


def put(raw: httpx.Client, session: str, content: bytes, at: int, total: int | str) -> httpx.Response:
    headers = {"Content-Range": f"bytes {at}-{at + len(content) - 1}/{total}"}
    return raw.put(session, content=content, headers=headers)


def ask(raw: httpx.Client, session: str, total: int | str = "*") -> httpx.Response:
    return raw.put(session, headers={"Content-Range": f"bytes */{total}", "Content-Length": "0"})


def test_the_real_client_uploads_in_chunks(
    youtube: Any, control: Control, channel: dict[str, str], file: Callable[[str, bytes], str]
) -> None:
    content = movie(61.5, 3 * GRANULE + 1234)
    request = insert(youtube, file("v.mp4", content), body_of(), chunksize=GRANULE)
    steps, answer = 0, None
    while answer is None:
        _, answer = request.next_chunk()
        steps += 1
    assert steps == 4
    assert answer["kind"] == "youtube#video"
    assert answer["status"]["uploadStatus"] == "uploaded"
    assert answer["status"]["privacyStatus"] == "public"
    assert answer["status"]["selfDeclaredMadeForKids"] is False
    assert answer["status"]["containsSyntheticMedia"] is True
    assert answer["snippet"]["channelId"] == channel["channel_id"]
    (stored,) = control.get("videos")["videos"]
    assert stored["id"] == answer["id"]
    assert stored["bytes"] == len(content)
    assert stored["sha256"] == hashlib.sha256(content).hexdigest()
    assert stored["duration_seconds"] == pytest.approx(61.5)
    assert (stored["width"], stored["height"]) == (1920, 1080)
    assert [len(control.journal(kind)) for kind in ("upload.session_created", "upload.chunk_received")] == [
        1,
        4,
    ]
    assert [entry["video_id"] for entry in control.journal("video.inserted")] == [answer["id"]]


def test_a_multipart_upload_arrives_whole(
    youtube: Any, control: Control, file: Callable[[str, bytes], str]
) -> None:
    content = movie(12, 40_000, version=1)
    answer = insert(youtube, file("v.mp4", content), body_of("A multipart upload"), resumable=False).execute()
    (stored,) = control.get("videos")["videos"]
    assert stored["title"] == answer["snippet"]["title"] == "A multipart upload"
    assert stored["sha256"] == hashlib.sha256(content).hexdigest()
    assert stored["duration_seconds"] == pytest.approx(12)


def test_a_put_without_range_carries_the_whole_file(raw: httpx.Client) -> None:
    answer = raw.put(open_session(raw, None), content=movie(5, 1000))
    assert answer.status_code == 200
    assert answer.json()["kind"] == "youtube#video"


def test_a_session_tells_where_it_stands_and_goes_on_there(raw: httpx.Client, control: Control) -> None:
    content = movie(30, 2 * GRANULE + 100)
    session = open_session(raw, len(content))
    fresh = ask(raw, session, len(content))
    assert (fresh.status_code, fresh.headers.get("range")) == (308, None)
    first = put(raw, session, content[:GRANULE], 0, len(content))
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{GRANULE - 1}")
    assert ask(raw, session).headers["range"] == f"bytes=0-{GRANULE - 1}"
    last = put(raw, session, content[GRANULE:], GRANULE, len(content))
    assert last.status_code == 200
    assert ask(raw, session, len(content)).json() == last.json()
    assert put(raw, session, content[GRANULE:], GRANULE, len(content)).json()["id"] == last.json()["id"]
    assert len(control.journal("video.inserted")) == 1
    assert control.get("videos")["videos"][0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_overlapping_bytes_are_dropped_and_gaps_refused(raw: httpx.Client, control: Control) -> None:
    content = movie(30, 3 * GRANULE)
    session = open_session(raw, len(content))
    put(raw, session, content[: 2 * GRANULE], 0, len(content))
    gap = put(raw, session, content[: GRANULE // 2], 5 * GRANULE // 2, len(content))
    assert gap.status_code == 400
    overlap = put(raw, session, content[GRANULE:], GRANULE, len(content))
    assert overlap.status_code == 200
    assert control.get("videos")["videos"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert [e["details"]["repeated_bytes"] for e in control.journal("upload.chunk_received")] == [0, GRANULE]


def test_odd_pieces_are_kept_in_whole_granules(raw: httpx.Client) -> None:
    content = movie(30, 3 * GRANULE)
    session = open_session(raw, len(content))
    odd = put(raw, session, content[: GRANULE + 5000], 0, len(content))
    assert odd.headers["range"] == f"bytes=0-{GRANULE - 1}"
    small = put(raw, session, content[GRANULE : GRANULE + 5000], GRANULE, len(content))
    assert small.status_code == 400
    assert "262144" in small.json()["error"]["message"]


@pytest.mark.parametrize(
    "header",
    ["bytes 0-9/5", "bytes 5-1/100", "lines 0-9/10", "bytes 0-9/99", "bytes 0-98/100", "bytes a-b/c"],
)
def test_a_senseless_range_is_refused(raw: httpx.Client, header: str) -> None:
    session = open_session(raw, 100)
    answer = raw.put(session, content=b"0123456789", headers={"Content-Range": header})
    assert answer.status_code == 400
    assert ask(raw, session).status_code == 308


def test_a_connection_cut_within_a_piece_keeps_what_arrived(raw: httpx.Client, control: Control) -> None:
    content = movie(30, 4 * GRANULE)
    session = open_session(raw, len(content))
    control.fault("upload_id=", method="PUT", cut_after_bytes=2 * GRANULE + 77)
    with pytest.raises(httpx.TransportError):
        put(raw, session, content, 0, len(content))
    stands = ask(raw, session)
    assert stands.headers["range"] == f"bytes=0-{2 * GRANULE - 1}"
    assert put(raw, session, content[2 * GRANULE :], 2 * GRANULE, len(content)).status_code == 200
    assert control.get("videos")["videos"][0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_last_answer_can_be_lost_though_the_video_exists(raw: httpx.Client, control: Control) -> None:
    content = movie(30, 1000)
    session = open_session(raw, len(content))
    control.fault("upload_id=", method="PUT", cut="after")
    with pytest.raises(httpx.TransportError):
        put(raw, session, content, 0, len(content))
    (inserted,) = control.journal("video.inserted")
    answer = ask(raw, session, len(content))
    assert (answer.status_code, answer.json()["id"]) == (200, inserted["video_id"])


def test_a_session_is_gone_after_a_week_or_on_demand(raw: httpx.Client, control: Control) -> None:
    session = open_session(raw, 1000)
    control.post("uploads/forget")
    assert ask(raw, session).status_code == 404
    session = open_session(raw, 1000)
    control.post("clock", advance_seconds=8 * 86_400)
    token = access_token(control.url, control.get("channels")["channels"][0])
    assert httpx.put(session, headers={"Authorization": f"Bearer {token}"}).status_code == 404
    assert raw.put(f"{PATH}?uploadType=resumable&upload_id=nonsense").status_code in (401, 404)


def test_a_cancelled_session_takes_nothing_more(raw: httpx.Client) -> None:
    session = open_session(raw, 1000)
    assert raw.delete(session).status_code == 499
    assert put(raw, session, movie(1, 1000), 0, 1000).status_code == 499


def test_a_session_belongs_to_its_channel(raw: httpx.Client, control: Control) -> None:
    session = open_session(raw, 1000)
    stranger = access_token(control.url, control.post("channels", title="Another"))
    assert httpx.put(session, headers={"Authorization": f"Bearer {stranger}"}).status_code == 404
    assert httpx.put(session, content=b"x").status_code == 401


def test_an_expired_token_in_mid_upload_costs_one_refresh(
    youtube: Any, control: Control, file: Callable[[str, bytes], str]
) -> None:
    # Chunks given as bytes: after a 401 the library sends a chunk again, and of a stream it would send nothing.
    path = file("v.mp4", movie(9, 2 * GRANULE))
    media = ChunksOfBytes(path, mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=body_of(), media_body=media)
    request.next_chunk()
    control.post("tokens/expire")
    _, answer = request.next_chunk()
    assert answer["id"]
    assert len(control.journal("token.issued")) == 2


def test_what_is_no_film_is_taken_and_fails_in_processing(
    youtube: Any, file: Callable[[str, bytes], str]
) -> None:
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
    answer = raw.post(PATH, params={"uploadType": "resumable", "part": "snippet,status"}, json=body)
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
    answer = raw.post(PATH, params={"uploadType": "resumable", "part": "snippet"}, json=body_of())
    assert reason(answer) == (400, "unexpectedPart")


def test_a_wrong_media_type_is_refused(raw: httpx.Client) -> None:
    answer = raw.post(
        PATH,
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
        PATH,
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
