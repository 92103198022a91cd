"""Ten videos in a row leave nothing behind: no memory, no open file, no thread, no process, no file."""

from __future__ import annotations

import ctypes
import gc
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import psutil
from made_video import made, written

TEXTS = ["Two million views in a day.", "It leads in four countries.", "Follow us for more."]


class Held(NamedTuple):
    """What a process has after a video: memory of its own (files it shares with others), and how much of the rest."""

    own_bytes: int
    rest: tuple[int, int, int]


def ten_videos(folder: Path) -> list[Held]:
    """What this process holds after each video."""
    tempfile.tempdir = str(folder / "temporary")
    me = psutil.Process()
    script, held = written(sentences=TEXTS), []
    for number in range(10):
        (folder / str(number)).mkdir()
        made(folder / str(number), script).assembled(folder / str(number) / "video.mp4")
        gc.collect()
        # What is free goes back to the system: else the allocator keeps ten megabytes of it, or not, as it likes.
        ctypes.CDLL(None).malloc_trim(0)
        rest = (me.num_fds(), threading.active_count(), len(me.children(recursive=True)))
        held.append(Held(sum(area.anonymous for area in me.memory_maps(grouped=True)), rest))
    return held


def test_ten_videos_in_a_row_leak_nothing(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    # In a process that does nothing else: what other tests have left in this one comes and goes.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        held = alone.submit(ten_videos, tmp_path).result()
    assert list((tmp_path / "temporary").iterdir()) == []
    left = [path.name for path in tmp_path.glob("*/*")]
    assert left.count("video.mp4") == 10
    assert not [name for name in left if name.endswith((".partial", ".chapters", ".states.ass"))]
    assert len({one.rest for one in held[1:]}) == 1
    early, late = (min(one.own_bytes for one in part) for part in (held[1:4], held[6:]))
    assert late - early < 8 * 2**20, [one.own_bytes for one in held]
