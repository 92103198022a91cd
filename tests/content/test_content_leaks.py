"""Ten videos in a row leave nothing behind: no memory, no open file, no thread, no process, no file."""

from __future__ import annotations

import gc
import tempfile
import threading
from pathlib import Path

import psutil
import pytest
from made_video import made, written

TEXTS = ["Two million views in a day.", "It leads in four countries.", "Follow us for more."]


def test_ten_videos_in_a_row_leak_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    me = psutil.Process()
    script, held = written(sentences=TEXTS), []
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        made(folder, script).assembled(folder / "video.mp4")
        gc.collect()
        held.append((me.memory_info().rss, me.num_fds(), threading.active_count(), len(me.children(recursive=True))))
        left = {path.suffix for path in folder.iterdir()}
        assert not left & {".partial", ".chapters"} and not list(folder.glob("*.states.ass"))
    assert list(temporary.iterdir()) == []
    assert {(fds, threads, children) for _, fds, threads, children in held[1:]} == {held[1][1:]}
    assert held[9][0] - held[2][0] < 12 * 2**20, "less than two frames' worth a video"
