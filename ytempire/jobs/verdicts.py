"""What follows a verdict: published, made anew once, left to a person, or ended; and what the person said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Permanent
from ytempire.jobs.queue import set_status

NextStep = Literal["upload", "revision", "decision", "record"]


def next_step(connection: Connection, job_id: UUID) -> NextStep:
    """Say what follows the verdict on a job's video, and move the job there; asked again, the same.

    ``revision``: it is made anew, once; what is still not good enough then is a person's ``decision``.
    ``record``: it ends here. A person who has decided about this very video is not asked again. Raises Permanent
    when there is no verdict yet.
    """
    row = connection.execute(load_sql(__package__, "verdict"), {"job_id": job_id}).fetchone()
    if row is None:
        raise Permanent(f"job {job_id} has no verdict: run its stage quality first")
    step = _follows(row["verdict"], row["judged_revision"])
    if step == "decision" and row["approved"] is not None:
        step = _decided(row["approved"])
    if step == "revision":
        reasons = [f"{one['what']}: {one['detail']}" for one in row["revisions"] or []]
        connection.execute(
            "UPDATE ytempire.generation_jobs SET revision = 1, revise_for = %s WHERE job_id = %s AND revision = 0",
            (reasons, job_id),
        )
    status = {"upload": "approved", "revision": "running", "decision": "awaiting_decision", "record": "rejected"}[step]
    set_status(connection, job_id, status, {"verdict": row["verdict"]})
    return step


def _follows(verdict: str, judged_revision: int) -> NextStep:
    if verdict == "approve":
        return "upload"
    if judged_revision > 0 or verdict == "review":
        return "decision"
    return "revision" if verdict == "revise" else "record"


def record_decision(
    connection: Connection, job_id: UUID, *, approved: bool, decided_by: str, decided_at: datetime
) -> NextStep:
    """Keep what a person decided about the video, with what they were shown, and say what follows.

    The rows are labels for the quality model; the same decision is kept once. Raises Permanent when there
    is no verdict to decide about.
    """
    decision: dict[str, Any] = {
        "job_id": job_id, "approved": approved, "decided_by": decided_by[:250], "decided_at": decided_at,
    }  # fmt: skip
    if connection.execute(load_sql(__package__, "record_decision"), decision).rowcount == 0:
        raise Permanent(f"job {job_id} has no verdict that a person could decide about")
    set_status(connection, job_id, "approved" if approved else "rejected")
    return _decided(approved)


def _decided(approved: bool) -> NextStep:
    return "upload" if approved else "record"
