"""The comparison: the lead beside its strongest rival; with more time, further pairs behind them."""

from __future__ import annotations

from ytempire.content import briefs, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part
from ytempire.content.forms.remarks import FIRST_DETAIL_GROUP, Remarks
from ytempire.content.wording import Variation

_BEYOND_DETAILS = 5 * FIRST_DETAIL_GROUP


def possible(story: StoryFacts, letters: int) -> bool:
    """A comparison needs a rival."""
    return bool(story.others)


def tell(story: StoryFacts, channel_name: str, vary: Variation, letters: int) -> list[Part]:
    """Return the scenes: the question, each of the two, side by side, growth, countries, further pairs, outlook."""
    lead, rival = story.lead, rival_of(story)
    remarks = Remarks(story, vary)
    ahead, behind = _order(lead, rival)
    growth = parts.growth(ahead, vary)
    told = [
        _question(story, lead, rival, vary),
        _one("comparison.first", "The lead", lead, 1 if ahead is lead else 2, vary),
        *remarks.details(lead, "The lead", 0),
        _one("comparison.second", "The rival", rival, 1 if ahead is rival else 2, vary),
        *remarks.details(rival, "The rival", 1),
        _verdict(ahead, behind, vary),
        *([growth] if growth else []),
        parts.where(lead, story, vary),
    ]
    rest = [one for one in (story.by_speed or story.everyone) if one not in (lead, rival)]
    for number, (upper, lower) in enumerate(zip(rest[::2], rest[1::2], strict=False)):
        told += _pair(upper, lower, number, vary, remarks)
    return [*told, parts.outlook(ahead, story, channel_name, vary)]


def rival_of(story: StoryFacts) -> VideoFacts:
    """The fastest of the others, of another channel where there is one."""
    rivals = [one for one in story.by_speed if one is not story.lead] or story.others
    return next((one for one in rivals if one.channel != story.lead.channel), rivals[0])


def _order(one: VideoFacts, other: VideoFacts) -> tuple[VideoFacts, VideoFacts]:
    if one.velocity and other.velocity:
        return (one, other) if one.velocity >= other.velocity else (other, one)
    return (one, other) if one.views >= other.views else (other, one)


def _question(story: StoryFacts, lead: VideoFacts, rival: VideoFacts, vary: Variation) -> Part:
    total = lead.views + rival.views
    narration = vary.say("comparison.question", niche=story.niche, total=numbers.spoken(total))
    visual = briefs.big_number(numbers.shown(total), "views between two videos", story.niche)
    return Part("Two videos, one lead", narration, visual)


def _one(slot: str, heading: str, one: VideoFacts, place: int, vary: Variation, group: int = 0) -> Part:
    published = f", published {one.age}" if one.age else ""
    narration = vary.say(slot, name=one.said, views=numbers.spoken(one.views), published=published)
    extras = [vary.say("comparison.gains", pace=numbers.spoken(one.velocity))] if one.velocity else []
    return Part(heading, narration, briefs.rank_card(one, place), extras, group, about=(one,))


def _pair(upper: VideoFacts, lower: VideoFacts, number: int, vary: Variation, remarks: Remarks) -> list[Part]:
    """Two that follow each other in the field, told of and measured: one group."""
    group = _BEYOND_DETAILS + number
    heading = f"Pair {numbers.small(number + 2)}"
    ahead, behind = _order(upper, lower)
    place = 3 + 2 * number
    verdict = _verdict(ahead, behind, vary)
    measured = Part(heading, " ".join([verdict.narration, *verdict.extras]), verdict.visual, group=group)
    later = 6 * FIRST_DETAIL_GROUP
    return [
        _one("comparison.next_pair", heading, upper, place, vary, group),
        *(_later(part, later) for part in remarks.details(upper, heading, place)),
        _one("comparison.second", heading, lower, place + 1, vary, group),
        *(_later(part, later) for part in remarks.details(lower, heading, place + 1)),
        measured,
    ]


def _later(part: Part, by: int) -> Part:
    return Part(part.heading, part.narration, part.visual, part.extras, part.group + by, part.about)


def _verdict(ahead: VideoFacts, behind: VideoFacts, vary: Variation) -> Part:
    visual = briefs.two_columns(ahead, behind)
    names = {"ahead": ahead.said_short, "behind": behind.said_short}
    if ahead.velocity and behind.velocity:
        ratio = ahead.velocity / behind.velocity
        slot = "comparison.level" if ratio < 1.08 else "comparison.faster"
        told = vary.say(slot, ratio=numbers.times_as(ratio), **names)
    else:
        told = vary.say("comparison.ahead_in_views", **names)
    extras = []
    if behind.views > ahead.views:
        extras = [vary.say("comparison.other_way", **names)]
    elif ahead.likes and behind.likes:
        rate, other = ahead.likes / ahead.views, behind.likes / behind.views
        better = (ahead if rate >= other else behind).said_short
        shown = round(100 * max(rate, other))
        if shown >= 1 and abs(rate - other) > 0.002:
            extras = [vary.say("comparison.warmer", better=better, rate=numbers.small(shown))]
    return Part("Side by side", told, visual, extras)
