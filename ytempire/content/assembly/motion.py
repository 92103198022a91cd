"""The slow motion of a scene: a window that drifts over a still, or closes in on its middle.

A drift goes in steps of half a pixel: a still is kept in four copies, each shifted by another
half pixel, and the window of a frame is cut out of the right one. All four lie a quarter of a
pixel off the grid, so that none is sharper than the others; the copies stand two pixels apart
because colour is stored for every second one.

A zoom is a resize of the middle of the still. A resize knows only whole pixels, so its factor is
a fraction of two whole numbers. From 1.08 on, with 26 pixels to spare, there is a pair of even sizes
within a twentieth of a pixel (at the frame's edge) of every factor, centred exactly; nearer to 1
there are gaps, which is why the still is made larger first. Where nothing moves by more than half a
pixel from one frame to the next, every second frame is resized, and the one between is their mean.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from ytempire.content.assembly.planes import Plane, Planes
from ytempire.content.frames import Frame
from ytempire.content.models import SceneVisual

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom lie outside."""

_PHASES = 4
_NARROW, _SPARE_PX = 1.08, 26
_SLOW_PX = 0.5
_KERNELS = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LINEAR)


class Moving(Protocol):
    """A still under the moving window."""

    def draw(self, number: int, out: Planes) -> None:
        """Write the window of the scene's frame ``number`` into ``out``."""


class Motion(Protocol):
    """How the window of one scene moves over its stills."""

    def prepared(self, still: Planes) -> Moving:
        """Make a still ready to be drawn."""

    def window(self, box: Box, number: int) -> Box:
        """Where a box of the still lies in the window of frame ``number``, on even pixels, a little larger."""


def motion_of(visual: SceneVisual, frames: int, shape: Frame) -> Motion:
    """Return the motion of a scene that lasts ``frames``."""
    if visual.motion in ("zoom_in", "zoom_out"):
        return Zoom(shape, visual.travel_px, frames, inwards=visual.motion == "zoom_in")
    return Drift.over(shape, visual.travel_px, frames, to_right=visual.motion == "drift_right")


@dataclass(frozen=True)
class Drift:
    """A window that moves evenly to one side, half a pixel every ``hold`` frames."""

    shape: Frame
    start: int
    step: int
    hold: int

    @classmethod
    def over(cls, shape: Frame, travel_px: int, frames: int, *, to_right: bool) -> Drift:
        """Place the way in the middle of the room the stills leave: ``travel_px`` at most."""
        room = max(2 * (travel_px - 2), 0)  # in half pixels; the last two are needed by the shift
        hold = math.ceil(frames / room) if room else frames
        way = frames // hold if room else 0
        first = (room - way) // 2
        return cls(shape, first if to_right else first + way, (1 if to_right else -1) if room else 0, hold)

    def place(self, number: int) -> tuple[int, int]:
        """Return how far the window of a frame is from the left, in pixels, and in which copy."""
        at = self.start + self.step * (number // self.hold)
        return at // _PHASES * 2, at % _PHASES

    def prepared(self, still: Planes) -> Moving:
        """Make the four shifted copies."""
        if not self.step:
            return _Drifting(self, [still] * _PHASES)
        copies = [
            Planes(
                _shifted(still.y, phase / 2 + 0.25), *(_shifted(plane, phase / 4 + 0.125) for plane in still.all[1:])
            )
            for phase in range(_PHASES)
        ]
        return _Drifting(self, copies)

    def window(self, box: Box, number: int) -> Box:
        """Move the box by the window's place."""
        left, _ = self.place(number)
        return _clipped((box[0] - left, box[1], box[2] - left, box[3]), self.shape)


@dataclass(frozen=True)
class _Drifting:
    """The copies of a still, one for each phase of the drift."""

    drift: Drift
    copies: Sequence[Planes]

    def draw(self, number: int, out: Planes) -> None:
        """Cut the window out of the copy whose turn it is."""
        left, phase = self.drift.place(number)
        for divisor, plane, target in zip((1, 2, 2), self.copies[phase].all, out.all, strict=True):
            height, width = target.shape
            np.copyto(target, plane[:height, left // divisor : left // divisor + width])


def _shifted(plane: Plane, pixels: float) -> Plane:
    """Shift a plane to the left by less than two pixels, by a cubic kernel (Keys, a = -0.5)."""
    whole, rest = divmod(pixels, 1.0)
    distances = np.array([1 + rest, rest, 1 - rest, 2 - rest])
    near = 1.5 * distances**3 - 2.5 * distances**2 + 1
    far = -0.5 * distances**3 + 2.5 * distances**2 - 4 * distances + 2
    kernel = np.where(distances <= 1, near, far)
    if whole:
        kernel = np.concatenate([[0.0], kernel])
    weights = (kernel / kernel.sum()).astype(np.float32)[None, :]
    moved = cv2.filter2D(plane, -1, weights, anchor=(1, 0), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)


class Zoom:
    """A window that closes in on the middle of the still, or opens from it, evenly."""

    def __init__(self, shape: Frame, travel_px: int, frames: int, *, inwards: bool) -> None:
        self._shape = shape
        self._wide = _NARROW * (1 + travel_px / shape.width_px)
        self._ends = (self._wide, _NARROW) if inwards else (_NARROW, self._wide)
        self._frames = max(frames - 1, 1)
        self.slow = max(shape.size_px) / 2 * (self._wide / _NARROW - 1) / self._frames <= _SLOW_PX

    def factor(self, number: int) -> float:
        """By how much the still is made smaller in a frame."""
        return self._ends[0] + (self._ends[1] - self._ends[0]) * min(number / self._frames, 1.0)

    def prepared(self, still: Planes) -> Moving:
        """Make the still a little larger, with a border that no window shows but the fractions need."""
        border = math.ceil(_SPARE_PX * self._wide / 2) + 1
        planes = []
        for divisor, plane in zip((1, 2, 2), still.all, strict=True):
            width, height = (round(side / divisor * self._wide / 2) * 2 for side in self._shape.size_px)
            larger = cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC)
            bordered = cv2.copyMakeBorder(larger, border, border, border, border, cv2.BORDER_REPLICATE)
            planes.append(np.asarray(bordered, dtype=np.uint8))
        return _Zooming(self, Planes(*planes))

    def window(self, box: Box, number: int) -> Box:
        """Everything: under a zoom all places move."""
        return (0, 0, self._shape.width_px, self._shape.height_px)


class _Zooming:
    """A still under a zoom, with the last two windows that were resized."""

    def __init__(self, zoom: Zoom, still: Planes) -> None:
        self._zoom = zoom
        self._still = still
        self._windows: dict[int, tuple[Plane, ...]] = {}
        self._rooms: list[list[Plane]] = []

    def draw(self, number: int, out: Planes) -> None:
        """Take an even frame's window as it is, of a slow zoom's odd one the mean of its neighbours'."""
        if number % 2 == 0 or not self._zoom.slow:
            for target, window in zip(out.all, self._window(number, out), strict=True):
                np.copyto(target, window)
            return
        before, after = self._window(number - 1, out), self._window(number + 1, out)
        for target, one, other in zip(out.all, before, after, strict=True):
            cv2.addWeighted(one, 0.5, other, 0.5, 0, dst=target)

    def _window(self, number: int, out: Planes) -> tuple[Plane, ...]:
        """Resize the middle of the still, plane by plane, to the planes of ``out``, unless that was just done."""
        if number not in self._windows:
            self._windows = {known: window for known, window in self._windows.items() if 0 < number - known <= 2}
            factor, rooms = self._zoom.factor(number), self._room(number, out)
            # The eye is far less fine for colour than for light: there the neighbours' mean does.
            parts = zip(self._still.all, out.all, rooms, _KERNELS, strict=True)
            self._windows[number] = tuple(_resized(*part, factor) for part in parts)
        return self._windows[number]

    def _room(self, number: int, out: Planes) -> list[Plane]:
        """Return where planes a little larger than those of ``out`` are drawn: fresh memory would cost a tenth."""
        if not self._rooms:
            sizes = [(height + _SPARE_PX, width + _SPARE_PX) for height, width in (plane.shape for plane in out.all)]
            self._rooms = [[np.empty(size, np.uint8) for size in sizes] for _ in range(2)]
        return self._rooms[number // 2 % 2]


def _resized(plane: Plane, target: Plane, room: Plane, kernel: int, factor: float) -> Plane:
    """Draw the middle of ``plane`` into ``room``, ``factor`` times smaller; return what lies in ``target``'s window."""
    height, width = target.shape
    rows, columns = (
        _fractions(plane.shape[0], height).nearest(factor),
        _fractions(plane.shape[1], width).nearest(factor),
    )
    inner = plane[rows.first : rows.first + rows.inner, columns.first : columns.first + columns.inner]
    whole = room[: rows.outer, : columns.outer]
    cv2.resize(inner, (columns.outer, rows.outer), dst=whole, interpolation=kernel)
    top, left = (rows.outer - height) // 2, (columns.outer - width) // 2
    return whole[top : top + height, left : left + width]


@dataclass(frozen=True)
class _Fraction:
    factor: float
    inner: int
    outer: int
    first: int


class _Fractions:
    """The factors at which ``source`` pixels can be shown in ``target``, both sides centred exactly."""

    def __init__(self, source: int, target: int) -> None:
        inner_sizes = range(target + (source - target) % 2, source + 1, 2)
        found = {
            inner / outer: _Fraction(inner / outer, inner, outer, (source - inner) // 2)
            for outer in reversed(range(target, target + _SPARE_PX + 1, 2))
            for inner in inner_sizes
        }
        self._sorted = sorted(found.values(), key=lambda pair: pair.factor)
        self._factors = [pair.factor for pair in self._sorted]

    def nearest(self, factor: float) -> _Fraction:
        """Return the fraction nearest to ``factor``."""
        at = min(bisect.bisect(self._factors, factor), len(self._factors) - 1)
        below = max(at - 1, 0)
        return self._sorted[below if factor - self._factors[below] <= self._factors[at] - factor else at]


@lru_cache(maxsize=64)
def _fractions(source: int, target: int) -> _Fractions:
    return _Fractions(source, target)


def _clipped(box: Box, shape: Frame) -> Box:
    left, top = max(box[0] // 2 * 2, 0), max(box[1] // 2 * 2, 0)
    right = min(-(-box[2] // 2) * 2, shape.width_px)
    bottom = min(-(-box[3] // 2) * 2, shape.height_px)
    return left, top, max(right, left), max(bottom, top)
