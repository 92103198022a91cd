"""The week in review: what came out in the last seven days and is on the move now, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from ytempire.content import briefs, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms import parts
from ytempire.content.forms.parts import Part
from ytempire.content.forms.remarks import Remarks
from ytempire.content.wording import Variation

FEWEST_VIDEOS = 4
FEWEST_DAYS = 3
MOST_A_DAY = 6
LETTERS_A_VIDEO = 480
_MOST_ALWAYS = 3
_BEYOND_DAYS = 10


def days_of(story: StoryFacts) -> dict[date, list[VideoFacts]]:
    """Videos of the last seven days by the day they were published on, oldest first, most viewed first."""
    days: dict[date, list[VideoFacts]] = {}
    observed = story.evidence.observed_at
    for one in sorted(story.everyone, key=lambda one: -one.views):
        published = one.video.published_at
        if published is not None and timedelta() < observed - published < timedelta(days=6, hours=12):
            days.setdefault(published.astimezone(observed.tzinfo).date(), []).append(one)
    return dict(sorted(days.items()))


def possible(story: StoryFacts, letters: int) -> bool:
    """A week needs several days with videos, and for a longer video more than one day that is full of them."""
    days = days_of(story)
    told = sum(min(len(videos), MOST_A_DAY) for videos in days.values())
    return len(days) >= FEWEST_DAYS and told >= max(FEWEST_VIDEOS, letters // LETTERS_A_VIDEO)


def tell(story: StoryFacts, channel_name: str, vary: Variation, letters: int) -> list[Part]:
    """Return the scenes: hook, the days in turn, who is fastest, outlook."""
    days = days_of(story)
    everyone = [one for videos in days.values() for one in videos]
    remarks = Remarks(story, vary)
    total = sum(one.views for one in everyone)
    said = {
        "niche": story.niche,
        "count": numbers.small(len(everyone)),
        "days": numbers.small(len(days)),
        "views": numbers.spoken(total),
    }
    visual = briefs.big_number(numbers.shown(total), "views", f"{said['count']} videos of one week in {story.niche}")
    told = [Part("The week in numbers", vary.say("week_in_review.hook", **said), visual)]
    always = _spread(list(days), _MOST_ALWAYS)
    ordered = sorted(everyone, key=lambda one: -(one.velocity or 0))
    for number, day in enumerate(days):
        slot = "first_day" if day == always[0] else "last_day" if day == always[-1] else "day"
        for place, one in enumerate(days[day][:MOST_A_DAY]):
            group = 0 if day in always and not place else _BEYOND_DAYS + 10 * place + number
            used = slot if not place else "same_day"
            if group and not place:
                used = "day"
            told += _entry(one, day, used, group, ordered.index(one), vary, remarks)
    told.append(_strongest(ordered, story, vary))
    return [*told, parts.outlook(ordered[0], story, channel_name, vary)]


def _spread(days: list[date], most: int) -> list[date]:
    """At most ``most`` of ``days``, the first and the last among them, evenly chosen."""
    if len(days) <= most:
        return days
    return [days[round(step * (len(days) - 1) / (most - 1))] for step in range(most)]


def _entry(
    one: VideoFacts, day: date, slot: str, group: int, place: int, vary: Variation, remarks: Remarks
) -> list[Part]:
    heading = f"{day:%A}"
    told = vary.say(f"week_in_review.{slot}", day=heading, name=one.said, views=numbers.spoken(one.views))
    details = remarks.details(one, heading, place, group or None)
    extras = remarks.some(one, 2, without=("views", "fresh", "older", "newest", "oldest"))
    if one.velocity:
        extras.insert(1, vary.say("week_in_review.pace", pace=numbers.spoken(one.velocity)))
    card = Part(heading, told, briefs.rank_card(one, place + 1), extras, group, (one,))
    return [card, *details]


def _strongest(ordered: list[VideoFacts], story: StoryFacts, vary: Variation) -> Part:
    first = ordered[0]
    slot = "strongest" if first.velocity else "strongest_views"
    told = vary.say(f"week_in_review.{slot}", name=first.said_short)
    extras = []
    second = ordered[1]
    if first.velocity and second.velocity:
        extras = [parts.lead_over(first.velocity / second.velocity, vary)]
    return Part("The strongest of the week", told, briefs.bar_ranking(ordered, first), extras)
