"""Whether two titles tell the same story."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

# What says of what kind a video is and not what it is about.
_KIND = re.compile(
    r"\b(official|lyrics?|lyrical|music|full|video|videoclip|videoclipe|clip|clipe|oficial|audio|visuali[sz]er|trailer"
    r"|teaser|promo|song|mv|m/v|hd|4k|8k|uhd|shorts?|feat|ft|prod|live|ao vivo|en vivo|remix|reaction|highlights?"
    r"|episode|ep|part|gameplay|new|latest)\b\.?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_WORD = 3


def told(title: str) -> str:
    """Return what a title tells without the words for its kind; the title itself where nothing else is left."""
    plain = unicodedata.normalize("NFKC", title)
    rest = " ".join(_WORD.findall(_KIND.sub(" ", plain)))
    return rest or plain


def telling_words(title: str) -> frozenset[str]:
    """Return the words of a title by which a story is recognised, in lower case."""
    words = _WORD.findall(told(title).casefold())
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD or not word.isascii())


@dataclass(frozen=True)
class Telling:
    """A title as it is compared: its embedding, of length one, and its telling words."""

    vector: Vector
    words: frozenset[str]

    @classmethod
    def of(cls, title: str, vector: Vector) -> Telling:
        """Take a title with its embedding."""
        return cls(vector, telling_words(title))


def most_alike(one: Telling, others: Sequence[Telling], similarity: float) -> int | None:
    """Return the place of that of ``others`` which tells the same story as ``one`` and is nearest, or None.

    The cosine must reach ``similarity``, and a telling word must stand in both: the encoder learned from English,
    and titles in scripts that it hardly knows come near each other whatever they tell.
    """
    if not others:
        return None
    cosines = np.stack([other.vector for other in others]) @ one.vector
    for place in np.argsort(-cosines, kind="stable"):
        if cosines[place] < similarity:
            return None
        if one.words & others[place].words:
            return int(place)
    return None
