"""Messages go straight from one process to the other, whole and in their order, also to one that was started again."""

from __future__ import annotations

import asyncio
import pickle
import time
from pathlib import Path
from queue import Empty
from typing import Any

import numpy as np
import pytest

from ml.serving.wires import BEGUN, wires


def elsewhere(wire: Any) -> Any:
    """A wire, or several, as another process has it."""
    copied = pickle.loads(pickle.dumps(wire))
    assert isinstance(copied, type(wire))
    return copied


def test_what_is_sent_is_read_in_its_order(tmp_path: Path) -> None:
    writer, _ = wires(tmp_path)
    reader = elsewhere(writer)
    for number in range(40):
        writer.put((0, str(number), 0.0, np.full(20_000, float(number))))
    read = [(int(uid), values) for _, uid, _, values in (reader.get(5) for _ in range(40))]
    assert [number for number, _ in read] == list(range(40))
    assert all((values == number).all() and len(values) == 20_000 for number, values in read)


def test_where_nothing_comes_nobody_waits_longer(tmp_path: Path) -> None:
    reader, _ = wires(tmp_path)
    for seconds in (0, 0.05):
        began = time.monotonic()
        with pytest.raises(Empty):
            reader.get(seconds)
        assert seconds <= time.monotonic() - began < seconds + 0.5


def test_what_one_that_was_killed_took_along_is_sent_once_more_to_the_next(tmp_path: Path) -> None:
    asked, answered = wires(tmp_path)
    first, answers = elsewhere((asked, answered))
    for name in ("answered", "taken", "waiting"):
        asked.put((0, name, 0.0, "what is asked"))
    assert [first.get(5)[1] for _ in range(3)] == ["answered", "taken", "waiting"]
    first.close()

    async def reads(count: int) -> list[object]:
        return [await asyncio.wait_for(answered.areceive(), 5) for _ in range(count)]

    answers.send(("answered", "yes"), consumer_id=0)
    answers.send(BEGUN, consumer_id=0)
    answers.send(("another", "yes"), consumer_id=0)
    with asyncio.Runner() as loop:
        assert loop.run(reads(2)) == [("answered", "yes"), ("another", "yes")]
        second = elsewhere(asked)
        assert [second.get(5)[1] for _ in range(2)] == ["taken", "waiting"]
        answers.send(BEGUN, consumer_id=0)
        answers.send(("another", "yes"), consumer_id=0)
        loop.run(reads(1))
    with pytest.raises(Empty):
        second.get(0.2)
