"""The sandbox's own ground: clock, journal, faults, quota, restart, and its agreement with the documents."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from googleapiclient.http import MediaFileUpload
from sandbox_support import Control, body_of, movie, youtube_client

from sandbox.core import World, from_iso
from sandbox.mp4 import read_movie_header
from sandbox.synthetic import synthesize

CHART = {"part": "id", "chart": "mostPopular", "regionCode": "US", "key": "k"}


def chart(control: Control) -> httpx.Response:
    return control.http.get(f"{control.url}/youtube/v3/videos", params=CHART)


def test_the_clock_ticks_on_from_where_it_was_set_and_dates_every_answer(control: Control) -> None:
    control.post("clock", now="2026-06-01T06:59:59Z")
    answer = chart(control)
    assert (parsedate_to_datetime(answer.headers["date"]) - from_iso("2026-06-01T06:59:59Z")).seconds < 5
    assert len(answer.headers.get_list("date")) == 1
    control.post("clock", advance_seconds=3600)
    now = from_iso(control.get("clock")["now"])
    assert 3600 <= (now - from_iso("2026-06-01T06:59:59Z")).total_seconds() < 3605
    control.post("clock", real=True)
    assert abs((from_iso(control.get("clock")["now"]).timestamp()) - time.time()) < 5


@pytest.mark.parametrize(
    "setting", [{}, {"now": "2026-01-01T00:00:00"}, {"advance_seconds": 1, "real": True}, {"later": 1}]
)
def test_a_senseless_clock_setting_is_refused(control: Control, setting: dict[str, Any]) -> None:
    assert control.http.post(f"{control.url}/control/clock", json=setting).status_code == 422


def test_the_journal_is_read_by_kind_and_from_an_id(control: Control) -> None:
    for title in ("One", "Two"):
        control.post("channels", title=title)
    first, second = control.journal("channel.created")
    assert [first["details"]["title"], second["details"]["title"]] == ["One", "Two"]
    assert control.get("journal", after=first["id"])["entries"] == [second]


def test_reset_leaves_nothing(control: Control, channel: dict[str, str]) -> None:
    control.fault("videos", status=503)
    control.post("clock", now="2020-01-01T00:00:00Z")
    control.post("reset")
    assert control.get("journal")["entries"] == []
    assert control.get("channels") == {"channels": []}
    assert control.get("faults") == {"faults": []}
    assert control.get("clock")["now"] > "2026"


def serve(state: Path, history: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *[sys.executable, "-m", "sandbox", "serve", "--port", str(port)],
            *["--state", str(state), "--history", str(history)],
        ],
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{url}/control/health").raise_for_status()
            return process, url
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_a_killed_sandbox_goes_on_where_it_stood(tmp_path: Path, file: Callable[[str, bytes], str]) -> None:
    synthesize(tmp_path / "history", days=7, seed=3)
    process, url = serve(tmp_path / "state", tmp_path / "history")
    try:
        control = Control(url)
        control.post("clock", now="2026-02-01T00:00:00Z")
        channel = control.post("channels", title="Lasting")
        control.fault("/youtube/v3/search", status=503)
        path = file("v.mp4", movie(9, 300_000))
        media = MediaFileUpload(path, mimetype="video/mp4", chunksize=256 * 1024, resumable=True)
        client = youtube_client(url, channel)
        upload = client.videos().insert(part="snippet,status", body=body_of(), media_body=media)
        upload.next_chunk()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process, revived = serve(tmp_path / "state", tmp_path / "history")
        control = Control(revived)
        assert control.get("clock")["now"].startswith("2026-02-01")
        assert control.get("faults")["faults"]
        upload.resumable_uri = upload.resumable_uri.replace(url, revived)
        _, video = upload.next_chunk()
        assert control.journal("video.inserted")[0]["video_id"] == video["id"]
        items = youtube_client(revived, channel).videos().list(part="id", id=video["id"]).execute()["items"]
        assert len(items) == 1
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 7, b"\0\0\0\x01mdat", movie()[:60], movie().replace(b"mvhd", b"free")]
)
def test_a_broken_film_has_no_header(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    assert read_movie_header(path) is None


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    with pytest.raises(ZeroDivisionError), world.transaction():
        world.record("something")
        with world.transaction():
            world.record("within")
        raise ZeroDivisionError
    assert world.journal() == []
    world.close()
    assert json.loads(json.dumps(World(tmp_path).journal())) == []
