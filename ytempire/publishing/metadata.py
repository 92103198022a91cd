"""Titles, descriptions and tags that YouTube and PostgreSQL accept, cut between graphemes.

Limits: https://developers.google.com/youtube/v3/docs/videos (snippet): title 100
characters, description 5,000 bytes, tags 500 characters counted with their
separators; no angle brackets. YouTube does not say what a character is, so the
title is counted in UTF-16 units, the largest of the usual counts. Links lead to allowed hosts only, and
chapters are such or left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable

import regex

from ytempire.chapters import without_bad_chapters
from ytempire.errors import InvalidInput
from ytempire.links import without_cut_link, without_foreign_links

TITLE_UNITS = 100
DESCRIPTION_BYTES = 5_000
TAGS_CHARACTERS = 500

_ANGLES = str.maketrans({"<": "‹", ">": "›"})
# Bidirectional embeddings, overrides and isolates turn the text around them; marks (LRM, RLM) do not.
_DIRECTION = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Controls, lone surrogates, and what no font has a sign for: private, unassigned.
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}--[\n]]", regex.V1)
# More marks on one letter than any script has are no writing; they cover the lines around.
_STACKED = regex.compile(r"(\p{M}{8})\p{M}+")
_READABLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}--[\u115f\u1160\u2800\u3164\uffa0]]", regex.V1)
_BLANKS = regex.compile(r"[^\S\n]+")
_GRAPHEME = regex.compile(r"\X")
_ELLIPSIS = "…"
_JOINER = "\u200d"


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def clean_text(text: str) -> str:
    """Return ``text`` in NFC without control characters, direction overrides and angle brackets.

    Line breaks stay; other blanks become single spaces. Joiners inside emoji stay.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    visible = _DIRECTION.sub("", _UNSEEN.sub("", lines))
    spaced = _BLANKS.sub(" ", visible.translate(_ANGLES))
    cleaned: str = _STACKED.sub(r"\1", unicodedata.normalize("NFC", spaced))
    return cleaned.strip()


def cut(text: str, limit: int, size: Callable[[str], int] = _utf16_units) -> str:
    """Return the longest start of ``text`` that ends between graphemes and fits ``limit``.

    What is cut ends in an ellipsis, which is counted. ``size`` measures a text.
    """
    if size(text) <= limit:
        return text
    room = limit - size(_ELLIPSIS)
    kept = _start(_GRAPHEME.findall(text), room, size)
    if not kept:  # Emoji joined without end are one grapheme: it is shown as far as it goes.
        kept = _start(text, room, size).rstrip(_JOINER)
    return kept.rstrip() + _ELLIPSIS if kept else ""


def _start(parts: Iterable[str], room: int, size: Callable[[str], int]) -> str:
    kept: list[str] = []
    for part in parts:
        room -= size(part)
        if room < 0:
            break
        kept.append(part)
    return "".join(kept)


def fit_title(title: str) -> str:
    """Return a title of one line that YouTube accepts. Raises InvalidInput when nothing is left of it."""
    fitted = cut(" ".join(clean_text(title).split()), TITLE_UNITS)
    if not _READABLE.search(fitted):
        raise InvalidInput("title", "nothing readable is left of it", "Give the video a title.")
    return fitted


def fit_description(description: str, marker: str) -> str:
    """Return a description that YouTube accepts, whose last line is ``marker``."""
    ending = f"\n\n{marker}"
    whole = clean_text(description)
    body = cut(whole, DESCRIPTION_BYTES - _utf8_bytes(ending), _utf8_bytes)
    if body != whole:
        body = without_cut_link(body)
    return f"{body}{ending}".lstrip()


def publishable_description(
    description: str, marker: str, *, link_hosts: Collection[str], duration_seconds: float
) -> str:
    """Return a description that YouTube accepts, whose last line is ``marker``.

    Links to other hosts than ``link_hosts`` are left out, and so are chapters that are none in a video of
    ``duration_seconds``.
    """
    linked = without_foreign_links(clean_text(description), link_hosts)
    return fit_description(without_bad_chapters(linked, duration_seconds), marker)


def fit_tags(tags: Iterable[str]) -> list[str]:
    """Return the first tags, without repetitions, that fit YouTube's limit for all of them together."""
    fitted: dict[str, str] = {}
    room = TAGS_CHARACTERS
    for raw in tags:
        tag = " ".join(clean_text(raw).replace(",", " ").replace('"', "").split())
        if not tag or tag.casefold() in fitted:
            continue
        # A comma stands between tags, and YouTube puts a tag with a space into quotation marks.
        cost = _utf16_units(tag) + (2 if " " in tag else 0) + (1 if fitted else 0)
        if cost <= room:
            fitted[tag.casefold()] = tag
            room -= cost
    return list(fitted.values())


def has_marker(description: str, marker: str) -> bool:
    """Whether one of the lines of ``description`` is exactly ``marker``."""
    return marker in (line.strip() for line in description.splitlines())
