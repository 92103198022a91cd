"""Other people's words: cleaned before they are shown, judged before they are quoted or spoken.

Titles come from the charts. They are data: shown as they are, never interpreted. What
looks like an instruction, an address or an insult is not quoted at all; the video is
then named by its channel.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from ytempire.content.instructions import gives_orders
from ytempire.quality.banned import banned_words

_JOINERS = "\u200d\u200c\ufe0f\ufe0e"
_MARKS_ON_A_LETTER = 4
_STACKED = regex.compile(rf"(\p{{M}}{{{_MARKS_ON_A_LETTER}}})\p{{M}}+")
_UNSEEN = regex.compile(r"[\p{Cs}\p{Co}\p{Cn}]")
_BLANK = regex.compile(r"[\p{Cc}\p{Z}\u115f\u1160\u2800\u3164\uffa0]+")
_GRAPHEME = regex.compile(r"\X")
_ADDRESS = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|gg|ly|me|tv|ru|xyz|link)\b", re.IGNORECASE)
_LITTLE = re.compile("a|an|and|at|by|com|da|das|de|do|dos|e|el|em|for|in|is|la|las|los|my|no|of|on|or|se|the|to|vs|y")
_EMOJI_RANGES = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0xE0020, 0xE007F))


def clean(text: str) -> str:
    """Return ``text`` on one line of what can be seen, in NFC and without <>.

    Control, direction, private and unassigned characters go, and what no reader sees as a letter with
    its marks: more than four marks on one. Joiners inside emoji and words stay.
    """
    seen = _BLANK.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text)))
    kept = "".join(
        character
        for character in seen
        if unicodedata.category(character) != "Cf" or character in _JOINERS or 0xE0020 <= ord(character) <= 0xE007F
    )
    return " ".join(_STACKED.sub(r"\1", kept).replace("<", "‹").replace(">", "›").split())


def graphemes(text: str) -> list[str]:
    """Split ``text`` into what a reader sees as single characters (Unicode Annex 29; emoji sequences stay whole)."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def cut(text: str, limit: int) -> str:
    """Cut ``text`` to ``limit`` code points at a word where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = ""
    for cluster in graphemes(text):
        if len(kept) + len(cluster) > limit - 1:
            break
        kept += cluster
    at_word = kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept
    return at_word.rstrip(" ,;:-–|") + "…"


def is_emoji(character: str) -> bool:
    """Say whether ``character`` is drawn from the emoji font."""
    return any(first <= ord(character) <= last for first, last in _EMOJI_RANGES)


def quotable(title: str) -> str | None:
    """Return the cleaned ``title``, or None for an instruction, an address, a banned word or nothing."""
    cleaned = clean(title)
    if not any(character.isalnum() for character in cleaned):
        return None
    if _ADDRESS.search(cleaned) or gives_orders(title) or banned_words(cleaned):
        return None
    return cleaned


def speakable(text: str, *, limit_words: int = 7) -> str | None:
    """Return ``text`` as an English voice can say it, or None when it is not written in Latin letters.

    Emoji, hashtags and what follows a bar or bracket are left out; shouted words are calmed.
    """
    letters = [character for character in text if character.isalpha()]
    latin = [character for character in letters if unicodedata.name(character, "").startswith("LATIN")]
    if len(latin) < 3 or len(latin) < 0.9 * len(letters):
        return None
    plain = re.sub(r"#\w+", " ", text)
    plain = "".join(" " if is_emoji(character) else character for character in plain)
    first = re.split(r"\s[|•·/–—-]+\s|[|(\[【「{]", plain.strip(), maxsplit=1)[0]
    said = _calm(first) or _calm(plain)
    words = said.split()
    if not words or sum(character.isalpha() for character in said) < 3:
        return None
    shortened = " ".join(words[:limit_words])
    return re.sub(r"[\s,.;:–—-]+$|\s+(?:the|a|an|of|in|on|to|and|with|for|at|by)$", "", shortened) or None


def _calm(text: str) -> str:
    words = re.sub(r"[^\w\s'’&,.:$%+-]|_", " ", text).split()
    shouted = sum(len(word) > 3 and word.isupper() for word in words) > 1
    calm = [word.capitalize() if len(word) > 3 and word.isupper() else word for word in words]
    if shouted:
        calm = [word.lower() if at and _LITTLE.fullmatch(word.lower()) else word for at, word in enumerate(calm)]
    return " ".join(word for word in calm if any(character.isalnum() for character in word) or word == "&")
