"""What follows a verdict; one revision and no second; what a person said is kept once, as a label."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from ytempire.database.connection import Connection
from ytempire.errors import Permanent
from ytempire.jobs import production, verdicts
from ytempire.jobs.costs import job_cost_usd
from ytempire.jobs.queue import load_job, start_job
from ytempire.jobs.stages import Product, run_stage
from ytempire.settings import ContentSettings, Settings

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
WHY = "score 55; story 12 of 20 (5 scenes, 1 with figures); silence: 4 s"


def judged(connection: Connection, job_id: UUID, folder: Path, verdict: str, revision: int = 0) -> None:
    """The job's quality stage, as if it had come to ``verdict``."""

    def produce(place: Path) -> Product:
        path = place / "quality.json"
        path.write_text(verdict)
        details = {"verdict": verdict, "score": 55.5, "summary": WHY, "revision": revision}
        details |= {"revisions": [{"stage": "script", "what": "story", "detail": "5 scenes, 1 with figures"}]}
        return Product(path, "weights-1", details)

    run_stage(connection, folder, job_id, "quality", {"verdict": verdict, "revision": revision}, produce)


def status(connection: Connection, job_id: UUID) -> str:
    row = connection.execute("SELECT status FROM ytempire.generation_jobs WHERE job_id = %s", (job_id,)).fetchone()
    return row["status"]


@pytest.mark.parametrize(
    ("verdict", "revision", "step", "job_status"),
    [
        ("approve", 0, "upload", "approved"),
        ("review", 0, "decision", "awaiting_decision"),
        ("revise", 0, "revision", "running"),
        ("reject", 0, "record", "rejected"),
        ("approve", 1, "upload", "approved"),
        ("review", 1, "decision", "awaiting_decision"),
        ("revise", 1, "decision", "awaiting_decision"),
        ("reject", 1, "decision", "awaiting_decision"),
    ],
)
def test_what_follows_a_verdict_is_the_same_each_time_it_is_asked(
    connection, job_id, tmp_path, verdict, revision, step, job_status
) -> None:
    start_job(connection, job_id, "job_1")
    judged(connection, job_id, tmp_path, verdict, revision)
    for _ in range(2):
        assert verdicts.next_step(connection, job_id) == step
        assert status(connection, job_id) == job_status


def test_there_is_no_second_revision(connection, job_id, tmp_path) -> None:
    start_job(connection, job_id, "job_1")
    judged(connection, job_id, tmp_path, "revise")
    assert load_job(connection, job_id).revision == 0
    for _ in range(2):
        # A worker that died after it had ordered the revision orders the same one again.
        assert verdicts.next_step(connection, job_id) == "revision"
    job = load_job(connection, job_id)
    assert (job.revision, job.revise_for) == (1, ("story: 5 scenes, 1 with figures",))
    judged(connection, job_id, tmp_path, "revise", job.revision)
    assert verdicts.next_step(connection, job_id) == "decision"
    assert load_job(connection, job_id).revision == 1
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("UPDATE ytempire.generation_jobs SET revision = 2")


def test_without_a_verdict_nothing_follows(connection, job_id) -> None:
    with pytest.raises(Permanent, match="no verdict"):
        verdicts.next_step(connection, job_id)
    with pytest.raises(Permanent, match="no verdict"):
        verdicts.record_decision(connection, job_id, approved=True, decided_by="operator", decided_at=NOW)


def test_a_decision_is_kept_once_with_what_the_person_was_shown(connection, job_id, tmp_path) -> None:
    judged(connection, job_id, tmp_path, "review")
    for _ in range(2):
        step = verdicts.record_decision(connection, job_id, approved=True, decided_by="operator", decided_at=NOW)
        assert (step, status(connection, job_id)) == ("upload", "approved")
    (row,) = connection.execute("SELECT * FROM ytempire.quality_decisions").fetchall()
    assert (row["decided_by"], row["decided_at"], row["approved"]) == ("operator", NOW, True)
    assert (float(row["score"]), row["scorer"], row["reasons"]) == (55.5, "weights-1", WHY)
    assert Path(row["report_path"]).read_text() == "review"


def test_a_decision_asked_for_again_is_another_row(connection, job_id, tmp_path) -> None:
    judged(connection, job_id, tmp_path, "review")
    verdicts.record_decision(connection, job_id, approved=True, decided_by="one", decided_at=NOW)
    later = NOW + timedelta(hours=1)
    assert verdicts.record_decision(connection, job_id, approved=False, decided_by="two", decided_at=later) == "record"
    rows = connection.execute("SELECT approved FROM ytempire.quality_decisions ORDER BY decided_at").fetchall()
    assert [row["approved"] for row in rows] == [True, False]
    assert status(connection, job_id) == "rejected"


@pytest.mark.parametrize(("approved", "step", "then"), [(True, "upload", "approved"), (False, "record", "rejected")])
def test_a_person_is_not_asked_again_about_the_same_video(connection, job_id, tmp_path, approved, step, then) -> None:
    """A run that is cleared, or another run of a job that went back to the queue, comes by the verdict once more."""
    judged(connection, job_id, tmp_path, "review")
    verdicts.record_decision(connection, job_id, approved=approved, decided_by="operator", decided_at=NOW)
    connection.execute("UPDATE ytempire.generation_jobs SET status = 'queued', completed_at = NULL")
    start_job(connection, job_id, "job_2")
    assert (verdicts.next_step(connection, job_id), status(connection, job_id)) == (step, then)


def test_another_video_of_the_job_is_asked_about(connection, job_id, tmp_path) -> None:
    judged(connection, job_id, tmp_path, "review")
    verdicts.record_decision(connection, job_id, approved=True, decided_by="operator", decided_at=NOW)
    judged(connection, job_id, tmp_path, "review", revision=1)
    assert verdicts.next_step(connection, job_id) == "decision"


def test_a_revision_makes_script_and_video_anew_through_their_keys(connection, database_url, job_id, tmp_path) -> None:
    content = ContentSettings(
        script_chain=["offline"], short_side_px=180, frames_per_second=10, x264_preset="ultrafast"
    )
    settings = Settings(database_url=database_url, media_root=tmp_path, content=content)
    start_job(connection, job_id, "job_1")

    def make_all() -> dict[str, dict]:
        return {stage: production.make(stage, connection, settings, job_id) for stage in production.STAGES}

    first = make_all()
    connection.execute(
        "UPDATE ytempire.job_stages SET details = details || '{\"verdict\": \"revise\"}' WHERE stage = 'quality'"
    )
    assert verdicts.next_step(connection, job_id) == "revision"
    second = make_all()
    assert all(made["made_now"] for made in second.values())
    scripts = [Path(made["script"]["path"]).read_text() for made in (first, second)]
    assert scripts[0] != scripts[1]
    assert first["script"]["form"] != second["script"]["form"], "told in another form"
    assert (first["quality"]["revision"], second["quality"]["revision"]) == (0, 1)
    again = make_all()
    assert not any(made["made_now"] for made in again.values()), "made once"
    assert job_cost_usd(connection, job_id) == 0
    assert len(str(second["quality"])) < 4_000
