"""How a call to YouTube is tried again: jittered backoff, Retry-After obeyed, a bound on calls.

Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter").
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from ytempire.errors import NotAttempted, Retriable
from ytempire.settings import YouTubeSettings


def retrying(settings: YouTubeSettings, sleep: Callable[[float], None], *, repeatable: bool) -> Retrying:
    """Return the retry policy of one call.

    A call that is not ``repeatable`` (doing it twice shows) is tried again only when
    it surely had no effect. A wait longer than ``backoff_max_seconds`` is left to the
    caller: the error carries it.
    """
    jitter = wait_random_exponential(multiplier=settings.backoff_initial_seconds, max=settings.backoff_max_seconds)

    def worth_it(error: BaseException) -> bool:
        if not isinstance(error, Retriable if repeatable else NotAttempted):
            return False
        return (error.retry_after_seconds or 0) <= settings.backoff_max_seconds

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, Retriable) else None
        return jitter(state) if asked is None else asked

    return Retrying(
        retry=retry_if_exception(worth_it),
        wait=wait,
        stop=stop_after_attempt(settings.max_attempts),
        sleep=sleep,
        reraise=True,
    )


def pause_before(settings: YouTubeSettings, error: Retriable, failures: int) -> float:
    """Return the seconds to wait after the ``failures``-th failure in a row of a step-by-step protocol.

    Raises ``error`` itself when there were too many, or when the wait asked for is too long.
    """
    asked = error.retry_after_seconds
    if failures >= settings.max_attempts or (asked or 0) > settings.backoff_max_seconds:
        raise error
    if asked is not None:
        return asked
    ceiling = min(settings.backoff_max_seconds, settings.backoff_initial_seconds * 2**failures)
    return random.uniform(0, ceiling)  # noqa: S311 - jitter, not a secret
