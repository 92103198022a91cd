"""Text on pictures: one family for everything, and for each other script or emoji the font that has it.

A line is split into runs of one font each; fontconfig names the font of a run that the
family cannot draw. Shaping and right-to-left order inside a run are Raqm's (Pillow).
"""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from ytempire.content.text import graphemes, is_emoji
from ytempire.errors import InvalidInput, MissingProgram

EMOJI_PIXELS = 109
Weight = str
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Face:
    """A font file, and which of its faces."""

    path: str
    index: int


@dataclass(frozen=True)
class Run:
    """Neighbouring characters that one font draws."""

    text: str
    face: Face
    emoji: bool


@lru_cache(maxsize=512)
def _match(pattern: str) -> Face:
    try:
        answer = subprocess.run(
            ["fc-match", "--format", "%{file}|%{index}", pattern],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except FileNotFoundError as error:
        raise MissingProgram("fontconfig") from error
    path, _, index = answer.rpartition("|")
    if not path:
        raise InvalidInput("fonts", "no font is installed", "Install fonts-inter and fonts-noto-core.")
    return Face(path, int(index or 0) & 0xFFFF)


@lru_cache(maxsize=64)
def _coverage(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@lru_cache(maxsize=4096)
def _face_for(cluster: str, family: str, weight: Weight) -> Face:
    main = _match(f"{family}:{weight}")
    if _covers(main, cluster):
        return main
    needed = next((c for c in cluster if ord(c) not in _coverage(main)), cluster[0])
    return _match(f"Noto Sans:{weight}:charset={ord(needed):x}")


def _covers(face: Face, cluster: str) -> bool:
    coverage = _coverage(face)
    return all(ord(c) in coverage or unicodedata.category(c) in ("Cf", "Mn") for c in cluster)


@lru_cache(maxsize=256)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=ImageFont.Layout.RAQM)


def runs(text: str, family: str, weight: Weight) -> list[Run]:
    """Split ``text`` into runs; spaces and marks stay with the run before them where its font has them."""
    found: list[Run] = []
    for cluster in graphemes(text):
        drawn_as_emoji = (is_emoji(cluster[0]) and "\ufe0e" not in cluster) or "\ufe0f" in cluster
        if drawn_as_emoji:
            face = _match("Noto Color Emoji")
        elif found and not found[-1].emoji and not cluster.isalnum() and _covers(found[-1].face, cluster):
            face = found[-1].face
        else:
            face = _face_for(cluster, family, weight)
        if found and found[-1].face == face and found[-1].emoji == drawn_as_emoji:
            found[-1] = Run(found[-1].text + cluster, face, drawn_as_emoji)
        else:
            found.append(Run(cluster, face, drawn_as_emoji))
    return found


def right_to_left(text: str) -> bool:
    """Say whether the first strong character of ``text`` runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def width(text: str, family: str, weight: Weight, size: int, *, tabular: bool = False) -> float:
    """Return the width of ``text`` in pixels."""
    return sum(_run_width(run, size, tabular) for run in runs(text, family, weight))


def _run_width(run: Run, size: int, tabular: bool) -> float:
    if run.emoji:
        return float(_font(run.face, EMOJI_PIXELS).getlength(run.text)) * size * 1.12 / EMOJI_PIXELS
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
    parts = runs(text, family, weight)
    if right_to_left(text):
        parts = parts[::-1]
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


def _paste_emoji(image: Image.Image, run: Run, x: float, y: float, size: int) -> None:
    font = _font(run.face, EMOJI_PIXELS)
    left, top, right, bottom = font.getbbox(run.text, anchor="ls")
    picture = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text((-left, -top), run.text, font=font, embedded_color=True, anchor="ls")
    factor = size * 1.12 / EMOJI_PIXELS
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
