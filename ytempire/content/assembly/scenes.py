"""One scene as frames: its stills enter one after another under the moving window.

Where two stills do not differ nothing is mixed, so an entrance costs as little as it shows.
Stills are read and made ready by another thread while the frames before them are composed.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass

import cv2
import numpy as np

from ytempire.content.assembly import planes
from ytempire.content.assembly.motion import Box, Motion, Moving, motion_of
from ytempire.content.assembly.planes import Plane, Planes
from ytempire.content.frames import Frame
from ytempire.content.models import SceneVisual, Still

_VISIBLE = 2
_SOFT_EDGE_SHARE = 0.02


@dataclass(frozen=True)
class Entrance:
    """A still, the scene's frame at which it begins to enter, and how many frames that takes."""

    still: Still
    at: int
    lasts: int


def entrances(visual: SceneVisual, first: int, frames: int, frames_per_second: int) -> list[Entrance]:
    """Set the stills of a scene of ``frames``, which begins at the video's frame ``first``, in order.

    None begins before the one before it stands. When the time is too short for all, those in the
    middle are left out: the last one is always seen.
    """
    found = [Entrance(visual.stills[0], 0, 0)]
    for still in visual.stills[1:]:
        lasts = max(1, round(still.enters_seconds * frames_per_second))
        wished = round(still.appears_seconds * frames_per_second) - first
        at = max(wished, found[-1].at + found[-1].lasts)
        if at + lasts <= frames:
            found.append(Entrance(still, at, lasts))
        else:
            found[-1] = Entrance(still, found[-1].at, found[-1].lasts)
    return found


class Scene:
    """Composes the frames of one scene; ``draw`` is called with rising numbers."""

    def __init__(
        self, visual: SceneVisual, first: int, frames: int, shape: Frame, frames_per_second: int, loader: Executor
    ) -> None:
        self._entrances = entrances(visual, first, frames, frames_per_second)
        self._motion: Motion = motion_of(visual, frames, shape)
        self._loader = loader
        self._loading: dict[int, Future[_Ready]] = {}
        self._spare = planes.empty(*shape.size_px)
        self._current = 0

    def prepare(self, index: int = 0) -> None:
        """Begin to read the still ``index``, if there is one and it is not read yet."""
        if index < len(self._entrances) and index not in self._loading:
            self._loading[index] = self._loader.submit(self._read, index)

    def draw(self, number: int, out: Planes) -> None:
        """Write the scene's frame ``number`` into ``out``."""
        while self._current + 1 < len(self._entrances) and number >= self._entrances[self._current + 1].at:
            self._loading.pop(self._current - 1, None)
            self._current += 1
        for index in (self._current, self._current + 1):
            self.prepare(index)
        entering = self._entrances[self._current]
        ready = self._loading[self._current].result()
        passed = number - entering.at + 1
        if passed >= entering.lasts or ready.differs is None:
            ready.moving.draw(number, out)
            return
        self._loading[self._current - 1].result().moving.draw(number, out)
        ready.moving.draw(number, self._spare)
        eased = 1 - (1 - passed / entering.lasts) ** 3
        _enter(entering.still.enters, self._motion.window(ready.differs, number), eased, self._spare, out)

    def _read(self, index: int) -> _Ready:
        picture = planes.load(self._entrances[index].still.path)
        before = self._loading[index - 1].result().picture if index else None
        differs = None if before is None else difference(before, picture)
        return _Ready(picture, self._motion.prepared(picture), differs)


@dataclass(frozen=True)
class _Ready:
    picture: Planes
    moving: Moving
    differs: Box | None


def difference(before: Planes, after: Planes) -> Box | None:
    """Return the smallest box outside of which two stills of one size are the same; None when they are."""
    if before.y.shape != after.y.shape:
        return 0, 0, after.y.shape[1], after.y.shape[0]
    found = cv2.absdiff(before.y, after.y)
    for one, other in ((before.u, after.u), (before.v, after.v)):
        chroma = cv2.resize(cv2.absdiff(one, other), found.shape[::-1], interpolation=cv2.INTER_NEAREST)
        found = cv2.max(found, chroma)
    left, top, width, height = cv2.boundingRect(np.asarray(found > _VISIBLE, dtype=np.uint8))
    return (left - 2, top - 2, left + width + 2, top + height + 2) if width else None


def _enter(how: str, box: Box, share: float, after: Planes, out: Planes) -> None:
    """Let ``after`` enter ``out`` inside ``box``, ``share`` of the way."""
    for divisor, new, old in zip((1, 2, 2), after.all, out.all, strict=True):
        left, top, right, bottom = (edge // divisor for edge in box)
        if right <= left or bottom <= top:
            continue
        inner, outer = new[top:bottom, left:right], old[top:bottom, left:right]
        if how == "wipe_right":
            _wipe(inner, outer, share)
        elif how == "wipe_up":
            _wipe(inner[::-1].T, outer[::-1].T, share)
        else:
            _fade(inner, outer, share)


def _fade(inner: Plane, outer: Plane, share: float) -> None:
    np.copyto(outer, np.asarray(cv2.addWeighted(outer, 1 - share, inner, share, 0), dtype=np.uint8))


def _wipe(inner: Plane, outer: Plane, share: float) -> None:
    """Uncover ``inner`` from the first column on, with a soft edge."""
    width = inner.shape[1]
    soft = max(2, round(width * _SOFT_EDGE_SHARE))
    edge = round((width + soft) * share)
    whole = max(edge - soft, 0)
    np.copyto(outer[:, :whole], inner[:, :whole])
    strip = slice(whole, min(edge, width))
    ramp = (edge - np.arange(strip.start, strip.stop) - 0.5) / soft
    blended = outer[:, strip] * (1 - ramp) + inner[:, strip] * ramp
    np.copyto(outer[:, strip], blended.round(), casting="unsafe")
