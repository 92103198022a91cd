"""What is kept in Redis for a while: copies of what PostgreSQL knows, so that losing them changes no result.

Keys and times to live are those of the specification (3.2). Whoever reads must know how to do without: every method
answers as if nothing were there when Redis is away, slow or full.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ytempire.settings import CacheSettings, Settings

if TYPE_CHECKING:
    import redis

log = logging.getLogger(__name__)


def channel_metrics_key(channel_id: UUID | str) -> str:
    """Current figures of a channel's young videos."""
    return f"channel:{channel_id}:metrics"


def features_key(channel_id: UUID | str) -> str:
    """Computed features of a channel."""
    return f"features:{channel_id}"


def quota_key(day: date) -> str:
    """Units used of each bucket on a Pacific day."""
    return f"quota:youtube:{day.isoformat()}"


def prediction_key(model: str, version: str, digest: str) -> str:
    """What a version of a model answered to inputs with this hash."""
    return f"predictions:{model}:{version}:{digest}"


class Cache:
    """JSON values with a time to live. After a failure Redis is left alone for a while (``retry_seconds``)."""

    def __init__(self, url: str, settings: CacheSettings) -> None:
        self._url = url
        self.settings = settings
        self._client: redis.Redis | None = None
        self._not_before = 0.0 if settings.enabled else float("inf")

    @classmethod
    def of(cls, settings: Settings) -> Cache:
        """Return the cache that the settings name. Nothing is connected before it is used."""
        return cls(settings.redis_url, settings.cache)

    def get(self, key: str) -> Any:
        """Return the value of ``key``, or None."""
        return _value(self._try(lambda client: client.get(key)))

    def get_many(self, keys: Sequence[str]) -> list[Any]:
        """Return the values of ``keys``, None where there is none, in one round trip."""
        texts = self._try(lambda client: client.mget(keys)) if keys else None
        return [_value(text) for text in texts] if texts is not None else [None] * len(keys)

    def put(self, values: Mapping[str, Any], seconds: int) -> None:
        """Keep ``values`` for ``seconds``, in one round trip."""
        if not values:
            return

        def write(client: redis.Redis) -> None:
            pipeline = client.pipeline(transaction=False)
            for key, value in values.items():
                pipeline.set(key, json.dumps(value, default=str), ex=seconds)
            pipeline.execute()

        self._try(write)

    def _try(self, use: Callable[[redis.Redis], Any]) -> Any:
        import redis

        if time.monotonic() < self._not_before:
            return None
        try:
            if self._client is None:
                wait = self.settings.timeout_seconds
                self._client = redis.Redis.from_url(self._url, socket_timeout=wait, socket_connect_timeout=wait)
            return use(self._client)
        except (redis.RedisError, OSError, ValueError) as error:
            self._not_before = time.monotonic() + self.settings.retry_seconds
            # Without the driver's words: they may quote the address with its password.
            log.warning("Redis is not there (%s): everything goes on without it", type(error).__name__)
            return None


def _value(text: Any) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
