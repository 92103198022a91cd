"""Seconds for a video of 200 MB, from the finished file to the video's id, against the bare client library.

Ours is what a job does: the file is prepared (its rows written; its hash is known from the stage that made it), then
uploaded with its session, its position, its quota and its flags kept or read back, and the file held against its hash
while it is sent. The bare client is google-api-python-client's MediaFileUpload with next_chunk and nothing else, once
with our size of a chunk and once with its own. All talk to one sandbox on this machine. Each upload is a process of
its own; what its memory grows by is printed, and for ours also with a file of a quarter of the size: it must not
depend on the file. Run: python benchmarks/upload.py
"""

from __future__ import annotations

import json
import multiprocessing
import random
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import google_auth_httplib2
import httpx
from google.oauth2.credentials import Credentials
from googleapiclient.http import DEFAULT_CHUNK_SIZE, MediaFileUpload, build_http

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from benchmarks.scratch.sandbox import scratch_sandbox
from ytempire.channels.consents import record_consent
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.database.connection import connect
from ytempire.hashing import blake3_of
from ytempire.publishing import prepare_upload, upload_video
from ytempire.settings import Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.scopes import wanted_scopes
from ytempire.youtube.services import service

MEGABYTE = 1_000_000
SIZE_BYTES = 200 * MEGABYTE
ROUNDS = 7
TARGET_OVERHEAD = 0.10
MEMORY_TARGET_BYTES = 8 * MEGABYTE


@dataclass(frozen=True)
class Measured:
    """One upload: its seconds, and by how many bytes the process grew at its largest."""

    seconds: float
    grown_bytes: int


@dataclass(frozen=True)
class Bench:
    """Where everything is: the sandbox's channel, the database, the settings that lead there."""

    url: str
    database_url: str
    settings: Settings
    channel_id: UUID
    credentials: OAuthCredentials

    def ours(self, path: Path) -> None:
        """From the finished file to the id, as a job does it."""
        with connect(self.database_url) as connection:
            client = YouTubeClient(
                self.settings.youtube,
                credentials=self.credentials,
                quota=QuotaLedger(connection, self.settings.youtube),
                channel_id=self.channel_id,
            )
            row = connection.execute(
                "SELECT job_id FROM ytempire.generation_jobs LEFT JOIN ytempire.uploads USING (job_id)"
                " WHERE upload_id IS NULL LIMIT 1"
            ).fetchone()
            assert row is not None
            upload_id = prepare_upload(
                connection,
                self.settings,
                row["job_id"],
                media_path=path,
                media_blake3=known_hash(path),
                title="Five songs that climbed today",
                description="What rose in the charts, and by how much.",
                tags=["charts", "music"],
                privacy_status="unlisted",
                made_for_kids=False,
                duration_seconds=60,
                quality_score=90,
            )
            with client:
                upload_video(connection, client, self.settings, upload_id)

    def bare(self, path: Path, chunk_bytes: int) -> None:
        """What Google's own sample does."""
        http = google_auth_httplib2.AuthorizedHttp(
            Credentials(
                token=None,
                refresh_token=self.credentials.refresh_token,
                client_id=self.credentials.client_id,
                client_secret=self.credentials.client_secret,
                token_uri=self.settings.youtube.token_url,
            ),
            http=build_http(),
        )
        body = {
            "snippet": {"title": "Five songs that climbed today", "categoryId": "24"},
            "status": {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": False},
        }
        media = MediaFileUpload(str(path), mimetype="video/mp4", chunksize=chunk_bytes, resumable=True)
        videos = service("youtube", "v3", self.settings.youtube.root_url).videos()
        request = videos.insert(part="snippet,status", body=body, media_body=media)
        answer = None
        while answer is None:
            _, answer = request.next_chunk(http=http)

    def forget(self) -> None:
        """Let the sandbox forget the videos, that it may not fill the disk."""
        for video in httpx.get(f"{self.url}/control/videos").json()["videos"]:
            Path(video["media_path"]).unlink(missing_ok=True)


def open_bench(url: str, database_url: str, folder: Path) -> Bench:
    """A channel in the sandbox and in the network, with quota enough."""
    limits = {"limits": {"videos.insert": 1_000}}
    httpx.post(f"{url}/control/quota", json=limits).raise_for_status()
    opened = httpx.post(f"{url}/control/channels", json={"title": "Charts"}).raise_for_status().json()
    youtube = YouTubeSettings(
        root_url=f"{url}/",
        analytics_root_url=f"{url}/",
        token_url=f"{url}/token",
        daily_uploads=1_000,
        daily_units=1_000_000,
    )
    values = {
        "youtube_channel_id": opened["channel_id"],
        "name": "Charts",
        "niche": "music",
        "credentials_id": "youtube_bench",
    }
    with connect(database_url) as connection:
        channel_id = create_channel(connection, ChannelSpec.of(values))
        record_consent(connection, channel_id, client_id="bench", scopes=wanted_scopes(monetized=False), actor="bench")
        connection.execute(
            "INSERT INTO ytempire.generation_jobs (channel_id, job_type, status, config, day, slot, started_at)"
            " SELECT %s, 'video', 'running', '{}', %s, slot, now() FROM generate_series(1, %s) AS slot",
            (channel_id, date(2026, 7, 1), 4 * ROUNDS),
        )
    tokens = (opened[name] for name in ("client_id", "client_secret", "refresh_token"))
    service("youtube", "v3", youtube.root_url)  # built once, before any clock runs
    return Bench(url, database_url, Settings(media_root=folder, youtube=youtube), channel_id, OAuthCredentials(*tokens))


def peak_bytes() -> int:
    """The largest this process has been (VmHWM of proc(5))."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def in_own_process(way: Callable[[Path], None], path: Path, warm_up: Path) -> Measured:
    """Run ``way`` in a forked process, first with a small file: what is loaded once is not the upload's growth."""
    receiving, sending = multiprocessing.Pipe(duplex=False)

    def work() -> None:
        way(warm_up)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
        before, started = peak_bytes(), time.perf_counter()
        way(path)
        sending.send(Measured(time.perf_counter() - started, peak_bytes() - before))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit("an upload failed; the reason stands above")
    measured: Measured = receiving.recv()
    return measured


@cache
def known_hash(path: Path) -> str:
    """The hash that the stage which made a file has kept."""
    return blake3_of(path)


def make_video(path: Path, size_bytes: int) -> None:
    """A real MP4 of one second, filled up by a ``free`` box."""
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=10:duration=1"]
    encoder = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *encoder, str(path)], check=True)
    filling = size_bytes - path.stat().st_size
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", filling, b"free"))
        file.write(random.Random(7).randbytes(filling - 8))


def measure(bench: Bench, folder: Path) -> dict[str, Any]:
    """Measure in turns, so that a busy machine is unfair to all alike."""
    sizes = {"whole": SIZE_BYTES, "quarter": SIZE_BYTES // 4, "small": MEGABYTE}
    for name, size_bytes in sizes.items():
        make_video(folder / f"{name}.mp4", size_bytes)
        known_hash(folder / f"{name}.mp4")
    whole, quarter, small = (folder / f"{name}.mp4" for name in sizes)
    chunk_bytes = bench.settings.youtube.upload_chunk_bytes
    ways: dict[str, tuple[Callable[[Path], None], Path]] = {
        "ours": (bench.ours, whole),
        "bare, our chunk": (partial(bench.bare, chunk_bytes=chunk_bytes), whole),
        "bare, its chunk": (partial(bench.bare, chunk_bytes=DEFAULT_CHUNK_SIZE), whole),
        "ours, a quarter": (bench.ours, quarter),
    }
    found: dict[str, list[Measured]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, (way, path) in ways.items():
            one = in_own_process(way, path, small)
            found[name].append(one)
            print(
                f"round {number + 1}: {name:16} {one.seconds:6.2f} s, memory +{one.grown_bytes / MEGABYTE:.1f} MB",
                flush=True,
            )
            bench.forget()
    seconds = {name: median(one.seconds for one in measured) for name, measured in found.items()}
    grown = {name: median(one.grown_bytes for one in measured) for name, measured in found.items()}
    return {"seconds": seconds, "grown": grown}


def main() -> None:
    """Measure, print, judge."""
    with (
        tempfile.TemporaryDirectory() as name,
        scratch_sandbox(Path(name)) as url,
        scratch_database() as database_url,
    ):
        found = measure(open_bench(url, database_url, Path(name)), Path(name))
    seconds, grown = found["seconds"], found["grown"]
    against = {name: round(seconds[name], 3) for name in ("bare, our chunk", "bare, its chunk")}
    for name, figure in against.items():
        overhead = seconds["ours"] / figure - 1
        print(f"overhead over {name}: {overhead:+.1%} (target: at most {TARGET_OVERHEAD:.0%})")
    print(
        f"memory: +{grown['ours'] / MEGABYTE:.1f} MB for {SIZE_BYTES // MEGABYTE} MB,"
        f" +{grown['ours, a quarter'] / MEGABYTE:.1f} MB for a quarter of it"
        f" (target: at most {MEMORY_TARGET_BYTES // MEGABYTE} MB); the bare client"
        f" +{grown['bare, our chunk'] / MEGABYTE:.1f} MB and +{grown['bare, its chunk'] / MEGABYTE:.1f} MB"
    )
    print(
        json.dumps(
            {
                "name": "upload",
                "ours": round(seconds["ours"], 3),
                "unit": "s for 200 MB",
                "against": against,
                "ratio": {name: round(figure / seconds["ours"], 3) for name, figure in against.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
