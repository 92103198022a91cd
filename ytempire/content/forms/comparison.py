"""The comparison: the lead beside its strongest rival."""

from __future__ import annotations

from ytempire.content import briefs, numbers
from ytempire.content.facts import StoryFacts, Variation, VideoFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part


def possible(story: StoryFacts) -> bool:
    """A comparison needs a rival."""
    return bool(story.others)


def tell(story: StoryFacts, channel_name: str, vary: Variation, *, brief: bool = False) -> list[Part]:
    """Return the scenes: the question, each of the two, side by side, growth, countries, outlook."""
    lead = story.lead
    rivals = [one for one in story.by_speed if one is not lead] or story.others
    rival = rivals[0]
    ahead, behind = _order(lead, rival)
    told: list[Part | None] = [
        _question(story, lead, rival, vary),
        _one("The lead", lead, 1 if ahead is lead else 2, vary.pick("First,", "On one side,")),
        _one("The rival", rival, 1 if ahead is rival else 2, vary.pick("Against it,", "On the other side,")),
        _verdict(ahead, behind),
        None if brief else parts.growth(ahead, vary),
        parts.where(lead, story, vary),
    ]
    kept = [part for part in told if part is not None]
    return [*kept, parts.outlook(ahead, story, channel_name, vary)]


def _order(lead: VideoFacts, rival: VideoFacts) -> tuple[VideoFacts, VideoFacts]:
    if lead.velocity and rival.velocity:
        return (lead, rival) if lead.velocity >= rival.velocity else (rival, lead)
    return (lead, rival) if lead.views >= rival.views else (rival, lead)


def _question(story: StoryFacts, lead: VideoFacts, rival: VideoFacts, vary: Variation) -> Part:
    total = lead.views + rival.views
    narration = vary.pick(
        f"Two videos are fighting for the top of {story.niche}. Between them: {numbers.spoken(total)} views. "
        "Who is really ahead?",
        f"{numbers.spoken(total)} views, two videos, one question: who owns {story.niche} today?",
    )
    visual = briefs.big_number(numbers.shown(total), "views between two videos", story.niche)
    return Part("Two videos, one lead", narration[:1].upper() + narration[1:], visual)


def _one(heading: str, one: VideoFacts, place: int, lead_in: str) -> Part:
    narration = f"{lead_in} {one.said}: {numbers.spoken(one.views)} views"
    narration += f", published {one.age}." if one.age else "."
    extras = [f"It gains {numbers.spoken(one.velocity)} views an hour."] if one.velocity else []
    return Part(heading, narration, briefs.rank_card(one, place), extras)


def _verdict(ahead: VideoFacts, behind: VideoFacts) -> Part:
    visual = briefs.two_columns(ahead, behind)
    if ahead.velocity and behind.velocity:
        ratio = ahead.velocity / behind.velocity
        told = f"Side by side, {ahead.said_short} gains {numbers.times_as(ratio)} {behind.said_short}."
        if ratio < 1.08:
            told = "Side by side, they are level: hardly a view an hour between them, in proportion."
    else:
        told = f"Side by side, {ahead.said_short} is ahead in views."
    extras = []
    if behind.views > ahead.views:
        extras = [f"In total views it is the other way round: {behind.said_short} still has more."]
    elif ahead.likes and behind.likes:
        rate, other = ahead.likes / ahead.views, behind.likes / behind.views
        better = ahead if rate >= other else behind
        extras = [
            f"The warmer response goes to {better.said_short}, "
            f"with {100 * max(rate, other):.0f} likes in a hundred views."
        ]
    return Part("Side by side", told, visual, extras)
