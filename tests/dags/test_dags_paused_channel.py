"""A run whose channel is paused, or whose job was cancelled, ends without a failure: its tasks are skipped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from dags.house import jobs, resources
from ytempire.errors import ChannelPaused, JobCancelled, YtempireError
from ytempire.jobs import delivery, production, queue

PAUSED = ChannelPaused("channel Charts is paused", until=datetime(2026, 11, 20, tzinfo=UTC))
CANCELLED = JobCancelled("the job was cancelled")


@pytest.mark.parametrize(
    ("room", "function", "task", "error"),
    [
        (queue, "start_job", lambda: jobs.take_up("job_1"), CANCELLED),
        (production, "make", lambda: jobs.make("narration"), PAUSED),
        (production, "make", lambda: jobs.make("narration"), CANCELLED),
        (delivery, "deliver", lambda: jobs.publish("upload"), PAUSED),
        (delivery, "deliver", lambda: jobs.publish("upload"), CANCELLED),
    ],
)
def test_the_task_is_skipped_and_says_why(
    monkeypatch: pytest.MonkeyPatch, room: object, function: str, task: Callable[[], object], error: YtempireError
) -> None:
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(resources, "database", lambda: nullcontext())
    monkeypatch.setattr(jobs, "job_id", uuid4)
    monkeypatch.setattr(room, function, stop)
    with pytest.raises(AirflowSkipException, match=str(error)):
        task()
