"""videos.insert: the three upload protocols, and what happens to a broken one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from googleapiclient.http import MediaFileUpload
from sandbox_support import (
    GRANULE,
    UPLOAD_PATH,
    Control,
    access_token,
    body_of,
    insert,
    movie,
    open_session,
)


class ChunksOfBytes(MediaFileUpload):
    """A file whose chunks are handed to HTTP as bytes and not as a stream."""

    def has_stream(self) -> bool:
        return False


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


def test_a_multipart_upload_arrives_whole(youtube: Any, control: Control, file: Callable[[str, bytes], str]) -> None:
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
    assert raw.put(f"{UPLOAD_PATH}?uploadType=resumable&upload_id=nonsense").status_code in (401, 404)


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
    # Chunks as bytes: after a 401 the library sends a chunk again, and of a stream it would send nothing.
    path = file("v.mp4", movie(9, 2 * GRANULE))
    media = ChunksOfBytes(path, mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=body_of(), media_body=media)
    request.next_chunk()
    control.post("tokens/expire")
    _, answer = request.next_chunk()
    assert answer["id"]
    assert len(control.journal("token.issued")) == 2
