"""The countdown: the fastest rising videos of a niche, the first last."""

from __future__ import annotations

from ytempire.content import briefs, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part
from ytempire.content.forms.remarks import Remarks
from ytempire.content.wording import Variation

FEWEST = 4
HOOK_AND_OUTLOOK_LETTERS = 280


def possible(story: StoryFacts, letters: int) -> bool:
    """A countdown needs enough videos whose pace is known."""
    return len(story.by_speed) >= FEWEST


def tell(story: StoryFacts, channel_name: str, vary: Variation, letters: int) -> list[Part]:
    """Return the scenes: hook, the places in turn, outlook. The longer the video, the more places."""
    each = 92 + letters / 28
    count = max(FEWEST, min(round((letters - HOOK_AND_OUTLOOK_LETTERS) / each), len(story.by_speed)))
    ranked = story.by_speed[:count]
    together = sum(one.velocity or 0 for one in ranked)
    said = {
        "count": numbers.small(count),
        "total": numbers.spoken(together),
        "first": numbers.spoken(ranked[0].velocity or 0),
        "niche": story.niche,
    }
    visual = briefs.big_number(
        f"+{numbers.shown(together)}", "views an hour", f"the {numbers.small(count)} fastest in {story.niche}, together"
    )
    told = [
        Part(f"The {numbers.small(count)} fastest in {story.niche}"[:60], vary.say("countdown.hook", **said), visual)
    ]
    remarks = Remarks(story, vary)
    for place in range(count, 0, -1):
        told += _place(ranked, place, vary, remarks)
    return [*told, parts.outlook(ranked[0], story, channel_name, vary)]


def _place(ranked: list[VideoFacts], place: int, vary: Variation, remarks: Remarks) -> list[Part]:
    one = ranked[place - 1]
    slot = "top" if place == 1 else "start" if place == len(ranked) else "place"
    heading = f"Number {numbers.small(place)}"
    pace = numbers.spoken(one.velocity or 0)
    lead_in = vary.say(f"countdown.{slot}", place=numbers.small(place), name=one.said, pace=pace)
    details = remarks.details(one, heading, place)
    extras = remarks.some(one, 2)
    card = Part(heading, lead_in, briefs.rank_card(one, place), extras, about=(one,))
    if place > 1:
        gap = (ranked[place - 2].velocity or 0) - (one.velocity or 0)
        if gap >= 1 and numbers.spoken(gap) != pace:
            card.extras.insert(1, vary.say("countdown.gap", gap=numbers.spoken(gap)))
        return [card, *details]
    ratio = (one.velocity or 0) / (ranked[1].velocity or 1)
    ahead = vary.say("countdown.top_by" if ratio >= 1.2 else "countdown.top_close", ratio=numbers.times_as(ratio))
    extras = [ahead, *card.extras]
    growth = parts.growth(one, vary)
    if growth:
        grown = Part(heading, f"{lead_in} {growth.narration}", growth.visual, extras, about=(one,))
        return [grown, *(detail for detail in details if detail.visual.kind != "growth_line")]
    return [Part(heading, lead_in, card.visual, extras, about=(one,)), *details]
