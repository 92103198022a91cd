"""What the forms are put together from: parts, each one idea, and the parts that several forms share."""

from __future__ import annotations

from dataclasses import dataclass, field

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.models import VisualBrief
from ytempire.content.wording import Variation


@dataclass(frozen=True)
class Part:
    """A scene to be.

    ``extras`` are sentences that are added where there is time. ``group`` 0 is always told; the others are told
    in the order of their group, as far as the time goes, a group whole or not at all. ``about`` are the videos
    that it tells of.
    """

    heading: str
    narration: str
    visual: VisualBrief
    extras: list[str] = field(default_factory=list)
    group: int = 0
    about: tuple[VideoFacts, ...] = ()


def growth(one: VideoFacts, vary: Variation) -> Part | None:
    """How the views grew, between the first and the last observation."""
    visual = briefs.growth_line(one)
    if visual is None:
        return None
    (start, before), (end, now) = one.growth[0], one.growth[-1]
    hours = (end - start).total_seconds() / 3600
    span = numbers.span(hours)
    if before == 0:
        told = vary.say("shared.grew_from_nothing", now=numbers.spoken(now), span=span)
        extra = vary.say("shared.even", each=numbers.spoken(now / max(hours, 1)))
        return Part("How fast it grew", told, visual, [extra], about=(one,))
    told = vary.say(
        "shared.grew",
        day=f"{start:%B} {start.day}",
        before=numbers.spoken(before),
        now=numbers.spoken(now),
        span=span,
    )
    ratio = now / before
    extra = (
        vary.say("shared.grew_percent", percent=max(1, round((ratio - 1) * 100)))
        if ratio < 2
        else vary.say("shared.grew_times", times=f"{ratio:.1f}".removesuffix(".0"))
    )
    return Part("How fast it grew", told, visual, [extra], about=(one,))


def where(one: VideoFacts, story: StoryFacts, vary: Variation) -> Part:
    """In which countries it is listed."""
    watched = max(len(story.evidence.regions_watched), len(one.regions), 1)
    visual = briefs.listed_countries(one, watched)
    names = [countries.country(place.region_code) for place in visual.listed]
    if not names:
        return Part(
            "Where it is listed",
            vary.say("shared.not_listed"),
            visual,
            [vary.say("shared.not_listed_so")],
            about=(one,),
        )
    if len(names) == 1:
        return Part("Where it is listed", vary.say("shared.local", country=names[0]), visual, about=(one,))
    told = vary.say(
        "shared.wide",
        count=numbers.small(len(names)),
        watched=numbers.small(watched),
        names=numbers.joined(names[:3]),
    )
    extras = []
    if one.best_region:
        code, rank = one.best_region
        extras = [vary.say("shared.highest", country=countries.country(code), rank=numbers.small(rank))]
    return Part("Where it is listed", told, visual, extras, about=(one,))


def response(one: VideoFacts, vary: Variation) -> Part | None:
    """How many viewers press like or write."""
    if not one.likes or one.views < one.likes:
        return None
    each = max(1, round(one.views / one.likes))
    visual = briefs.big_number(f"1 in {each}", "viewers pressed like", f"{numbers.shown(one.likes)} likes")
    told = vary.say("shared.response", likes=numbers.spoken(one.likes), each=numbers.small(each))
    extras = [vary.say("shared.comments", comments=numbers.spoken(one.comments))] if one.comments else []
    return Part("How viewers respond", told, visual, extras, about=(one,))


def scale(one: VideoFacts, vary: Variation) -> Part:
    """What its number of views amounts to."""
    span = numbers.span(one.views / 3600)
    visual = briefs.big_number(span, "to count its views, one a second", f"{numbers.shown(one.views)} views")
    return Part("What that amounts to", vary.say("shared.scale", span=span), visual, about=(one,))


def field_of(story: StoryFacts, vary: Variation) -> Part | None:
    """The lead among the others of its niche."""
    if not story.others:
        return None
    ordered = story.by_speed if len(story.by_speed) > 1 else sorted(story.everyone, key=lambda one: -one.views)
    visual = briefs.bar_ranking(ordered, story.lead)
    first = ordered[0]
    other = first if first is not story.lead else ordered[1]
    told = vary.say("shared.follower" if first is story.lead else "shared.other_first", name=other.said)
    extras = []
    if first is story.lead and first.velocity and other.velocity:
        extras = [lead_over(first.velocity / other.velocity, vary)]
    return Part(f"The field in {story.niche}"[:60], told, visual, extras, about=(other,))


def lead_over(ratio: float, vary: Variation) -> str:
    """How far the first is ahead of the second, both by views an hour."""
    return vary.say("shared.lead_by", ratio=numbers.times_as(ratio)) if ratio >= 1.2 else vary.say("shared.lead_close")


def outlook(one: VideoFacts, story: StoryFacts, channel_name: str, vary: Variation) -> Part:
    """What the pace leads to, and the call to action."""
    called = {"channel": channel_name, "niche": story.niche}
    ahead = milestone(one)
    if ahead:
        mark, span = ahead
        told = vary.say("shared.outlook", short=one.said_short, mark=numbers.spoken(mark), span=span)
        visual = briefs.big_number(numbers.shown(mark), f"views, about {span} away", "if the pace holds")
        return Part("What comes next", f"{told} {vary.say('shared.call_waits', **called)}", visual)
    moment = story.evidence.observed_at
    visual = briefs.big_number(f"{moment.day} {moment:%B}", "when these numbers were read", "They change every hour")
    told = vary.say("shared.outlook_open")
    return Part("What comes next", f"{told} {vary.say('shared.call', **called)}", visual)


def milestone(one: VideoFacts) -> tuple[int, str] | None:
    """The next round number of views that is not just about reached, and the time to it (at most ten days)."""
    if not one.velocity:
        return None
    mark = next_mark(one.views)
    if (mark - one.views) / one.velocity < 1 or numbers.spoken(mark) == numbers.spoken(one.views):
        mark = next_mark(mark)
    hours = (mark - one.views) / one.velocity
    return (mark, numbers.span(hours)) if hours <= 240 else None


def next_mark(views: int) -> int:
    """The next round number of views: 1, 2, 3, 5 or 10 times a power of ten."""
    power: int = 10 ** (len(str(max(views, 1))) - 1)
    return min(step * power for step in (1, 2, 3, 5, 10, 20) if step * power > views)
