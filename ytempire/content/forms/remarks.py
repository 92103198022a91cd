"""What else can be said of a video: single facts as sentences, and scenes of detail for longer videos.

A fact is told only when the evidence holds it, once for a video, and the kinds of facts take turns,
so that no two neighbours are told of in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from ytempire.content import briefs, countries, numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms.parts import Part, milestone
from ytempire.content.models import VisualBrief
from ytempire.content.wording import Variation

Slot = tuple[str, dict[str, object]]
FIRST_DETAIL_GROUP = 1_000
DETAILS = 4
_TRIES = 4


class Remarks:
    """Says facts of the videos of one story, each fact of a video once."""

    def __init__(self, story: StoryFacts, vary: Variation) -> None:
        self._story = story
        self._vary = vary
        self._told: set[tuple[str, str]] = set()
        self._said: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._best = dict(_superlatives(story))

    def some(self, one: VideoFacts, count: int, *, without: tuple[str, ...] = ()) -> list[str]:
        """Return up to ``count`` sentences about ``one``, of the kinds that were used least."""
        facts = {slot: fields for slot, fields in self._facts(one) if self._new(one, slot) and slot not in without}
        order = sorted(facts, key=lambda slot: (self._kinds[slot], slot not in self._best))
        return [self._say(one, slot, facts[slot]) for slot in order[:count]]

    def these(self, one: VideoFacts, *slots: str) -> list[str]:
        """Return the sentences of ``slots`` that the evidence holds and that were not told of ``one`` yet."""
        facts = {slot: fields for slot, fields in self._facts(one) if slot in slots and self._new(one, slot)}
        return [self._say(one, slot, facts[slot]) for slot in slots if slot in facts]

    def details(self, one: VideoFacts, heading: str, turn: int, first_group: int | None = None) -> list[Part]:
        """Scenes of detail about ``one``, in groups: ``turn`` rotates which of them comes first.

        The first one belongs to ``first_group`` where that is given.
        """
        makers = (self._pace, self._reach, self._answer, self._measure)
        found: list[Part] = []
        for step in range(DETAILS):
            made = makers[(turn + step) % DETAILS](one)
            if made:
                visual, told = made
                if len(told) == 1:
                    told += self.some(one, 1)
                group = FIRST_DETAIL_GROUP * (len(found) + 1) + turn
                if not found and first_group is not None:
                    group = first_group
                found.append(Part(heading, " ".join(told), visual, group=group, about=(one,)))
        return found

    def _pace(self, one: VideoFacts) -> tuple[VisualBrief, list[str]] | None:
        ahead = milestone(one)
        visual: VisualBrief | None = briefs.growth_line(one)
        if visual is None and ahead:
            visual = briefs.big_number(numbers.shown(ahead[0]), f"views, about {ahead[1]} away", one.channel)
        told = self.these(one, "faster", "slower", "average", "mark")
        return (visual, told) if visual and told else None

    def _reach(self, one: VideoFacts) -> tuple[VisualBrief, list[str]] | None:
        told = self.these(one, "wide", "local", "top", "rank", "widest")
        return (briefs.listed_countries(one, len(self._story.evidence.regions_watched)), told) if told else None

    def _answer(self, one: VideoFacts) -> tuple[VisualBrief, list[str]] | None:
        told = self.these(one, "likes", "comments", "comments_each", "best_liked")
        if not told or not one.likes:
            return None
        each = max(1, round(one.views / one.likes))
        return briefs.big_number(f"1 in {each}", "viewers pressed like", one.channel), told

    def _measure(self, one: VideoFacts) -> tuple[VisualBrief, list[str]] | None:
        told = self.these(one, "fresh", "older", "newest", "oldest", "longest", "shortest", "length", "share")
        if not told or not one.age:
            return None
        return briefs.big_number(numbers.shown(one.views), f"views since {one.age}", one.channel), told

    def _new(self, one: VideoFacts, slot: str) -> bool:
        return (one.video.youtube_video_id, slot) not in self._told

    def _say(self, one: VideoFacts, slot: str, fields: dict[str, object]) -> str:
        self._told.add((one.video.youtube_video_id, slot))
        self._kinds[slot] += 1
        for _ in range(_TRIES):  # two videos of the same length or age are not told of in the same words
            said = self._vary.say(f"remarks.{slot}", **fields)
            if said not in self._said:
                break
        self._said.add(said)
        return said

    def _facts(self, one: VideoFacts) -> Iterator[Slot]:
        yield "views", {"views": numbers.spoken(one.views)}
        yield from _time(one)
        yield from _places(one, len(self._story.evidence.regions_watched))
        yield from _response(one)
        ahead = milestone(one)
        if ahead:
            yield "mark", {"mark": numbers.spoken(ahead[0]), "span": ahead[1]}
        group = self._story.by_speed
        share = round(100 * (one.velocity or 0) / max(sum(other.velocity or 0 for other in group), 1))
        if 2 <= share <= 90 and len(group) > 2:
            yield "share", {"share": share, "count": numbers.small(len(group))}
        length = one.video.duration_seconds
        if length and length < 6 * 3600:
            said = numbers.running_time(length)
            slot = next((slot for slot in ("longest", "shortest") if self._best.get(slot) is one), "length")
            yield slot, {"length": said}
        for slot in ("most_viewed", "newest", "oldest", "best_liked", "widest"):
            if self._best.get(slot) is one:
                yield slot, {}


def _time(one: VideoFacts) -> Iterator[Slot]:
    hours = one.age_hours
    if not hours or not one.age:
        return
    fields: dict[str, object] = {"age": one.age, "span": numbers.span(hours)}
    if hours < 30:
        yield "fresh", fields
    elif one.velocity:
        yield "older", fields
    average, pace = one.views / max(hours, 1), one.velocity
    spoken: dict[str, object] = {"average": numbers.spoken(average), "pace": numbers.spoken(pace or 0)}
    if hours < 3:
        return
    if pace and pace > 1.25 * average:
        yield "faster", spoken
    elif pace and pace < 0.75 * average:
        yield "slower", spoken
    elif numbers.spoken(average) != numbers.spoken(pace or 0):
        yield "average", spoken


def _places(one: VideoFacts, watched: int) -> Iterator[Slot]:
    names = [countries.country(code) for code in one.regions]
    if one.best_region:
        code, rank = one.best_region
        place: dict[str, object] = {"country": countries.country(code), "rank": numbers.small(rank)}
        yield ("top" if rank == 1 else "rank"), place
    if len(names) > 1:
        yield (
            "wide",
            {
                "count": numbers.small(len(names)),
                "watched": numbers.small(max(watched, len(names))),
                "names": numbers.joined(names[:3]),
                "first": names[0],
                "last": names[-1],
            },
        )
    elif names and watched > 1:
        yield "local", {"country": names[0], "watched": numbers.small(watched)}


def _response(one: VideoFacts) -> Iterator[Slot]:
    if one.likes and one.views >= one.likes:
        each = max(1, round(one.views / one.likes))
        if each > 1:
            yield "likes", {"likes": numbers.spoken(one.likes), "each": numbers.small(each)}
    if one.comments and 10 <= one.comments <= one.views <= one.comments * 5_000:
        each = max(1, round(one.views / one.comments))
        slot = "comments_each" if each < 1_000 else "comments"
        yield slot, {"comments": numbers.spoken(one.comments), "each": numbers.small(each)}


def _superlatives(story: StoryFacts) -> Iterator[tuple[str, VideoFacts]]:
    """Who is first in what, where there are enough to compare and no two are level."""
    measures: dict[str, Callable[[VideoFacts], float | None]] = {
        "most_viewed": lambda one: float(one.views),
        "newest": lambda one: -one.age_hours if one.age_hours else None,
        "oldest": lambda one: one.age_hours,
        "best_liked": lambda one: one.likes / one.views if one.likes and one.views else None,
        "widest": lambda one: float(len(one.regions)),
        "longest": lambda one: float(one.video.duration_seconds) if one.video.duration_seconds else None,
        "shortest": lambda one: -float(one.video.duration_seconds) if one.video.duration_seconds else None,
    }
    if len(story.everyone) < 4:
        return
    for slot, measure in measures.items():
        known = [(value, one) for one in story.everyone if (value := measure(one)) is not None]
        known.sort(key=lambda pair: -pair[0])
        if len(known) == len(story.everyone) and known[0][0] > known[1][0]:
            yield slot, known[0][1]
