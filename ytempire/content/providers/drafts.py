"""What a language model may hand in, and how it is checked before it becomes a script.

A model writes words and names a picture by kind and video; every figure that is shown comes
from the evidence. Figures that are said must be found in the evidence too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ytempire.content import briefs
from ytempire.content.facts import StoryFacts, Variation
from ytempire.content.metadata import describe, tags_for
from ytempire.content.models import Form, Kind, Scene, Script, VisualBrief
from ytempire.content.text import clean
from ytempire.content.topic import ChannelProfile
from ytempire.errors import ProviderUnavailable
from ytempire.quality.banned import banned_words

FEWEST_LETTERS, MOST_LETTERS = 450, 1_000
LARGEST_ANSWER = 20_000
_TOLERANCE = 0.06
_SMALL_FIGURE = 366
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "b": 1e9}
_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:\s*(thousand|million|billion|[KMB])\b)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r"https?:|www\.|[<>{}]|\b[\w-]+\.(?:com|net|org|io|ru|xyz)\b", re.IGNORECASE)


class DraftScene(BaseModel):
    """A scene as a model writes it. ``video`` is its number in the list it was given, 0 the lead."""

    model_config = ConfigDict(extra="ignore")

    heading: Annotated[str, Field(min_length=2, max_length=60)]
    narration: Annotated[str, Field(min_length=20, max_length=420)]
    picture: Kind
    video: Annotated[int, Field(ge=0, le=9)] = 0


class Draft(BaseModel):
    """A whole script as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    title_candidates: Annotated[
        list[Annotated[str, Field(min_length=10, max_length=100)]], Field(min_length=1, max_length=8)
    ]
    scenes: Annotated[list[DraftScene], Field(min_length=5, max_length=7)]


def read_draft(answer: str, story: StoryFacts) -> Draft:
    """Read a model's answer. Raises ProviderUnavailable that says what is wrong with it."""
    if len(answer) > LARGEST_ANSWER:
        raise ProviderUnavailable(f"the answer has {len(answer)} characters")
    try:
        draft = Draft.model_validate_json(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "answer"
        raise ProviderUnavailable(f"{where}: {first['msg']}") from None
    texts = [*draft.title_candidates]
    for scene in draft.scenes:
        texts += [scene.heading, scene.narration]
    for text in texts:
        if _FORBIDDEN.search(text) or banned_words(text) or clean(text) != " ".join(text.split()):
            raise ProviderUnavailable("an address, markup, a banned word or a control character")
    narrations = [scene.narration for scene in draft.scenes]
    if len(set(narrations)) < len(narrations):
        raise ProviderUnavailable("a scene is told twice")
    if not FEWEST_LETTERS <= sum(map(len, narrations)) <= MOST_LETTERS:
        raise ProviderUnavailable(f"{sum(map(len, narrations))} letters of narration")
    _hold_to_evidence(texts, story)
    return draft


def _hold_to_evidence(texts: Iterable[str], story: StoryFacts) -> None:
    known = list(_figures(story))
    for text in texts:
        for digits, scale in _FIGURE.findall(text):
            value = float(digits.replace(",", "")) * _SCALES.get(scale.lower(), 1)
            year = not scale and 2000 <= value <= 2100
            if value > _SMALL_FIGURE and not year and not any(abs(value - one) <= _TOLERANCE * one for one in known):
                raise ProviderUnavailable(f"the figure {digits} {scale}".strip() + " is not in the evidence")


def _figures(story: StoryFacts) -> Iterable[float]:
    for one in story.everyone:
        yield from (float(value) for value in (one.views, one.velocity, one.likes, one.comments) if value)
        line = [views for _, views in one.growth]
        yield from map(float, line)
        if line:
            yield float(line[-1] - line[0])
    yield float(sum(one.views for one in story.everyone))
    yield sum(one.velocity or 0.0 for one in story.everyone)


def script_from(draft: Draft, story: StoryFacts, channel: ChannelProfile, prompt_version: str) -> Script:
    """Turn a checked draft into a script, with pictures made from the evidence."""
    shown: list[VisualBrief] = []
    for scene in draft.scenes:
        shown.append(_picture(scene, story, shown))
    scenes = [
        Scene(index=index, heading=scene.heading, narration=scene.narration, visual=visual)
        for index, (scene, visual) in enumerate(zip(draft.scenes, shown, strict=True))
    ]
    pictured = {visual.kind for visual in shown}
    form: Form = "comparison" if "two_columns" in pictured else "rise"
    titles = list(dict.fromkeys(clean(title) for title in draft.title_candidates))
    return Script(
        title=titles[0],
        title_candidates=titles,
        description=describe(scenes, story, channel),
        tags=tags_for(story, form),
        hook=scenes[0].narration,
        scenes=scenes,
        call_to_action=scenes[-1].narration,
        form=form,
        language=channel.language,
        prompt_version=prompt_version,
        source=story.source,
        made_for_kids=channel.made_for_kids,
    )


def _picture(scene: DraftScene, story: StoryFacts, shown: list[VisualBrief]) -> VisualBrief:
    """The picture asked for, or the first other one that is possible and was not shown yet."""
    everyone = story.everyone
    one = everyone[scene.video] if scene.video < len(everyone) else story.lead
    other = next((rival for rival in everyone if rival is not one), None)
    number, meaning = briefs.main_number(one)
    place = story.by_speed.index(one) + 1 if one in story.by_speed else scene.video + 1
    possible: dict[Kind, VisualBrief | None] = {
        "rank_card": briefs.rank_card(one, place),
        "growth_line": briefs.growth_line(one),
        "two_columns": briefs.two_columns(one, other) if other else None,
        "big_number": briefs.big_number(number, meaning, one.title),
        "countries": briefs.listed_countries(one, len(story.evidence.regions_watched)),
        "bar_ranking": briefs.bar_ranking(everyone, one) if other else None,
    }
    wished = [possible.pop(scene.picture), *possible.values()]
    variation = Variation(f"{scene.heading}/{len(shown)}").pick("at this moment", "now", "so far")
    last = briefs.big_number(number, meaning, variation)
    return next((brief for brief in wished if brief and brief not in shown), last)
