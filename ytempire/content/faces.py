"""Which font file draws a character: the family of the settings first, then the Noto family of its script.

fontconfig finds the files. Its own choice of a substitute is asked for last, and only
taken where that font has the character: nothing is ever drawn as an empty box.
"""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ytempire.errors import MissingFont, MissingProgram
from ytempire.settings import ContentSettings, get_settings

PACKAGES = {
    "Inter": "fonts-inter",
    "Noto Sans": "fonts-noto-core",
    "Noto Sans CJK JP": "fonts-noto-cjk",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}
_HAN = {"zh-tw": "TC", "zh-hant": "TC", "zh-hk": "HK", "zh": "SC", "ko": "KR"}
_CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH")
_SYMBOLS = ("Noto Sans Symbols2", "Noto Sans Symbols", "Noto Sans Math")


@dataclass(frozen=True)
class Face:
    """A font file, which of its faces, and the name of its family."""

    path: str
    index: int
    family: str


def fallback() -> str:
    """Return how the names of the families of all other scripts begin."""
    return get_settings().content.font_fallback


def emoji() -> Face | None:
    """Return the face of the emoji font, or None when it is not installed."""
    return named(get_settings().content.font_emoji)


@lru_cache(maxsize=1024)
def match(pattern: str) -> Face:
    """Return the face that fontconfig has for ``pattern``, whatever its family.

    Raises MissingProgram without fontconfig, MissingFont when no font is installed at all.
    """
    try:
        answer = subprocess.run(
            ["fc-match", "--format", "%{file}|%{index}|%{family[0]}", pattern],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except FileNotFoundError as error:
        raise MissingProgram("fontconfig") from error
    path, _, rest = answer.partition("|")
    index, _, family = rest.partition("|")
    if not path:
        raise MissingFont(pattern.split(":")[0], PACKAGES["Inter"])
    return Face(path, int(index or 0) & 0xFFFF, family)


def named(family: str, weight: str = "regular") -> Face | None:
    """Return the face of exactly this family, or None when it is not installed."""
    face = match(f"{family}:{weight}")
    return face if face.family.casefold() == family.casefold() else None


def check(settings: ContentSettings) -> None:
    """Make sure that the fonts of the settings are there.

    Raises MissingFont with the family and the Debian package that has it.
    """
    for family in (
        settings.font_family,
        settings.font_fallback,
        settings.font_emoji,
        f"{settings.font_fallback} CJK JP",
    ):
        if named(family) is None:
            raise MissingFont(family, PACKAGES.get(family, f"fonts-{family.lower().replace(' ', '-')}"))


@lru_cache(maxsize=128)
def coverage(face: Face) -> frozenset[int]:
    """Return the code points that ``face`` has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@lru_cache(maxsize=128)
def height_em(face: Face) -> tuple[float, float]:
    """Return ascent and descent in em as libass counts them (OS/2 usWinAscent and usWinDescent, else hhea)."""
    from fontTools.ttLib import TTFont

    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        windows, table, em = font["OS/2"], font["hhea"], font["head"].unitsPerEm
        if windows.usWinAscent + windows.usWinDescent:
            return windows.usWinAscent / em, windows.usWinDescent / em
        return table.ascent / em, -table.descent / em


def covers(face: Face, cluster: str) -> bool:
    """Say whether ``face`` draws ``cluster``; joiners and selectors need no glyph."""
    has = coverage(face)
    return all(ord(c) in has or unicodedata.category(c) == "Cf" or "\ufe00" <= c <= "\ufe0f" for c in cluster)


@lru_cache(maxsize=8192)
def face_for(cluster: str, family: str, weight: str, language: str = "") -> Face | None:
    """Return the face that draws ``cluster``, or None when no installed font does.

    Where no font has all its marks, it is one that has its letter.
    ``language`` (BCP 47) decides which Han shapes are right; without it they are Japanese.
    """
    for candidate in (family, *_families(cluster[0], language), *_SYMBOLS):
        face = named(candidate, weight)
        if face is not None and covers(face, cluster):
            return face
    substitutes = (match(f"{family}:{weight}"), match(f"{fallback()}:{weight}:charset={ord(cluster[0]):x}"))
    return next((face for face in substitutes if covers(face, cluster[0]) and not cluster[0].isspace()), None)


def _families(character: str, language: str) -> tuple[str, ...]:
    script = unicodedata.name(character, "").replace("-", " ").split(" ")[0]
    if script.startswith(_CJK):
        return (f"{fallback()} CJK {_han(script, language.lower())}",)
    return (f"{fallback()} {script.title()}", fallback())


def _han(script: str, language: str) -> str:
    if script.startswith("HANGUL"):
        return "KR"
    return next((shape for prefix, shape in _HAN.items() if language.startswith(prefix)), "JP")
