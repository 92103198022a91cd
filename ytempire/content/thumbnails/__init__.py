"""Fourth stage of a video: its thumbnails, three that differ, to be tested against each other.

Variant a is drawn in the channel's preset, b and c in two others, with other true numbers where
there are any. A picture from the picture chain may stand behind a and b; c is drawn always.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from pydantic import TypeAdapter

from ytempire.content import palettes
from ytempire.content.facts import story_facts
from ytempire.content.files import disk_full_is_named, write_text
from ytempire.content.models import Script
from ytempire.content.pictures import DRAWN, Picture, record
from ytempire.content.thumbnails.legibility import difference, word_contrast
from ytempire.content.thumbnails.models import Thumbnail
from ytempire.content.thumbnails.presets import DIFFERENT, PRESETS, fallback, possible
from ytempire.content.thumbnails.sheet import HEIGHT, WIDTH, Sheet, scrimmed
from ytempire.content.thumbnails.words import Claim, Subject, subject
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

__all__ = ["SIZE_PX", "THUMBNAILS", "Thumbnail", "compose", "draw_thumbnails"]

LARGEST_BYTES = 2_000_000
THUMBNAILS = TypeAdapter(list[Thumbnail])
NAMES = ("a", "b", "c")
SIZE_PX = (WIDTH, HEIGHT)


def draw_thumbnails(
    script: Script,
    topic: Topic,
    channel: ChannelProfile,
    folder: Path,
    settings: ContentSettings,
    *,
    find: Callable[[str], Picture | None] | None = None,
) -> list[Thumbnail]:
    """Draw the three variants into ``folder``, with thumbnails.json beside them; a is the first.

    ``find`` looks for a picture of ``SIZE_PX`` by words; without it, or when it has none that may stand
    without a credit, all are drawn. Where one is used, its origin is kept in pictures.json. Raises
    InvalidInput for an unknown preset or palette, DiskFull when there is no room.
    """
    if channel.style_preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise InvalidInput("style_preset", f"there is no preset {channel.style_preset!r}", f"Use one of {known}.")
    colours = palettes.palette(channel.palette)
    about = subject(script, story_facts(topic, script.withheld))
    folder.mkdir(parents=True, exist_ok=True)
    backdrop = _backdrop(_picture_words(script, topic), folder, find)
    made: list[Thumbnail] = []
    sheets: list[Sheet] = []
    for preset in _order(channel, topic, about):
        behind = backdrop if len(made) < len(NAMES) - 1 else None
        claim = about.claims[len(made) % len(about.claims)]
        sheet = compose(preset, about, claim, colours, settings.font_family, behind.image if behind else None)
        if any(difference(sheet.image, other.image) < DIFFERENT for other in sheets):
            continue
        name = NAMES[len(made)]
        made.append(
            Thumbnail(
                name=name,
                path=_save(sheet.image, folder, name, photographic=behind is not None),
                preset=preset,
                words=[word.text for word in sheet.words],
                provider=behind.provider if behind else DRAWN,
                contrast=round(word_contrast(sheet.image, sheet.words, colours.text), 2),
            )
        )
        sheets.append(sheet)
        if len(made) == len(NAMES):
            break
    write_text(folder / "thumbnails.json", THUMBNAILS.dump_json(made, indent=1).decode())
    return made


def compose(
    preset: str,
    about: Subject,
    claim: Claim,
    colours: palettes.Palette,
    family: str,
    picture: Image.Image | None = None,
) -> Sheet:
    """Draw one composition; with a ``picture``, twice: the first shows where its words will stand."""
    sheet = Sheet(colours, family)
    PRESETS[preset].draw(sheet, about, claim)
    if picture is not None:
        sheet = Sheet(colours, family, scrimmed(picture, sheet.words, colours))
        PRESETS[preset].draw(sheet, about, claim)
    return sheet


def _order(channel: ChannelProfile, topic: Topic, about: Subject) -> list[str]:
    """The channel's preset, then all others that can be drawn, in an order that the topic decides."""
    first = channel.style_preset if possible(channel.style_preset, about) else fallback(about)
    others = [name for name in PRESETS if name != first and possible(name, about)]
    others.sort(key=lambda name: hashlib.sha256(f"{topic.topic_id}/{channel.channel_id}/{name}".encode()).digest())
    return [first, *others]


def _backdrop(words: str, folder: Path, find: Callable[[str], Picture | None] | None) -> Picture | None:
    """A picture for ``words``; there is no room on a thumbnail for a credit that its licence wants shown."""
    found = find(words) if find else None
    if found is None or found.credit.shown:
        return None
    write_text(folder / "pictures.json", json.dumps([record(0, words, found)], indent=1, ensure_ascii=False))
    return found


def _picture_words(script: Script, topic: Topic) -> str:
    wished = [scene.picture.strip() for scene in script.scenes if scene.picture.strip()]
    return wished[0] if wished else f"{topic.niche.replace('_', ' ')}, one clear subject, wide view"


def _save(image: Image.Image, folder: Path, name: str, *, photographic: bool) -> Path:
    """Write a drawing as PNG, a photograph as JPEG, below YouTube's 2 MB."""
    path = folder / f"thumbnail-{name}.{'jpg' if photographic else 'png'}"
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        if photographic:
            for quality in (92, 85, 75):
                image.save(partial, format="JPEG", quality=quality, subsampling=0, optimize=True)
                if partial.stat().st_size < LARGEST_BYTES:
                    break
        else:
            image.save(partial, format="PNG", compress_level=9)
        partial.replace(path)
    return path
