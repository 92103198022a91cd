"""Third stage of a video: every scene becomes stills in the channel's colours.

The stills of a scene show the same picture growing: things enter in the order in which
they are spoken of. The window of the video moves slowly over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from ytempire.content import palettes
from ytempire.content.files import disk_full_is_named
from ytempire.content.frames import frame
from ytempire.content.models import Narration, Scene, SceneNarration, SceneVisual, Script, Still
from ytempire.content.scenes.cards import big_number, rank_card
from ytempire.content.scenes.charts import bar_ranking, growth_line
from ytempire.content.scenes.page import Header, Page
from ytempire.content.scenes.tables import countries, two_columns
from ytempire.content.text import clean
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

DRIFT_SHARE = 0.06
_EARLY_SECONDS = 0.25
_ENTERED_SHARE = 0.7
_FEWEST_SECONDS_APART = 0.6

_DRAWERS: dict[str, Callable[..., Iterator[None]]] = {
    "rank_card": rank_card,
    "growth_line": growth_line,
    "two_columns": two_columns,
    "big_number": big_number,
    "countries": countries,
    "bar_ranking": bar_ranking,
}


def draw_scenes(
    script: Script,
    narration: Narration,
    topic: Topic,
    channel: ChannelProfile,
    folder: Path,
    settings: ContentSettings,
) -> list[SceneVisual]:
    """Draw the stills of every scene into ``folder`` as PNG.

    Raises InvalidInput when script and narration do not belong together or the palette is
    unknown, DiskFull when there is no room.
    """
    if len(script.scenes) != len(narration.scenes):
        raise InvalidInput("narration", "it has another number of scenes than the script", "Narrate this script.")
    folder.mkdir(parents=True, exist_ok=True)
    header = Header(clean(channel.name), script.source)
    return [
        _draw(scene, spoken, span, header, channel, folder, settings)
        for scene, spoken, span in zip(script.scenes, narration.scenes, _spans(narration), strict=True)
    ]


def _spans(narration: Narration) -> list[tuple[float, float]]:
    """A scene is seen from a quarter of a second before its first word to where the next begins."""
    starts = [0.0] + [scene.start_seconds - _EARLY_SECONDS for scene in narration.scenes[1:]]
    return list(zip(starts, [*starts[1:], narration.duration_seconds], strict=True))


def _draw(
    scene: Scene,
    spoken: SceneNarration,
    span: tuple[float, float],
    header: Header,
    channel: ChannelProfile,
    folder: Path,
    settings: ContentSettings,
) -> SceneVisual:
    colours = palettes.palette(channel.palette)
    shape = frame(channel.aspect_ratio, settings)
    drift = round(shape.width_px * DRIFT_SHARE)
    page = Page(shape, drift, colours, settings.font_family, header)
    paths: list[Path] = []
    for step, _ in enumerate(_DRAWERS[scene.visual.kind](page, scene.visual)):
        paths.append(folder / f"scene-{scene.index:02d}-{step}.png")
        _save(page.image, paths[-1])
    times = _entrances(spoken, span, len(paths))
    return SceneVisual(
        index=scene.index,
        kind=scene.visual.kind,
        heading=scene.heading,
        start_seconds=span[0],
        end_seconds=span[1],
        stills=[Still(path=path, appears_seconds=at) for path, at in zip(paths, times, strict=True)],
        motion="drift_right" if scene.index % 2 == 0 else "drift_left",
        travel_px=drift,
    )


def _entrances(spoken: SceneNarration, span: tuple[float, float], count: int) -> list[float]:
    """The first still stands from the start; each next one enters with a word, evenly over the scene."""
    times = [span[0]]
    long = spoken.end_seconds - spoken.start_seconds
    for step in range(1, count):
        wished = spoken.start_seconds + long * _ENTERED_SHARE * step / count
        words = [word.start_seconds for word in spoken.words] or [wished]
        nearest = min(words, key=lambda at: abs(at - wished))
        times.append(max(nearest, times[-1] + _FEWEST_SECONDS_APART))
    return times


def _save(image: Image.Image, path: Path) -> None:
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        image.save(partial, format="PNG", compress_level=1)
        partial.replace(path)
