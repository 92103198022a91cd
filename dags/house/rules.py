"""The house rules that every DAG follows: owner, tags, retries with backoff, time limits."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule

TOPICS = Asset(name="topics", uri="x-ytempire://topics")

PACIFIC = "America/Los_Angeles"


class Tag(StrEnum):
    """What a DAG is about; the UI filters by it."""

    TRENDS = "trends"
    PRODUCTION = "production"
    PUBLISHING = "publishing"
    ANALYTICS = "analytics"
    LEARNING = "learning"
    RETENTION = "retention"


# Trying again cannot help a Permanent error; a Deferred one waits for its moment elsewhere.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="ytempire.errors.Permanent", action=RetryAction.FAIL, reason="cannot succeed by retrying"),
        RetryRule(exception="ytempire.errors.Deferred", action=RetryAction.FAIL, reason="must wait for its moment"),
    ]
)


def default_args(timeout: timedelta, **more: Any) -> dict[str, Any]:
    """Arguments of every task of a DAG; ``timeout`` bounds one try of one task."""
    return {
        "owner": "ytempire",
        "retries": 3,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timeout,
    } | more
