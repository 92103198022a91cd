"""Where the stills of one video are drawn: compositions chosen, entrances timed, files written.

Which of the compositions of a kind a video uses is decided by its topic, so that videos differ
and one video is of one piece. A picture that would come twice is drawn in the next composition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PIL import Image

from ytempire.content import palettes
from ytempire.content.briefs_time import over_time
from ytempire.content.entrances import Span, entrances, kept
from ytempire.content.facts import StoryFacts
from ytempire.content.files import disk_full_is_named
from ytempire.content.frames import Frame
from ytempire.content.models import BigNumber, RankCard, Scene, SceneKind, SceneNarration, SceneVisual, Still
from ytempire.content.picture_checks import distance, fingerprint
from ytempire.content.pictures import DRAWN, Picture
from ytempire.content.scenes import titles
from ytempire.content.scenes.layouts import layouts
from ytempire.content.scenes.page import Drawer, Enter, Header, Motion, Page
from ytempire.content.scenes.photo import over_photo
from ytempire.content.topic import ChannelProfile

DRIFT_SHARE = 0.05
ZOOM_SHARE = 0.05
CARD_SHARE = 0.02
HASH_COLUMNS, HASH_ROWS = 48, 27
SAME_BITS = 3
"""Drawn pictures share their composition, so they are compared finely: cells of 40 pixels."""

Make = Callable[[Page], Iterator[Enter]]


@dataclass(frozen=True)
class Shot:
    """A scene with its narration and the time in which it is seen (seconds)."""

    scene: Scene
    spoken: SceneNarration
    span: Span

    @property
    def name(self) -> str:
        """How its files begin."""
        return f"scene-{self.scene.index:02d}"


@dataclass
class Studio:
    """Draws the scenes of one video into ``folder``."""

    channel: ChannelProfile
    frame: Frame
    folder: Path
    family: str
    header: Header
    story: StoryFacts
    _shown: list[int] = field(default_factory=list)

    def card(self, kind: Literal["intro", "outro"], card: titles.Card, span: Span, index: int) -> SceneVisual:
        """Draw the card at an end of the video; ``index`` is that of the scene beside it."""
        motion = self._motion("zoom_in", CARD_SHARE)
        make = titles.intro if kind == "intro" else titles.outro
        page = Page(self.frame, motion, self._colours, self.family, None)
        stills, _ = self._stills(lambda page: make(page, card), page, kind, span, None)
        return _visual(index, kind, "", span, stills, motion)

    def drawn(self, shot: Shot) -> SceneVisual:
        """Draw a scene from its numbers, in the first composition whose picture was not shown yet."""
        motion = self._motion("drift_right" if shot.scene.index % 2 == 0 else "drift_left", DRIFT_SHARE)
        stills: list[Still] = []
        for kind, make in self._compositions(shot.scene):
            for refused in stills:
                refused.path.unlink()
            stills, last = self._stills(make, self._page(motion), shot.name, shot.span, shot.spoken)
            mark, shown = fingerprint(last, HASH_COLUMNS, HASH_ROWS), kind
            if all(distance(mark, other) > SAME_BITS for other in self._shown):
                break
        self._shown.append(mark)
        return _visual(shot.scene.index, shown, shot.scene.heading, shot.span, stills, motion)

    def photo_px(self, index: int) -> tuple[int, int]:
        """Size of the stills of a scene over a photograph."""
        return self._photo_motion(index).page_px(self.frame)

    def photographed(self, shot: Shot, brief: RankCard | BigNumber, picture: Picture) -> SceneVisual:
        """Draw a scene over its photograph."""
        motion = self._photo_motion(shot.scene.index)
        page = Page(self.frame, motion, self._colours, self.family, None, picture.image)

        def make(page: Page) -> Iterator[Enter]:
            return over_photo(page, brief, self.header, picture.credit.shown)

        stills, _ = self._stills(make, page, shot.name, shot.span, shot.spoken)
        scene = shot.scene
        return _visual(scene.index, "photo", scene.heading, shot.span, stills, motion, picture.provider)

    def _compositions(self, scene: Scene) -> Iterator[tuple[SceneKind, Make]]:
        """Everything that may show the scene, the topic's choice first, a plain card with its heading last."""
        briefs = [brief for brief in (scene.visual, over_time(scene.visual, self.story)) if brief is not None]
        found = [(kind, _made(drawer, brief)) for brief in briefs for kind, drawer in layouts(brief, self.frame)]
        first = self._chance(scene.visual.kind) % len(found)
        yield from found[first:]
        yield from found[:first]
        yield scene.visual.kind, _made(titles.heading, titles.Card(scene.heading, scene.narration))

    def _chance(self, what: str) -> int:
        seed = f"{self.channel.channel_id}/{self.story.topic.topic_id}/{what}"
        return hashlib.sha256(seed.encode()).digest()[0]

    @property
    def _colours(self) -> palettes.Palette:
        return palettes.palette(self.channel.palette)

    def _motion(self, name: Literal["drift_left", "drift_right", "zoom_in", "zoom_out"], share: float) -> Motion:
        return Motion(name, round(self.frame.width_px * share / 2) * 2)

    def _photo_motion(self, index: int) -> Motion:
        return self._motion("zoom_in" if index % 2 == 0 else "zoom_out", ZOOM_SHARE)

    def _page(self, motion: Motion) -> Page:
        return Page(self.frame, motion, self._colours, self.family, self.header)

    def _stills(
        self, make: Make, page: Page, name: str, span: Span, spoken: SceneNarration | None
    ) -> tuple[list[Still], Image.Image]:
        """Draw and write the stills that the scene has time for; return them and the last picture."""
        drawn: list[tuple[Path, Enter]] = []
        for step, enter in enumerate(make(page)):
            path = self.folder / f"{name}-{step}.tga"
            _save(page.image, path)
            drawn.append((path, enter))
        wanted = kept([enter for _, enter in drawn], span)
        for step, (path, _) in enumerate(drawn):
            if step not in wanted:
                path.unlink()
        drawn = [drawn[step] for step in wanted]
        times = entrances(spoken, span, [enter for _, enter in drawn])
        stills = [
            Still(path=path, appears_seconds=at, enters=enter.how, enters_seconds=enter.seconds)
            for (path, enter), at in zip(drawn, times, strict=True)
        ]
        return stills, page.image


def _made(drawer: Drawer, brief: object) -> Make:
    return lambda page: drawer(page, brief)


def _visual(
    index: int,
    kind: SceneKind,
    heading: str,
    span: Span,
    stills: list[Still],
    motion: Motion,
    provider: str = DRAWN,
) -> SceneVisual:
    return SceneVisual(
        index=index,
        kind=kind,
        heading=heading,
        start_seconds=span[0],
        end_seconds=span[1],
        stills=stills,
        motion=motion.name,
        travel_px=motion.travel_px,
        provider=provider,
    )


def _save(image: Image.Image, path: Path) -> None:
    """Write run-length coded TGA: lossless, several times quicker to write than PNG."""
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        image.save(partial, format="TGA", compression="tga_rle")
        partial.replace(path)
