"""27: a provider is down, slow, or returns garbage. The next in the chain makes it within the stage's time limit.

The choice, and the reason why others were passed over, stand in the database; a call that may have been charged for
counts as spent, one that surely was not does not.
"""

from __future__ import annotations

import time
from uuid import UUID

import httpx
import pytest
from paid_scene import changed
from ports import free_port

from ytempire.database.connection import Connection
from ytempire.errors import ProviderUnavailable
from ytempire.jobs import production
from ytempire.settings import Settings

PATIENCE_SECONDS = 3
LIMIT_SECONDS = 15
STAGES = {
    "script": (["gpt-4"], "offline"),
    "narration": (["elevenlabs"], "espeak"),
    "visuals": (["stability", "dalle"], "drawn"),
}
FREE, COUNTS = {"released"}, {"lost", "settled"}
FAULTS = {
    "answers 500": ({"status": 500}, FREE),
    "is overloaded": ({"status": 429}, FREE),
    "takes 30 s": ({"latency_seconds": 30}, COUNTS),
    "hangs up": ({"cut": "before"}, COUNTS),
    "hangs up after its work": ({"cut": "after"}, COUNTS),
    "returns a page": ({"status": 200, "body": "<html>Maintenance</html>"}, COUNTS),
    "returns other JSON": ({"status": 200, "body": {"hello": "world"}}, COUNTS),
}


@pytest.fixture
def settings(paid_settings: Settings) -> Settings:
    pictures = ["stability", "dalle", "drawn"]
    return changed(paid_settings, picture_chain=pictures, provider_timeout_seconds=PATIENCE_SECONDS)


def fault(sandbox_url: str, **what: object) -> None:
    for path in ("^/openai/", "^/elevenlabs/", "^/stability/"):
        httpx.post(f"{sandbox_url}/control/faults", json={"path": path, "times": -1} | what).raise_for_status()


def assert_the_next_made_it(connection: Connection, settings: Settings, job_id: UUID, states: set[str]) -> None:
    for stage, (paid, free) in STAGES.items():
        started = time.monotonic()
        production.make(stage, connection, settings, job_id)
        assert time.monotonic() - started < LIMIT_SECONDS
        row = connection.execute("SELECT * FROM ytempire.job_stages WHERE stage = %s", (stage,)).fetchone()
        assert (row["status"], row["provider"]) == ("succeeded", free)
        reasons = row["details"]["passed_over"]
        assert [reason.split(": ")[0] for reason in reasons] == paid and min(map(len, reasons)) > 15
        calls = connection.execute("SELECT state FROM ytempire.cost_ledger WHERE stage = %s", (stage,)).fetchall()
        assert calls and all(call["state"] in states for call in calls), stage


@pytest.mark.parametrize("case", FAULTS)
def test_the_next_in_the_chain_makes_it_and_the_choice_is_recorded(
    connection: Connection, settings: Settings, sandbox_url: str, job_id: UUID, case: str
) -> None:
    what, states = FAULTS[case]
    fault(sandbox_url, **what)
    assert_the_next_made_it(connection, settings, job_id, states)


def test_nobody_listens(connection: Connection, settings: Settings, job_id: UUID) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    down = changed(settings, openai_base_url=nowhere, elevenlabs_base_url=nowhere, stability_base_url=nowhere)
    assert_the_next_made_it(connection, down, job_id, FREE)


def test_a_provider_that_breaks_down_on_the_way_is_left_for_the_whole_stage(
    connection: Connection, settings: Settings, sandbox_url: str, job_id: UUID
) -> None:
    fault(sandbox_url, status=500, skip=3)
    production.make("script", connection, changed(settings, script_chain=["offline"]), job_id)
    made = production.make("narration", connection, changed(settings, narration_calls_at_once=1), job_id)
    assert made["provider"] == "espeak", "one video has one voice"
    spent = connection.execute("SELECT state, count(*) AS n FROM ytempire.cost_ledger GROUP BY state").fetchall()
    states = {row["state"]: row["n"] for row in spent}
    assert states.pop("settled") == 3
    assert list(states) == ["released"] and states["released"] <= settings.content.narration_calls_at_once


def test_a_slow_provider_does_not_use_up_the_stages_time(
    connection: Connection, settings: Settings, sandbox_url: str, job_id: UUID
) -> None:
    fault(sandbox_url, latency_seconds=0.5)
    hasty = changed(settings, provider_timeout_seconds=20, providers_time_limit_seconds=1.5)
    production.make("script", connection, changed(settings, script_chain=["offline"]), job_id)
    started = time.monotonic()
    made = production.make("narration", connection, hasty, job_id)
    assert time.monotonic() - started < LIMIT_SECONDS
    assert made["provider"] == "espeak" and "has waited 1.5 s" in made["passed_over"][0]


def test_when_all_are_down_the_stage_is_tried_again_later(
    connection: Connection, settings: Settings, sandbox_url: str, job_id: UUID
) -> None:
    fault(sandbox_url, status=503)
    with pytest.raises(ProviderUnavailable, match="no writer answered: gpt-4: "):
        production.make("script", connection, changed(settings, script_chain=["gpt-4"]), job_id)
    row = connection.execute("SELECT status, error_message FROM ytempire.job_stages").fetchone()
    assert row["status"] == "failed" and "503" in row["error_message"]
