"""Which jobs' files are due to move: the tier that their age asks for, against the tier in which they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from etl.warehouse.tiers.roots import TIERS, files_below, root_of
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import Settings

DELETED = "deleted"


@dataclass(frozen=True)
class PlannedMove:
    """The files of a job, from one tier to another or to their end (``deleted``)."""

    job_id: UUID
    tier: str
    to: str
    completed_at: datetime
    files: int
    size_bytes: int


def tier_for(settings: Settings, age: timedelta) -> str:
    """Return the tier of files whose job ended ``age`` ago; a tier without a root is passed over."""
    tiers = settings.tiers
    if tiers.cold_days is not None and age >= timedelta(days=tiers.cold_days):
        return DELETED
    if tiers.cold_root is not None and age >= timedelta(days=tiers.warm_days):
        return "cold"
    if tiers.warm_root is not None and age >= timedelta(hours=tiers.hot_hours):
        return "warm"
    return "hot"


def plan_moves(connection: Connection, settings: Settings, now: datetime) -> list[PlannedMove]:
    """Return what is due at ``now``, the oldest job first. Only reads."""
    moves = [*_from_hot(connection, settings, now), *_from_others(connection, settings, now)]
    return sorted(moves, key=lambda one: (one.completed_at, str(one.job_id), one.tier))


def _is_due(tier: str, to: str) -> bool:
    order = (*TIERS, DELETED)
    return order.index(to) > order.index(tier)


def _from_hot(connection: Connection, settings: Settings, now: datetime) -> list[PlannedMove]:
    folder = settings.media_root.resolve() / "jobs"
    if not folder.is_dir():
        return []
    ended = connection.execute(
        load_sql(__package__, "jobs_ended"),
        {
            "job_ids": [job_id for path in folder.iterdir() if (job_id := _job_id(path.name))],
            "ended_before": now - timedelta(hours=settings.tiers.hot_hours),
        },
    ).fetchall()
    moves = []
    for job in ended:
        to = tier_for(settings, now - job["completed_at"])
        if to != "hot" and (files := files_below(f"{root_of(settings, 'hot')}/jobs/{job['job_id']}")):
            moves.append(PlannedMove(job["job_id"], "hot", to, job["completed_at"], len(files), sum(files.values())))
    return moves


def _from_others(connection: Connection, settings: Settings, now: datetime) -> list[PlannedMove]:
    stored = connection.execute(load_sql(__package__, "jobs_stored")).fetchall()
    return [
        PlannedMove(job["job_id"], job["tier"], to, job["completed_at"], job["files"], job["bytes"])
        for job in stored
        if _is_due(job["tier"], to := tier_for(settings, now - job["completed_at"]))
    ]


def _job_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
