"""The whole video frame by frame: scenes with short cross-fades between them, captions over all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ytempire.content.assembly import planes
from ytempire.content.assembly.encoder import Encoder, command
from ytempire.content.assembly.overlay import Overlay, captions_over
from ytempire.content.assembly.planes import Planes
from ytempire.content.assembly.scenes import Scene
from ytempire.content.files import disk_full_is_named, write_text
from ytempire.content.frames import Frame
from ytempire.content.models import Captions, SceneVisual, Soundtrack
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

CROSS_FADE_SECONDS = 0.25
# The kernel's weight of a fifth: what composing costs beside encoding, so that neither waits for the other
# when other work takes most of the machine.
_NICE = 7


def assemble(
    visuals: list[SceneVisual],
    sound: Soundtrack,
    captions: Captions,
    output: Path,
    shape: Frame,
    settings: ContentSettings,
) -> Path:
    """Encode the video to ``output`` (H.264, AAC, faststart, chapters) and return it.

    The same inputs give the same frames. Raises MissingProgram without ffmpeg, DiskFull with
    nothing left behind, InvalidInput without scenes, Retriable when it takes too long.
    """
    if not visuals:
        raise InvalidInput("visuals", "there is no scene", "Draw the script's scenes first.")
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f"{output.name}.partial")
    chapters = output.with_name(f"{output.name}.chapters")
    frames = round(sound.duration_seconds * settings.frames_per_second)
    try:
        write_text(chapters, chapter_metadata(visuals))
        arguments = command(sound, chapters, partial, frames, shape, settings)
        size = shape.width_px * shape.height_px * 3 // 2
        with (
            captions_over(captions.ass_path, shape, frames, settings.frames_per_second) as overlay,
            ThreadPoolExecutor(1) as loader,
            ThreadPoolExecutor(1, initializer=_give_way) as composer,
            Encoder(arguments, size, timeout_seconds=settings.render_timeout_seconds) as encoder,
        ):
            film = Film(visuals, overlay, frames, shape, settings, loader)
            composer.submit(_compose, film, frames, shape, encoder).result()
        with disk_full_is_named(output):
            partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
        chapters.unlink(missing_ok=True)
    return output


def _give_way() -> None:
    """Let the encoder go before this thread: it is the longer work, and waits for nobody if frames lie ready."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _compose(film: Film, frames: int, shape: Frame, encoder: Encoder) -> None:
    for number in range(frames):
        buffer = encoder.buffer()
        film.draw(number, planes.view(buffer, *shape.size_px))
        if not encoder.take(buffer):
            break


class Film:
    """Composes the frames of a video; ``draw`` is called for 0, 1, 2 …"""

    def __init__(
        self,
        visuals: list[SceneVisual],
        overlay: Overlay,
        frames: int,
        shape: Frame,
        settings: ContentSettings,
        loader: ThreadPoolExecutor,
    ) -> None:
        rate = settings.frames_per_second
        self._fade = round(CROSS_FADE_SECONDS * rate)
        self._overlay = overlay
        self._spare = planes.empty(*shape.size_px)
        starts = [round(visual.start_seconds * rate) for visual in visuals]
        ends = [min(start + self._fade, frames) for start in starts[1:]] + [frames]
        # Made when their time comes, and kept by nobody else: a scene holds its stills.
        self._coming = (
            (start, Scene(visual, start, max(end - start, 1), shape, rate, loader))
            for visual, start, end in zip(visuals, starts, ends, strict=True)
        )
        self._leaving: tuple[int, Scene] | None = None
        self._current = next(self._coming)
        self._next = _prepared(self._coming)

    def draw(self, number: int, out: Planes) -> None:
        """Write the video's frame ``number`` into ``out``."""
        while self._next is not None and number >= self._next[0]:
            self._leaving, self._current = self._current, self._next
            self._next = _prepared(self._coming)
        start, scene = self._current
        scene.draw(number - start, out)
        passed = number - start + 1
        if self._leaving is not None and passed <= self._fade:
            self._leaving[1].draw(number - self._leaving[0], self._spare)
            for before, target in zip(self._spare.all, out.all, strict=True):
                planes.mixed(before, target, passed / (self._fade + 1), target)
        else:
            self._leaving = None
        self._overlay.draw(number, out)


def _prepared(coming: Iterator[tuple[int, Scene]]) -> tuple[int, Scene] | None:
    found = next(coming, None)
    if found is not None:
        found[1].prepare()
    return found


def chapter_metadata(visuals: list[SceneVisual]) -> str:
    """Return the chapters in ffmpeg's metadata format, one a scene that has a heading; the first begins at 0."""
    lines = [";FFMETADATA1"]
    headed = [visual for visual in visuals if visual.heading]
    starts = [0.0, *(visual.start_seconds for visual in headed[1:])]
    ends = [*starts[1:], visuals[-1].end_seconds]
    for visual, start, end in zip(headed, starts, ends, strict=False):
        title = "".join(f"\\{letter}" if letter in "=;#\\" else letter for letter in visual.heading)
        times = [f"START={round(start * 1000)}", f"END={round(end * 1000)}"]
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={title}"]
    return "\n".join(lines) + "\n"
