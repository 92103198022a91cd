"""Another library's view of the world: @googleapis/youtube, pointed at the sandbox by rootUrl, uploads and lists."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from upload_scene import CHUNK, MEDIA_BYTES, Sandbox

FOLDER = Path(__file__).parent


@pytest.fixture
def opened(sandbox_url: str) -> dict[str, Any]:
    return Sandbox(sandbox_url).post("channels", title="Charts")


@pytest.fixture
def seen(
    sandbox_url: str, opened: dict[str, Any], small_video: Path, finishing_files: tuple[Path, Path]
) -> dict[str, Any]:
    """What the library saw."""
    given = {
        "rootUrl": f"{sandbox_url}/",
        "clientId": opened["client_id"],
        "clientSecret": opened["client_secret"],
        "refreshToken": opened["refresh_token"],
        "video": str(small_video),
        "thumbnail": str(finishing_files[0]),
    }
    done = subprocess.run(
        ["node", "publish.mjs"], cwd=FOLDER, input=json.dumps(given), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_library_uploads_resumably_and_whole_and_lists(
    sandbox_url: str, opened: dict[str, Any], seen: dict[str, Any], small_video: Path
) -> None:
    sandbox = Sandbox(sandbox_url)
    assert seen["channel"]["id"] == opened["channel_id"]
    assert seen["resumable"]["asked"] == [*range(CHUNK, MEDIA_BYTES, CHUNK), "done"]
    kept = {video["id"]: video for video in httpx.get(f"{sandbox_url}/control/videos").json()["videos"]}
    assert set(kept) == {seen["resumable"]["id"], seen["multipart"]["id"]}
    sha256 = hashlib.sha256(small_video.read_bytes()).hexdigest()
    assert {video["sha256"] for video in kept.values()} == {sha256}
    assert len(sandbox.journal("upload.session_created")) == 1
    assert len(sandbox.journal("video.inserted")) == 2
    assert sum(entry["details"]["repeated_bytes"] for entry in sandbox.journal("upload.chunk_received")) == 0
    assert seen["uploads"] == ["In one", "Renamed"]
    listed = {video["id"]: video for video in seen["videos"]}
    for identity, title in ((seen["resumable"]["id"], "Renamed"), (seen["multipart"]["id"], "In one")):
        video = listed[identity]
        assert video["snippet"]["title"] == title and video["snippet"]["channelTitle"] == "Charts"
        status = {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": True}
        assert {name: video["status"].get(name) for name in status} == status
        assert video["contentDetails"]["duration"] == "PT1S"


def test_the_library_reads_answers_and_refusals_as_youtubes(seen: dict[str, Any]) -> None:
    assert (seen["thumbnail"], seen["renamed"]) == ("youtube#thumbnailSetResponse", "Renamed")
    assert seen["refused"]["status"] == 400 and seen["refused"]["message"]
