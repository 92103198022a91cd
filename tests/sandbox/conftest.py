"""The real client libraries pointed at the sandbox, and small files to upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.http import MediaFileUpload, build_http
from PIL import Image
from sandbox_support import Control, access_token, body_of, discovery_document, movie, youtube_client


@pytest.fixture
def control(sandbox_url: str) -> Control:
    return Control(sandbox_url)


@pytest.fixture
def channel(control: Control) -> dict[str, str]:
    """A channel with all consents."""
    return control.post("channels", title="Charts by Night", country="US", subscribers=5000)


@pytest.fixture
def youtube(sandbox_url: str, channel: dict[str, str]) -> Any:
    return youtube_client(sandbox_url, channel)


@pytest.fixture
def reader(sandbox_url: str) -> Any:
    """The real client library with nothing but an API key."""
    return build_from_document(discovery_document("youtube.v3", sandbox_url), developerKey="a-key", http=build_http())


@pytest.fixture
def raw(sandbox_url: str, channel: dict[str, str]) -> httpx.Client:
    """HTTP as the channel, without a client library in between."""
    headers = {"Authorization": f"Bearer {access_token(sandbox_url, channel)}"}
    return httpx.Client(base_url=sandbox_url, headers=headers, timeout=20, verify=False)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes], str]:
    """Write bytes into a file of a name and return its path."""

    def write(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


@pytest.fixture
def thumbnail(tmp_path: Path) -> str:
    path = tmp_path / "thumbnail.png"
    Image.new("RGB", (1280, 720), "navy").save(path)
    return str(path)


@pytest.fixture
def publish(youtube: Any, file: Callable[[str, bytes], str]) -> Callable[..., str]:
    """Upload a small film and return its id."""

    def upload(title: str = "Why everyone listens", **status: Any) -> str:
        media = MediaFileUpload(file("v.mp4", movie(75)), mimetype="video/mp4")
        body = body_of(title, **status)
        return youtube.videos().insert(part="snippet,status", body=body, media_body=media).execute()["id"]

    return upload
