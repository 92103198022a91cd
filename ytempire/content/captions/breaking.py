"""Where a spoken word may be broken: scripts without spaces between letters, others only when no line holds them.

The rules are a small part of Unicode Annex 14: never inside a grapheme, no line begins
with a closing sign or a small kana, none ends with an opening one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import regex

from ytempire.content.text import graphemes

_BETWEEN_LETTERS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_NEVER_FIRST = frozenset(
    "、。，．・：；？！‼⁇゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〙〗!?,.:;)]}…ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NEVER_LAST = frozenset("‘“（〔［｛〈《「『【〘〖([{")


def columns(text: str) -> int:
    """Return the letters of ``text`` as a line counts them: wide ones (East Asian, emoji) are two."""
    return sum(2 if unicodedata.east_asian_width(cluster[0]) in "WF" else 1 for cluster in graphemes(text))


def parts(word: str, size: Callable[[str], float], limit: float) -> list[str]:
    """Split ``word`` into the parts that must stay whole.

    A word of letters is one part unless its ``size`` is more than ``limit``.
    """
    if not _BETWEEN_LETTERS.search(word) and size(word) <= limit:
        return [word]
    glued: list[str] = []
    for cluster in graphemes(word):
        if glued and _belongs(cluster, glued[-1]) and size(glued[-1] + cluster) <= limit:
            glued[-1] += cluster
        else:
            glued.append(cluster)
    return glued


def _belongs(cluster: str, before: str) -> bool:
    return cluster[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST or (_of_a_word(before) and _of_a_word(cluster))


def _of_a_word(text: str) -> bool:
    return not _BETWEEN_LETTERS.search(text)
