"""The captions over the picture: every state of theirs is drawn once, by libass, and laid on each frame it lasts.

A caption changes with every word, about three times a second, not thirty times. ffmpeg draws the
states one after another, on black and on white, and hands over only the captions' band; they are
read one by one as the video comes to them, so that no more than one is in memory. From the two
grounds the opacity is exact, also of half transparent boxes (the filter's own alpha is not).
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import ffmpeg
import numpy as np

from ytempire.content.assembly.planes import FROM_PREMULTIPLIED_RGBA, Plane, Planes, halved
from ytempire.content.files import write_text
from ytempire.content.frames import Frame
from ytempire.content.programs import RenderFailed, find

_EVENT = re.compile(r"^Dialogue: *(\d+),([\d:.]+),([\d:.]+),(.*)$")
_PLACE = re.compile(r"\\(pos|clip)\(([-\d.,]+)\)")
_HEIGHT = re.compile(r"^PlayResY: .*$", re.MULTILINE)


@dataclass(frozen=True)
class State:
    """What stands on the screen between two changes: events (layer, text), first frame, frame after."""

    events: tuple[tuple[str, str], ...]
    first: int
    end: int


def states(ass: str, frames_per_second: int, frames: int) -> list[State]:
    """Return the states of an ASS file in order, without the times at which nothing is shown."""
    events = []
    for line in ass.splitlines():
        if found := _EVENT.match(line):
            first, end = (round(_seconds(found[part]) * frames_per_second) for part in (2, 3))
            events.append((first, min(end, frames), (found[1], found[4])))
    changes = sorted({frame for first, end, _ in events for frame in (first, end)})
    found_states = []
    for first, end in pairwise(changes):
        shown = tuple(text for begins, ends, text in events if begins <= first and ends >= end)
        if shown:
            found_states.append(State(shown, first, end))
    return found_states


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


class Overlay:
    """Lays the captions on the frames, which must come in order."""

    def __init__(self, drawn: Iterator[tuple[State, Layer | None]]) -> None:
        self._drawn = drawn
        self._state: State | None
        self._layer: Layer | None
        self._advance()

    def _advance(self) -> None:
        self._state, self._layer = next(self._drawn, (None, None))

    def draw(self, number: int, out: Planes) -> None:
        """Lay what stands at the video's frame ``number`` on ``out``."""
        while self._state is not None and number >= self._state.end:
            self._advance()
        if self._state is not None and self._layer is not None and number >= self._state.first:
            self._layer.lay_on(out)


@dataclass(frozen=True)
class Layer:
    """A drawn state: its place, its colours times its opacity, and what it lets through (255 = all)."""

    left: int
    top: int
    colours: tuple[Plane, Plane, Plane]
    through: tuple[Plane, Plane]

    def lay_on(self, out: Planes) -> None:
        """Mix it into ``out``."""
        for index, (target, colour) in enumerate(zip(out.all, self.colours, strict=True)):
            divisor, through = (1, self.through[0]) if index == 0 else (2, self.through[1])
            top, left = self.top // divisor, self.left // divisor
            place = target[top : top + colour.shape[0], left : left + colour.shape[1]]
            cv2.multiply(place, through, dst=place, scale=1 / 255)
            cv2.add(place, colour, dst=place)


def layer(on_black: Plane, on_white: Plane, top: int) -> Layer | None:
    """Make a layer of what was drawn on black and on white (height x width x RGB), from the row ``top`` of the frame.

    On black stands colour times opacity; what white adds is what the layer lets through.
    """
    through = cv2.subtract(on_white[:, :, 1], on_black[:, :, 1])
    left, first, width, height = cv2.boundingRect(np.asarray(through < 255, dtype=np.uint8))
    if not width:
        return None
    right, last = -(-(left + width) // 2) * 2, -(-(first + height) // 2) * 2
    left, first = left // 2 * 2, first // 2 * 2
    seen = np.ascontiguousarray(through[first:last, left:right])
    opacity = np.asarray(255 - seen, dtype=np.uint8)
    y, u, v = cv2.split(cv2.transform(cv2.merge([on_black[first:last, left:right], opacity]), FROM_PREMULTIPLIED_RGBA))
    colours = (np.asarray(y, dtype=np.uint8), halved(u), halved(v))
    return Layer(left, top + first, colours, (np.asarray(seen, dtype=np.uint8), halved(seen)))


@contextmanager
def captions_over(ass_path: Path, shape: Frame, frames: int, frames_per_second: int) -> Iterator[Overlay]:
    """Have ffmpeg draw the states of ``ass_path`` while the overlay is used. Raises MissingProgram, RenderFailed."""
    text = ass_path.read_text(encoding="utf-8")
    shown = states(text, frames_per_second, frames)
    if not shown:
        yield Overlay(iter(()))
        return
    plan = ass_path.with_name(f"{ass_path.stem}.states.ass")
    top = int(shape.captions_top * shape.pixels_per_unit) // 2 * 2
    height = math.ceil((shape.captions_bottom * shape.pixels_per_unit - top) / 2) * 2
    write_text(plan, band_only(text, shown, top / shape.pixels_per_unit, height / shape.pixels_per_unit))
    source = f"color=black:s={shape.width_px}x{height}:r=1:d={len(shown)},format=rgb24"
    twice = ffmpeg.input(source, f="lavfi").filter_multi_output("split")
    grounds = [ground.filter("ass", str(plan)) for ground in (twice[0], twice[1].filter("negate"))]
    command = ffmpeg.output(ffmpeg.filter(grounds, "vstack"), "pipe:", format="rawvideo", pix_fmt="rgb24")
    arguments = command.global_args("-hide_banner", "-nostdin", "-loglevel", "error").compile()
    process = subprocess.Popen([find(arguments[0]), *arguments[1:]], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        yield Overlay(_read(process, shown, (2, height, shape.width_px, 3), top))
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
        plan.unlink(missing_ok=True)


def band_only(ass: str, shown: list[State], top: float, height: float) -> str:
    """Return an ASS file that shows one state a second, on a canvas of the rows from ``top`` on (in units) alone."""

    def moved(place: re.Match[str]) -> str:
        numbers = [float(number) - (top if index % 2 else 0) for index, number in enumerate(place[2].split(","))]
        return f"\\{place[1]}({','.join(f'{number:.2f}' for number in numbers)})"

    head = _HEIGHT.sub(f"PlayResY: {height:.0f}", ass[: ass.index("Dialogue:")])
    lines = [
        f"Dialogue: {level},{_clock(number)},{_clock(number + 1)},{_PLACE.sub(moved, text)}"
        for number, state in enumerate(shown)
        for level, text in state.events
    ]
    return head + "\n".join(lines) + "\n"


def _read(
    process: subprocess.Popen[bytes], shown: list[State], size: tuple[int, int, int, int], top: int
) -> Iterator[tuple[State, Layer | None]]:
    wanted = math.prod(size)
    for state in shown:
        data = process.stdout.read(wanted) if process.stdout else b""
        if len(data) < wanted:
            raise RenderFailed(f"ffmpeg drew no captions for the frames from {state.first}")
        on_black, on_white = np.frombuffer(data, np.uint8).reshape(size)
        yield state, layer(on_black, on_white, top)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.00"
