"""The countdown: the fastest rising videos of a niche, the first last."""

from __future__ import annotations

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts, Variation, VideoFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part

FEWEST = 4
MOST = 5


def possible(story: StoryFacts) -> bool:
    """A countdown needs enough videos whose pace is known."""
    return len(story.by_speed) >= FEWEST


def tell(story: StoryFacts, channel_name: str, vary: Variation, *, brief: bool = False) -> list[Part]:
    """Return the scenes: hook, the places in turn, outlook."""
    ranked = story.by_speed[: FEWEST if brief else MOST]
    together = sum(one.velocity or 0 for one in ranked)
    count = numbers.small(len(ranked))
    hook = vary.pick(
        f"{numbers.spoken(together)} views an hour: that is what the {count} fastest videos in {story.niche} "
        "collect between them. Which one leads?",
        f"These are the {count} fastest rising videos in {story.niche} right now. Together they gain "
        f"{numbers.spoken(together)} views every hour.",
    )
    told = [
        Part(
            f"The {count} fastest in {story.niche}"[:60],
            _capital(hook),
            briefs.big_number(
                f"+{numbers.shown(together)}",
                "views an hour",
                f"the {count} fastest in {story.niche}, together",
            ),
        )
    ]
    used: set[str] = set()
    for place in range(len(ranked), 0, -1):
        told.append(_place(ranked, place, story, vary, used))
    told.append(parts.outlook(ranked[0], story, channel_name, vary))
    return told


def _place(ranked: list[VideoFacts], place: int, story: StoryFacts, vary: Variation, used: set[str]) -> Part:
    one = ranked[place - 1]
    pace = numbers.spoken(one.velocity or 0)
    lead_in = f"Number {numbers.small(place)}:" if place > 1 else vary.pick("And number one:", "The fastest of all:")
    told = vary.pick(
        f"{lead_in} {one.said}. {_capital(pace)} views an hour.",
        f"{lead_in} {one.said}, with {pace} views an hour.",
    )
    if place == 1:
        second = ranked[1]
        ratio = (one.velocity or 0) / (second.velocity or 1)
        growth = parts.growth(one, vary)
        extras = [f"It gains {numbers.times_as(ratio)} number two."] + (growth.extras[:1] if growth else [])
        if growth:
            return Part("Number one", f"{told} {growth.narration}", growth.visual, extras[:1])
        return Part("Number one", told, briefs.rank_card(one, 1), extras)
    heading = f"Number {numbers.small(place)}"
    if place == 3 and len(one.regions) >= 3:
        visual = briefs.listed_countries(one, len(story.evidence.regions_watched))
        used.add("countries")
        extra = f"It is charting in {numbers.small(len(one.regions))} of the countries we watch."
        return Part(heading, told, visual, [extra])
    return Part(heading, told, briefs.rank_card(one, place), _colour(one, used))


def _colour(one: VideoFacts, used: set[str]) -> list[str]:
    """One more fact of a kind that was not told yet."""
    options: list[tuple[str, str]] = []
    if one.age and one.age_hours is not None:
        fresh_out = f"It was published only {one.age}."
        older = f"It was published {one.age} and has {numbers.spoken(one.views)} views by now."
        options.append(("age", fresh_out if one.age_hours < 30 else older))
    if one.best_region:
        code, rank = one.best_region
        options.append(("rank", f"In {countries.country(code)} it stands at number {numbers.small(rank)}."))
    if one.likes:
        each = max(1, round(one.views / one.likes))
        options.append(("likes", f"One viewer in {numbers.small(each)} presses like."))
    options.append(("views", f"It has {numbers.spoken(one.views)} views so far."))
    fresh = [option for option in options if option[0] not in used] or options
    used.add(fresh[0][0])
    return [fresh[0][1]]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
