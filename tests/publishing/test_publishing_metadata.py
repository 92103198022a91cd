"""Titles, descriptions and tags are cut between graphemes and valid for YouTube and PostgreSQL."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from ytempire.errors import InvalidInput
from ytempire.publishing.metadata import clean_text, fit_description, fit_tags, fit_title, has_marker

FAMILY = "👩‍👩‍👧‍👦"
FLAG = "🇩🇪"
MARKER = "yte-0123456789abcdef0123456789abcdef"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_title_of_100_characters_stays_and_one_of_101_is_cut() -> None:
    assert fit_title("x" * 100) == "x" * 100
    assert fit_title("x" * 101) == "x" * 99 + "…"


@pytest.mark.parametrize("grapheme", [FAMILY, FLAG, "é", "각", "👍🏽", "क्षि"])
def test_a_title_is_never_cut_inside_a_grapheme(grapheme: str) -> None:
    title = fit_title(grapheme * 101)
    assert units(title) <= 100
    whole = regex.findall(r"\X", fit_title(grapheme))
    assert regex.findall(r"\X", title)[:-1] == whole * (len(regex.findall(r"\X", title)) - 1)


def test_angle_brackets_direction_overrides_and_nul_do_not_survive() -> None:
    assert fit_title("a < b\x00 \u202egnp.exe\u202c > c") == "a ‹ b gnp.exe › c"


def test_right_to_left_text_and_joiners_stay_as_they_are() -> None:
    assert fit_title("שלום \u200fעולם") == "שלום \u200fעולם"
    assert fit_title(FAMILY) == FAMILY


def test_a_title_of_nothing_is_refused() -> None:
    for nothing in ("", "  \n ", "\x00", "\u202e\u202c"):
        with pytest.raises(InvalidInput, match="title"):
            fit_title(nothing)


@pytest.mark.parametrize("text", ["x" * 6_000, "ü" * 4_000, FAMILY * 400, "", "short", "line\n" * 2_000])
def test_a_description_fits_5000_bytes_and_ends_in_its_marker(text: str) -> None:
    description = fit_description(text, MARKER)
    assert len(description.encode()) <= 5_000
    assert description.splitlines()[-1] == MARKER
    assert has_marker(description, MARKER)


def test_a_marker_inside_another_word_is_no_marker() -> None:
    assert not has_marker(f"see {MARKER}\n{MARKER}0", MARKER)


def test_tags_share_500_characters_with_their_separators_and_quotes() -> None:
    assert fit_tags(["one", "One", " ", "a,b", "<tag>"]) == ["one", "a b", "‹tag›"]
    assert sum(map(len, fit_tags(["x" * 100] * 1 + [f"{n:0100d}" for n in range(9)]))) <= 500 - 4
    assert fit_tags(["y" * 501, "fits"]) == ["fits"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_whatever_comes_in_is_storable_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert not set("<>\x00\u202e") & set(cleaned)
    assert clean_text(cleaned) == cleaned
    assert len(fit_description(text, MARKER).encode()) <= 5_000
