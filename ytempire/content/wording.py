"""Wordings: the sentences of the offline writer, in files, and the choice among them.

Each slot ("countdown.hook") has several wordings in ``wordings/<file>.toml`` with ``{names}`` to fill in.
Within a video a slot gives its wordings in turn; the next video of the channel begins with the next one.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from functools import lru_cache
from importlib.resources import files


@lru_cache
def wordings(file: str) -> dict[str, list[str]]:
    """Return the slots of ``file`` and the wordings of each."""
    text = files(__package__).joinpath("wordings", f"{file}.toml").read_text(encoding="utf-8")
    slots: dict[str, list[str]] = tomllib.loads(text)
    return slots


def every_wording() -> list[str]:
    """Return all wordings of all files."""
    found = [file.name.removesuffix(".toml") for file in files(__package__).joinpath("wordings").iterdir()]
    return [option for file in sorted(found) for options in wordings(file).values() for option in options]


class Variation:
    """Picks wordings: the same seeds pick the same words, a slot gives another one at each use.

    ``seed`` is what is varied by (a channel); ``turn`` is the place in the row, such as the number of videos
    made before: neighbours in the row begin with different wordings.
    """

    def __init__(self, seed: str, turn: int = 0) -> None:
        self._seed = seed
        self._turn = turn
        self._uses: Counter[str] = Counter()

    def say(self, slot: str, **fields: object) -> str:
        """Return a wording of ``slot`` filled in; {Name} is {name} with a capital."""
        file, _, name = slot.partition(".")
        options = wordings(file)[name]
        said = options[self.number(len(options), slot)].format_map(_Fields(fields))
        name = str(fields.get("name", ""))
        if ", " in name:  # "a title, from its channel" stands between two commas where the sentence goes on
            said = said.replace(f"{name} ", f"{name}, ").replace(f"{capital(name)} ", f"{capital(name)}, ")
        return said if file == "titles" else capital(said)

    def number(self, below: int, slot: str = "") -> int:
        """Return a number of 0 … ``below`` - 1: all of them in turn, shuffled anew for each round."""
        around, place = divmod(self._turn, below)
        order = sorted(range(below), key=lambda option: _digest(f"{self._seed}/{slot}/{around}/{option}"))
        place += self._uses[slot]
        self._uses[slot] += 1
        return order[place % below]


def seeded(below: int, seed: str) -> int:
    """Return a number of 0 … ``below`` - 1 that only ``seed`` decides."""
    return int.from_bytes(_digest(seed)[:4], "big") % below


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class _Fields(dict[str, object]):
    def __missing__(self, key: str) -> str:
        if key[:1].isupper():
            return capital(str(self[key[:1].lower() + key[1:]]))
        raise KeyError(key)


def capital(text: str) -> str:
    """Return ``text`` with its first letter as a capital."""
    return text[:1].upper() + text[1:]
