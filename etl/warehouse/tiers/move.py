"""A job's files from one tier to another: recorded, copied, compared, made the ones that count, and then deleted.

Killed at any point, the next run finishes it from what is recorded: at every moment the address in the database has
a whole copy. All files of a job change at once, together with every path that the database has of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from etl.warehouse.tiers.plan import DELETED, PlannedMove, plan_moves
from etl.warehouse.tiers.roots import copy_file, exists, files_below, remove_file, root_of, sha256_of
from ytempire.compliance.deletions import finish_deletion, plan_deletion
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Retriable
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_LOCK = "SELECT pg_advisory_lock(hashtextextended('tiers', 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('tiers', 0))"
_ENDED = ("published", "failed", "rejected", "cancelled")
_STATUS = "SELECT status FROM ytempire.generation_jobs WHERE job_id = %s FOR UPDATE"
_UNFINISHED = """
SELECT DISTINCT job_id FROM ytempire.stored_files
WHERE moving_to IS NOT NULL OR leftover_address IS NOT NULL ORDER BY job_id
"""
_STORED = "SELECT * FROM ytempire.stored_files WHERE job_id = %s AND tier = %s ORDER BY path"
_MOVING = "SELECT * FROM ytempire.stored_files WHERE job_id = %s AND moving_to IN ('warm', 'cold') ORDER BY path"
_LEFT_OVER = "SELECT * FROM ytempire.stored_files WHERE job_id = %s AND leftover_address IS NOT NULL ORDER BY path"
_DOOMED = "SELECT * FROM ytempire.stored_files WHERE job_id = %s AND moving_to = 'deleted' ORDER BY path"
_COPIED = "UPDATE ytempire.stored_files SET sha256 = %s, updated_at = clock_timestamp() WHERE path = %s"
_LOST = """
UPDATE ytempire.stored_files
SET tier = 'lost', moving_to = NULL, target_address = NULL, updated_at = clock_timestamp() WHERE path = %s
"""
_CLEARED = "UPDATE ytempire.stored_files SET leftover_address = NULL, updated_at = clock_timestamp() WHERE path = %s"
_GONE = """
UPDATE ytempire.stored_files SET tier = 'deleted', moving_to = NULL, updated_at = clock_timestamp() WHERE path = %s
"""


@dataclass(frozen=True)
class TierSummary:
    """What one run moved: jobs and bytes by tier that they went to, and the jobs that an earlier run had left."""

    jobs: dict[str, int]
    size_bytes: dict[str, int]
    repaired: int


def move_files(connection: Connection, settings: Settings, *, run_id: str, now: datetime) -> TierSummary:
    """Finish what an earlier run left, then move what is due at ``now``.

    Raises DiskFull when a tier has no room, Retriable when a copy is not what was copied: nothing is lost by either.
    """
    jobs: dict[str, int] = {}
    sizes: dict[str, int] = {}
    with _alone(connection):
        left = [row["job_id"] for row in connection.execute(_UNFINISHED)]
        for job_id in left:
            _finish(connection, settings, job_id, run_id, now)
        for planned in plan_moves(connection, settings, now):
            _begin(connection, settings, planned)
            _finish(connection, settings, planned.job_id, run_id, now)
            jobs[planned.to] = jobs.get(planned.to, 0) + 1
            sizes[planned.to] = sizes.get(planned.to, 0) + planned.size_bytes
    return TierSummary(jobs, sizes, len(left))


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.execute(_LOCK)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(_UNLOCK)


def _begin(connection: Connection, settings: Settings, planned: PlannedMove) -> None:
    """Record every file of a job and where it goes, before anything is copied or deleted."""
    target = None if planned.to == DELETED else root_of(settings, planned.to)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            load_sql(__package__, "file_begin"),
            [
                {
                    **file,
                    "job_id": planned.job_id,
                    "tier": planned.tier,
                    "moving_to": planned.to,
                    "target_address": target and f"{target}/{file['path']}",
                }
                for file in _files(connection, settings, planned)
            ],
        )


def _files(connection: Connection, settings: Settings, planned: PlannedMove) -> list[dict[str, Any]]:
    """The files as they are: those of the hot tier from its folder, the others from what is recorded."""
    if planned.tier != "hot":
        stored = connection.execute(_STORED, [planned.job_id, planned.tier]).fetchall()
        return [{name: row[name] for name in ("path", "address", "size_bytes", "sha256")} for row in stored]
    folder = f"jobs/{planned.job_id}"
    root = root_of(settings, "hot")
    return [
        {"path": f"{folder}/{path}", "address": f"{root}/{folder}/{path}", "size_bytes": size, "sha256": None}
        for path, size in files_below(f"{root}/{folder}").items()
    ]


def _finish(connection: Connection, settings: Settings, job_id: UUID, run_id: str, now: datetime) -> None:
    """Do what is recorded of a job and not done yet."""
    for file in connection.execute(_MOVING, [job_id]).fetchall():
        _copy(connection, file)
    _make_count(connection, settings, job_id)
    for file in connection.execute(_LEFT_OVER, [job_id]).fetchall():
        remove_file(file["leftover_address"])
        connection.execute(_CLEARED, [file["path"]])
    _delete(connection, job_id, run_id, now)


def _copy(connection: Connection, file: dict[str, Any]) -> None:
    if not exists(file["address"]):
        log.error("tiers: %s is gone, and nobody deleted it here", file["address"])
        connection.execute(_LOST, [file["path"]])
        return
    sha256 = copy_file(file["address"], file["target_address"])
    if (arrived := sha256_of(file["target_address"])) != sha256 or file["sha256"] not in (None, sha256):
        remove_file(file["target_address"])
        raise Retriable(f"{file['address']} was copied as {arrived}, read as {sha256}, recorded as {file['sha256']}")
    connection.execute(_COPIED, [sha256, file["path"]])


def _make_count(connection: Connection, settings: Settings, job_id: UUID) -> None:
    """Point everything at the copies in one transaction, unless the job is worked on again meanwhile."""
    with connection.transaction():
        job = connection.execute(_STATUS, [job_id]).fetchone()
        moving = connection.execute(_MOVING, [job_id]).fetchall()
        if not moving:
            return
        if job is None or job["status"] not in _ENDED:
            log.warning("tiers: job %s goes on: its files stay hot", job_id)
            connection.execute(load_sql(__package__, "files_abandon"), {"job_id": job_id})
            return
        folder = f"/jobs/{job_id}"
        old = {file["address"].partition(folder)[0] + folder for file in moving}
        if moving[0]["tier"] == "hot":
            # The stages write the media root as it is set; other paths are kept below it.
            old |= {f"{settings.media_root}{folder}", folder[1:]}
        new = moving[0]["target_address"].partition(folder)[0] + folder
        for place in sorted(old):
            connection.execute(load_sql(__package__, "paths_follow"), {"job_id": job_id, "old": place, "new": new})
        connection.execute(load_sql(__package__, "files_flip"), {"job_id": job_id})


def _delete(connection: Connection, job_id: UUID, run_id: str, now: datetime) -> None:
    doomed = connection.execute(_DOOMED, [job_id]).fetchall()
    if not doomed:
        return
    deletion = plan_deletion(
        connection,
        run_id=run_id,
        policy="operational.videos",
        subject=f"files of job {job_id}",
        older_than=now,
        count=len(doomed),
        details={"files": {file["address"]: file["sha256"] for file in doomed}},
    )
    for file in doomed:
        remove_file(file["address"])
        connection.execute(_GONE, [file["path"]])
    finish_deletion(connection, deletion, len(doomed))
