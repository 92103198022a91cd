"""The offline writer: the topic's real numbers in one of three forms. Costs nothing, needs no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ytempire.content.facts import StoryFacts, Variation, story_facts
from ytempire.content.forms import comparison, countdown, rise
from ytempire.content.forms.parts import Part
from ytempire.content.metadata import describe, tags_for, titles_for
from ytempire.content.models import Form, Scene, Script
from ytempire.content.text import clean, speakable
from ytempire.content.topic import ChannelProfile, Topic

PROMPT_VERSION = "offline-1"
ENOUGH_LETTERS = 620
MOST_LETTERS = 850


class Tell(Protocol):
    """Tells a story in one form; ``brief`` asks for fewer scenes."""

    def __call__(self, story: StoryFacts, channel_name: str, vary: Variation, *, brief: bool = False) -> list[Part]:
        """Return the scenes in order."""


@dataclass(frozen=True)
class _FormOf:
    name: Form
    possible: Callable[[StoryFacts], bool]
    tell: Tell


FORMS = (
    _FormOf("countdown", countdown.possible, countdown.tell),
    _FormOf("comparison", comparison.possible, comparison.tell),
    _FormOf("rise", rise.possible, rise.tell),
)


def write(topic: Topic, channel: ChannelProfile) -> Script:
    """Write the script of ``topic`` for ``channel``; the same input gives the same script."""
    story = story_facts(topic)
    vary = Variation(f"{topic.topic_id}/{channel.channel_id}")
    possible = [form for form in FORMS if form.possible(story)]
    form = possible[vary.number(len(possible))]
    name = speakable(clean(channel.name)) or "this channel"
    told = _fill(form.tell(story, name, vary))
    if spoken_letters([part.narration for part in told]) > MOST_LETTERS:
        told = _fill(form.tell(story, name, vary, brief=True))
    scenes = [
        Scene(index=index, heading=part.heading, narration=part.narration, visual=part.visual)
        for index, part in enumerate(told)
    ]
    titles = titles_for(form.name, story, len(scenes), vary)
    return Script(
        title=titles[0],
        title_candidates=titles,
        description=describe(scenes, story, channel),
        tags=tags_for(story, form.name),
        hook=scenes[0].narration,
        scenes=scenes,
        call_to_action=scenes[-1].narration,
        form=form.name,
        language=channel.language,
        prompt_version=PROMPT_VERSION,
        source=story.source,
        made_for_kids=channel.made_for_kids,
    )


def _fill(told: list[Part]) -> list[Part]:
    """Add extra sentences, one a scene in turn, until there is enough to hear."""
    narrations = [part.narration for part in told]
    waiting = [list(part.extras) for part in told]
    while spoken_letters(narrations) < ENOUGH_LETTERS and any(waiting):
        index = max((i for i in range(len(told)) if waiting[i]), key=lambda i: (len(waiting[i]), -len(narrations[i])))
        extra = waiting[index].pop(0)
        if spoken_letters([*narrations, extra]) <= MOST_LETTERS:
            narrations[index] = f"{narrations[index]} {extra}"
    return [Part(part.heading, narration, part.visual) for part, narration in zip(told, narrations, strict=True)]


def spoken_letters(narrations: list[str]) -> int:
    """Estimate how many letters are said: a figure or a letter of an acronym is said with about four."""
    text = " ".join(narrations)
    shouted = sum(len(word) for word in text.split() if word.isupper() and len(word) > 1)
    return len(text) + 4 * sum(character.isdigit() for character in text) + 3 * shouted
