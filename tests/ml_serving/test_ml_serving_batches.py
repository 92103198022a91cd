"""Batches are what has come; nobody waits for company longer than the window, nobody is taken beyond 32 rows."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ml.serving.door import Door
from ml.serving.loop import Batching
from ytempire.settings import ServingSettings

API = SimpleNamespace(request_timeout=5.0)


def waiting(*lengths: int, ago: float = 0.0) -> queue.Queue[Any]:
    asked: queue.Queue[Any] = queue.Queue()
    for number, length in enumerate(lengths):
        asked.put((0, f"r{number}", time.monotonic() - ago, "x" * length))
    return asked


def taken(loop: Batching, asked: queue.Queue[Any]) -> list[str]:
    batch, late = loop.get_batch_requests(API, asked, None)
    assert not late
    return [uid for _, uid, _ in batch]


def test_what_has_come_is_joined_up_to_the_rows() -> None:
    loop, asked = Batching(32, 0.0), waiting(*[1] * 40)
    assert len(taken(loop, asked)) == 32 and len(taken(loop, asked)) == 8


def test_a_longer_chart_goes_alone_and_in_its_turn() -> None:
    loop, asked = Batching(32, 0.0), waiting(5, 200, 20, 12, 1)
    assert [taken(loop, asked) for _ in range(4)] == [["r0"], ["r1"], ["r2", "r3"], ["r4"]]


def test_a_lone_request_does_not_wait_and_with_a_window_waits_that_long() -> None:
    for window, least, most in ((0.0, 0.0, 0.04), (0.08, 0.07, 0.4)):
        loop, asked = Batching(32, window), waiting(1)
        began = time.monotonic()
        assert taken(loop, asked) == ["r0"]
        assert least <= time.monotonic() - began < most


def test_who_has_waited_already_does_not_wait_again() -> None:
    began = time.monotonic()
    assert taken(Batching(32, 0.1), waiting(1, ago=0.3)) == ["r0"]
    assert time.monotonic() - began < 0.08


def test_company_within_the_window_is_joined() -> None:
    loop, asked = Batching(32, 0.5), waiting(1)
    later = threading.Timer(0.05, lambda: [asked.put((0, f"later{n}", time.monotonic(), "x" * 16)) for n in range(2)])
    later.start()
    assert taken(loop, asked) == ["r0", "later0"]
    later.join()


def test_who_has_given_up_is_not_computed() -> None:
    batch, late = Batching(32, 0.0).get_batch_requests(API, waiting(1, 1, ago=9.0), None)
    assert not batch and late == [(0, "r0"), (0, "r1")]


def test_nobody_comes() -> None:
    assert Batching(32, 0.0).get_batch_requests(API, queue.Queue(), None) == ([], [])


def test_the_settings_keep_the_specifications_bounds() -> None:
    for wrong in ({"batch_rows": 33}, {"batch_window_ms": 101}, {"batch_rows": 0}):
        with pytest.raises(ValidationError):
            ServingSettings(**wrong)


async def through_the_door(requests: int, most: int, seconds: float) -> list[httpx.Response]:
    async def slow(request: Request) -> PlainTextResponse:
        await asyncio.sleep(0.3)
        return PlainTextResponse("answered")

    inside = Starlette(routes=[Route("/predict", slow, methods=["POST"]), Route("/health", slow)])
    door = Door(inside, path="/predict", most=most, retry_after=2, seconds=seconds)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://door") as client:
        answers = await asyncio.gather(*(client.post("/predict", content=b"x") for _ in range(requests)))
        return [*answers, await client.post("/predict"), await client.get("/health")]


def test_the_door_turns_away_whom_nobody_could_answer_in_time() -> None:
    *answers, after, health = asyncio.run(through_the_door(5, most=3, seconds=5))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429, 429]
    assert {a.headers["Retry-After"] for a in answers if a.status_code == 429} == {"2"}
    assert max(a.elapsed.total_seconds() for a in answers if a.status_code == 429) < 0.25
    assert after.status_code == 200 and health.status_code == 200


def test_who_has_the_answer_is_outside() -> None:
    """As many as are let in ask again the moment that they have their answers: nobody is turned away."""
    statuses: list[int] = []

    async def lingering(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answered"})
        await asyncio.sleep(0.1)

    async def ask(door: Door) -> None:
        answered = asyncio.Event()

        async def send(message: Any) -> None:
            statuses.append(message.get("status", 0))
            if message["type"] == "http.response.body":
                answered.set()

        asking = asyncio.create_task(door({"type": "http", "path": "/predict"}, None, send))  # type: ignore[arg-type]
        await answered.wait()
        lasting.append(asking)

    async def one_after_the_other() -> None:
        door = Door(lingering, path="/predict", most=1, retry_after=1, seconds=5)
        for _ in range(4):
            await ask(door)
        await asyncio.gather(*lasting)

    lasting: list[asyncio.Task[None]] = []
    asyncio.run(one_after_the_other())
    assert statuses.count(200) == 4 and 429 not in statuses


def test_nobody_waits_for_an_answer_that_does_not_come() -> None:
    *answers, health = asyncio.run(through_the_door(1, most=3, seconds=0.05))
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "2")}
    assert health.status_code == 200
