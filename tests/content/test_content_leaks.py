"""Ten videos in a row leave nothing behind: no memory, no open file, no thread, no process, no file."""

from __future__ import annotations

import gc
import tempfile
import threading
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from content_samples import channel

from ytempire.content.assembly import assemble
from ytempire.content.captions import write_captions
from ytempire.content.frames import frame
from ytempire.content.models import BigNumber, Scene, SceneVisual, Script, Still
from ytempire.content.narration import narrate
from ytempire.content.soundtrack import make_soundtrack
from ytempire.content.spending import Unlimited
from ytempire.settings import ContentSettings

SETTINGS = ContentSettings(short_side_px=360, frames_per_second=15, x264_preset="ultrafast")
TEXTS = ["Two million views in a day.", "It leads in four countries.", "Follow us for more."]


def make(folder: Path) -> None:
    shape = frame("16:9", SETTINGS)
    brief = BigNumber(number="4", meaning="countries")
    scenes = [Scene(index=n, heading=f"Part {n}", narration=text, visual=brief) for n, text in enumerate(TEXTS)]
    script = Script(
        title="Four countries", title_candidates=["Four countries"], description="", tags=[], hook=TEXTS[0],
        scenes=scenes, call_to_action=TEXTS[-1], form="rise", language="en-US", prompt_version="1", source="",
    )  # fmt: skip
    narration = narrate(script, channel(), folder, SETTINGS, secrets={}, spending=Unlimited())
    starts = [0.0, *(scene.start_seconds for scene in narration.scenes[1:])]
    visuals = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], narration.duration_seconds], strict=True)):
        path = folder / f"{number}.png"
        cv2.imwrite(str(path), np.full((shape.height_px, shape.width_px + 40, 3), 60 + 40 * number, np.uint8))
        visuals.append(
            SceneVisual(
                index=number, kind="big_number", heading=f"Part {number}", start_seconds=start, end_seconds=end,
                stills=[Still(path=path, appears_seconds=start)], motion="drift_right", travel_px=40,
            )
        )  # fmt: skip
    captions = write_captions(script, narration, channel(), folder, SETTINGS)
    assemble(visuals, make_soundtrack(narration, folder, SETTINGS), captions, folder / "video.mp4", shape, SETTINGS)


def test_ten_videos_in_a_row_leak_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    me = psutil.Process()
    held = []
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        make(folder)
        gc.collect()
        held.append((me.memory_info().rss, me.num_fds(), threading.active_count(), len(me.children(recursive=True))))
        left = {path.suffix for path in folder.iterdir()}
        assert not left & {".partial", ".chapters"} and not list(folder.glob("*.states.ass"))
    assert list(temporary.iterdir()) == []
    assert {(fds, threads, children) for _, fds, threads, children in held[1:]} == {held[1][1:]}
    assert held[9][0] - held[2][0] < 12 * 2**20, "less than two frames' worth a video"
