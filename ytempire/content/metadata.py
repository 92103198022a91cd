"""What goes with a video to YouTube: title candidates, description with chapters and source, tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ytempire.chapters import HEADING, SHORTEST_CHAPTER_SECONDS, are_chapters
from ytempire.content import numbers
from ytempire.content.assignments import LETTERS_A_SECOND
from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms.parts import Part
from ytempire.content.forms.week_in_review import days_of
from ytempire.content.models import Form, Narration, Scene, Script
from ytempire.content.text import clean, cut, speakable
from ytempire.content.topic import ChannelProfile
from ytempire.content.wording import Variation

TITLE_LIMIT = 100
DESCRIPTION_LIMIT_BYTES = 5_000
TAGS_LIMIT = 500
MOST_CHAPTERS = 24
VIDEOS_HEADING = "Videos in this story"
_IDENTITY = re.compile(r"[\w-]{1,20}", re.ASCII)


def titles_for(form: Form, story: StoryFacts, told: list[Part], vary: Variation) -> list[str]:
    """Return titles of at most 100 characters, the best first, for a script that tells ``told``."""
    lead, observed = story.lead, story.evidence.observed_at
    niche = story.niche.title() if story.niche.islower() else story.niche
    week = [one for videos in days_of(story).values() for one in videos]
    fields = {
        "niche": niche,
        "day": f"{observed.day} {observed:%B}",
        "subject": subject(lead),
        "views": numbers.shown(lead.views),
        "pace": numbers.shown(lead.velocity or 0),
        "first": numbers.shown((story.by_speed or [lead])[0].velocity or 0),
        "count": len({part.heading for part in told if part.heading.startswith("Number ")}),
        "lead": lead.channel,
        "week_count": len(week),
        "week_views": numbers.shown(sum(one.views for one in week)),
    }
    if form == "comparison":
        rival = next(one for part in told for one in part.about if one is not lead)
        fields |= {"rival": rival.channel, "total": numbers.shown(lead.views + rival.views)}
    slots = [form, "views"] if form != "rise" or lead.velocity else ["views"]
    wished = [vary.say(f"titles.{slot}", **fields) for slot in slots for _ in range(3)]
    return list(dict.fromkeys(cut(clean(title), TITLE_LIMIT) for title in wished))


def subject(one: VideoFacts) -> str:
    """The video in a title of ours: the first words of its own title when readable, else its channel."""
    whole = speakable(one.title, limit_words=20)
    said = speakable(one.title, limit_words=6)
    if not said or not whole:
        return one.channel
    return cut(said if len(said) == len(whole) else f"{said}…", 52)


def describe(
    scenes: list[Scene],
    story: StoryFacts,
    channel: ChannelProfile,
    *,
    told_of: Sequence[VideoFacts],
    opening: str = "",
) -> str:
    """Return the description: what it tells, chapters (estimated times), the videos spoken of, the source."""
    starts = []
    clock = 0.0
    for scene in scenes:
        starts.append(clock)
        clock += (len(scene.narration) + 4 * sum(c.isdigit() for c in scene.narration)) / LETTERS_A_SECOND + 0.4
    unique = {one.video.youtube_video_id: one for one in [story.lead, *told_of]}
    spoken_of = [_listed(one) for one in unique.values()]
    observed = story.evidence.observed_at
    places = numbers.counted(len(story.evidence.regions_watched), "country", "countries")
    chapters = _chapters(scenes, starts, clock)
    head = [opening or scenes[0].narration, "", *chapters, *([""] if chapters else []), VIDEOS_HEADING]
    tail = [
        "",
        f"Numbers: {story.source}, read at {observed:%H:%M} UTC in {places}.",
        "Voice and pictures are made by a computer from these numbers.",
        f"#{''.join(part for part in story.niche.title() if part.isalnum())} #Trending",
    ]
    while len("\n".join([*head, *spoken_of, *tail]).encode()) > DESCRIPTION_LIMIT_BYTES and spoken_of:
        spoken_of.pop()
    return "\n".join([*head, *spoken_of, *tail])


def _listed(one: VideoFacts) -> str:
    line = f"• {one.title} ({one.channel})"
    identity = one.video.youtube_video_id
    return f"{line}: https://youtu.be/{identity}" if _IDENTITY.fullmatch(identity) else line


def _chapters(scenes: list[Scene], starts: list[float], end: float) -> list[str]:
    apart = max(SHORTEST_CHAPTER_SECONDS, end / MOST_CHAPTERS)
    lines: list[tuple[float, str]] = []
    for scene, start in zip(scenes, starts, strict=True):
        if lines and scene.heading == lines[-1][1]:
            continue
        if not lines or (start - lines[-1][0] >= apart and end - start >= SHORTEST_CHAPTER_SECONDS):
            lines.append((start, scene.heading))
    if not are_chapters([start for start, _ in lines], end):
        return []
    return [HEADING, *(f"{int(start // 60)}:{int(start % 60):02d} {heading}" for start, heading in lines)]


def retime_chapters(script: Script, narration: Narration) -> Script:
    """Return ``script`` with the chapters of its description at the times of the narration, where there are any."""
    starts = [0.0, *(scene.start_seconds for scene in narration.scenes[1:])]
    chapters = _chapters(script.scenes, starts, narration.duration_seconds)
    blocks = script.description.split("\n\n")
    at = next((n for n, block in enumerate(blocks) if block.startswith((f"{HEADING}\n", VIDEOS_HEADING))), None)
    if at is not None:
        rest = [block for block in blocks[at:] if not block.startswith(f"{HEADING}\n")]
        blocks[at:] = [*(["\n".join(chapters)] if chapters else []), *rest]
    return script.model_copy(update={"description": "\n\n".join(blocks)})


def tags_for(story: StoryFacts, form: Form, more: Sequence[str] = ()) -> list[str]:
    """Return tags, together at most 500 characters as YouTube counts them (quotes around spaces)."""
    names = [speakable(one.channel) for one in story.everyone[:5]]
    wanted = [story.niche, f"{story.niche} charts", "trending", "youtube charts", form.replace("_", " ")]
    wanted += [clean(tag).lower() for tag in more]
    wanted += ["trending today", *(clean(name).lower() for name in names if name)]
    tags: list[str] = []
    used = 0
    for tag in dict.fromkeys(tag.replace(",", " ").strip() for tag in wanted):
        cost = len(tag) + 1 + (2 if " " in tag else 0)
        if tag and len(tag) <= 60 and used + cost <= TAGS_LIMIT:
            tags.append(tag)
            used += cost
    return tags


def credited(script: Script, credits: Sequence[str]) -> Script:
    """Return ``script`` with the credits in its description, above the hashtags and within YouTube's 5,000 bytes."""
    owed = [line for line in dict.fromkeys(credits) if line]
    lines = script.description.split("\n")
    at = len(lines) - (1 if lines[-1].startswith("#") else 0)
    lines[at:at] = owed
    while owed and len("\n".join(lines).encode()) > DESCRIPTION_LIMIT_BYTES and at > 0:
        at -= 1
        del lines[at]
    return script.model_copy(update={"description": "\n".join(lines)})
