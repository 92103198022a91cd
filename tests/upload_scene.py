"""A channel, a job and a small video, ready to be published to the sandbox: shared by several test rooms."""

from __future__ import annotations

import multiprocessing
import os
import random
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from upload_watch import Notice, dying, watched, watched_requests

from ytempire.channels.consents import record_consent
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.database.connection import Connection
from ytempire.publishing import (
    add_to_playlist,
    mark_published,
    prepare_upload,
    set_thumbnail,
    upload_captions,
    upload_video,
)
from ytempire.settings import Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.scopes import wanted_scopes

CHUNK = 256 * 1024
MEDIA_BYTES = 5 * CHUNK + 12_345
PLAYLIST = "Charts of the day"
KILLED = -9


def put(first_byte: int) -> str:
    """How the watch names the request that sends the bytes from ``first_byte`` on."""
    return f"PUT /upload/youtube/v3/videos bytes {first_byte}-"


@lru_cache(maxsize=2)
def _http(process: int) -> httpx.Client:
    """A process of its own has a client of its own; making one takes longer than most requests."""
    return httpx.Client(verify=False, trust_env=False)


@dataclass(frozen=True)
class Sandbox:
    """The control interface of the sandbox."""

    url: str

    def _call(self, verb: str, command: str, **options: Any) -> Any:
        answer = _http(os.getpid()).request(verb, f"{self.url}/control/{command}", **options)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, command: str, /, **body: Any) -> dict[str, Any]:
        return self._call("POST", command, json=body)

    def fault(self, path: str, /, **fault: Any) -> None:
        self.post("faults", path=path, **fault)

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def journal(self, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        parameters = {"after": after} | ({"kind": kind} if kind else {})
        return self._call("GET", "journal", params=parameters)["entries"]

    def videos(self) -> list[dict[str, Any]]:
        return self._call("GET", "videos")["videos"]

    def last_entry(self, after: int = 0) -> int:
        entries = self.journal(after=after)
        return entries[-1]["id"] if entries else after


def sandbox_settings(url: str, **changes: Any) -> YouTubeSettings:
    """Settings whose only difference from the real ones is where YouTube is, and no patience."""
    values: dict[str, Any] = {
        "root_url": f"{url}/",
        "analytics_root_url": f"{url}/",
        "reporting_root_url": f"{url}/",
        "token_url": f"{url}/token",
        "authorization_url": f"{url}/o/oauth2/v2/auth",
        "upload_chunk_bytes": CHUNK,
        "upload_note_seconds": 0,
        "backoff_initial_seconds": 0.01,
        "backoff_max_seconds": 0.05,
        "reconcile_wait_seconds": 0,
        "reconcile_patience_seconds": 0,
        "timeout_seconds": 20,
    }
    return YouTubeSettings(**values | changes)


@dataclass(frozen=True)
class Stage:
    """A channel of the sandbox that we act for."""

    database_url: str
    sandbox: Sandbox
    settings: Settings
    channel_id: UUID
    youtube_channel_id: str
    credentials: OAuthCredentials
    media_path: Path

    def client(self, connection: Connection, **options: Any) -> YouTubeClient:
        return YouTubeClient(
            self.settings.youtube,
            credentials=self.credentials,
            quota=QuotaLedger(connection, self.settings.youtube),
            channel_id=self.channel_id,
            **options,
        )

    def new_job(self, connection: Connection) -> UUID:
        row = connection.execute(
            "INSERT INTO ytempire.generation_jobs"
            " (channel_id, job_type, status, config, day, slot, started_at)"
            " SELECT %(channel)s, 'video', 'running', '{}', %(day)s, count(*) + 1, now()"
            " FROM ytempire.generation_jobs WHERE channel_id = %(channel)s RETURNING job_id",
            {"channel": self.channel_id, "day": date(2026, 7, 1)},
        ).fetchone()
        assert row is not None
        return row["job_id"]

    def new_upload(self, connection: Connection, job_id: UUID | None = None, **changes: Any) -> UUID:
        values: dict[str, Any] = {
            "media_path": self.media_path,
            "title": "Five songs that climbed today",
            "description": "What rose in the charts, and by how much.",
            "tags": ["charts", "music"],
            "privacy_status": "unlisted",
            "made_for_kids": False,
            "duration_seconds": 1.0,
            "quality_score": 90.0,
        }
        return prepare_upload(connection, self.settings, job_id or self.new_job(connection), **values | changes)

    def collect_in_playlist(self, connection: Connection, title: str | None = PLAYLIST) -> None:
        connection.execute("UPDATE ytempire.channel_configurations SET playlist_title = %s", (title,))

    def upload(self, connection: Connection, upload_id: UUID, **options: Any) -> str:
        with self.client(connection, **options) as client:
            return upload_video(connection, client, self.settings, upload_id)

    def finish(self, connection: Connection, upload_id: UUID, files: tuple[Path, Path], **options: Any) -> None:
        """All that follows the upload; ``files``: thumbnail and captions."""
        with self.client(connection, **options) as client:
            set_thumbnail(connection, client, upload_id, files[0])
            upload_captions(connection, client, upload_id, files[1], "en")
            add_to_playlist(connection, client, upload_id)
            mark_published(connection, client, upload_id)

    def watched_upload(self, upload_id: UUID, notice: Notice) -> str:
        """Upload, told of each effect."""
        with watched(self.database_url, notice) as connection, watched_requests(notice):
            return self.upload(connection, upload_id)

    def upload_in_own_process(self, upload_id: UUID, kill_at: int | str | None = None) -> int:
        """Upload in a process that is killed at effect ``kill_at``; return its exit code."""
        return run_in_process(lambda: self.watched_upload(upload_id, dying(kill_at)))

    def finish_in_own_process(self, upload_id: UUID, files: tuple[Path, Path], kill_at: int | str | None = None) -> int:
        """Finish in a process that is killed at effect ``kill_at``; return its exit code."""

        def work() -> None:
            notice = dying(kill_at)
            with watched(self.database_url, notice) as connection, watched_requests(notice):
                self.finish(connection, upload_id, files)

        return run_in_process(work)


def run_in_process(work: Callable[[], object]) -> int:
    """Run ``work`` in a forked process and return its exit code (-9: killed)."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(300)
    assert process.exitcode is not None, "the process hangs"
    return process.exitcode


def agree(connection: Connection, channel_id: UUID) -> None:
    """Record the consent of a channel's owner, as connecting it does."""
    record_consent(connection, channel_id, client_id="a client", scopes=wanted_scopes(monetized=True), actor="a test")


def open_stage(
    database_url: str,
    connection: Connection,
    sandbox_url: str,
    media_path: Path,
    name: str = "Charts",
    **changes: Any,
) -> Stage:
    """Open a channel in the sandbox and take it into our network. The media root holds all the run's files."""
    sandbox = Sandbox(sandbox_url)
    opened = sandbox.post("channels", title=name)
    channel_id = create_channel(
        connection,
        ChannelSpec.of(
            {
                "youtube_channel_id": opened["channel_id"],
                "name": name,
                "niche": "music",
                "credentials_id": "youtube_test",
                "category_ids": [10],
                "videos_per_day": 0,
            }
        ),
    )
    agree(connection, channel_id)
    return Stage(
        database_url=database_url,
        sandbox=sandbox,
        settings=Settings(media_root=media_path.parents[1], youtube=sandbox_settings(sandbox_url, **changes)),
        channel_id=channel_id,
        youtube_channel_id=opened["channel_id"],
        credentials=OAuthCredentials(opened["client_id"], opened["client_secret"], opened["refresh_token"]),
        media_path=media_path,
    )


def padded_video(source: Path, path: Path, size_bytes: int) -> Path:
    """``source`` padded by a ``free`` box to a size of several chunks."""
    padding = size_bytes - source.stat().st_size
    path.write_bytes(
        source.read_bytes() + struct.pack(">I4s", padding, b"free") + random.Random(7).randbytes(padding - 8)
    )
    return path


@pytest.fixture(scope="session")
def second_of_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real MP4 of one second."""
    path = tmp_path_factory.mktemp("media") / "second.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=10:duration=1",
         "-f", "lavfi", "-i", "sine=duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac",
         "-movflags", "+faststart", str(path)],
        check=True,
    )  # fmt: skip
    return path


@pytest.fixture(scope="session")
def small_video(second_of_video: Path) -> Path:
    """Six chunks."""
    return padded_video(second_of_video, second_of_video.with_name("small.mp4"), MEDIA_BYTES)


@pytest.fixture(scope="session")
def one_chunk_video(second_of_video: Path) -> Path:
    """One chunk and its end at once."""
    return padded_video(second_of_video, second_of_video.with_name("one_chunk.mp4"), CHUNK)


@pytest.fixture
def stage(database_url: str, connection: Connection, sandbox_url: str, small_video: Path) -> Stage:
    """One channel, in the sandbox and in our network."""
    return open_stage(database_url, connection, sandbox_url, small_video)


@pytest.fixture(scope="session")
def finishing_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A thumbnail (JPEG) and captions (SRT)."""
    folder = tmp_path_factory.mktemp("finishing")
    thumbnail, captions = folder / "thumbnail.jpg", folder / "captions.srt"
    Image.new("RGB", (1280, 720), "#20304a").save(thumbnail)
    captions.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello, wörld.\n", encoding="utf-8")
    return thumbnail, captions
