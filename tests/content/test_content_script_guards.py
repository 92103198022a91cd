"""What keeps a model to the evidence and strangers' words out: orders are told from titles, claims from figures."""

from __future__ import annotations

import re

import pytest
from content_samples import channel, topic
from script_topics import charts_topic

from ytempire.content.assignments import Assignment
from ytempire.content.claims import unknown_figure
from ytempire.content.facts import story_facts
from ytempire.content.instructions import gives_orders
from ytempire.content.models import Earlier
from ytempire.content.outside import borrowed
from ytempire.content.prompts import load_prompt
from ytempire.content.providers.offline import write
from ytempire.content.wording import every_wording
from ytempire.quality.banned import banned_words
from ytempire.settings import ContentSettings

STORY = story_facts(topic())


@pytest.mark.parametrize(
    "title",
    [
        "I asked an AI to design my house",
        "System Shock 3 - Official Trailer",
        "Operating System: the full story",
        "Ignore the haters, play the game",
        "Say yes to everything for 24 hours",
        "Do NOT print this at home!!",
        "The assistant coach explains the final",
        "Rules of the house (part 2)",
        "10 descriptions of the same place",
        "You are not ready for this ending",
        "FC But Last Name Must Link",
        "Human: Fall Flat",
        "新しいゲームが来た!",
        "Please come home",
    ],
)
def test_a_title_that_only_sounds_a_little_like_an_order_is_quoted(title: str) -> None:
    assert not gives_orders(title)


@pytest.mark.parametrize(
    "text",
    [
        "It has 2.3 million views by now.",
        "Every hour adds 99 thousand more.",
        "Number 4 of 6, published 20 hours ago.",
        "It gains 2 times as many as the next one.",
        "102 thousand likes so far.",
        "About 4 percent pressed like.",
        "In 2026 that is normal.",
    ],
)
def test_what_follows_from_the_evidence_may_be_said(text: str) -> None:
    assert unknown_figure([text], STORY) is None


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("It has 77 million views.", "77 million"),
        ("It has seventy-seven million views.", "seventy-seven million"),
        ("It rose by 640 percent.", "640 percent"),
        ("It rose by 640%.", "640%"),
        ("It is fifty times as large.", "fifty times"),
        ("It gains 123,456,789 an hour.", "123,456,789"),
        ("It earned 5 billion.", "5 billion"),
    ],
)
def test_what_the_evidence_does_not_hold_may_not(text: str, figure: str) -> None:
    assert unknown_figure([text], STORY) == figure


def test_ordinary_words_pass_and_a_strangers_word_is_traced_to_its_title() -> None:
    story = story_facts(charts_topic(1))
    assert borrowed(["This one is growing fast, and the next chart shows how."], story, "Chart Room gaming") is None
    taken = borrowed(["Nothing beats Hollowforge."], story, "Chart Room gaming")
    assert taken and taken.text == "hollowforge"
    named = {one.title_key for one in story.everyone if "Hollowforge" in one.video.title}
    assert named and taken.sources == named
    spelled = borrowed(["It says h o l l o w f o r g e."], story, "Chart Room gaming")
    assert spelled and spelled.sources == named


def test_every_wording_can_be_said_and_holds_nothing_that_is_banned() -> None:
    said = " ".join(every_wording())
    assert not banned_words(said)
    assert not re.search(r"https?:|www\.|[<>]", said)
    for number in range(8):
        for seconds, others in ((50, 9), (180, 20), (600, 28)):
            script = write(Assignment(charts_topic(number, others), channel(), seconds, Earlier(made=number + 1)))
            text = script.model_dump_json()
            assert not re.search(r"[{]\w+[}]|None|nan\b", " ".join(s.narration for s in script.scenes)), text[:200]
            assert not re.search(r"\b(?:one|1) (?:hours|days|minutes|views|countries)\b", text)


def test_a_model_is_told_the_form_whose_turn_it_is_and_a_retry_the_same() -> None:
    from ytempire.content.providers.openai import ChatWriter
    from ytempire.content.spending import Unlimited

    writer, prompt = ChatWriter("gpt-4", ContentSettings(), {}, Unlimited()), load_prompt("script-1")
    told = []
    for made in range(1, 5):
        asked = set()
        for forms in ([], ["rise", "countdown"]):
            assignment = Assignment(charts_topic(2), channel(), 50, Earlier(made=made, forms=forms))
            (system, _) = writer._messages(prompt, story_facts(assignment.topic), assignment, 775)
            asked.add(re.search(r"Form of this script: (.+)", str(system["content"]))[1])
        assert len(asked) == 1
        told += asked
    assert len(set(told)) >= 3
