"""Parts that the forms share: one idea each, told only when the evidence holds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts, Variation, VideoFacts
from ytempire.content.models import VisualBrief


@dataclass(frozen=True)
class Part:
    """A scene to be: ``extras`` are sentences that are added where there is time."""

    heading: str
    narration: str
    visual: VisualBrief
    extras: list[str] = field(default_factory=list)


def growth(one: VideoFacts, vary: Variation) -> Part | None:
    """How the views grew, between the first and the last observation."""
    visual = briefs.growth_line(one)
    if visual is None:
        return None
    (start, before), (end, now) = one.growth[0], one.growth[-1]
    hours = (end - start).total_seconds() / 3600
    span = numbers.span(hours)
    if before == 0:
        told = vary.pick(
            f"It went from nothing to {numbers.spoken(now)} views in {span}.",
            f"All {numbers.spoken(now)} views came within {span}.",
        )
        each = now / max(hours, 1)
        extra = f"Spread evenly, that is {numbers.spoken(each)} views for every hour it has been online."
        return Part("How fast it grew", told, visual, [extra])
    told = vary.pick(
        f"On {start:%B} {start.day} it stood at {numbers.spoken(before)} views. Now it has {numbers.spoken(now)}.",
        f"From {numbers.spoken(before)} to {numbers.spoken(now)} views, in {span}.",
    )
    ratio = now / before
    extra = f"That is {round((ratio - 1) * 100)} percent more." if ratio < 2 else f"That is {ratio:.1f} times as many."
    return Part("How fast it grew", told, visual, [extra.replace(".0 times", " times")])


def where(one: VideoFacts, story: StoryFacts, vary: Variation) -> Part:
    """In which countries it is listed."""
    watched = max(len(story.evidence.regions_watched), len(one.regions), 1)
    visual = briefs.listed_countries(one, watched)
    names = [countries.country(place.region_code) for place in visual.listed]
    if not names:
        charts = f"{numbers.small(watched)} charts we read" if watched > 1 else "chart we read"
        told = f"We looked for it in the {charts} every day. It is not in the top fifty there yet."
        extras = ["So whatever brings people to it, it is not the front page."]
        return Part("Where it is listed", told, visual, extras)
    if len(names) == 1:
        only = vary.pick("So far it is a local story:", "One country carries it for now:")
        return Part("Where it is listed", f"{only} it is on the chart of {names[0]}.", visual)
    told = f"It is listed in {numbers.small(len(names))} of the {numbers.small(watched)} charts we watch"
    extras = []
    if one.best_region:
        code, rank = one.best_region
        extras = [f"It stands highest in {countries.country(code)}, at number {numbers.small(rank)}."]
    return Part("Where it is listed", f"{told}, among them {numbers.joined(names[:3])}.", visual, extras)


def response(one: VideoFacts, vary: Variation) -> Part | None:
    """How many viewers press like or write."""
    if not one.likes or one.views < one.likes:
        return None
    each = max(1, round(one.views / one.likes))
    visual = briefs.big_number(f"1 in {each}", "viewers pressed like", f"{numbers.shown(one.likes)} likes")
    told = vary.pick(
        f"And people respond: {numbers.spoken(one.likes)} likes, one for every {numbers.small(each)} views.",
        f"One view in {numbers.small(each)} ends with a like, {numbers.spoken(one.likes)} in all.",
    )
    extras = [f"Add {numbers.spoken(one.comments)} comments under the video."] if one.comments else []
    return Part("How viewers respond", told, visual, extras)


def scale(one: VideoFacts) -> Part:
    """What its number of views amounts to."""
    span = numbers.span(one.views / 3600)
    return Part(
        "What that amounts to",
        f"To get a feeling for it: counting one view every second, day and night, would take {span}.",
        briefs.big_number(span, "to count its views, one a second", f"{numbers.shown(one.views)} views"),
    )


def field_of(story: StoryFacts, vary: Variation) -> Part | None:
    """The lead among the others of its niche."""
    if not story.others:
        return None
    ordered = story.by_speed if len(story.by_speed) > 1 else sorted(story.everyone, key=lambda one: -one.views)
    visual = briefs.bar_ranking(ordered, story.lead)
    first = ordered[0]
    if first is not story.lead:
        told = f"The fastest of the field is another one: {first.said}."
    else:
        told = vary.pick(
            f"Next behind it comes {ordered[1].said}.",
            f"The closest follower is {ordered[1].said}.",
        )
    extras = []
    if first is story.lead and first.velocity and ordered[1].velocity:
        extras = [f"The lead has {numbers.times_as(first.velocity / ordered[1].velocity)} that one."]
    return Part(f"The field in {story.niche}"[:60], told, visual, extras)


def outlook(one: VideoFacts, story: StoryFacts, channel_name: str, vary: Variation) -> Part:
    """What the pace leads to, and the call to action."""
    if one.velocity:
        mark = next_mark(one.views)
        hours = (mark - one.views) / one.velocity
        if hours <= 240:
            span = numbers.span(hours)
            told = f"If this pace holds, {one.said_short} passes {numbers.spoken(mark)} views in about {span}."
            visual = briefs.big_number(numbers.shown(mark), f"views, about {span} away", "if the pace holds")
            call = call_to_action(story, channel_name, vary, waits=True)
            return Part("What comes next", f"{told} {call}", visual)
    moment = story.evidence.observed_at
    visual = briefs.big_number(f"{moment.day} {moment:%B}", "when these numbers were read", "They change every hour")
    told = (
        "These numbers were read today, and they change with every hour that passes. "
        "The next reading shows whether the story lasts."
    )
    call = call_to_action(story, channel_name, vary, waits=False)
    return Part("What comes next", f"{told} {call}", visual)


def next_mark(views: int) -> int:
    """The next round number of views: 1, 2, 3, 5 or 10 times a power of ten."""
    power: int = 10 ** (len(str(max(views, 1))) - 1)
    return min(step * power for step in (1, 2, 3, 5, 10, 20) if step * power > views)


def call_to_action(story: StoryFacts, channel_name: str, vary: Variation, *, waits: bool) -> str:
    """Ask for the follow, naming the channel; ``waits`` when something is announced that may come true."""
    options = [
        f"Subscribe to {channel_name} for tomorrow's {story.niche} numbers.",
        f"We read the charts again tomorrow. Subscribe to {channel_name} and be there.",
    ]
    if waits:
        options.append(f"Follow {channel_name} to see whether it does.")
    return vary.pick(*options)
