"""26: SIGKILL of a worker at every stage of a video. The retry repeats no finished stage and pays no provider twice.

Each stage is killed at each of its boundaries: when its row says `running`, when its files are there but nothing
is recorded, and after it is recorded. Script and voice are bought from the paid providers in the sandbox; a worker
is killed at every boundary of such a call too: when it is reserved, when the provider has answered, and when the
answer is kept but the call not settled.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from ytempire.database.connection import Connection

ROOT = Path(__file__).parent.parent.parent
STAGES = ["script", "narration", "visuals", "thumbnail", "captions", "soundtrack", "assembly", "quality"]
BOUNDARIES = ["begun", "made", "recorded"]
CALL_BOUNDARIES = ["reserved", "answered", "kept"]
VOICES_AT_ONCE = 3

WORKER = """
import os, signal, sys
from uuid import UUID
from ytempire.database.connection import connect
from ytempire.jobs import costs, production, stages
from ytempire.settings import get_settings

job_id, kill_stage, boundary = UUID(sys.argv[1]), sys.argv[2], sys.argv[3]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
begin, succeed = stages._begin, stages._succeed

def killing_begin(connection, job, stage, key):
    begin(connection, job, stage, key)
    if stage == kill_stage and boundary == "begun":
        die()

def killing_succeed(connection, job, stage, key, product):
    if stage == kill_stage and boundary == "made":
        die()
    done = succeed(connection, job, stage, key, product)
    if stage == kill_stage and boundary == "recorded":
        die()
    return done

reserve, settle, close = costs.CostLedger._reserve, costs.PaidCall.settle, costs.CostLedger._close

stage_at_work = ""

def killing_reserve(self, *call):
    global stage_at_work
    stage_at_work = self.stage
    entry = reserve(self, *call)
    if self.stage == kill_stage and boundary == "reserved":
        die()
    return entry

def killing_settle(self, *figures):
    if stage_at_work == kill_stage and boundary == "answered":
        die()
    settle(self, *figures)

def killing_close(self, *call):
    if self.stage == kill_stage and boundary == "kept":
        die()
    close(self, *call)

stages._begin, stages._succeed = killing_begin, killing_succeed
costs.CostLedger._reserve, costs.PaidCall.settle = killing_reserve, killing_settle
costs.CostLedger._close = killing_close
with connect(get_settings().database_url) as connection:
    for stage in sys.argv[4].split(","):
        production.make(stage, connection, get_settings(), job_id)
"""


@pytest.fixture
def environment(database_url: str, sandbox_url: str, tmp_path: Path) -> dict[str, str]:
    """A small picture, so that a video is made in seconds; the script's writer costs money."""
    content = {
        "SHORT_SIDE_PX": "180", "FRAMES_PER_SECOND": "10", "X264_PRESET": "ultrafast",
        "SCRIPT_CHAIN": '["gpt-4", "offline"]', "OPENAI_BASE_URL": f"{sandbox_url}/openai/v1",
        "NARRATION_CALLS_AT_ONCE": str(VOICES_AT_ONCE),
        "NARRATION_CHAIN": '["elevenlabs", "espeak"]', "ELEVENLABS_BASE_URL": f"{sandbox_url}/elevenlabs",
    }  # fmt: skip
    named = {f"YTEMPIRE_CONTENT__{name}": value for name, value in content.items()}
    return (
        os.environ
        | named
        | {
            "YTEMPIRE_DATABASE_URL": database_url,
            "YTEMPIRE_MEDIA_ROOT": str(tmp_path),
            "OPENAI_API_KEY": "sk-sandbox",
            "ELEVENLABS_API_KEY": "el-sandbox",
            "PYTHONPATH": str(ROOT),
        }
    )


def work(
    environment: dict[str, str], job_id: UUID, kill_stage: str = "", boundary: str = "", stages: Sequence[str] = STAGES
) -> int:
    command = [sys.executable, "-c", WORKER, str(job_id), kill_stage, boundary, ",".join(stages)]
    return subprocess.run(command, env=environment, cwd=ROOT, timeout=120).returncode


def attempts(connection: Connection) -> dict[str, int]:
    rows = connection.execute("SELECT stage, attempts FROM ytempire.job_stages WHERE status = 'succeeded'")
    return {row["stage"]: row["attempts"] for row in rows}


def charged(sandbox_url: str, kind: str) -> int:
    """How often a provider was asked, by the sandbox's journal."""
    return len(httpx.get(f"{sandbox_url}/control/journal", params={"kind": kind}).json()["entries"])


def test_every_boundary_of_every_stage(
    connection: Connection, environment: dict[str, str], sandbox_url: str, job_id: UUID
) -> None:
    killed = 0
    for stage in STAGES:
        for boundary in BOUNDARIES:
            assert work(environment, job_id, stage, boundary) == -signal.SIGKILL, (stage, boundary)
            killed += 1
            if boundary == "recorded":
                earlier = STAGES[: STAGES.index(stage) + 1]
                # Killed when begun and when made: made three times in all, and the finished ones never again.
                assert attempts(connection) == dict.fromkeys(earlier, 3), (stage, boundary)
    assert killed == len(STAGES) * len(BOUNDARIES)
    assert work(environment, job_id) == 0
    assert attempts(connection) == dict.fromkeys(STAGES, 3)
    bought = connection.execute("SELECT provider, call_key, state FROM ytempire.cost_ledger").fetchall()
    assert {row["state"] for row in bought} == {"settled"}
    # The same call bought again would be a second entry of its key: "…#2".
    assert [row for row in bought if not row["call_key"].endswith("#1")] == []
    for provider, kind in (("gpt-4", "openai.chat"), ("elevenlabs", "elevenlabs.tts")):
        assert charged(sandbox_url, kind) == sum(row["provider"] == provider for row in bought) > 0


@pytest.mark.parametrize("boundary", CALL_BOUNDARIES)
def test_every_boundary_of_a_paid_call(
    connection: Connection, environment: dict[str, str], sandbox_url: str, job_id: UUID, boundary: str
) -> None:
    stages = ["script", "narration"]
    for stage in stages:
        assert work(environment, job_id, stage, boundary, stages) == -signal.SIGKILL
    assert work(environment, job_id, stages=stages) == 0
    bought = connection.execute("SELECT provider, state, counted_usd FROM ytempire.cost_ledger").fetchall()
    for provider, kind, at_once in (("gpt-4", "openai.chat", 1), ("elevenlabs", "elevenlabs.tts", VOICES_AT_ONCE)):
        states = [row["state"] for row in bought if row["provider"] == provider]
        # A call whose answer was kept is never bought again. The others that were under way are in the ledger twice,
        # since the provider may have charged for them twice: no charge is missing.
        assert states.count("lost") <= at_once and states.count("reserved") == 0
        assert states.count("settled") <= charged(sandbox_url, kind) <= len(states)
        if at_once == 1:
            assert states.count("lost") == (0 if boundary == "kept" else 1)
            assert charged(sandbox_url, kind) == states.count("settled") + (boundary == "answered")
    assert all(row["counted_usd"] > 0 for row in bought)
