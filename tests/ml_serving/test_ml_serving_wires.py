"""Messages go straight from one process to the other, whole and in their order, also to one that was started again."""

from __future__ import annotations

import asyncio
import pickle
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty

import numpy as np
import pytest

from ml.serving.wires import Wire, wires


def elsewhere(wire: Wire) -> Wire:
    """The wire as another process has it."""
    copied = pickle.loads(pickle.dumps(wire))
    assert isinstance(copied, Wire)
    return copied


def test_what_is_sent_is_read_in_its_order(tmp_path: Path) -> None:
    writer, _ = wires(tmp_path)
    reader = elsewhere(writer)
    for number in range(40):
        writer.put((number, np.full(20_000, float(number))))
    read = [reader.get(5) for _ in range(40)]
    assert [number for number, _ in read] == list(range(40))
    assert all((values == number).all() and len(values) == 20_000 for number, values in read)


def test_where_nothing_comes_nobody_waits_longer(tmp_path: Path) -> None:
    reader, _ = wires(tmp_path)
    for seconds in (0, 0.05):
        began = time.monotonic()
        with pytest.raises(Empty):
            reader.get(seconds)
        assert seconds <= time.monotonic() - began < seconds + 0.5


def test_a_reader_that_is_started_again_reads_what_is_sent_from_then_on(tmp_path: Path) -> None:
    writer, _ = wires(tmp_path)
    first = elsewhere(writer)
    writer.put("for the first")
    assert first.get(5) == "for the first"
    first.close()
    second = elsewhere(writer)
    # What is on its way when a reader ends is lost with it.
    for attempt in range(20):
        writer.put(attempt)
        with suppress(Empty):
            assert second.get(0.5) <= attempt
            return
    pytest.fail("the second reads nothing")


def test_answers_are_awaited(tmp_path: Path) -> None:
    _, writer = wires(tmp_path)

    async def answers() -> list[str]:
        reader = elsewhere(writer)
        writer.send("one", consumer_id=0)
        writer.send("two", consumer_id=0)
        return [await asyncio.wait_for(reader.areceive(), 5) for _ in range(2)]

    assert asyncio.run(answers()) == ["one", "two"]
