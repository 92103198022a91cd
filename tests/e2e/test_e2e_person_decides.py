"""A doubtful video waits in the Airflow UI for a person; the operator's yes publishes it.

Runs over what the demonstration has left: its channels and topics.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import pytest

from stack.airflow_client import AirflowClient
from stack.config import StackSettings, load
from stack.world import Sandbox
from ytempire.clock import pacific_day, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.jobs import production
from ytempire.settings import get_settings

pytestmark = pytest.mark.e2e

JOB = """
WITH topic AS (
    UPDATE ytempire.topics SET status = 'taken' WHERE topic_id = (
        SELECT t.topic_id FROM ytempire.topics t JOIN ytempire.channels USING (niche) WHERE t.status = 'open' LIMIT 1)
    RETURNING topic_id, niche
)
INSERT INTO ytempire.generation_jobs (channel_id, job_type, status, config, topic_id, day, slot)
SELECT channel_id, 'video', 'running', '{}', topic_id, %s, 99 FROM topic JOIN ytempire.channels USING (niche)
RETURNING job_id
"""


def doubtful_job(connection: Connection) -> UUID:
    """A job whose stages are all made, and whose verdict leaves it to a person."""
    job_id = connection.execute(JOB, (pacific_day(system_clock()),)).fetchone()["job_id"]
    for stage in production.STAGES:
        production.make(stage, connection, get_settings(), job_id)
    connection.execute(
        'UPDATE ytempire.job_stages SET details = details || \'{"verdict": "review"}\' '
        "WHERE job_id = %s AND stage = 'quality'",
        (job_id,),
    )
    return job_id


def wait_for(what: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(1)


@pytest.fixture
def settings() -> StackSettings:
    return load()


def test_the_operators_yes_publishes(settings: StackSettings) -> None:
    operator = AirflowClient(settings, "operator")
    with connect(settings.database_url("ytempire")) as connection:
        job_id = doubtful_job(connection)
        run_id = f"job_{job_id}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": {"job_id": str(job_id)}}
        operator.call("POST", "/dags/video_production/dagRuns", json=body)
        path = f"/dags/video_production/dagRuns/{run_id}/hitlDetails"
        wait_for(lambda: bool(operator.call("GET", path)["hitl_details"]))
        waiting = operator.call("GET", path)["hitl_details"][0]
        assert "score" in waiting["body"]
        status = "SELECT status FROM ytempire.generation_jobs WHERE job_id = %s"
        assert connection.execute(status, (job_id,)).fetchone()["status"] == "awaiting_decision"
        # A person takes a moment. An answer that comes before the scheduler has heard that the task waits
        # makes Airflow 3.3 count the try as failed, and ask again.
        time.sleep(6)
        operator.approve("video_production", run_id, "decision")
        wait_for(lambda: operator.run("video_production", run_id)["state"] in ("success", "failed"))
        assert operator.run("video_production", run_id)["state"] == "success"
        assert connection.execute(status, (job_id,)).fetchone()["status"] == "published"
        kept = "SELECT approved, decided_by FROM ytempire.quality_decisions WHERE job_id = %s"
        (decision,) = connection.execute(kept, (job_id,)).fetchall()
        assert decision["approved"] and decision["decided_by"] not in ("", "unknown")
        attempts = connection.execute("SELECT attempts FROM ytempire.job_stages WHERE job_id = %s", (job_id,))
        assert {row["attempts"] for row in attempts} == {1}
        video = connection.execute(
            "SELECT youtube_video_id FROM ytempire.videos WHERE job_id = %s", (job_id,)
        ).fetchone()
    inserted = [entry["video_id"] for entry in Sandbox(settings).journal("video.inserted")]
    assert inserted.count(video["youtube_video_id"]) == 1
