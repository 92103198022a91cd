"""Fifth stage of a video: captions whose spoken word is lit, to burn in and to publish."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ytempire.content import palettes
from ytempire.content.files import write_text
from ytempire.content.models import Captions, Narration, Script, Word
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

LINE_LETTERS = 42
LINES = 2
HOLD_SECONDS = 0.2
_SENTENCE_ENDS = (".", "?", "!", "…")
_CANVAS = (1920, 1080)
_FONT_SIZE = 62
_MARGIN_BOTTOM = 62


@dataclass(frozen=True)
class Caption:
    """One or two lines that stand together, from the first word's sound to 200 ms after the last's."""

    lines: list[list[Word]]
    start_seconds: float
    end_seconds: float

    @property
    def words(self) -> list[Word]:
        """All words in order."""
        return [word for line in self.lines for word in line]

    @property
    def text(self) -> str:
        """The lines as text."""
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


def write_captions(
    script: Script, narration: Narration, channel: ChannelProfile, folder: Path, settings: ContentSettings
) -> Captions:
    """Write captions.ass, captions.srt and captions.vtt into ``folder``.

    Raises InvalidInput when the narration has no words, DiskFull when there is no room.
    """
    captions = lay_out(narration)
    if not captions:
        raise InvalidInput("narration", "it has no word times", "Use a voice that gives them.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"captions.{kind}" for kind in ("ass", "srt", "vtt")]
    write_text(paths[0], _ass(captions, palettes.palette(channel.palette), settings.font_family))
    write_text(paths[1], _srt(captions))
    write_text(paths[2], _vtt(captions))
    return Captions(
        ass_path=paths[0],
        srt_path=paths[1],
        vtt_path=paths[2],
        first_seconds=captions[0].start_seconds,
        last_seconds=captions[-1].end_seconds,
        count=len(captions),
    )


def lay_out(narration: Narration) -> list[Caption]:
    """Set the words in captions of at most two lines of 42 characters; none goes beyond a sentence."""
    blocks: list[list[list[Word]]] = []
    for scene in narration.scenes:
        for sentence in _sentences(scene.words):
            lines = _lines(sentence)
            blocks += [lines[first : first + LINES] for first in range(0, len(lines), LINES)]
    captions = []
    for index, lines in enumerate(blocks):
        start, end = lines[0][0].start_seconds, lines[-1][-1].end_seconds + HOLD_SECONDS
        if index + 1 < len(blocks):
            end = min(end, blocks[index + 1][0][0].start_seconds)
        captions.append(Caption(lines, start, max(end, start + 0.01)))
    return captions


def _sentences(words: Sequence[Word]) -> list[list[Word]]:
    sentences: list[list[Word]] = [[]]
    for word in words:
        sentences[-1].append(word)
        if word.text.endswith(_SENTENCE_ENDS):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _lines(sentence: list[Word]) -> list[list[Word]]:
    """Break a sentence into the fewest lines, of about the same length."""
    letters = sum(len(word.text) + 1 for word in sentence) - 1
    wanted = -(-letters // LINE_LETTERS)
    for target in range(-(-letters // wanted), LINE_LETTERS + 1):
        lines = _greedy(sentence, target)
        if len(lines) <= wanted:
            return lines
    return _greedy(sentence, LINE_LETTERS)


def _greedy(sentence: list[Word], limit: int) -> list[list[Word]]:
    lines: list[list[Word]] = [[]]
    used = 0
    for word in sentence:
        if lines[-1] and used + 1 + len(word.text) > limit:
            lines.append([])
            used = 0
        used += len(word.text) + (1 if lines[-1] else 0)
        lines[-1].append(word)
    return lines


def _ass(captions: list[Caption], colours: palettes.Palette, family: str) -> str:
    text, accent, ground = (_ass_colour(colour) for colour in (colours.text, colours.accent, colours.ground))
    head = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {_CANVAS[0]}
PlayResY: {_CANVAS[1]}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Caption,{family},{_FONT_SIZE},{text},{ground},{ground},-1,1,5,0,2,96,96,{_MARGIN_BOTTOM},1

[Events]
Format: Layer, Start, End, Style, Text
"""
    events = []
    for caption in captions:
        words = caption.words
        for index, word in enumerate(words):
            start = caption.start_seconds if index == 0 else word.start_seconds
            end = words[index + 1].start_seconds if index + 1 < len(words) else caption.end_seconds
            if end > start:
                lit = _lit(caption, index, accent)
                events.append(f"Dialogue: 0,{_ass_time(start)},{_ass_time(end)},Caption,{lit}")
    return head + "\n".join(events) + "\n"


def _lit(caption: Caption, spoken: int, accent: str) -> str:
    number = 0
    lines = []
    for line in caption.lines:
        shown = []
        for word in line:
            plain = word.text.replace("\\", "⧵").replace("{", "(").replace("}", ")")
            shown.append(f"{{\\1c{accent}}}{plain}{{\\r}}" if number == spoken else plain)
            number += 1
        lines.append(" ".join(shown))
    return "\\N".join(lines)


def _ass_colour(colour: palettes.Colour) -> str:
    red, green, blue = colour
    return f"&H00{blue:02X}{green:02X}{red:02X}"


def _clock(seconds: float, unit: int) -> tuple[int, int, int, int]:
    ticks = round(seconds * unit)
    return ticks // (3600 * unit), ticks // (60 * unit) % 60, ticks // unit % 60, ticks % unit


def _ass_time(seconds: float) -> str:
    hours, minutes, whole, rest = _clock(seconds, 100)
    return f"{hours}:{minutes:02d}:{whole:02d}.{rest:02d}"


def _srt(captions: list[Caption]) -> str:
    blocks = []
    for number, caption in enumerate(captions, start=1):
        times = " --> ".join(
            "{:02d}:{:02d}:{:02d},{:03d}".format(*_clock(at, 1000))
            for at in (caption.start_seconds, caption.end_seconds)
        )
        blocks.append(f"{number}\n{times}\n{caption.text}\n")
    return "\n".join(blocks)


def _vtt(captions: list[Caption]) -> str:
    blocks = ["WEBVTT\n"]
    for caption in captions:
        times = " --> ".join(
            "{:02d}:{:02d}:{:02d}.{:03d}".format(*_clock(at, 1000))
            for at in (caption.start_seconds, caption.end_seconds)
        )
        blocks.append(f"{times}\n{html.escape(caption.text, quote=False)}\n")
    return "\n".join(blocks)
