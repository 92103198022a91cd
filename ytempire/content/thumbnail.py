"""Fourth stage of a video: the thumbnail, 1280 x 720, in one of several compositions.

One subject, at most four words, each at least 14 % of the height; words stand in the text
colour on ground or surface (contrast at least 7:1), the accent is for shapes. The lower
right corner stays free: YouTube puts the duration there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ytempire.content import numbers, palettes
from ytempire.content.canvas import BOLD, Canvas
from ytempire.content.facts import StoryFacts, VideoFacts, story_facts
from ytempire.content.files import disk_full_is_named
from ytempire.content.models import Script
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

WIDTH, HEIGHT = 1280, 720
LARGEST_BYTES = 2_000_000
SMALLEST_WORD = 144  # its capitals are 105 high: 14.5 % of 720
FREE_CORNER = (1010, 590)
_MARGIN = 56
_BASE = 576


@dataclass(frozen=True)
class Words:
    """The words of a thumbnail: one number and what it is, and the numbers of two rivals if there are."""

    number: str
    unit: tuple[str, str]
    leader: VideoFacts
    rival: VideoFacts | None
    pool: list[VideoFacts]


def draw_thumbnail(
    script: Script, topic: Topic, channel: ChannelProfile, folder: Path, settings: ContentSettings
) -> Path:
    """Draw ``folder``/thumbnail.png in the channel's preset and palette and return its path.

    Raises InvalidInput for an unknown preset or palette, DiskFull when there is no room.
    """
    preset = PRESETS.get(channel.style_preset)
    if preset is None:
        known = ", ".join(PRESETS)
        raise InvalidInput("style_preset", f"there is no preset {channel.style_preset!r}", f"Use one of {known}.")
    folder.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(WIDTH, HEIGHT, 1.0, palettes.palette(channel.palette), settings.font_family)
    preset(canvas, _words(script, story_facts(topic)))
    path = folder / "thumbnail.png"
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        canvas.image.save(partial, format="PNG", optimize=True)
        partial.replace(path)
    return path


def _words(script: Script, story: StoryFacts) -> Words:
    fast = story.by_speed
    leader = fast[0] if script.form == "countdown" and fast else story.lead
    rivals = [one for one in (fast or story.others) if one is not leader]
    if leader.velocity:
        number, unit = f"+{_short(leader.velocity)}", ("AN", "HOUR")
    else:
        number, unit = _short(leader.views), ("VIEWS", "")
    ordered = fast if len(fast) > 1 else sorted(story.everyone, key=lambda one: -one.views)
    told = len(script.scenes) - 2 if script.form == "countdown" else 5
    return Words(number, unit, leader, rivals[0] if rivals else None, ordered[:told])


def _short(value: float) -> str:
    return numbers.shown(value).replace(" ", "")


def _size(one: VideoFacts) -> float:
    return one.velocity or float(one.views)


def _line(canvas: Canvas, x: float, baseline: float, text: str, room: float, largest: int) -> int:
    """Draw one line as large as the room allows, never below the smallest size; return its size."""
    size = canvas.largest(text, BOLD, room, range(largest, SMALLEST_WORD, -8))
    canvas.text(x, baseline, text, max(size, SMALLEST_WORD), BOLD, canvas.colours.text)
    return size


def _rank_card(canvas: Canvas, words: Words) -> None:
    """A first place on a card at the left, the number beside it."""
    colours = canvas.colours
    canvas.box(_MARGIN, 70, 456, 650, colours.surface, radius=36)
    canvas.box(_MARGIN, 70, _MARGIN + 26, 650, colours.accent)
    size = canvas.largest("#1", BOLD, 340, (280, 240, 220))
    canvas.text(269, 360 + size * 0.36, "#1", size, BOLD, colours.text, align="centre")
    _line(canvas, 512, 346, words.number, WIDTH - 512 - _MARGIN, 260)
    _line(canvas, 512, 540, " ".join(words.unit).strip(), WIDTH - 512 - _MARGIN, 176)


def _big_number(canvas: Canvas, words: Words) -> None:
    """The number over the whole width on a ground with one accent block."""
    colours = canvas.colours
    size = _line(canvas, _MARGIN, 400, words.number, WIDTH - 2 * _MARGIN, 400)
    canvas.box(_MARGIN, 452, _MARGIN + max(300, size), 474, colours.accent)
    _line(canvas, _MARGIN, 640, " ".join(words.unit).strip(), FREE_CORNER[0] - 2 * _MARGIN, 170)


def _growth_line(canvas: Canvas, words: Words) -> None:
    """The real shape of the rise, steep over the picture, with the number above its beginning."""
    colours = canvas.colours
    line = words.leader.growth
    if not line:
        _big_number(canvas, words)
        return
    first, last = line[0][0], line[-1][0]
    span, most = max((last - first).total_seconds(), 1.0), line[-1][1]
    places = [(-20 + 1130 * (at - first).total_seconds() / span, 690 - 560 * views / most) for at, views in line]
    canvas.area([(places[0][0], 740), *places, (places[-1][0], 740)], colours.surface)
    canvas.box(FREE_CORNER[0], FREE_CORNER[1], WIDTH, HEIGHT, colours.ground)
    canvas.line(places, 26, colours.accent)
    canvas.disc(*places[-1], 44, colours.accent)
    _line(canvas, _MARGIN, 240, words.number, 700, 248)
    canvas.text(
        FREE_CORNER[0] - 30,
        664,
        " ".join(words.unit).strip(),
        SMALLEST_WORD,
        BOLD,
        colours.text,
        align="right",
    )


def _versus(canvas: Canvas, words: Words) -> None:
    """Two columns as high as their numbers, face to face."""
    if words.rival is None:
        _big_number(canvas, words)
        return
    colours = canvas.colours
    left, right = _size(words.leader), _size(words.rival)
    most = max(left, right)
    for value, x0, x1 in ((left, 0, 600), (right, 680, WIDTH)):
        top = _BASE - 310 * max(value / most, 0.06)
        canvas.box(x0, top, x1, _BASE, colours.accent if value == most else colours.muted)
    canvas.box(0, _BASE, WIDTH, _BASE + 10, colours.text)
    for value, x in ((left, 300), (right, 980)):
        text = _short(value)
        size = canvas.largest(text, BOLD, 540, range(230, SMALLEST_WORD, -8))
        canvas.text(x, 220, text, size, BOLD, colours.text, align="centre")
    canvas.disc(640, 424, 118, colours.ground)
    canvas.text(640, 476, "VS", SMALLEST_WORD, BOLD, colours.text, align="centre")


def _bars(canvas: Canvas, words: Words) -> None:
    """The field as rising columns, the first in the accent, and how many there are."""
    if len(words.pool) < 2:
        _big_number(canvas, words)
        return
    colours = canvas.colours
    pool = sorted(words.pool, key=_size)
    most = _size(pool[-1])
    step = 560 / len(pool)
    for index, one in enumerate(pool):
        x0 = 420 + step * index
        top = 680 - 610 * max(_size(one) / most, 0.05)
        last = index == len(pool) - 1
        canvas.box(x0, top, x0 + step - 16, 680, colours.accent if last else colours.muted, radius=10)
    _line(canvas, _MARGIN, 240, "TOP", 340, 168)
    _line(canvas, _MARGIN, 560, str(len(pool)), 340, 380)


PRESETS: dict[str, Callable[[Canvas, Words], None]] = {
    "rank_card": _rank_card,
    "big_number": _big_number,
    "growth_line": _growth_line,
    "versus": _versus,
    "bars": _bars,
}
