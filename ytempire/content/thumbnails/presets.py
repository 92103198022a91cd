"""The ten presets by name, and what each needs of a story to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ytempire.content.thumbnails import fields, plain
from ytempire.content.thumbnails.sheet import Sheet
from ytempire.content.thumbnails.words import Claim, Subject

DIFFERENT = 0.2
"""Two compositions differ visibly from this structural difference on."""


def _always(_: Subject) -> bool:
    return True


@dataclass(frozen=True)
class Preset:
    """A composition, and whether a story has what it shows."""

    draw: Callable[[Sheet, Subject, Claim], None]
    needs: Callable[[Subject], bool] = _always


PRESETS: dict[str, Preset] = {
    "rank_card": Preset(plain.rank_card, lambda about: about.rank is not None),
    "big_number": Preset(plain.big_number),
    "growth_line": Preset(fields.growth_line, lambda about: bool(about.leader.growth)),
    "versus": Preset(fields.versus, lambda about: about.rival is not None),
    "bars": Preset(fields.bars, lambda about: len(about.pool) >= 2),
    "gauge": Preset(plain.gauge),
    "arrow": Preset(plain.arrow, lambda about: about.leader.velocity is not None),
    "podium": Preset(fields.podium, lambda about: len(about.pool) >= 3),
    "lanes": Preset(fields.lanes, lambda about: len(about.pool) >= 2),
    "burst": Preset(plain.burst),
}


def possible(name: str, about: Subject) -> bool:
    """Say whether the preset ``name`` can show this subject."""
    return PRESETS[name].needs(about)


def fallback(about: Subject) -> str:
    """Return the preset for a channel whose own cannot show this subject."""
    return next(name for name in ("big_number", *PRESETS) if possible(name, about))
