"""Captions to burn in: Advanced SubStation Alpha, one event for each state of each line.

The canvas is the frame in its own units. Each line is an event of its own whose baseline we
place; fonts are named run by run, so that libass has nothing to guess. A soft box in the
palette's ground stands behind both lines. Everything is clipped to the band of the captions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ytempire.content import faces, fonts
from ytempire.content.captions import emoji
from ytempire.content.captions.layout import EM, PADDING, Caption, Piece, line_text
from ytempire.content.frames import Frame
from ytempire.content.palettes import Colour, Palette, contrast

PITCH = 74
BASELINE = 57  # below the upper edge of a line
PADDING_ABOVE = 14
RADIUS = 18
TEXT_CONTRAST = 7.0
ACCENT_CONTRAST = 4.5
_EMOJI_BELOW = 0.19  # of the em, below the baseline
_ESCAPED = str.maketrans({"\\": "⧵", "{": "(", "}": ")"})
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Caption,{family},{size},{text},{ground},{ground},-1,1,0,0,2,0,0,0,-1
Style: Box,{family},{size},{ground},{ground},{ground},0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Text
"""


def ass(captions: Sequence[Caption], shape: Frame, colours: Palette, family: str, language: str = "") -> str:
    """Return ``captions`` as an ASS file for a frame of ``shape``."""
    face = faces.match(f"{family}:bold")
    head = _HEAD.format(
        width=round(shape.width_px / shape.pixels_per_unit),
        height=round(shape.height_px / shape.pixels_per_unit),
        family=family,
        size=f"{_font_size(face):.2f}",
        text=f"&H00{_hex(colours.text)}",
        ground=f"&H00{_hex(colours.ground)}",
    )
    sheet = _Sheet(shape, colours, face, language)
    return head + "".join(f"{event}\n" for caption in captions for event in sheet.events(caption))


def box_opacity(colours: Palette) -> float:
    """Return how opaque the box must be for text and accent to be readable on it over any picture."""
    for percent in range(70, 100):
        share = percent / 100
        behind = [_mixed(colours.ground, under, share) for under in ((0, 0, 0), (255, 255, 255))]
        if all(
            contrast(colours.text, one) >= TEXT_CONTRAST and contrast(colours.accent, one) >= ACCENT_CONTRAST
            for one in behind
        ):
            return share
    return 1.0


def _mixed(over: Colour, under: Colour, share: float) -> Colour:
    red, green, blue = (round(o * share + u * (1 - share)) for o, u in zip(over, under, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class _Sheet:
    shape: Frame
    colours: Palette
    face: faces.Face
    language: str

    def events(self, caption: Caption) -> Iterator[str]:
        """The box, then for every line its states and the layers of its emoji."""
        high = len(caption.lines) * PITCH + 2 * PADDING_ABOVE
        top = self.shape.captions_bottom - high
        yield _event(0, caption.start_seconds, caption.end_seconds, "Box", self._box(caption, top, high))
        for number, line in enumerate(caption.lines):
            place = self._place(line, top + PADDING_ABOVE + number * PITCH + BASELINE)
            for start, end, lit in _states(caption, number):
                if _clock(start) < _clock(end):
                    yield _event(1, start, end, "Caption", place + self._text(line, caption.leftwards, lit))
            for layer in range(self._emoji_layers(line)):
                text = self._text(line, caption.leftwards, None, layer)
                yield _event(2 + layer, caption.start_seconds, caption.end_seconds, "Caption", place + text)

    @property
    def _centre(self) -> float:
        return (self.shape.left + self.shape.right) / 2

    def _runs(self, text: str) -> tuple[fonts.Run, ...]:
        return fonts.runs(text.translate(_ESCAPED), self.face.family, "bold", self.language)

    def _box(self, caption: Caption, top: float, high: float) -> str:
        long = max(
            fonts.width(line_text(line), self.face.family, "bold", EM, language=self.language) for line in caption.lines
        )
        wide = min(long + 2 * PADDING, self.shape.right - self.shape.left)
        alpha = round(255 * (1 - box_opacity(self.colours)))
        path = _rounded(round(wide), round(high), RADIUS)
        return f"{{\\pos({self._centre - wide / 2:.0f},{top:.0f})\\1a&H{alpha:02X}&\\p1}}{path}"

    def _place(self, line: Sequence[Piece], baseline: float) -> str:
        """The tags that put a line's baseline where it belongs and keep it inside the band."""
        shown = [run.face for run in self._runs(line_text(line)) if not run.emoji] or [self.face]
        below = max(EM * faces.height_em(face)[1] for face in shown)
        band = f"0,{self.shape.captions_top:.0f},{self.shape.width_px / self.shape.pixels_per_unit:.0f}"
        clip = f"\\clip({band},{self.shape.captions_bottom:.0f})"
        return f"{{\\pos({self._centre:.0f},{baseline + below:.1f}){clip}}}"

    def _emoji_layers(self, line: Sequence[Piece]) -> int:
        found = [run.text for run in self._runs(line_text(line)) if run.emoji]
        return max((len(emoji.drawing(text).layers) for text in found), default=0)

    def _text(self, line: Sequence[Piece], leftwards: bool, lit: int | None, layer: int | None = None) -> str:
        """A line with the piece ``lit`` in the accent, or only one ``layer`` of its emoji."""
        hidden = layer is not None
        written = ["{\\alpha&HFF&}" if hidden else "", "\u200f" if leftwards else "\u200e"]
        face, size = self.face.family, _font_size(self.face)
        for number, piece in enumerate(line):
            if lit == number:
                written.append(f"{{\\1c&H{_hex(self.colours.accent)}&}}")
            for run in self._runs((" " if number and piece.spaced else "") + piece.text):
                if run.emoji:
                    written.append(_picture(run.text, layer))
                    continue
                if run.face.family != face:
                    face, size = run.face.family, _font_size(run.face)
                    written.append(f"{{\\fn{face}\\fs{size:.2f}}}")
                written.append(run.text)
            if lit == number:
                written.append(f"{{\\1c&H{_hex(self.colours.text)}&}}")
        return "".join(written)


def _picture(text: str, layer: int | None) -> str:
    """An emoji in a line of text: one layer of it, or the room for it."""
    drawn = emoji.drawing(text)
    percent = 100 * EM * fonts.EMOJI_SCALE / fonts.EMOJI_PIXELS
    below = fonts.EMOJI_PIXELS * _EMOJI_BELOW
    shown = layer is not None and layer < len(drawn.layers)
    colour, path = drawn.layers[layer if shown and layer is not None else 0]
    look = f"\\1c&H{_hex(colour)}&\\1a&H00&" if shown else "\\1a&HFF&"
    back = "\\1a&HFF&" if layer is not None else "\\1a&H00&"
    tags = f"\\fscx{percent:.2f}\\fscy{percent:.2f}\\pbo{below:.1f}\\p1"
    return f"{{{look}{tags}}}{path}{{\\p0\\pbo0\\fscx100\\fscy100{back}}}"


def _states(caption: Caption, number: int) -> Iterator[tuple[float, float, int | None]]:
    """When a line looks how: from, to, and which of its pieces is lit."""
    before = sum(len(line) for line in caption.lines[:number])
    pieces = caption.pieces
    bounds = [max(piece.start_seconds, caption.start_seconds) for piece in pieces]
    bounds = [caption.start_seconds, *bounds[1:], caption.end_seconds]
    own = len(caption.lines[number])
    yield bounds[0], bounds[before], None
    for index in range(own):
        yield bounds[before + index], bounds[before + index + 1], index
    yield bounds[before + own], bounds[-1], None


def _event(layer: int, start: float, end: float, style: str, text: str) -> str:
    return f"Dialogue: {layer},{_clock(start)},{_clock(end)},{style},{text}"


def _font_size(face: faces.Face) -> float:
    """The size to ask libass for: it counts ascent and descent together, we count the em."""
    return EM * sum(faces.height_em(face))


def _rounded(wide: int, high: int, radius: int) -> str:
    bend = radius * 0.4477  # a quarter of a circle as a cubic curve
    a, b, c, d = bend, wide - bend, high - bend, radius
    return (
        f"m {d} 0 l {wide - d} 0 b {b:.1f} 0 {wide} {a:.1f} {wide} {d} l {wide} {high - d} "
        f"b {wide} {c:.1f} {b:.1f} {high} {wide - d} {high} l {d} {high} "
        f"b {a:.1f} {high} 0 {c:.1f} 0 {high - d} l 0 {d} b 0 {a:.1f} {a:.1f} 0 {d} 0"
    )


def _hex(colour: Colour) -> str:
    red, green, blue = colour
    return f"{blue:02X}{green:02X}{red:02X}"


def _clock(seconds: float) -> str:
    ticks = round(seconds * 100)
    return f"{ticks // 360_000}:{ticks // 6_000 % 60:02d}:{ticks // 100 % 60:02d}.{ticks % 100:02d}"
