"""Text on pictures: one family for everything, and for each other script or emoji the font that has it.

A line is split into runs of one font each. Shaping and right-to-left order inside a run are
Raqm's (Pillow); runs of a right-to-left line stand in visual order. What no font has is left out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from ytempire.content import faces
from ytempire.content.faces import Face
from ytempire.content.text import graphemes, is_emoji
from ytempire.errors import MissingFont

EMOJI_PIXELS = 109
EMOJI_SCALE = 0.98  # of the em, per size of the bitmaps: an emoji is a little higher than a capital
Weight = str
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Run:
    """Neighbouring characters that one font draws."""

    text: str
    face: Face
    emoji: bool


@lru_cache(maxsize=256)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=4096)
def runs(text: str, family: str, weight: Weight, language: str = "") -> tuple[Run, ...]:
    """Split ``text`` into runs; spaces and signs stay with the run before them where its font has them."""
    found: list[Run] = []
    for cluster in graphemes(text):
        emoji = _as_emoji(cluster)
        face: Face | None
        if emoji:
            face = faces.emoji()
            if face is None or not faces.covers(face, cluster):
                face, emoji = faces.face_for(cluster, family, weight), False
        elif found and not found[-1].emoji and not cluster.isalnum() and faces.covers(found[-1].face, cluster):
            face = found[-1].face
        else:
            face = faces.face_for(cluster, family, weight, language)
        if face is None:
            continue
        shown = "".join(character for character in cluster if faces.covers(face, character))
        if found and found[-1].face == face and found[-1].emoji == emoji:
            found[-1] = Run(found[-1].text + shown, face, emoji)
        else:
            found.append(Run(shown, face, emoji))
    return tuple(found)


def _as_emoji(cluster: str) -> bool:
    return (is_emoji(cluster[0]) and "\ufe0e" not in cluster) or "\ufe0f" in cluster


def right_to_left(text: str, *, default: bool = False) -> bool:
    """Say whether the first strong character of ``text`` runs from right to left; ``default`` if it has none."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return default


def _visual(parts: tuple[Run, ...], leftwards: bool) -> list[Run]:
    """Order runs as they are seen: those against the line's direction stay together in their own order."""
    groups: list[list[Run]] = []
    direction = leftwards
    for part in parts:
        own = leftwards if part.emoji else right_to_left(part.text, default=leftwards)
        if groups and own == direction:
            groups[-1].append(part)
        else:
            groups.append([part])
        direction = own
    ordered: list[Run] = []
    for group in groups[::-1] if leftwards else groups:
        against = right_to_left("".join(part.text for part in group if not part.emoji), default=leftwards)
        ordered += group[::-1] if against else group
    return ordered


def width(text: str, family: str, weight: Weight, size: int, *, tabular: bool = False, language: str = "") -> float:
    """Return the width of ``text`` in pixels."""
    return sum(_run_width(run, size, tabular) for run in runs(text, family, weight, language))


def _run_width(run: Run, size: int, tabular: bool) -> float:
    if run.emoji:
        return float(_font(run.face, EMOJI_PIXELS).getlength(run.text)) * size * EMOJI_SCALE / EMOJI_PIXELS
    return float(_font(run.face, size).getlength(run.text, features=["tnum"] if tabular else None))


def draw(
    image: Image.Image,
    position: tuple[float, float],
    text: str,
    family: str,
    weight: Weight,
    size: int,
    colour: Colour,
    *,
    tabular: bool = False,
) -> float:
    """Draw ``text`` with its baseline's left end at ``position``; return its width in pixels."""
    parts = _visual(runs(text, family, weight), right_to_left(text))
    x, y = position
    pen = ImageDraw.Draw(image)
    for run in parts:
        if run.emoji:
            _paste_emoji(image, run, x, y, size)
        else:
            pen.text(
                (x, y),
                run.text,
                font=_font(run.face, size),
                fill=colour,
                anchor="ls",
                features=["tnum"] if tabular else None,
            )
        x += _run_width(run, size, tabular)
    return x - position[0]


def emoji_picture(text: str) -> tuple[Image.Image, tuple[float, float]]:
    """Return ``text``, drawn from the emoji font at its own size of 109 px, and its upper left corner's place."""
    face = faces.emoji()
    if face is None:
        raise MissingFont("for emoji", "fonts-noto-color-emoji")
    font = _font(face, EMOJI_PIXELS)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    picture = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text((-left, -top), text, font=font, embedded_color=True, anchor="ls")
    return picture, (left, top)


def _paste_emoji(image: Image.Image, run: Run, x: float, y: float, size: int) -> None:
    picture, (left, _) = emoji_picture(run.text)
    factor = size * EMOJI_SCALE / EMOJI_PIXELS
    picture = picture.resize((max(1, round(picture.width * factor)), max(1, round(picture.height * factor))))
    image.paste(picture, (round(x + left * factor), round(y - 0.36 * size - picture.height / 2)), picture)


def fit(text: str, family: str, weight: Weight, size: int, room: float, *, lines: int = 1) -> list[str]:
    """Break ``text`` into at most ``lines`` lines of ``room`` pixels, cut at a word with an ellipsis."""
    done: list[str] = []
    rest = text
    while rest and len(done) < lines:
        line = _longest(rest, family, weight, size, room)
        following = rest[len(line) :].strip()
        if following and len(done) == lines - 1:
            line = _ellipsis(rest, family, weight, size, room)
            following = ""
        done.append(line.strip())
        rest = following
    return done


def _longest(text: str, family: str, weight: Weight, size: int, room: float) -> str:
    if width(text, family, weight, size) <= room:
        return text
    clusters = graphemes(text)
    low, high = 1, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        if width("".join(clusters[:middle]), family, weight, size) <= room:
            low = middle
        else:
            high = middle - 1
    taken = "".join(clusters[:low])
    at_space = taken.rfind(" ")
    if text[len(taken) : len(taken) + 1] != " " and at_space > len(taken) // 3:
        taken = taken[:at_space]
    return taken


def _ellipsis(text: str, family: str, weight: Weight, size: int, room: float) -> str:
    short = _longest(text, family, weight, size, room - width("…", family, weight, size))
    cut = graphemes(short.rstrip(" ,;:–—-|("))
    while len(cut) > 1 and width("".join(cut) + "…", family, weight, size) > room:
        cut.pop()  # in another script's font the ellipsis may be wider
    return "".join(cut) + "…"
