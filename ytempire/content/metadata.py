"""What goes with a video to YouTube: title candidates, description with chapters and source, tags."""

from __future__ import annotations

from ytempire.content import numbers
from ytempire.content.facts import StoryFacts, Variation, VideoFacts
from ytempire.content.models import Form, Narration, Scene, Script
from ytempire.content.text import clean, cut, speakable
from ytempire.content.topic import ChannelProfile

TITLE_LIMIT = 100
DESCRIPTION_LIMIT_BYTES = 5_000
TAGS_LIMIT = 500
LETTERS_A_SECOND = 15.5
SHORTEST_CHAPTER_SECONDS = 10.0
CHAPTERS_HEADING = "Chapters"


def titles_for(form: Form, story: StoryFacts, scenes: int, vary: Variation) -> list[str]:
    """Return titles of at most 100 characters, the best first; ``scenes`` is how many there are."""
    lead = story.lead
    niche = story.niche.title() if story.niche.islower() else story.niche
    subject = cut(_subject(lead), 52)
    day = f"{story.evidence.observed_at.day} {story.evidence.observed_at:%B}"
    candidates: list[str] = []
    if form == "countdown":
        count = scenes - 2  # without hook and outlook
        first = story.by_speed[0]
        candidates += [
            f"The {count} Fastest Rising {niche} Videos Right Now "
            f"(#1 Gains {numbers.shown(first.velocity or 0)} Views an Hour)",
            f"{niche} Today: The {count} Videos Everyone Is Opening ({day})",
        ]
    elif form == "comparison":
        rival = ([one for one in story.by_speed if one is not lead] or story.others)[0]
        candidates += [
            f"{lead.channel} vs {rival.channel}: Who Is Really Winning {niche}?",
            f"{numbers.shown(lead.views + rival.views)} Views, Two Videos: The {niche} Race of {day}",
        ]
    if lead.velocity:
        candidates.append(f"{numbers.shown(lead.velocity)} Views an Hour: How {subject} Rose")
        candidates.append(f"{subject}: Anatomy of a {niche} Rise")
    candidates.append(f"{numbers.shown(lead.views)} Views: The Numbers Behind {subject}")
    candidates.append(f"{niche} Charts, {day}: {subject} by the Numbers")
    unique = list(dict.fromkeys(cut(clean(title), TITLE_LIMIT) for title in candidates))
    if form == "rise" and len(unique) > 2 and vary.number(2):
        unique[0], unique[1] = unique[1], unique[0]
    return unique


def _subject(one: VideoFacts) -> str:
    """The video in a title of ours: its own words when readable in any script, else its channel."""
    said = speakable(one.title, limit_words=6)
    return said if said else one.channel


def describe(scenes: list[Scene], story: StoryFacts, channel: ChannelProfile) -> str:
    """Return the description: what it tells, chapters (estimated times), the videos spoken of, the source."""
    starts = []
    clock = 0.0
    for scene in scenes:
        starts.append(clock)
        clock += (len(scene.narration) + 4 * sum(c.isdigit() for c in scene.narration)) / LETTERS_A_SECOND + 0.4
    spoken_of = [
        f"• {one.title} ({one.channel}): https://youtu.be/{one.video.youtube_video_id}" for one in story.everyone[:5]
    ]
    observed = story.evidence.observed_at
    places = numbers.counted(len(story.evidence.regions_watched), "country", "countries")
    source = f"Numbers: {story.source}, read at {observed:%H:%M} UTC in {places}."
    text = "\n".join(
        [
            scenes[0].narration,
            "",
            *_chapters(scenes, starts, clock),
            "",
            "Videos in this story",
            *spoken_of,
            "",
            source,
            "Voice and pictures are made by a computer from these numbers.",
            f"#{''.join(part for part in story.niche.title() if part.isalnum())} #Trending",
        ]
    )
    while len(text.encode()) > DESCRIPTION_LIMIT_BYTES:
        text = text[: len(text) - 200].rsplit("\n", 1)[0]
    return text


def _chapters(scenes: list[Scene], starts: list[float], end: float) -> list[str]:
    lines: list[tuple[float, str]] = []
    for scene, start in zip(scenes, starts, strict=True):
        if not lines or (start - lines[-1][0] >= SHORTEST_CHAPTER_SECONDS and end - start >= SHORTEST_CHAPTER_SECONDS):
            lines.append((start, scene.heading))
    return [
        CHAPTERS_HEADING,
        *(f"{int(start // 60)}:{int(start % 60):02d} {heading}" for start, heading in lines),
    ]


def retime_chapters(script: Script, narration: Narration) -> Script:
    """Return ``script`` with the chapters of its description at the times of the narration."""
    starts = [0.0, *(scene.start_seconds for scene in narration.scenes[1:])]
    chapters = _chapters(script.scenes, starts, narration.duration_seconds)
    blocks = script.description.split("\n\n")
    blocks = ["\n".join(chapters) if block.startswith(f"{CHAPTERS_HEADING}\n") else block for block in blocks]
    return script.model_copy(update={"description": "\n\n".join(blocks)})


def tags_for(story: StoryFacts, form: Form) -> list[str]:
    """Return tags, together at most 500 characters as YouTube counts them (quotes around spaces)."""
    names = [speakable(one.channel) for one in story.everyone[:5]]
    wanted = [story.niche, f"{story.niche} charts", "trending", "youtube charts", "trending today", form]
    wanted += [clean(name).lower() for name in names if name]
    tags: list[str] = []
    used = 0
    for tag in dict.fromkeys(tag.replace(",", " ").strip() for tag in wanted):
        cost = len(tag) + 1 + (2 if " " in tag else 0)
        if tag and len(tag) <= 60 and used + cost <= TAGS_LIMIT:
            tags.append(tag)
            used += cost
    return tags
