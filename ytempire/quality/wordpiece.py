"""Splits text into the word pieces of an uncased BERT, as the tokenizer that the encoder was trained with does.

Cleaned and in lower case without accents, split at spaces, punctuation and between Chinese
characters, then each word into the longest pieces of the vocabulary (Devlin et al. 2018, released code).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

UNKNOWN, FIRST, LAST = "[UNK]", "[CLS]", "[SEP]"
_LONGEST_WORD = 100
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


_PLAIN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_WITHOUT_CONTROLS = {code: None for code in (*range(32), 127) if code not in b"\t\n\r"}


class WordPieces:
    """Turns text into the numbers of its pieces; words that were met are remembered."""

    def __init__(self, vocabulary: Path) -> None:
        """Read the vocabulary, one piece a line."""
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self._numbers = {piece: number for number, piece in enumerate(lines) if piece}
        self._known: dict[str, list[int]] = {}
        self.first = self._numbers[FIRST]
        self.last = self._numbers[LAST]
        self._unknown = self._numbers[UNKNOWN]

    def pieces(self, text: str) -> list[int]:
        """Return the numbers of the pieces of ``text``, without the marks of beginning and end."""
        return [number for word in words(text) for number in self._split(word)]

    def _split(self, word: str) -> list[int]:
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._longest_first(word)
        return found

    def _longest_first(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        numbers: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(mark + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return numbers


def words(text: str) -> list[str]:
    """Split ``text`` into lower-case words and single marks of punctuation."""
    if text.isascii():
        return _PLAIN.findall(text.translate(_WITHOUT_CONTROLS).lower())
    plain = unicodedata.normalize("NFD", "".join(map(_cleaned, text)).lower())
    return [word for chunk in plain.split() for word in _parted(chunk)]


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r" or category == "Zs":
        return " "
    if character in "\x00\ufffd" or category.startswith("C"):
        return ""
    return f" {character} " if _is_ideograph(ord(character)) else character


def _parted(chunk: str) -> list[str]:
    """Split off the marks of punctuation, and leave out the accents."""
    found: list[str] = []
    word = ""
    for character in chunk:
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if category.startswith("P") or _is_ascii_mark(ord(character)):
            found += [word, character] if word else [character]
            word = ""
        else:
            word += character
    return [*found, word] if word else found


def _is_ascii_mark(code: int) -> bool:
    return 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126


def _is_ideograph(code: int) -> bool:
    return any(first <= code <= last for first, last in _IDEOGRAPHS)
