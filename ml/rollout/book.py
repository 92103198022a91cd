"""The rollouts' own tables: which is under way, and the log of every decision, which is only ever added to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from ml.rollout.decide import Action, Decision
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Conflict
from ytempire.rollouts import Rollout, State

_ONE = "SELECT * FROM ytempire.model_rollouts WHERE rollout_id = %s"
_LATEST = "SELECT * FROM ytempire.model_rollouts WHERE model_name = %s ORDER BY rollout_id DESC LIMIT 1"
_PROMOTING = "SELECT * FROM ytempire.model_rollouts WHERE model_name = %s AND state = 'promoting'"
_TRIED = "SELECT 1 FROM ytempire.model_rollouts WHERE model_name = %s AND version = %s AND champion_version = %s"
_PROMOTED = """
SELECT * FROM ytempire.model_rollouts WHERE model_name = %s AND state = 'promoted' ORDER BY rollout_id DESC LIMIT 1
"""
_START = """
INSERT INTO ytempire.model_rollouts (model_name, version, champion_version, percentage, started_on, stepped_on)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING *
"""
_END = (
    "UPDATE ytempire.model_rollouts SET state = %s, ended_at = clock_timestamp()"
    " WHERE rollout_id = %s AND state IN ('running', 'promoting')"
)
_STEPS = "SELECT * FROM ytempire.model_rollout_steps WHERE rollout_id = %s ORDER BY step_id DESC LIMIT %s"
_LOG = """
INSERT INTO ytempire.model_rollout_steps
    (rollout_id, day, action, percentage_before, percentage, reason, figures, decided_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_COURSE = """
UPDATE ytempire.model_rollouts SET percentage = %(percentage)s, state = %(state)s::text,
    stepped_on = CASE WHEN percentage <> %(percentage)s THEN %(day)s ELSE stepped_on END,
    ended_at = CASE WHEN %(state)s::text = 'returned' THEN clock_timestamp() END
WHERE rollout_id = %(rollout_id)s AND state = 'running' AND percentage = %(before)s
"""


@dataclass(frozen=True)
class LoggedStep:
    """One decision as it was kept."""

    step_id: int
    rollout_id: int
    day: date
    action: Action
    percentage_before: int
    percentage: int
    reason: str
    figures: dict[str, Any]
    decided_by: str
    decided_at: datetime


def get(connection: Connection, rollout_id: int) -> Rollout:
    """Read a rollout that is known to be there."""
    row = connection.execute(_ONE, (rollout_id,)).fetchone()
    if row is None:
        raise Conflict(f"rollout {rollout_id} is gone")
    return Rollout(**row)


def latest(connection: Connection, model_name: str) -> Rollout | None:
    """Return the rollout that began last, over or not."""
    return _rollout(connection, _LATEST, model_name)


def promoting(connection: Connection, model_name: str) -> Rollout | None:
    """Return the rollout whose version is the champion by the log and perhaps not yet in the registry."""
    return _rollout(connection, _PROMOTING, model_name)


def last_promoted(connection: Connection, model_name: str) -> Rollout | None:
    """Return the rollout that the present champion came from, None if it came otherwise."""
    return _rollout(connection, _PROMOTED, model_name)


def was_tried(connection: Connection, model_name: str, version: str, champion_version: str) -> bool:
    """Whether a version has had its rollout against this champion."""
    return connection.execute(_TRIED, (model_name, version, champion_version)).fetchone() is not None


def begin(connection: Connection, names: tuple[str, str, str], percentage: int, day: date, who: str) -> Rollout:
    """Begin a rollout of (model, version, champion) and log it. Raises Conflict if one is under way or was."""
    with connection.transaction():
        row = connection.execute(_START, (*names, percentage, day, day)).fetchone()
        if row is None:
            raise Conflict(f"{names[0]} has a rollout under way, or v{names[1]} had its rollout against v{names[2]}")
        rollout = Rollout(**row)
        reason = f"v{rollout.version} is tried against v{rollout.champion_version}"
        _log(connection, rollout, day, Decision("start", percentage, reason), 0, {}, who)
    return rollout


def record(
    connection: Connection, rollout: Rollout, decision: Decision, figures: dict[str, Any], day: date, who: str
) -> None:
    """Log a decision and carry it out in one transaction. Raises Conflict if the rollout changed meanwhile."""
    states: dict[Action, State] = {"promote": "promoting", "return": "returned"}
    values = {
        "rollout_id": rollout.rollout_id,
        "percentage": decision.percentage,
        "state": states.get(decision.action, "running"),
        "day": day,
        "before": rollout.percentage,
    }
    with connection.transaction():
        _log(connection, rollout, day, decision, rollout.percentage, figures, who)
        if not connection.execute(_COURSE, values).rowcount:
            raise Conflict(f"rollout {rollout.rollout_id} was changed by somebody else: look at it again")
        if decision.action == "promote":
            promotion(connection, rollout, decision.reason, figures)


def end(connection: Connection, rollout: Rollout, state: State) -> None:
    """Note that a rollout is over."""
    connection.execute(_END, (state, rollout.rollout_id))


def promotion(
    connection: Connection, rollout: Rollout, reason: str, figures: dict[str, Any], *, back: bool = False
) -> None:
    """Log that a rollout's version becomes the champion, or with ``back`` that the former one does again."""
    new, old = rollout.version, rollout.champion_version
    version, before = (old, new) if back else (new, old)
    connection.execute(
        load_sql(__package__, "promote"),
        {
            "model_name": rollout.model_name,
            "version": version,
            "champion_before": before,
            "reason": reason,
            "metrics": json.dumps(figures),
        },
    )


def steps(connection: Connection, rollout_id: int, limit: int = 30) -> list[LoggedStep]:
    """Return the last decisions of a rollout, the newest first."""
    return [LoggedStep(**row) for row in connection.execute(_STEPS, (rollout_id, limit))]


def _log(
    connection: Connection,
    rollout: Rollout,
    day: date,
    decision: Decision,
    before: int,
    figures: dict[str, Any],
    who: str,
) -> None:
    values = (rollout.rollout_id, day, decision.action, before, decision.percentage, decision.reason)
    connection.execute(_LOG, (*values, Jsonb(figures), who))


def _rollout(connection: Connection, query: str, model_name: str) -> Rollout | None:
    row = connection.execute(query, (model_name,)).fetchone()
    return None if row is None else Rollout(**row)
