"""What is kept in Redis for a while: copies of what PostgreSQL knows, so that losing them changes no result.

Keys and times to live are those of the specification (3.2). Whoever reads must know how to do without: every method
answers as if nothing were there when Redis is away, slow or full.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
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


class Cache:
    """JSON values with a time to live. After the first failure Redis is left alone for the life of the object."""

    def __init__(self, url: str, settings: CacheSettings) -> None:
        self._url = url
        self.settings = settings
        self._client: redis.Redis | None = None
        self._given_up = not settings.enabled

    @classmethod
    def of(cls, settings: Settings) -> Cache:
        """Return the cache that the settings name. Nothing is connected before it is used."""
        return cls(settings.redis_url, settings.cache)

    def get(self, key: str) -> Any:
        """Return the value of ``key``, or None."""
        text = self._try(lambda client: client.get(key))
        try:
            return None if text is None else json.loads(text)
        except ValueError:
            return None

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

        if self._given_up:
            return None
        try:
            if self._client is None:
                wait = self.settings.timeout_seconds
                self._client = redis.Redis.from_url(self._url, socket_timeout=wait, socket_connect_timeout=wait)
            return use(self._client)
        except (redis.RedisError, OSError, ValueError) as error:
            self._given_up = True
            # Without the driver's words: they may quote the address with its password.
            log.warning("Redis is not there (%s): everything goes on without it", type(error).__name__)
            return None
