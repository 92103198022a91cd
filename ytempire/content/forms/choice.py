"""Which form a story is told in: one that its evidence allows, and that the channel has not used for longest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ytempire.content.assignments import Assignment
from ytempire.content.facts import StoryFacts
from ytempire.content.forms import comparison, countdown, rise, week_in_review
from ytempire.content.forms.parts import Part
from ytempire.content.models import Form
from ytempire.content.wording import Variation, seeded


class Tell(Protocol):
    """Tells a story in one form, for about so many letters of narration."""

    def __call__(self, story: StoryFacts, channel_name: str, vary: Variation, letters: int) -> list[Part]:
        """Return the scenes in order; those that are not always told have a group."""


@dataclass(frozen=True)
class FormOf:
    """A form: whether a story can be told in it, at so many letters, and how."""

    name: Form
    possible: Callable[[StoryFacts, int], bool]
    tell: Tell


FORMS = (
    FormOf("countdown", countdown.possible, countdown.tell),
    FormOf("comparison", comparison.possible, comparison.tell),
    FormOf("rise", rise.possible, rise.tell),
    FormOf("week_in_review", week_in_review.possible, week_in_review.tell),
)


def choose_form(story: StoryFacts, assignment: Assignment, *, by_count: bool = False) -> FormOf:
    """Return the form of ``assignment``; where several are left, the place in the row decides, else the topic.

    ``by_count`` looks at how many videos were made before, not at their forms: that stays the same for a retry,
    however far other videos have come meanwhile, and so a paid question stays the same question.
    """
    earlier = [] if by_count else assignment.earlier.forms
    possible = [form for form in FORMS if form.possible(story, assignment.letters)]
    rest = {form.name: earlier.index(form.name) if form.name in earlier else len(earlier) for form in possible}
    longest = max(rest.values())
    candidates = [form for form in possible if rest[form.name] == longest]
    made = assignment.earlier.made
    first = seeded(len(FORMS), f"{assignment.channel.channel_id if made else assignment.seed}/form")
    return candidates[(first + made) % len(candidates)]
