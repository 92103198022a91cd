"""The explanation of a rise: what one video is, how fast it grew, where, and beside whom."""

from __future__ import annotations

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part
from ytempire.content.forms.remarks import Remarks
from ytempire.content.wording import Variation

_BEYOND_FIELD = 10
LETTERS_A_FOLLOWER = 420


def possible(story: StoryFacts, letters: int) -> bool:
    """One video is enough."""
    return True


def tell(story: StoryFacts, channel_name: str, vary: Variation, letters: int) -> list[Part]:
    """Return the scenes: hook, who, growth, countries, response or scale, field, further risers, outlook."""
    lead = story.lead
    remarks = Remarks(story, vary)
    rest: list[Part | None] = [
        parts.growth(lead, vary),
        parts.where(lead, story, vary),
        parts.response(lead, vary),
        parts.field_of(story, vary),
    ]
    kept = [_hook(story, vary), _who(story, vary), *(part for part in rest if part is not None)]
    if len(kept) < 5:
        kept.insert(3, parts.scale(lead, vary))
    named = {one.video.youtube_video_id for part in kept for one in part.about}
    kept += remarks.details(lead, "More about it", 3)
    others = [one for one in (story.by_speed or story.everyone) if one.video.youtube_video_id not in named]
    for number, one in enumerate(others[: max(1, letters // LETTERS_A_FOLLOWER)]):
        heading = f"Also rising: {numbers.small(number + 1)}"
        figure, meaning = (one.velocity, "views an hour") if one.velocity else (float(one.views), "views")
        told = vary.say("rise.also", name=one.said, number=numbers.spoken(figure), meaning=meaning)
        place = story.by_speed.index(one) + 1 if one in story.by_speed else number + 2
        group = _BEYOND_FIELD + number
        details = remarks.details(one, heading, number, group)
        kept += [Part(heading, told, briefs.rank_card(one, place), remarks.some(one, 2), group, (one,)), *details]
    return [*kept, parts.outlook(lead, story, channel_name, vary)]


def _hook(story: StoryFacts, vary: Variation) -> Part:
    lead = story.lead
    views = numbers.spoken(lead.views)
    if lead.velocity:
        moment = numbers.spoken(max(1, round(lead.velocity * 5 / 3600)))
        pace = numbers.spoken(lead.velocity)
        slot = "rise.hook" if lead.velocity > 3_600 else "rise.hook_small"
        narration = vary.say(slot, pace=pace, niche=story.niche, views=views, moment=moment)
        visual = briefs.big_number(f"+{numbers.shown(lead.velocity)}", "views an hour", f"one video in {story.niche}")
        return Part("The pace", narration, visual)
    visual = briefs.big_number(numbers.shown(lead.views), "views", f"the lead in {story.niche}")
    return Part("The number", vary.say("rise.hook_views", views=views, niche=story.niche), visual)


def _who(story: StoryFacts, vary: Variation) -> Part:
    lead = story.lead
    named = vary.say("rise.who", name=lead.said)
    views = numbers.spoken(lead.views)
    if lead.age:
        named = f"{named} {vary.say('rise.seen', age=lead.age, views=views)}"
    elif lead.velocity:
        named = f"{named} {vary.say('rise.seen_ageless', views=views)}"
    place = 1
    if lead.best_region:
        code, place = lead.best_region
        extras = [vary.say("shared.highest", country=countries.country(code), rank=numbers.small(place))]
    else:
        extras = [vary.say("rise.first_today", niche=story.niche)]
    visual = briefs.rank_card(lead, place)
    if lead.velocity:
        visual = visual.model_copy(update={"number": numbers.shown(lead.views), "meaning": "views"})
    return Part("The video", named, visual, extras, about=(lead,))
