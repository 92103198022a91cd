"""The explanation of a rise: what one video is, how fast it grew, where, and beside whom."""

from __future__ import annotations

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts, Variation
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part


def possible(story: StoryFacts) -> bool:
    """One video is enough."""
    return True


def tell(story: StoryFacts, channel_name: str, vary: Variation, *, brief: bool = False) -> list[Part]:
    """Return the scenes: hook, who, growth, countries, response or scale, field, outlook."""
    lead = story.lead
    told: list[Part | None] = [
        _hook(story, vary),
        _who(story, vary),
        parts.growth(lead, vary),
        parts.where(lead, story, vary),
        None if brief else parts.response(lead, vary),
        parts.field_of(story, vary),
    ]
    kept = [part for part in told if part is not None]
    if len(kept) < 5:
        kept.insert(3, parts.scale(lead))
    return [*kept, parts.outlook(lead, story, channel_name, vary)]


def _hook(story: StoryFacts, vary: Variation) -> Part:
    lead = story.lead
    if lead.velocity:
        pace = numbers.spoken(lead.velocity)
        narration = vary.pick(
            f"{pace} views every hour. That is how fast one video in {story.niche} is climbing right now.",
            f"Every hour, {pace} more views: one video is pulling away from the rest of {story.niche}.",
        )
        visual = briefs.big_number(f"+{numbers.shown(lead.velocity)}", "views an hour", f"one video in {story.niche}")
        return Part("The pace", narration[:1].upper() + narration[1:], visual)
    narration = f"{numbers.spoken(lead.views)} views, and it leads everything we see in {story.niche} today."
    visual = briefs.big_number(numbers.shown(lead.views), "views", f"the lead in {story.niche}")
    return Part("The number", narration[:1].upper() + narration[1:], visual)


def _who(story: StoryFacts, vary: Variation) -> Part:
    lead = story.lead
    named = vary.pick(f"It is {lead.said}.", f"The video: {lead.said}.")
    extras = []
    if lead.age:
        when = f"It was published {lead.age}"
        reach = f", and has been seen {numbers.spoken(lead.views)} times." if lead.velocity else "."
        named = f"{named} {when}{reach}"
    elif lead.velocity:
        named = f"{named} It has been seen {numbers.spoken(lead.views)} times."
    place = 1
    if lead.best_region:
        code, place = lead.best_region
        extras = [f"In {countries.country(code)} it has reached number {numbers.small(place)} of the chart."]
    else:
        extras = [f"Of all the {story.niche} videos in today's numbers, this one comes first."]
    visual = briefs.rank_card(lead, place)
    if lead.velocity:
        visual = visual.model_copy(update={"number": numbers.shown(lead.views), "meaning": "views"})
    return Part("The video", named, visual, extras)
