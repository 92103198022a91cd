"""What a thumbnail says: one number of the story and what it is; at most four words with all that stands beside."""

from __future__ import annotations

from dataclasses import dataclass

from ytempire.content import numbers
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.models import Script


@dataclass(frozen=True)
class Claim:
    """A number as it is shown, and what it counts."""

    number: str
    unit: str


@dataclass(frozen=True)
class Subject:
    """What can be drawn of a story: its leader, a rival, the whole field, and the claims that are true of it."""

    leader: VideoFacts
    rival: VideoFacts | None
    pool: list[VideoFacts]
    rank: int | None
    claims: list[Claim]


def subject(script: Script, story: StoryFacts) -> Subject:
    """Read the subject of a thumbnail from the story that ``script`` tells."""
    fast = story.by_speed
    countdown = script.form == "countdown" and bool(fast)
    leader = fast[0] if countdown else story.lead
    rivals = [one for one in (fast or story.others) if one is not leader]
    ordered = fast if len(fast) > 1 else sorted(story.everyone, key=lambda one: -one.views)
    told = len({scene.heading for scene in script.scenes if scene.heading.startswith("Number ")}) or 5
    listed = leader.best_region[1] if leader.best_region else None
    rank = 1 if countdown else listed
    claims = [Claim(f"+{short(leader.velocity)}", "AN HOUR")] if leader.velocity else []
    claims.append(Claim(short(leader.views), "VIEWS"))
    if listed is not None and listed < 100:
        claims.append(Claim(f"#{listed}", "TODAY"))
    return Subject(leader, rivals[0] if rivals else None, ordered[:told], rank, claims)


def size(one: VideoFacts) -> float:
    """How large a video is drawn beside another: by its speed, else by its views."""
    return one.velocity or float(one.views)


def short(value: float) -> str:
    """A number without its space: 1.2M."""
    return numbers.shown(value).replace(" ", "")
