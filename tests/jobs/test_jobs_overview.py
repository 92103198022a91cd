"""What an operator sees of a day's costs and of the jobs, as a table and as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ytempire.errors import ProviderUnavailable
from ytempire.jobs.costs import CostLedger
from ytempire.jobs.queue import start_job
from ytempire.jobs.stages import Product, run_stage
from ytempire.settings import BudgetSettings

NOW = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)
DAY = "2026-11-20"


@pytest.fixture
def spent(connection, job_id, make_channel, tmp_path) -> None:
    """A job that is judged, and whose voice is paid for, reserved and lost; and a channel that spent nothing."""
    make_channel("Quiet [bold]Room", "games")
    connection.execute("UPDATE ytempire.channel_configurations SET daily_budget_usd = 2.5 WHERE videos_per_day = 1")
    start_job(connection, job_id, "job_1")
    ledger = CostLedger(connection, job_id, "narration", BudgetSettings(), tmp_path, clock=lambda: NOW)
    with ledger.call("elevenlabs", "one", 0.2) as call:
        call.settle(0.15, {"letters": 100}, "speech")
    with pytest.raises(ProviderUnavailable), ledger.call("elevenlabs", "two", 0.25):
        raise ProviderUnavailable("no answer", charged=True)
    ledger._reserve("stability", f"{job_id}:visuals:three", 0.5)

    def judged(folder: Path) -> Product:
        path = folder / "quality.json"
        path.write_text("{}")
        return Product(path, "weights-1", {"verdict": "review", "score": 71.5, "score_basis": "weak labels"})

    run_stage(connection, tmp_path, job_id, "quality", {}, judged)


def ytempire(database_url: str, *arguments: str) -> str:
    environment = {**os.environ, "COLUMNS": "240", "YTEMPIRE_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "ytempire", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_costs_are_told_by_channel_and_provider(database_url, spent) -> None:
    found = json.loads(ytempire(database_url, "costs", "--day", DAY, "--json"))
    assert (found["day"], float(found["spent_usd"]), float(found["budget_usd"])) == (DAY, 0.9, 250)
    first, second = found["channels"]
    figures = {name: float(first[name]) for name in ("spent_usd", "reserved_usd", "lost_usd", "budget_usd")}
    assert figures == {"spent_usd": 0.9, "reserved_usd": 0.5, "lost_usd": 0.25, "budget_usd": 2.5}
    assert {name: float(usd) for name, usd in first["providers"].items()} == {"elevenlabs": 0.4, "stability": 0.5}
    assert (first["videos"], second["channel"], float(second["spent_usd"])) == (1, "Quiet [bold]Room", 0)
    table = ytempire(database_url, "costs", "--day", DAY)
    assert "elevenlabs 0.4000" in table and "Quiet [bold]Room" in table and "250.00" in table
    alone = json.loads(ytempire(database_url, "costs", "--day", DAY, "--channel", "Music Now", "--json"))
    assert [one["channel"] for one in alone["channels"]] == ["Music Now"]
    assert json.loads(ytempire(database_url, "costs", "--day", "2026-11-21", "--json"))["spent_usd"] == "0"


def test_jobs_are_told_with_stage_verdict_cost_and_time(database_url, connection, job_id, spent) -> None:
    (job,) = json.loads(ytempire(database_url, "jobs", "--json"))
    assert (job["job_id"], job["status"], job["stage"], job["stage_status"]) == (
        str(job_id), "running", "quality", "succeeded",
    )  # fmt: skip
    assert (job["verdict"], job["score"], float(job["cost_usd"])) == ("review", 71.5, 0.9)
    assert job["work_seconds"] >= 0
    table = ytempire(database_url, "jobs", "--status", "running", "--channel", "Music Now")
    assert "review 71.5" in table and "Scores rest on weak labels." in table
    assert json.loads(ytempire(database_url, "jobs", "--status", "published", "--json")) == []
