"""Words of strangers in what a language model wrote: proof that a title was taken for more than data.

A model names videos by number, so a word of a title can reach its text only by being copied. Words that
everybody uses pass; a rare one, or a longer run of ordinary ones, does not. What a title made a naive
model say, a code word, a slogan, an address, a name, is found so, in any language, without knowing the trick.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ytempire.content.facts import StoryFacts
from ytempire.content.wording import every_wording

LONGEST_RUN = 3
_FIELD = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("'s", "ing", "est", "ed", "er", "es", "ly", "s", "d", "e", "y")
_SPELLED = re.compile(r"\b\w(?:[\W_]\w){3,}\b")


@lru_cache
def common_words() -> frozenset[str]:
    """Words that stand in any English text about videos and numbers, and those of our own wordings."""
    text = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8")
    known = {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(known | {word for sentence in every_wording() for word in words(_FIELD.sub(" ", sentence))})


def words(text: str) -> list[str]:
    """The words of ``text`` in one spelling: compatibility forms resolved, lower case, accents removed."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def _ordinary(word: str) -> bool:
    known = common_words()
    if word in known or word.isdecimal() or (len(word) < 3 and word.isalpha()):
        return True
    stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) > 2]
    return any(stem in known or f"{stem}e" in known or f"{stem}y" in known or stem[:-1] in known for stem in stems)


@dataclass(frozen=True)
class Borrowed:
    """Words that are not the writer's own, and the titles and names they came from (keys of VideoFacts)."""

    text: str
    sources: frozenset[str]


def borrowed(texts: Iterable[str], story: StoryFacts, ours: str) -> Borrowed | None:
    """Return what in ``texts`` was taken from a title or a channel's name of ``story``, or is not English; or None.

    ``ours`` holds words that are ours whatever strangers write: the name of our channel, the niche.
    """
    strangers = {one.title_key: one.video.title for one in story.everyone}
    strangers |= {one.channel_key: one.video.channel_title for one in story.everyone}
    own = frozenset(words(ours))
    titles = {key: words(text) for key, text in strangers.items()}
    rare = {word for title in titles.values() for word in title if not _ordinary(word)} - own
    runs = {run for title in titles.values() for run in _runs(title) if not set(run) <= own}
    for text in texts:
        said = words(text)
        taken = (
            _foreign(text)
            or _spelled(text)
            or next((word for word in said if not word.isdecimal() and _holds_one(word, rare)), None)
            or next((" ".join(run) for run in _runs(said) if run in runs), None)
        )
        if taken:
            sources = {key for key, title in strangers.items() if _shares(taken, title, titles[key])}
            return Borrowed(taken, frozenset(sources))
    return None


def _shares(taken: str, raw: str, title: list[str]) -> bool:
    """Whether ``taken`` can have come from this title."""
    rare = [word for word in title if not _ordinary(word)]
    compact = "".join(words(taken))
    return (
        any(_holds_one(word, set(rare)) for word in words(taken))
        or (len(compact) > 3 and compact in "".join(title))
        or (not taken.isascii() and any(character in raw for character in taken if not character.isascii()))
    )


def _holds_one(word: str, rare: set[str]) -> bool:
    """Whether ``word`` is one of ``rare``, or is built around a longer one of them."""
    return word in rare or (not _ordinary(word) and any(len(one) > 3 and one in word for one in rare))


def _runs(said: list[str]) -> Iterable[tuple[str, ...]]:
    size = LONGEST_RUN + 1
    return (tuple(said[at : at + size]) for at in range(len(said) - size + 1))


def _spelled(text: str) -> str | None:
    """A word whose letters are set apart."""
    found = _SPELLED.search(text)
    return found.group() if found else None


def _foreign(text: str) -> str | None:
    """The first run of letters that are not Latin."""
    run = ""
    for character in text:
        if character.isalpha() and not unicodedata.name(character, "").startswith("LATIN "):
            run += character
        elif run:
            break
    return run or None
