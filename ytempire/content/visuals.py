"""Third stage of a video: every scene becomes stills in the channel's colours.

The stills of a scene show the same picture growing: things enter in the order in which they are
spoken of, while the window of the video moves slowly over them. Charts are always drawn from the
numbers; a hook, a card or a single number may stand over a photograph. No picture comes twice.
"""

from __future__ import annotations

import json
from pathlib import Path

from ytempire.content import photo_plan
from ytempire.content.facts import story_facts
from ytempire.content.files import write_text
from ytempire.content.frames import frame
from ytempire.content.models import BigNumber, Narration, RankCard, SceneVisual, Script
from ytempire.content.pictures import Gallery, record
from ytempire.content.scenes.page import Header
from ytempire.content.scenes.titles import Card
from ytempire.content.spending import Unlimited
from ytempire.content.studio import Shot, Studio
from ytempire.content.text import clean
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

CREDITS_NAME = "pictures.json"
_EARLY_SECONDS = 0.25
_LATE_SECONDS = 0.35
_SHORTEST_CARD_SECONDS = 0.8


def draw_scenes(
    script: Script,
    narration: Narration,
    topic: Topic,
    channel: ChannelProfile,
    folder: Path,
    settings: ContentSettings,
    gallery: Gallery | None = None,
) -> list[SceneVisual]:
    """Draw the stills of every scene into ``folder``, between a card at either end where there is time.

    The scenes keep the script's indexes; intro and outro carry those of their neighbours, and an
    empty heading. Photographs come from ``gallery``, by default the channel's own folder alone; where
    some are shown, their origin is kept in ``folder``/pictures.json. Raises InvalidInput
    when script and narration do not belong together or the palette or a source is unknown, DiskFull.
    """
    if len(script.scenes) != len(narration.scenes):
        raise InvalidInput("narration", "it has another number of scenes than the script", "Narrate this script.")
    folder.mkdir(parents=True, exist_ok=True)
    story = story_facts(topic, script.withheld)
    header = Header(clean(channel.name), script.source)
    studio = Studio(channel, frame(channel.aspect_ratio, settings), folder, settings.font_family, header, story)
    gallery = gallery or Gallery(own_folder(settings, channel), {}, Unlimited())
    words = photo_plan.words(script, story, settings.photo_share) if gallery.ready else {}
    spans = _spans(narration)
    drawn: list[SceneVisual] = []
    kept = []
    if "intro" in spans:
        drawn.append(
            studio.card("intro", Card(header.channel, clean(script.title)), spans["intro"], script.scenes[0].index)
        )
    for scene, spoken in zip(script.scenes, narration.scenes, strict=True):
        shot = Shot(scene, spoken, spans[scene.index])
        if scene.index in words and isinstance(scene.visual, RankCard | BigNumber):
            picture = gallery.picture(words[scene.index], channel.aspect_ratio, studio.photo_px(scene.index))
            if picture is not None:
                drawn.append(studio.photographed(shot, scene.visual, picture))
                kept.append(record(scene.index, words[scene.index], picture))
                continue
        drawn.append(studio.drawn(shot))
    if "outro" in spans:
        drawn.append(studio.card("outro", Card(header.channel, "Subscribe"), spans["outro"], script.scenes[-1].index))
    if kept or gallery.failures:
        origins = {"pictures": kept, "passed_over": gallery.failures}
        write_text(folder / CREDITS_NAME, json.dumps(origins, ensure_ascii=False, indent=1))
    return drawn


def credits_of(folder: Path) -> list[str]:
    """Return the lines that the description of a video owes to the photographs whose scenes lie in ``folder``."""
    path = folder / CREDITS_NAME
    if not path.exists():
        return []
    pictures = json.loads(path.read_text(encoding="utf-8"))["pictures"]
    return list(dict.fromkeys(picture["shown"] for picture in pictures if picture["shown"]))


def own_folder(settings: ContentSettings, channel: ChannelProfile) -> ContentSettings:
    """A channel's pictures lie in a folder of its id, below the common one; without it the common ones serve."""
    if settings.picture_folder is None:
        return settings
    own = settings.picture_folder / channel.channel_id
    return settings.model_copy(update={"picture_folder": own}) if own.is_dir() else settings


def _spans(narration: Narration) -> dict[int | str, tuple[float, float]]:
    """A scene is seen from a quarter of a second before its first word to where the next begins.

    What is left before the first word and after the last belongs to the cards, if it is long enough.
    """
    scenes = narration.scenes
    starts = [max(0.0, scene.start_seconds - _EARLY_SECONDS) for scene in scenes]
    end = narration.duration_seconds
    spans: dict[int | str, tuple[float, float]] = {}
    if starts[0] >= _SHORTEST_CARD_SECONDS:
        spans["intro"] = (0.0, starts[0])
    else:
        starts[0] = 0.0
    last = scenes[-1].end_seconds + _LATE_SECONDS
    if end - last >= _SHORTEST_CARD_SECONDS:
        spans["outro"] = (last, end)
        end = last
    for scene, begin, until in zip(scenes, starts, [*starts[1:], end], strict=True):
        spans[scene.index] = (begin, until)
    return spans
