"""Everything that a run at a moment would delete or move, as lines for a person: the dry run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from etl.warehouse.retention.log_files import old_logs
from etl.warehouse.retention.plan import make_plan
from etl.warehouse.retention.thin import POLICY, crowded_days
from etl.warehouse.tiers.plan import PlannedMove, plan_moves
from ytempire.compliance.data_classes import FEED_TEXTS, PUBLIC_TEXTS, TOPIC_TEXTS
from ytempire.compliance.public_data import overdue
from ytempire.database.connection import Connection
from ytempire.settings import Settings


@dataclass(frozen=True)
class Line:
    """One thing that would go or move. ``size_bytes`` is None where it is not known before."""

    policy: str
    subject: str
    action: str
    older_than: datetime
    count: int
    size_bytes: int | None = None
    held: str | None = None


def dry_run(connection: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Return what a run at ``now`` would do. Only reads."""
    return [
        *_tables(connection, settings, now),
        *_live(connection, settings, now),
        *_texts(connection, settings, now),
        *_log_files(settings, now),
        *_moves(connection, settings, now),
    ]


def _tables(connection: Connection, settings: Settings, now: datetime) -> list[Line]:
    return [
        Line(
            one.policy.name,
            one.subject,
            "drop chunk" if one.chunk else "delete rows",
            one.older_than,
            one.rows,
            one.chunk.size_bytes if one.chunk else None,
            one.held,
        )
        for one in make_plan(connection, settings.retention, now)
    ]


def _live(connection: Connection, settings: Settings, now: datetime) -> list[Line]:
    return [
        Line(POLICY, one.subject, "thin rows", one.until, one.rows)
        for one in crowded_days(connection, settings.retention, now)
    ]


def _texts(connection: Connection, settings: Settings, now: datetime) -> list[Line]:
    late = overdue(connection, settings, now)
    lines = [
        Line(PUBLIC_TEXTS.name, "trend_videos", "refresh or delete", late.deadline, late.videos),
        Line(FEED_TEXTS.name, "trend_stories", "delete rows", late.deadline, late.stories),
        Line(TOPIC_TEXTS.name, "topics without a job", "delete rows", late.deadline, len(late.topics_unused)),
        Line(TOPIC_TEXTS.name, "topics with a job", "withdraw texts", late.deadline, len(late.topics_used)),
    ]
    return [line for line in lines if line.count]


def _log_files(settings: Settings, now: datetime) -> list[Line]:
    old = old_logs(settings.retention, now)
    if not old.files:
        return []
    subject = f"log files in {settings.retention.logs_root}"
    return [Line("operational.logs", subject, "remove", old.older_than, len(old.files), old.size_bytes)]


def _moves(connection: Connection, settings: Settings, now: datetime) -> list[Line]:
    """One line for each way that files go, however many jobs they are of."""
    ways: dict[tuple[str, str], list[PlannedMove]] = {}
    for one in plan_moves(connection, settings, now):
        ways.setdefault((one.tier, one.to), []).append(one)
    return [
        Line(
            "storage tiers",
            f"files of {len(moves)} jobs",
            f"{tier} → {to}",
            moves[-1].completed_at,
            sum(one.files for one in moves),
            sum(one.size_bytes for one in moves),
        )
        for (tier, to), moves in ways.items()
    ]
