"""Whether two titles tell the same story: they mean nearly the same, and half of their telling words are the same.

Meaning alone is not enough. The encoder learned from English, and titles in scripts that it hardly knows, or about
one game, come near each other whatever they tell. Measured on the real charts by
``benchmarks/same_story.py``: with the words there are 2.6 times as many true joins at the same precision (0.90).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import regex

Vector = npt.NDArray[np.float32]

COMMON_SHARE = 0.5
"""Of the telling words of the title that has fewer, how many must stand in the other."""
_SHORTEST_WORD = 3
# With the marks that belong to a letter: without them a word of Devanagari falls into pieces.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]{2}")
_YEAR = regex.compile(r"20\d\d")


def _listed(name: str) -> frozenset[str]:
    return frozenset(files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8").split())


# What says of what kind a video is and not what it is about, and what stands in any title: in the languages that
# chart most, without accents.
_KIND = _listed("kind_words")
_PLAIN = _listed("plain_words")


def told(title: str) -> str:
    """Return what a title tells without the words for its kind; the title itself where nothing else is left."""
    plain = unicodedata.normalize("NFKC", title)
    return " ".join(word for word in _WORD.findall(plain) if _bare(word) not in _KIND) or plain


def telling_words(title: str) -> frozenset[str]:
    """Return the words of a title by which a story is recognised, in lower case and without accents."""
    words = (_bare(word) for word in _WORD.findall(unicodedata.normalize("NFKC", title)))
    return frozenset(
        word
        for word in words
        if (len(word) >= _SHORTEST_WORD or _DENSE.fullmatch(word))
        and word not in _KIND
        and word not in _PLAIN
        and not _YEAR.fullmatch(word)
    )


def _bare(word: str) -> str:
    """The word in lower case, without the accents of European scripts."""
    parts = unicodedata.normalize("NFKD", word)
    return unicodedata.normalize("NFKC", regex.sub("[\u0300-\u036f]", "", parts)).casefold()


@dataclass(frozen=True)
class Telling:
    """A title as it is compared: its embedding, of length one, and its telling words."""

    vector: Vector
    words: frozenset[str]

    @classmethod
    def of(cls, title: str, vector: Vector) -> Telling:
        """Take a title with its embedding."""
        return cls(vector, telling_words(title))


def shares_words(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether enough of the telling words of two titles are the same."""
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) >= COMMON_SHARE * fewer


def most_alike(one: Telling, others: Sequence[Telling], similarity: float) -> int | None:
    """Return the place of that of ``others`` which tells the same story as ``one`` and is nearest, or None.

    Their cosine must reach ``similarity``, and they must share words.
    """
    if not others:
        return None
    cosines = np.stack([other.vector for other in others]) @ one.vector
    for place in np.argsort(-cosines, kind="stable"):
        if cosines[place] < similarity:
            return None
        if shares_words(one.words, others[place].words):
            return int(place)
    return None
