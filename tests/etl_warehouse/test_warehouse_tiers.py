"""Files move from hot to warm to cold by age; the database follows, and a kill at any point loses nothing."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from etl_rows import add_channel

from etl.warehouse.tiers import move, roots
from etl.warehouse.tiers.move import TierSummary, move_files
from etl.warehouse.tiers.plan import plan_moves, tier_for
from ytempire.database.connection import Connection
from ytempire.errors import DiskFull, InvalidInput, Retriable
from ytempire.settings import Settings, TierSettings

ENDED = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FILES = {"assembly-1/video.mp4": b"moving pictures" * 1000, "quality-2/report.json": b"{}", "visuals-3/a/1.png": b"p"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        media_root=tmp_path / "hot",
        tiers=TierSettings(warm_root=str(tmp_path / "warm"), cold_root=str(tmp_path / "cold")),
    )


@pytest.fixture
def job(connection: Connection, settings: Settings) -> UUID:
    """A published job with three files, and all that the database says of where they are."""
    channel = add_channel(connection, "UCa")
    job_id: UUID = connection.execute(
        "INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, day, slot, status,"
        " started_at, completed_at)"
        " VALUES (%s, 'video', '{}', '2026-06-01', 1, 'published', %s, %s) RETURNING job_id",
        [channel, ENDED, ENDED],
    ).fetchone()["job_id"]
    folder = settings.media_root / "jobs" / str(job_id)
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        stage = name.partition("-")[0]
        artefact = path if stage != "visuals" else folder / "visuals-3"
        connection.execute(
            "INSERT INTO ytempire.job_stages (job_id, stage, status, artefact_key, artefact_path, details, finished_at)"
            " VALUES (%s, %s, 'succeeded', 'key', %s, jsonb_build_object('variants', jsonb_build_array(%s::text)),"
            " clock_timestamp())",
            [job_id, stage, str(artefact), str(path)],
        )
    connection.execute(
        "INSERT INTO ytempire.quality_decisions (job_id, decided_at, decided_by, approved, score, scorer, reasons,"
        " artefact_key, report_path) VALUES (%s, now(), 'op', true, 70, 'rules', '', 'key', %s)",
        [job_id, str(folder / "quality-2/report.json")],
    )
    connection.execute(
        "WITH video AS (INSERT INTO ytempire.videos (channel_id, job_id, title)"
        " VALUES (%s, %s, 'V') RETURNING video_id)"
        " INSERT INTO ytempire.video_variants (video_id, kind, name, path, blake3)"
        " SELECT video_id, 'thumbnail', 'a', %s, 'x' FROM video",
        [channel, job_id, f"jobs/{job_id}/visuals-3/a/1.png"],
    )
    return job_id


def run(connection: Connection, settings: Settings, age: timedelta) -> TierSummary:
    return move_files(connection, settings, run_id="run", now=ENDED + age)


def files_in(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def all_files(job: UUID) -> dict[str, bytes]:
    return {f"jobs/{job}/{name}": content for name, content in FILES.items()}


def paths(connection: Connection, job: UUID, media_root: Path) -> list[str]:
    rows = connection.execute(
        "SELECT artefact_path AS path FROM ytempire.job_stages WHERE job_id = %(job)s"
        " UNION ALL SELECT details #>> '{variants,0}' FROM ytempire.job_stages WHERE job_id = %(job)s"
        " UNION ALL SELECT report_path FROM ytempire.quality_decisions WHERE job_id = %(job)s"
        " UNION ALL SELECT path FROM ytempire.video_variants JOIN ytempire.videos USING (video_id)"
        " WHERE job_id = %(job)s",
        {"job": job},
    )
    # Relative ones lie below the media root.
    return [row["path"] if "//" in row["path"] else str(media_root / row["path"]) for row in rows]


def assert_whole(connection: Connection, settings: Settings, job: UUID) -> None:
    """Every path that the database has leads to something, and every file's content is there."""
    assert all(Path(path).exists() for path in paths(connection, job, settings.media_root))
    found = {
        path.relative_to(root.parent.parent).as_posix(): path.read_bytes()
        for root in {
            Path(path.partition(f"/{job}")[0]) / str(job) for path in paths(connection, job, settings.media_root)
        }
        for path in root.rglob("*")
        if path.is_file()
    }
    assert found == all_files(job)


def test_files_go_from_tier_to_tier_with_age_and_the_database_follows(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path
) -> None:
    for age, tier in ((timedelta(hours=23), "hot"), (2 * DAY, "warm"), (29 * DAY, "warm"), (30 * DAY, "cold")):
        run(connection, settings, age)
        assert {
            path for path in paths(connection, job, settings.media_root) if not path.startswith(f"{tmp_path / tier}/")
        } == set()
        assert_whole(connection, settings, job)
        for other in {"hot", "warm", "cold"} - {tier}:
            assert files_in(tmp_path / other) == {}
    rows = connection.execute("SELECT * FROM ytempire.stored_files").fetchall()
    assert {row["path"].partition(f"{job}/")[2]: row["sha256"] for row in rows} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }
    assert {row["tier"] for row in rows} == {"cold"}


def test_a_job_that_goes_on_keeps_its_files(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path
) -> None:
    connection.execute("UPDATE ytempire.generation_jobs SET status = 'running', completed_at = NULL")
    assert run(connection, settings, 100 * DAY) == TierSummary({}, {}, 0)
    assert files_in(tmp_path / "hot") == all_files(job)


def test_a_job_that_is_taken_up_while_its_files_are_copied_keeps_them(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_and_restart(source: str, target: str) -> str:
        connection.execute("UPDATE ytempire.generation_jobs SET status = 'running', completed_at = NULL")
        return roots.copy_file(source, target)

    monkeypatch.setattr(move, "copy_file", copy_and_restart)
    run(connection, settings, 2 * DAY)
    assert files_in(tmp_path / "warm") == {}
    assert_whole(connection, settings, job)


class Killed(BaseException):
    """Not an Exception, as a SIGKILL is not: nothing tidies up after it."""


def dying(work: Callable[..., Any], when: int, after: bool) -> Callable[..., Any]:
    calls = iter(range(1_000))

    def call(*arguments: Any) -> Any:
        if next(calls) != when:
            return work(*arguments)
        if after:
            work(*arguments)
        raise Killed

    return call


@pytest.mark.parametrize("name", ["copy_file", "sha256_of", "_make_count", "remove_file"])
@pytest.mark.parametrize("when", range(3))
@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_nothing_is_lost_and_the_next_run_finishes(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, when: int, after: bool,
) -> None:  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(move, name, dying(getattr(move, name), when, after))
        for age in (2 * DAY, 40 * DAY, 41 * DAY):
            with pytest.MonkeyPatch.context():
                try:
                    run(connection, settings, age)
                except Killed:
                    assert_whole(connection, settings, job)
    run(connection, settings, 42 * DAY)
    assert_whole(connection, settings, job)
    assert files_in(tmp_path / "cold") == all_files(job)
    assert files_in(tmp_path / "hot") == files_in(tmp_path / "warm") == {}
    unfinished = connection.execute(
        "SELECT FROM ytempire.stored_files WHERE moving_to IS NOT NULL OR leftover_address IS NOT NULL"
    )
    assert unfinished.fetchall() == []


def test_a_copy_that_is_not_what_was_copied_is_noticed(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_badly(source: str, target: str) -> str:
        digest = roots.copy_file(source, target)
        Path(target).write_bytes(b"something else")
        return digest

    monkeypatch.setattr(move, "copy_file", copy_badly)
    with pytest.raises(Retriable, match="was copied as"):
        run(connection, settings, 2 * DAY)
    assert files_in(tmp_path / "hot") == all_files(job)
    assert_whole(connection, settings, job)


def test_a_full_disk_is_called_by_its_name_and_leaves_no_partial_file(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(roots, "_to_disk", full)
    with pytest.raises(DiskFull, match="no room for"):
        run(connection, settings, 2 * DAY)
    assert files_in(tmp_path / "warm") == {}
    assert_whole(connection, settings, job)
    monkeypatch.undo()
    assert run(connection, settings, 2 * DAY) == TierSummary({}, {}, 1)
    assert files_in(tmp_path / "warm") == all_files(job)


def test_cold_files_are_deleted_only_where_a_time_is_set_and_recorded_before(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path
) -> None:
    run(connection, settings, 31 * DAY)
    run(connection, settings, 4_000 * DAY)
    assert files_in(tmp_path / "cold") == all_files(job)

    ending = settings.model_copy(update={"tiers": settings.tiers.model_copy(update={"cold_days": 90})})
    run(connection, ending, 89 * DAY)
    assert files_in(tmp_path / "cold") == all_files(job)
    run(connection, ending, 90 * DAY)

    assert files_in(tmp_path / "cold") == {}
    row = connection.execute("SELECT policy, subject, done_count, details FROM ytempire.deletions").fetchone()
    assert (row["policy"], row["subject"], row["done_count"]) == ("operational.videos", f"files of job {job}", 3)
    assert sorted(row["details"]["files"].values()) == sorted(
        hashlib.sha256(content).hexdigest() for content in FILES.values()
    )
    assert connection.execute("SELECT DISTINCT tier FROM ytempire.stored_files").fetchall() == [{"tier": "deleted"}]
    assert run(connection, ending, 91 * DAY) == TierSummary({}, {}, 0)


def test_without_slower_storage_files_stay(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path
) -> None:
    alone = settings.model_copy(update={"tiers": TierSettings()})
    assert plan_moves(connection, alone, ENDED + 400 * DAY) == []
    only_cold = settings.model_copy(update={"tiers": TierSettings(cold_root=str(tmp_path / "cold"))})
    assert tier_for(only_cold, 2 * DAY) == "hot"
    assert tier_for(only_cold, 30 * DAY) == "cold"


def test_any_file_system_may_be_a_root(connection: Connection, settings: Settings, job: UUID, tmp_path: Path) -> None:
    """fsspec's own store in memory stands for those that are no folder."""
    address = "memory://warm-files"
    remote = settings.model_copy(update={"tiers": TierSettings(warm_root=address, cold_root=str(tmp_path / "cold"))})
    run(connection, remote, 2 * DAY)
    assert files_in(tmp_path / "hot") == {}
    assert {path.partition(str(job))[0] for path in paths(connection, job, settings.media_root)} == {f"{address}/jobs/"}
    assert roots.sha256_of(f"{address}/jobs/{job}/quality-2/report.json") == hashlib.sha256(b"{}").hexdigest()
    run(connection, remote, 31 * DAY)
    assert files_in(tmp_path / "cold") == all_files(job)
    assert roots.files_below(address) == {}


def test_an_unknown_kind_of_root_is_named() -> None:
    with pytest.raises(InvalidInput, match="YTEMPIRE_TIERS"):
        roots.locate("gopher://host/folder")
