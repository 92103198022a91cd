"""Policy checks of a script before it is published: YouTube's limits, banned words and claims, honest flags, links."""

from __future__ import annotations

import re
import unicodedata

from ytempire.content.metadata import DESCRIPTION_LIMIT_BYTES, TAGS_LIMIT, TITLE_LIMIT
from ytempire.content.models import Script
from ytempire.content.text import graphemes
from ytempire.content.topic import ChannelProfile
from ytempire.links import hosts_of
from ytempire.quality.banned import banned_claims, banned_words
from ytempire.quality.models import PolicyReport, Violation
from ytempire.settings import QualitySettings

TAG_LIMIT = 100
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
# These belong to emoji and to joined scripts.
_JOINERS = frozenset("\u200c\u200d")


def check(script: Script, channel: ChannelProfile, settings: QualitySettings) -> PolicyReport:
    """Hold ``script`` against YouTube's limits and our own rules for ``channel``."""
    violations = [
        *_limits(script),
        *_characters(script),
        *_words(script),
        *_flags(script, channel),
        *_links(script, settings),
    ]
    return PolicyReport(violations=violations)


def _titles(script: Script) -> dict[str, str]:
    candidates = {f"title candidate {number}": title for number, title in enumerate(script.title_candidates, start=1)}
    return {"title": script.title} | candidates


def _limits(script: Script) -> list[Violation]:
    found = []
    for where, title in _titles(script).items():
        # YouTube counts code points; a reader sees fewer, and more than nothing.
        if len(title) > TITLE_LIMIT or not any(character.isalnum() for character in title):
            detail = f"{len(title)} characters, {len(graphemes(title))} as a reader sees them"
            found.append(Violation(rule="title length", where=where, detail=detail))
    size = len(script.description.encode("utf-8", "replace"))
    if size > DESCRIPTION_LIMIT_BYTES:
        found.append(Violation(rule="description length", where="description", detail=f"{size} bytes"))
    total = sum(len(tag) + (2 if " " in tag else 0) + 1 for tag in script.tags)
    if total > TAGS_LIMIT or any(not tag.strip() or len(tag) > TAG_LIMIT for tag in script.tags):
        found.append(Violation(rule="tags length", where="tags", detail=f"{total} characters"))
    return found


def _characters(script: Script) -> list[Violation]:
    found = []
    for where, text in (_titles(script) | {"description": script.description, "tags": " ".join(script.tags)}).items():
        if "<" in text or ">" in text:
            found.append(Violation(rule="angle brackets", where=where, detail="holds < or >"))
        bad = {character for character in text if _is_forbidden(character, where == "description")}
        if bad:
            detail = ", ".join(f"U+{ord(character):04X}" for character in sorted(bad))
            found.append(Violation(rule="characters", where=where, detail=detail))
    return found


def _is_forbidden(character: str, lines: bool) -> bool:
    """Control, direction and unassigned characters, halves of pairs; a description may break its lines."""
    if character in _JOINERS or (lines and character == "\n") or 0xE0020 <= ord(character) <= 0xE007F:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _words(script: Script) -> list[Violation]:
    texts = _titles(script) | {"description": script.description, "tags": ", ".join(script.tags)}
    for scene in script.scenes:
        texts[f"scene {scene.index}"] = f"{scene.narration} {scene.heading} {scene.visual.model_dump_json()}"
    found = []
    for where, text in texts.items():
        if words := banned_words(text):
            found.append(Violation(rule="banned word", where=where, detail=", ".join(words)))
        if claims := banned_claims(text):
            found.append(Violation(rule="banned claim", where=where, detail=", ".join(claims)))
    return found


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


def _links(script: Script, settings: QualitySettings) -> list[Violation]:
    found = [
        Violation(rule="address", where=f"scene {scene.index}", detail="an address is spoken or shown")
        for scene in script.scenes
        if _ADDRESS.search(f"{scene.narration} {scene.heading} {scene.visual.model_dump_json()}")
    ]
    for where, text in (_titles(script) | {"description": script.description}).items():
        hosts = hosts_of(text) - set(settings.link_hosts)
        if hosts or (where != "description" and _ADDRESS.search(text)):
            found.append(Violation(rule="link", where=where, detail=", ".join(sorted(hosts)) or "a link in a title"))
    return found
