"""What a language model may hand in, and how it is checked before it becomes a script.

A model writes words, names videos by number and a chart by kind. Names and every figure that is shown
come from the evidence; figures that are said must be found in it. No word of a stranger's title may stand
in what the model wrote, and nothing that it hands in touches flags, links or the source.
"""

from __future__ import annotations

import json
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ytempire.content import briefs
from ytempire.content.assignments import Assignment
from ytempire.content.claims import unknown_figure
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms.choice import choose_form
from ytempire.content.metadata import describe, subject, tags_for
from ytempire.content.models import Kind, Scene, Script, VisualBrief
from ytempire.content.outside import borrowed
from ytempire.content.picture_words import Pictures
from ytempire.content.text import clean, cut
from ytempire.content.wording import Variation
from ytempire.errors import ProviderUnavailable, Steered
from ytempire.quality.banned import banned_words

LARGEST_ANSWER = 20_000
LONGEST_SCENE = 900
_DOMAIN = r"(?:com|net|org|io|ru|xyz|gg|ly|me|tv|co|app|dev|info|link)\b"
_FORBIDDEN = re.compile(
    rf"https?:|www\.|[<>{{}}`*_|\\@#^~=]|\w/\w|\b[\w-]+\.{_DOMAIN}|\bdot\s+{_DOMAIN}", re.IGNORECASE
)
_NAMED = re.compile(r"\[video (\d{1,2})\]", re.IGNORECASE)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CAPITAL = re.compile(r"\w\W+[A-Z]")

Tag = Annotated[str, Field(min_length=2, max_length=40)]


class DraftScene(BaseModel):
    """A scene as a model writes it. ``video`` is its number in the list it was given, 0 the lead."""

    model_config = ConfigDict(extra="forbid")

    heading: Annotated[str, Field(min_length=2, max_length=60)]
    narration: Annotated[str, Field(min_length=20, max_length=700)]
    visual: Kind
    video: Annotated[int, Field(ge=0, le=29)] = 0
    picture: Annotated[str, Field(max_length=300)] = ""


class Draft(BaseModel):
    """A whole script as a model writes it."""

    model_config = ConfigDict(extra="forbid")

    title_candidates: Annotated[
        list[Annotated[str, Field(min_length=10, max_length=100)]], Field(min_length=1, max_length=8)
    ]
    summary: Annotated[str, Field(max_length=400)] = ""
    tags: Annotated[list[Tag], Field(max_length=12)] = []
    scenes: Annotated[list[DraftScene], Field(min_length=4, max_length=40)]

    @property
    def texts(self) -> list[str]:
        """Everything it says."""
        told = [text for scene in self.scenes for text in (scene.heading, scene.narration, scene.picture)]
        return [*self.title_candidates, self.summary, *self.tags, *told]


def letters_wanted(letters: int) -> tuple[int, int]:
    """Fewest and most letters of narration that are accepted where ``letters`` are wanted."""
    return round(letters * 0.58), round(letters * 1.32)


def read_draft(answer: str, story: StoryFacts, assignment: Assignment, letters: int) -> Draft:
    """Read a model's answer, in which about ``letters`` of narration were asked for.

    Raises ProviderUnavailable that says what is wrong with it, Steered for words of a stranger.
    """
    try:
        draft = _read(answer)
        _check_words(draft, story)
    except ProviderUnavailable as problem:
        said = _NAMED.sub(" ; ", " ; ".join(_strings(answer)))
        _hold_to_own_words([said], story, assignment, str(problem))
        raise
    _hold_to_own_words([_NAMED.sub(" ; ", text) for text in draft.texts], story, assignment)
    narrations = [scene.narration for scene in draft.scenes]
    if len(set(narrations)) < len(narrations):
        raise ProviderUnavailable("a scene is told twice")
    fewest, most = letters_wanted(letters)
    told = sum(map(len, narrations))
    if not fewest <= told <= most:
        raise ProviderUnavailable(f"{told} letters of narration, not {fewest} to {most}")
    return draft


def _read(answer: str) -> Draft:
    if len(answer) > LARGEST_ANSWER:
        raise ProviderUnavailable(f"the answer has {len(answer)} characters")
    try:
        return Draft.model_validate_json(_object_in(answer))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "answer"
        raise ProviderUnavailable(f"{where}: {first['msg']}") from None


def _object_in(answer: str) -> str:
    """The JSON object in ``answer``: models that were not held to JSON put it into a fence or a sentence."""
    start, end = answer.find("{"), answer.rfind("}")
    return answer[start : end + 1] if 0 <= start < end else answer


def _strings(answer: str) -> list[str]:
    """What an answer that was not accepted says, as far as it can be read."""
    begun = answer[:LARGEST_ANSWER]
    return [json.loads(f'"{text}"') for text in _STRING.findall(begun) if _readable(text)] or [begun]


def _readable(text: str) -> bool:
    try:
        json.loads(f'"{text}"')
    except ValueError:
        return False
    return True


def _check_words(draft: Draft, story: StoryFacts) -> None:
    numbers = [scene.video for scene in draft.scenes]
    numbers += [int(number) for text in draft.texts for number in _NAMED.findall(text)]
    if max(numbers) >= len(story.everyone):
        raise ProviderUnavailable(f"there is no video {max(numbers)}")
    own = [_NAMED.sub(" ; ", text) for text in draft.texts]
    for text in own:
        if _FORBIDDEN.search(text) or "[" in text or "]" in text or clean(text) != " ".join(text.split()):
            raise ProviderUnavailable("an address, markup or a control character")
        if banned_words(text):
            raise ProviderUnavailable("a banned word")
    if found := unknown_figure(own, story):
        raise ProviderUnavailable(f"the figure {found} is not in the evidence")


def _hold_to_own_words(texts: list[str], story: StoryFacts, assignment: Assignment, also: str = "") -> None:
    """Raise Steered when a stranger's words stand in ``texts``, whatever ``also`` is wrong with them."""
    if taken := borrowed(texts, story, f"{assignment.channel.name} {story.niche}"):
        problem = "a word that is not yours, from a title or not English: name a video as [video 0]"
        raise Steered(f"{also}; {problem}" if also else problem, withheld=taken.sources)


def script_from(draft: Draft, story: StoryFacts, assignment: Assignment, prompt_version: str) -> Script:
    """Turn a checked draft into a script: names put in, charts made from the evidence, metadata ours."""
    channel = assignment.channel
    mentioned: set[int] = set()
    vary = Variation(f"{assignment.topic.topic_id}/{channel.channel_id}")
    pictures = Pictures(story.niche, channel.channel_id, vary)
    scenes: list[Scene] = []
    for index, scene in enumerate(draft.scenes):
        visual = _visual(scene, story, [done.visual for done in scenes])
        own = bool(scene.picture) and not _CAPITAL.search(scene.picture)
        scenes.append(
            Scene(
                index=index,
                heading=cut(_named(scene.heading, story, mentioned, short=True), 60),
                narration=cut(_named(scene.narration, story, mentioned), LONGEST_SCENE),
                visual=visual,
                picture=scene.picture if own else pictures.words(visual.kind),
            )
        )
    form = choose_form(story, assignment, by_count=True).name
    titles = list(dict.fromkeys(_title(title, story) for title in draft.title_candidates))
    shown = [story.lead, *(story.everyone[number] for number in sorted(_told_of(draft)) if number)]
    summary = _named(draft.summary, story, set()) or scenes[0].narration
    return Script(
        title=titles[0],
        title_candidates=titles,
        description=describe(scenes, story, channel, opening=summary, told_of=shown),
        tags=tags_for(story, form, draft.tags),
        hook=scenes[0].narration,
        scenes=scenes,
        call_to_action=scenes[-1].narration,
        form=form,
        language=channel.language,
        prompt_version=prompt_version,
        source=story.source,
        withheld=sorted(story.lead.withheld),
        made_for_kids=channel.made_for_kids,
    )


def _told_of(draft: Draft) -> set[int]:
    named = {int(number) for text in draft.texts for number in _NAMED.findall(text)}
    return named | {scene.video for scene in draft.scenes}


def _named(text: str, story: StoryFacts, mentioned: set[int], *, short: bool = False) -> str:
    def name(match: re.Match[str]) -> str:
        number = int(match[1])
        one = story.everyone[number]
        if short:
            return one.channel
        again = number in mentioned
        mentioned.add(number)
        return one.said_short if again else one.said

    said = _NAMED.sub(name, text)
    return " ".join((said[:1].upper() + said[1:]).split())


def _title(text: str, story: StoryFacts) -> str:
    named = _NAMED.sub(lambda match: subject(story.everyone[int(match[1])]), text)
    return cut(clean(named), 100)


def _visual(scene: DraftScene, story: StoryFacts, shown: list[VisualBrief]) -> VisualBrief:
    """The chart asked for, or the first other one that is possible and was not shown yet."""
    everyone = story.everyone
    one = everyone[scene.video]
    other = next((rival for rival in everyone if rival is not one), None)
    number, meaning = briefs.main_number(one)
    possible: dict[Kind, VisualBrief | None] = {
        "rank_card": briefs.rank_card(one, _place(one, story)),
        "growth_line": briefs.growth_line(one),
        "two_columns": briefs.two_columns(one, other) if other else None,
        "big_number": briefs.big_number(number, meaning, one.title),
        "countries": briefs.listed_countries(one, len(story.evidence.regions_watched)),
        "bar_ranking": briefs.bar_ranking(everyone, one) if other else None,
    }
    wished = [possible.pop(scene.visual), *possible.values()]
    wished += [briefs.rank_card(any_other, _place(any_other, story)) for any_other in everyone]
    last = briefs.big_number(number, meaning, f"part {len(shown) + 1}")
    return next((brief for brief in wished if brief and brief not in shown), last)


def _place(one: VideoFacts, story: StoryFacts) -> int:
    return story.by_speed.index(one) + 1 if one in story.by_speed else story.everyone.index(one) + 1
