"""Policy checks of a script before it is published: YouTube's limits, banned words, honest flags."""

from __future__ import annotations

import re

from ytempire.content.models import Script
from ytempire.content.topic import ChannelProfile
from ytempire.quality.banned import banned_words
from ytempire.quality.models import PolicyReport, Violation

TITLE_LIMIT = 100
DESCRIPTION_LIMIT_BYTES = 5_000
TAGS_LIMIT = 500
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


def check(script: Script, channel: ChannelProfile) -> PolicyReport:
    """Hold ``script`` against YouTube's limits and our own rules for ``channel``."""
    return PolicyReport(violations=[*_limits(script), *_words(script), *_flags(script, channel), *_addresses(script)])


def _limits(script: Script) -> list[Violation]:
    found = []
    for number, title in enumerate([script.title, *script.title_candidates]):
        where = "title" if number == 0 else f"title candidate {number}"
        if not title.strip() or len(title) > TITLE_LIMIT:
            found.append(Violation(rule="title length", where=where, detail=f"{len(title)} characters"))
        if "<" in title or ">" in title:
            found.append(Violation(rule="angle brackets", where=where, detail=title))
    size = len(script.description.encode())
    if size > DESCRIPTION_LIMIT_BYTES:
        found.append(Violation(rule="description length", where="description", detail=f"{size} bytes"))
    if "<" in script.description or ">" in script.description:
        found.append(Violation(rule="angle brackets", where="description", detail="holds < or >"))
    total = sum(len(tag) + (2 if " " in tag else 0) + 1 for tag in script.tags)
    if total > TAGS_LIMIT:
        found.append(Violation(rule="tags length", where="tags", detail=f"{total} characters"))
    return found


def _words(script: Script) -> list[Violation]:
    texts = {"title": script.title, "description": script.description, "tags": " ".join(script.tags)}
    for number, candidate in enumerate(script.title_candidates, start=1):
        texts[f"title candidate {number}"] = candidate
    for scene in script.scenes:
        texts[f"scene {scene.index}"] = f"{scene.narration} {scene.heading} {scene.visual.model_dump_json()}"
    return [
        Violation(rule="banned word", where=where, detail=", ".join(words))
        for where, text in texts.items()
        if (words := banned_words(text))
    ]


def _flags(script: Script, channel: ChannelProfile) -> list[Violation]:
    found = []
    if script.made_for_kids != channel.made_for_kids:
        detail = f"script {script.made_for_kids}, channel {channel.made_for_kids}"
        found.append(Violation(rule="made for kids", where="flags", detail=detail))
    if not script.contains_synthetic_media:
        found.append(Violation(rule="synthetic media", where="flags", detail="a synthetic voice is not declared"))
    if script.source not in script.description:
        found.append(Violation(rule="source", where="description", detail="the source of the numbers is missing"))
    return found


def _addresses(script: Script) -> list[Violation]:
    return [
        Violation(rule="address", where=f"scene {scene.index}", detail="an address is spoken or shown")
        for scene in script.scenes
        if _ADDRESS.search(f"{scene.narration} {scene.heading} {scene.visual.model_dump_json()}")
    ]
