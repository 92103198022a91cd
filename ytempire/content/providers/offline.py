"""The offline writer: the topic's real numbers in one of four forms. Costs nothing, needs no network."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from ytempire.content.assignments import LETTERS_A_SECOND, Assignment
from ytempire.content.facts import story_facts
from ytempire.content.forms.choice import choose_form
from ytempire.content.forms.parts import Part
from ytempire.content.metadata import describe, tags_for, titles_for
from ytempire.content.models import Scene, Script
from ytempire.content.picture_words import Pictures
from ytempire.content.text import clean, speakable
from ytempire.content.wording import Variation, seeded

PROMPT_VERSION = "offline-2"
PAUSE_LETTERS = 6
"""Letters that could be said in the pause after a scene."""
MOST_SCENES = 60
LONGEST_NARRATION = 900


def write(assignment: Assignment) -> Script:
    """Write the script; the same assignment gives the same script."""
    topic, channel = assignment.topic, assignment.channel
    story = story_facts(topic, assignment.withheld)
    # Without a count of what was made before, the topic stands for the place in the row.
    turn = assignment.earlier.made or seeded(1_000, assignment.seed)
    vary = Variation(channel.channel_id, turn)
    form = choose_form(story, assignment)
    name = speakable(clean(channel.name)) or "this channel"
    told = fit(form.tell(story, name, vary, assignment.letters), assignment.letters)
    pictures = Pictures(story.niche, channel.channel_id, vary)
    scenes = [
        Scene(
            index=index,
            heading=part.heading,
            narration=part.narration,
            visual=part.visual,
            picture=pictures.words(part.visual.kind),
        )
        for index, part in enumerate(told)
    ]
    titles = titles_for(form.name, story, told, vary)
    return Script(
        title=titles[0],
        title_candidates=titles,
        description=describe(scenes, story, channel, told_of=[one for part in told for one in part.about]),
        tags=tags_for(story, form.name),
        hook=scenes[0].narration,
        scenes=scenes,
        call_to_action=scenes[-1].narration,
        form=form.name,
        language=channel.language,
        prompt_version=PROMPT_VERSION,
        source=story.source,
        withheld=sorted(assignment.withheld),
        made_for_kids=channel.made_for_kids,
    )


def fit(told: list[Part], letters: int) -> list[Part]:
    """Choose of ``told`` what fills about ``letters``: whole groups in their order, then extra sentences."""
    told = list(told)
    chosen = [index for index, part in enumerate(told) if not part.group]
    used = sum(_weight(told[index].narration) for index in chosen)
    optional = sorted((index for index, part in enumerate(told) if part.group), key=lambda index: told[index].group)
    for _, members in groupby(optional, key=lambda index: told[index].group):
        group = [index for index in members if _is_new(told[index], [told[other] for other in chosen])]
        weight = sum(_weight(told[index].narration) for index in group)
        if used + weight > letters:
            break
        if len(chosen) + len(group) <= MOST_SCENES:
            chosen += group
            used += weight
        else:
            used += sum(_appended(told, chosen, index) for index in group)
    return _with_extras([told[index] for index in sorted(chosen)], letters)


def _appended(told: list[Part], chosen: list[int], index: int) -> int:
    """Say a part in the last scene before it that is about the same; return the letters that came of it."""
    part = told[index]
    before = [other for other in chosen if other < index and told[other].heading == part.heading]
    home = max((other for other in before if told[other].about == part.about), default=None)
    if home is None or len(told[home].narration) + len(part.narration) >= LONGEST_NARRATION:
        return 0
    told[home] = replace(told[home], narration=f"{told[home].narration} {part.narration}")
    return _weight(part.narration)


def _is_new(part: Part, others: list[Part]) -> bool:
    return all(part.visual != other.visual and part.narration != other.narration for other in others)


def _with_extras(told: list[Part], letters: int) -> list[Part]:
    """Add extra sentences, one a scene in turn, until there is enough to hear."""
    waiting = [list(part.extras) for part in told]
    while any(waiting):
        used = sum(_weight(part.narration) for part in told)
        index = max(
            (i for i in range(len(told)) if waiting[i]), key=lambda i: (len(waiting[i]), -len(told[i].narration))
        )
        longer = f"{told[index].narration} {waiting[index].pop(0)}"
        grown = used + _weight(longer) - _weight(told[index].narration)
        if grown <= letters and len(longer) <= LONGEST_NARRATION:
            told[index] = replace(told[index], narration=longer)
    return told


def _weight(narration: str) -> int:
    return spoken_letters(narration) + PAUSE_LETTERS


def spoken_letters(text: str) -> int:
    """Estimate how many letters are said: a figure or a letter of an acronym is said with about four."""
    shouted = sum(len(word) for word in text.split() if word.isupper() and len(word) > 1)
    return len(text) + 4 * sum(character.isdigit() for character in text) + 3 * shouted


def estimated_seconds(script: Script) -> float:
    """About how long ``script`` is when it is spoken."""
    return sum(_weight(scene.narration) for scene in script.scenes) / LETTERS_A_SECOND
