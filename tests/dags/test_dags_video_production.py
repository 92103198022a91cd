"""The ways of a video through its run: every step that can follow a verdict is a task, and money can be waited for."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowRescheduleException

from dags.house import jobs, resources
from ytempire.errors import DailyBudgetExceeded
from ytempire.jobs import production, verdicts

FILE = Path(__file__).parent.parent.parent / "dags" / "video_production.py"
STAGES = ["script", "narration", "visuals", "thumbnail", "assembly", "quality"]


@pytest.fixture(scope="module")
def dag() -> DAG:
    return DagBag(dag_folder=str(FILE)).dags["video_production"]


def after(dag: DAG, task_id: str) -> set[str]:
    return set(dag.get_task(task_id).downstream_task_ids)


def test_a_revision_makes_the_same_stages_in_the_same_order(dag: DAG) -> None:
    for stage in STAGES:
        assert after(dag, f"revision.{stage}") == {f"revision.{task_id}" for task_id in after(dag, stage)}
    assert after(dag, "quality") == {"verdict"}


def test_every_step_that_may_follow_a_verdict_is_a_task_after_it(dag: DAG, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "database", lambda: nullcontext())
    monkeypatch.setattr(jobs, "job_id", uuid4)
    followed = set()
    for step in get_args(verdicts.NextStep):
        monkeypatch.setattr(verdicts, "next_step", lambda *_, step=step: step)
        followed.add(jobs.follow())
    assert followed == after(dag, "verdict")
    assert followed - {"revision.script"} == after(dag, "revision.verdict"), "there is no second revision"
    assert after(dag, "decision") == {"decided"}
    assert after(dag, "decided") == {"upload", "record"}


def test_what_follows_the_upload_is_done_step_by_step(dag: DAG) -> None:
    steps = ["upload", "upload_thumbnail", "upload_captions", "add_to_playlist", "record"]
    for step, following in pairwise(steps):
        assert after(dag, step) == {following}
        assert dag.get_task(step).pool == "youtube_upload"


def test_what_several_ways_lead_to_runs_when_one_of_them_was_taken(dag: DAG) -> None:
    for task_id in ("decision", "upload"):
        assert dag.get_task(task_id).trigger_rule == "none_failed_min_one_success"
    assert dag.get_task("record").trigger_rule == "none_failed"


@pytest.mark.parametrize(("option", "approved"), [(jobs.APPROVE, True), (jobs.REJECT, False)])
def test_a_persons_answer_is_kept_with_name_and_moment(monkeypatch, option: str, approved: bool) -> None:
    kept: dict = {}
    monkeypatch.setattr(resources, "database", lambda: nullcontext())
    monkeypatch.setattr(jobs, "job_id", uuid4)
    monkeypatch.setattr(verdicts, "record_decision", lambda *_, **decision: kept.update(decision) or "upload")
    at = datetime(2026, 11, 20, 20, tzinfo=UTC)
    answer = {"chosen_options": [option], "responded_at": at, "responded_by_user": {"id": "7", "name": "operator"}}
    assert jobs.settle_decision(answer) == "upload"
    assert kept == {"approved": approved, "decided_by": "operator", "decided_at": at}


def test_a_stage_over_the_days_budget_is_rescheduled_to_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = datetime(2026, 11, 21, 8, tzinfo=UTC)

    def too_dear(*_: object) -> None:
        raise DailyBudgetExceeded("the network's budget of the day", until=midnight)

    monkeypatch.setattr(resources, "database", lambda: nullcontext())
    monkeypatch.setattr(jobs, "job_id", uuid4)
    monkeypatch.setattr(production, "make", too_dear)
    with pytest.raises(AirflowRescheduleException) as raised:
        jobs.make("narration")
    assert raised.value.reschedule_date == midnight
