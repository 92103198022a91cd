"""Policy: YouTube's limits, banned words and claims, honest flags, links."""

from __future__ import annotations

import pytest
from content_samples import channel, topic

from ytempire.content.assignments import Assignment
from ytempire.content.models import Script
from ytempire.content.providers import offline
from ytempire.quality import policy
from ytempire.quality.banned import banned_claims, banned_words
from ytempire.settings import QualitySettings


@pytest.fixture(scope="module")
def script() -> Script:
    return offline.write(Assignment(topic(), channel(), 60))


def rules(script: Script) -> set[str]:
    return {violation.rule for violation in policy.check(script, channel(), QualitySettings()).violations}


def test_a_script_of_ours_breaks_no_rule(script: Script) -> None:
    assert rules(script) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": "x" * 101}, "title length"),
        ({"title": "!!! …"}, "title length"),
        ({"title": "a <b> c"}, "angle brackets"),
        ({"title": "backwards \u202e is this"}, "characters"),
        ({"title": "nothing\x00 here"}, "characters"),
        ({"description": "é" * 2_501}, "description length"),
        ({"tags": ["tag number one"] * 40}, "tags length"),
        ({"tags": ["x" * 101]}, "tags length"),
        ({"title": "What the FUCK happened"}, "banned word"),
        ({"title": "Earn $500 a day with this chart"}, "banned claim"),
        ({"title_candidates": ["This secret cure heals cancer"]}, "banned claim"),
        ({"made_for_kids": True}, "made for kids"),
        ({"contains_synthetic_media": False}, "synthetic media"),
        ({"description": "no source"}, "source"),
        ({"title": "See https://youtu.be/abc"}, "link"),
    ],
)
def test_a_violation_is_named(script: Script, changes: dict, rule: str) -> None:
    assert rule in rules(script.model_copy(update=changes))


def test_a_link_to_elsewhere_is_named_with_its_host(script: Script) -> None:
    described = f"{script.description}\nhttps://youtu.be/abc https://win-a-phone.example/now"
    report = policy.check(script.model_copy(update={"description": described}), channel(), QualitySettings())
    assert [(found.rule, found.detail) for found in report.violations] == [("link", "win-a-phone.example")]


def test_emoji_of_several_characters_and_other_scripts_are_allowed(script: Script) -> None:
    assert rules(script.model_copy(update={"title": "👨‍👩‍👧‍👦🇮🇳 दुनिया का सबसे बड़ा घर"})) == set()


def test_words_are_banned_whole_and_in_any_case() -> None:
    assert banned_words("Shit happens in Scunthorpe, essex") == ["shit"]


@pytest.mark.parametrize(
    "claim",
    [
        "It is 100% proven",
        "100 percent guaranteed",
        "Doctors don\u2019t want you to know",
        "earn up to $3,000 per week",
        "this  never\nfails",
        "I am your lawyer",
        "free V-Bucks",
        "watch before it's deleted",
    ],
)
def test_claims_are_found_however_they_are_spaced(claim: str) -> None:
    assert len(banned_claims(claim)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "The song gains 3,000 views per hour",
        "They never lost a final",
        "A documentary about cancer",
        "The doctor said no",
    ],
)
def test_what_is_no_claim_is_left_alone(said: str) -> None:
    assert banned_claims(said) == []
