"""The house rules that every DAG follows: owner, tags, retries with backoff, time limits."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Asset, Context, ExceptionRetryPolicy, RetryAction, RetryDecision, RetryRule

TOPICS = Asset(name="topics", uri="x-ytempire://topics")
# Updated when what the model sees is too far from what it learned: the retraining waits for it.
DRIFT = Asset(name="model_drift", uri="x-ytempire://model/drift")

PACIFIC = "America/Los_Angeles"


class Tag(StrEnum):
    """What a DAG is about; the UI filters by it."""

    TRENDS = "trends"
    PRODUCTION = "production"
    PUBLISHING = "publishing"
    ANALYTICS = "analytics"
    LEARNING = "learning"
    RETENTION = "retention"


# A service that asks for more than a day's patience is not waited for: the next run comes first.
LONGEST_WAIT = timedelta(days=1)


class HouseRetryPolicy(ExceptionRetryPolicy):
    """The rules below; and a Retriable error that says how long to wait is not tried again before."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide by the error's class; ``retry_after_seconds`` of ytempire.errors.Retriable is the delay."""
        asked = getattr(exception, "retry_after_seconds", None)
        if asked is None:
            return super().evaluate(exception, try_number, max_tries, context)
        wait = min(timedelta(seconds=asked), LONGEST_WAIT)
        return RetryDecision.retry(wait, reason=f"the service asked for {wait.total_seconds():g} s of patience")


# Trying again cannot help a Permanent error; a Deferred one waits for its moment elsewhere.
RETRY_POLICY = HouseRetryPolicy(
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
