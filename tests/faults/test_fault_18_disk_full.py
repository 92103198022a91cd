"""18: the disk is full, for data, temporary files and renderings alike.

At every stage of a video, with no room at all and with room for only a part of what it writes: a clean failure,
nothing partial is left, and when there is room the retry makes this stage and repeats none before it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from paid_scene import changed

from ytempire.database.connection import Connection
from ytempire.errors import DiskFull
from ytempire.jobs import production
from ytempire.jobs.queue import fail_job, start_job
from ytempire.settings import ContentSettings, Settings

SIZE_BYTES = 48 << 20
# What is left free while a stage is made; each stage writes more than that, the stages of text only more than none.
ROOM_BYTES = [0, 8_192]
TEXT_STAGES = ("script", "captions", "quality")


class SmallDisk:
    """A folder on a disk of its own where we may mount one; else files are kept from growing, with the same effect."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "tmpfs", str(folder)]
        self.mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0

    @contextlib.contextmanager
    def full(self, room_bytes: int) -> Iterator[None]:
        if not self.mounted:
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, before[1]))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            return
        ballast = self.folder / "ballast"
        free = os.statvfs(self.folder)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - room_bytes // 4096 * 4096)
        try:
            yield
        finally:
            ballast.unlink()

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    made = SmallDisk(folder)
    # Temporary files are to find no room either.
    (folder / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def settings(database_url: str, sandbox_url: str, disk: SmallDisk) -> Settings:
    content = ContentSettings(
        script_chain=["offline"], narration_chain=["espeak"], short_side_px=180, frames_per_second=10,
        x264_preset="ultrafast", openai_base_url=f"{sandbox_url}/openai/v1",
    )  # fmt: skip
    return Settings(database_url=database_url, media_root=disk.folder / "media", content=content)


def stages(connection: Connection) -> dict[str, tuple[str, int]]:
    rows = connection.execute("SELECT stage, status, attempts FROM ytempire.job_stages").fetchall()
    return {row["stage"]: (row["status"], row["attempts"]) for row in rows}


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_stage_fails_cleanly_and_is_made_when_there_is_room(
    connection: Connection, settings: Settings, disk: SmallDisk, job_id: UUID
) -> None:
    start_job(connection, job_id, "job_1")
    done: dict[str, tuple[str, int]] = {}
    for stage in production.STAGES:
        before = files(disk.folder)
        rooms = ROOM_BYTES[:1] if stage in TEXT_STAGES else ROOM_BYTES
        for number, room in enumerate(rooms, start=1):
            with disk.full(room), pytest.raises(DiskFull, match="Free space") as raised:
                production.make(stage, connection, settings, job_id)
            fail_job(connection, job_id, str(raised.value))
            assert files(disk.folder) == before, (stage, room)
            assert stages(connection) == done | {stage: ("failed", number)}, (stage, room)
        production.make(stage, connection, settings, job_id)
        done[stage] = ("succeeded", len(rooms) + 1)
        assert stages(connection) == done, "no finished stage was repeated"
    status = connection.execute("SELECT status, error_message FROM ytempire.generation_jobs").fetchone()
    assert status == {"status": "running", "error_message": None}


def test_nothing_is_bought_when_the_answer_could_not_be_kept(
    connection: Connection, settings: Settings, sandbox_url: str, disk: SmallDisk, job_id: UUID, monkeypatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sandbox")
    settings = changed(settings, script_chain=["gpt-4", "offline"])
    with disk.full(60_000), pytest.raises(DiskFull):
        production.make("script", connection, settings, job_id)
    assert httpx.get(f"{sandbox_url}/control/journal", params={"kind": "openai.chat"}).json()["entries"] == []
    assert connection.execute("SELECT count(*) AS calls FROM ytempire.cost_ledger").fetchone() == {"calls": 0}
    production.make("script", connection, settings, job_id)
    assert connection.execute("SELECT count(*) AS calls FROM ytempire.cost_ledger").fetchone()["calls"] > 0
