"""The named palettes of channels: ground, surface, text, accent and muted.

Text stands on ground and surface with a contrast of at least 7:1, muted and accent with
at least 4.5:1 on the ground. The one thing spoken of is told apart by weight as well as by colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from ytempire.errors import InvalidInput

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Five colours (sRGB, 0 … 255)."""

    name: str
    ground: Colour
    surface: Colour
    text: Colour
    accent: Colour
    muted: Colour


def _hex(value: str) -> Colour:
    return int(value[0:2], 16), int(value[2:4], 16), int(value[4:6], 16)


def _palette(name: str, ground: str, surface: str, text: str, accent: str, muted: str) -> Palette:
    return Palette(name, _hex(ground), _hex(surface), _hex(text), _hex(accent), _hex(muted))


PALETTES = {
    palette.name: palette
    for palette in (
        _palette("ink", "101826", "1D2940", "F4F6FA", "FFC247", "93A1B8"),
        _palette("paper", "F6F1E7", "E9E0CF", "1E1B16", "B3261E", "655D50"),
        _palette("forest", "10211B", "1C372D", "F1F6EE", "F2C14E", "93B0A1"),
        _palette("plum", "23142E", "38224A", "F8F1FA", "FF9E7A", "B49CC4"),
        _palette("ember", "2A1512", "452420", "FDF3EC", "FFB238", "C5A197"),
        _palette("glacier", "EDF3F7", "D8E4EC", "10222E", "005FA8", "4A6070"),
        _palette("lagoon", "06262E", "0F3D48", "EFF8F8", "5FE0C8", "8DB3BA"),
        _palette("graphite", "1B1C1E", "2C2E32", "F5F5F3", "7CC4FF", "A0A4AA"),
    )
}


def palette(name: str) -> Palette:
    """Return the palette called ``name``. Raises InvalidInput that lists the names."""
    try:
        return PALETTES[name]
    except KeyError:
        raise InvalidInput("palette", f"there is no palette {name!r}", f"Use one of {', '.join(PALETTES)}.") from None


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return ``one`` with ``share`` (0 … 1) of ``other`` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Return the relative luminance of ``colour``, 0 … 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 … 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
