"""A Redis server of a test's own, so that it can be flushed and killed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis
from ports import free_port


@dataclass
class OwnRedis:
    url: str
    client: redis.Redis
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield OwnRedis(f"redis://127.0.0.1:{port}/0", client, process)
    finally:
        client.close()
        process.kill()
        process.wait(timeout=10)
