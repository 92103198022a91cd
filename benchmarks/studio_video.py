"""A three-minute video in 1080p from script to approved file, offline providers, and the same for ten minutes.

Everything is made that a job makes: script, narration, scenes, three thumbnails, captions, soundtrack, assembly,
and the whole judgement. Wall time of each stage is printed, and the most memory that this process and those it
started held together. The specification (3.1) allows five minutes for a video.
Run: python benchmarks/studio_video.py [seconds of video …]
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.studio.topic import channel, example
from ytempire.content.assembly import assemble
from ytempire.content.captions import write_captions
from ytempire.content.frames import frame
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.soundtrack import make_soundtrack
from ytempire.content.spending import Unlimited
from ytempire.content.thumbnails import draw_thumbnails
from ytempire.content.visuals import draw_scenes
from ytempire.quality.judge import judge
from ytempire.settings import Settings

T = TypeVar("T")
LENGTHS_SECONDS = (180, 600)
LIMIT_SECONDS = 300.0


class Memory:
    """The most memory (proportional set size, so that shared pages count once) that a process family held."""

    def __init__(self) -> None:
        self.most_bytes = 0
        self._lately_bytes = 0
        self._done = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look every quarter of a second."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._done.set()
            watcher.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._done.wait(0.25):
            held = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    held += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most_bytes = max(self.most_bytes, held)
            self._lately_bytes = max(self._lately_bytes, held)

    def most_lately_bytes(self) -> int:
        """Return the most that was held since the last call."""
        lately, self._lately_bytes = self._lately_bytes, 0
        return lately


def make(target_seconds: int, folder: Path) -> tuple[float, float, int]:
    """Make one video; return its length and the time it took in seconds, and the most memory in bytes."""
    settings = Settings()
    content = settings.content.model_copy(update={"target_duration_seconds": target_seconds})
    topic, profile, free = example(), channel(), Unlimited()
    memory, begun = Memory(), time.perf_counter()

    def timed(name: str, stage: Callable[[], T]) -> T:
        start = time.perf_counter()
        made = stage()
        took = time.perf_counter() - start
        print(f"  {name:<12} {took:6.2f} s  {memory.most_lately_bytes() / 2**20:6.0f} MiB", flush=True)
        return made

    with memory.watched():
        script = timed("script", lambda: write_script(topic, profile, content, secrets={}, spending=free).script)
        narration = timed("narration", lambda: narrate(script, profile, folder, content, secrets={}, spending=free))
        visuals = timed("visuals", lambda: draw_scenes(script, narration, topic, profile, folder, content))
        timed("thumbnails", lambda: draw_thumbnails(script, topic, profile, folder, content))
        captions = timed("captions", lambda: write_captions(script, narration, profile, folder, content))
        sound = timed("soundtrack", lambda: make_soundtrack(narration, folder, content))
        shape = frame(profile.aspect_ratio, content)
        video = timed("assembly", lambda: assemble(visuals, sound, captions, folder / "video.mp4", shape, content))
        report = timed("quality", lambda: judge(video, script, narration, captions, profile, settings))
    took = time.perf_counter() - begun
    print(
        f"{narration.duration_seconds:.0f} s of video ({len(script.scenes)} scenes, {script.form}) in {took:.1f} s: "
        f"score {report.score.value:.0f}, {report.verdict}; {memory.most_bytes / 2**20:.0f} MiB at most", flush=True,
    )  # fmt: skip
    return narration.duration_seconds, took, memory.most_bytes


def main() -> None:
    """Make and print; the line is about the first length, the others are shown above it."""
    lengths = [int(text) for text in sys.argv[1:]] or list(LENGTHS_SECONDS)
    found = []
    for length in lengths:
        folder = Path(tempfile.mkdtemp())
        try:
            found.append(make(length, folder))
        finally:
            shutil.rmtree(folder)
    video_seconds, took, _ = found[0]
    line = {
        "name": "studio_video", "ours": round(took, 1), "unit": f"s for {video_seconds:.0f} s of video",
        "against": {"specification": LIMIT_SECONDS, "playing it": round(video_seconds, 1)},
        "ratio": {"specification": round(LIMIT_SECONDS / took, 2), "playing it": round(video_seconds / took, 2)},
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
