"""Which words stand together on screen, in which lines, from when to when.

A line holds as many letters as the frame says and never more than its band is wide,
measured in the font that draws it. No caption goes beyond a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ytempire.content import fonts
from ytempire.content.captions.breaking import columns, parts
from ytempire.content.frames import Frame
from ytempire.content.models import Narration, Word
from ytempire.content.text import clean, graphemes
from ytempire.settings import ContentSettings

LINES = 2
EM = 56
PADDING = 26  # between the band's side and a line, in units
HOLD_SECONDS = 0.2
SHORTEST_SECONDS = 0.04
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "۔", "।")
_CLOSING = "\"'”’»)]」』）"


@dataclass(frozen=True)
class Piece:
    """A word, or the part of one that stands on this line, with its time.

    A word on several lines is lit part by part; its time is shared by their length.
    """

    text: str
    start_seconds: float
    end_seconds: float
    spaced: bool = True
    ends_sentence: bool = False


@dataclass(frozen=True)
class Caption:
    """One or two lines that stand together, from the first word's sound to 200 ms after the last's."""

    lines: list[list[Piece]]
    start_seconds: float
    end_seconds: float
    leftwards: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """All pieces in order."""
        return [piece for line in self.lines for piece in line]

    @property
    def text(self) -> str:
        """The lines as text."""
        return "\n".join(line_text(line) for line in self.lines)


def line_text(line: Sequence[Piece]) -> str:
    """Return a line as text."""
    return "".join((" " if number and piece.spaced else "") + piece.text for number, piece in enumerate(line))


def lay_out(narration: Narration, shape: Frame, settings: ContentSettings, language: str = "") -> list[Caption]:
    """Set the words in captions of at most two lines that fit the band of ``shape``."""
    room = shape.right - shape.left - 2 * PADDING

    def size(text: str) -> float:
        measured = fonts.width(text, settings.font_family, "bold", EM, language=language)
        return max(columns(text), measured * shape.caption_letters / room)

    blocks: list[tuple[list[list[Piece]], bool]] = []
    for scene in narration.scenes:
        pieces = [piece for word in scene.words for piece in _pieces(word, size, shape.caption_letters)]
        for sentence in _sentences(pieces):
            leftwards = fonts.right_to_left("".join(piece.text for piece in sentence))
            sizes = [size(piece.text) for piece in sentence]
            lines = [_joined(line) for line in _lines(sentence, sizes, shape.caption_letters)]
            blocks += [(lines[first : first + LINES], leftwards) for first in range(0, len(lines), LINES)]
    return _timed(blocks)


def _pieces(word: Word, size: Callable[[str], float], letters: int) -> list[Piece]:
    text = clean(word.text)
    if not text:
        return []
    whole = parts(text, size, letters)
    total = sum(len(graphemes(part)) for part in whole)
    span, told = word.end_seconds - word.start_seconds, 0
    pieces = []
    for number, part in enumerate(whole):
        start = word.start_seconds + span * told / total
        told += len(graphemes(part))
        ends = part.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) and (number == len(whole) - 1 or part[-1] in "。？！")
        pieces.append(Piece(part, start, word.start_seconds + span * told / total, number == 0, ends))
    return pieces


def _sentences(pieces: Sequence[Piece]) -> list[list[Piece]]:
    sentences: list[list[Piece]] = [[]]
    for piece in pieces:
        sentences[-1].append(piece)
        if piece.ends_sentence:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _lines(sentence: list[Piece], sizes: list[float], limit: int) -> list[list[Piece]]:
    """Break a sentence into the fewest lines, of about the same length."""
    fewest = len(_greedy(sentence, sizes, limit))
    spaces = sum(piece.spaced for piece in sentence[1:])
    for target in range(max(1, int((sum(sizes) + spaces) / fewest)), limit):
        lines = _greedy(sentence, sizes, target)
        if len(lines) <= fewest:
            return lines
    return _greedy(sentence, sizes, limit)


def _greedy(sentence: list[Piece], sizes: list[float], limit: float) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for piece, size in zip(sentence, sizes, strict=True):
        if lines[-1] and used + piece.spaced + size > limit:
            lines.append([])
            used = 0
        used += size + (piece.spaced if lines[-1] else 0)
        lines[-1].append(piece)
    return lines


def _joined(line: list[Piece]) -> list[Piece]:
    """Join the parts of one word that came to stand on the same line."""
    joined: list[Piece] = []
    for piece in line:
        if joined and not piece.spaced:
            last = joined.pop()
            piece = Piece(
                last.text + piece.text, last.start_seconds, piece.end_seconds, last.spaced, piece.ends_sentence
            )
        joined.append(piece)
    return joined


def _timed(blocks: list[tuple[list[list[Piece]], bool]]) -> list[Caption]:
    """Give each caption its time; none begins before the one before has been seen, none overlaps the next."""
    starts: list[float] = []
    for lines, _ in blocks:
        wished = lines[0][0].start_seconds
        starts.append(max(wished, starts[-1] + SHORTEST_SECONDS) if starts else wished)
    captions = []
    for number, (lines, leftwards) in enumerate(blocks):
        end = max(lines[-1][-1].end_seconds + HOLD_SECONDS, starts[number] + SHORTEST_SECONDS)
        if number + 1 < len(blocks):
            end = min(end, starts[number + 1])
        captions.append(Caption(lines, starts[number], end, leftwards))
    return captions
