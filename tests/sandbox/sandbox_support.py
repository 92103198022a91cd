"""What the sandbox's tests share: its control interface, the real client library, files to upload."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import google_auth_httplib2
import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, build_http

GRANULE = 256 * 1024


def discovery_document(name: str, root: str) -> dict[str, Any]:
    """A shipped discovery document whose root is the sandbox."""
    folder = Path(find_spec("googleapiclient").submodule_search_locations[0])
    document = json.loads((folder / "discovery_cache" / "documents" / f"{name}.json").read_text())
    return document | {"rootUrl": f"{root}/", "baseUrl": f"{root}/"}


@dataclass
class Control:
    """The sandbox's control interface."""

    url: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, verify=False))

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.url}/control/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.http.get(f"{self.url}/control/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def fault(self, path: str, /, **fault: Any) -> None:
        self.post("faults", path=path, **fault)

    def journal(self, kind: str) -> list[dict[str, Any]]:
        return self.get("journal", kind=kind)["entries"]


def youtube_client(url: str, channel: dict[str, str]) -> Any:
    """The real client library acting for a channel."""
    credentials = Credentials(
        None,
        refresh_token=channel["refresh_token"],
        client_id=channel["client_id"],
        client_secret=channel["client_secret"],
        token_uri=f"{url}/token",
    )
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=build_http())
    return build_from_document(discovery_document("youtube.v3", url), http=http)


def access_token(url: str, channel: dict[str, str]) -> str:
    answer = httpx.post(
        f"{url}/token",
        data={
            "grant_type": "refresh_token",
            "refresh_token": channel["refresh_token"],
            "client_id": channel["client_id"],
            "client_secret": channel["client_secret"],
        },
    )
    return answer.json()["access_token"]


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def movie(seconds: float = 61.5, size: int = 0, version: int = 0) -> bytes:
    """The bytes of an MP4 file with a true header, 1920x1080, filled up to `size` bytes."""
    if version == 0:
        times = struct.pack(">IIII", 0, 0, 1000, int(seconds * 1000))
    else:
        times = struct.pack(">QQIQ", 0, 0, 1000, int(seconds * 1000))
    mvhd = box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))
    tkhd = box(b"tkhd", bytes(76) + struct.pack(">II", 1920 << 16, 1080 << 16))
    head = box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"moov", mvhd + box(b"trak", tkhd))
    return (
        head + box(b"mdat", bytes(range(256)) * (max(0, size - len(head) - 8) // 256 + 1))[: max(8, size - len(head))]
    )


def body_of(title: str = "Why everyone listens to this", **status: Any) -> dict[str, Any]:
    """Metadata of a video as a careful client sends it."""
    return {
        "snippet": {
            "title": title,
            "description": "The numbers behind the chart.",
            "tags": ["charts", "music news"],
            "categoryId": "10",
            "defaultLanguage": "en",
        },
        "status": {
            "privacyStatus": "public",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": True,
            **status,
        },
    }


def reason(error: Any) -> tuple[int, str]:
    """Status and reason of an answer (httpx) or of an HttpError (client library)."""
    if isinstance(error, httpx.Response):
        return error.status_code, error.json()["error"]["errors"][0]["reason"]
    return error.resp.status, json.loads(error.content)["error"]["errors"][0]["reason"]


def refusal(request: Any) -> tuple[int, str]:
    """Status and reason with which a request of the client library is refused."""
    with pytest.raises(HttpError) as refused:
        request.execute()
    return reason(refused.value)


UPLOAD_PATH = "/upload/youtube/v3/videos"


def insert(youtube: Any, path: str, body: dict[str, Any], chunksize: int = -1, resumable: bool = True) -> Any:
    media = MediaFileUpload(path, mimetype="video/mp4", chunksize=chunksize, resumable=resumable)
    return youtube.videos().insert(part="snippet,status", body=body, media_body=media)


def open_session(raw: httpx.Client, total: int | None, **body: Any) -> str:
    headers = {"X-Upload-Content-Type": "video/mp4"}
    if total is not None:
        headers["X-Upload-Content-Length"] = str(total)
    answer = raw.post(
        UPLOAD_PATH,
        params={"uploadType": "resumable", "part": "snippet,status"},
        json=body or body_of(),
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    assert answer.content == b""
    return answer.headers["Location"]
