"""What YouTube puts off is left to the queue, which publishes it, and then shows what was asked for instead."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException

from dags.house import jobs, resources
from ytempire.errors import Deferred, QuotaExhausted
from ytempire.jobs import delivery

FILE = Path(__file__).parent.parent.parent / "dags" / "upload_queue.py"
UNTIL = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def dag() -> DAG:
    return DagBag(dag_folder=str(FILE)).dags["upload_queue"]


@pytest.mark.parametrize(
    "error",
    [
        QuotaExhausted("videos.insert", until=UNTIL),
        Deferred("videos.insert: 400 uploadLimitExceeded: that channel, 24 h", until=UNTIL),
        Deferred("thumbnails.set: 429 uploadRateLimitExceeded", until=UNTIL),
    ],
    ids=str,
)
def test_what_has_to_wait_is_left_to_the_queue(monkeypatch: pytest.MonkeyPatch, error: Deferred) -> None:
    def waits(*_: object) -> None:
        raise error

    monkeypatch.setattr(resources, "database", lambda: nullcontext())
    monkeypatch.setattr(jobs, "job_id", uuid4)
    monkeypatch.setattr(delivery, "deliver", waits)
    with pytest.raises(AirflowSkipException, match="upload_queue"):
        jobs.publish("upload")


def test_swaps_are_carried_out_after_the_uploads_however_these_end(dag: DAG) -> None:
    assert dag.get_task("publish").downstream_task_ids == {"asked"}
    assert dag.get_task("asked").trigger_rule == "all_done"
    assert dag.get_task("asked").downstream_task_ids == {"show"}
    assert {dag.get_task(name).pool for name in ("publish", "show")} == {"youtube_upload"}
