"""Faults that a video can have, as done to a good one, and the rule of the weak labels.

Nobody has judged these examples. The rule says: a faultless video is published with a chance of 0.97, and each
fault leaves only a share of it (``keeps``), as far as one fault is worse than another by the specification's
checks: what is forbidden or cannot be watched keeps almost nothing, what a person would let pass keeps most.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ytempire.content.models import Scene, Script

FAULTLESS = 0.97
LEAST = 0.01
Measurements = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A fault: the share of the chance it leaves, and what it does to the words or to what is measured."""

    name: str
    keeps: float
    words: Callable[[Script, random.Random], Script] | None = None
    measured: Callable[[random.Random], Measurements] | None = None


def weak_label(faults: list[Fault]) -> float:
    """Return the chance that a person would publish a video with ``faults``."""
    chance = FAULTLESS
    for fault in faults:
        chance *= fault.keeps
    return max(chance, LEAST)


def _told(script: Script, narrations: list[str]) -> Script:
    scenes = [
        scene.model_copy(update={"narration": text[:900] or "…"})
        for scene, text in zip(script.scenes, narrations, strict=True)
    ]
    ends = {"hook": scenes[0].narration, "call_to_action": scenes[-1].narration}
    return script.model_copy(update={"scenes": scenes} | ends)


def _truncated(script: Script, chance: random.Random) -> Script:
    cut = [text[: max(8, int(len(text) * chance.uniform(0.2, 0.6)))].rstrip(".") for text in _narrations(script)]
    return _told(script, cut)


def _shuffled(script: Script, chance: random.Random) -> Script:
    mixed = []
    for text in _narrations(script):
        words = text.split()
        chance.shuffle(words)
        mixed.append(" ".join(words))
    return _told(script, mixed)


def _gibberish(script: Script, chance: random.Random) -> Script:
    def word(length: int) -> str:
        return "".join(chance.choice("bcdfghjklmnpqrstvwxzaeiou") for _ in range(length))

    return _told(script, [" ".join(word(len(w)) for w in text.split()) + "." for text in _narrations(script)])


_FOREIGN = (
    "Dieses Video steht heute ganz oben, und niemand weiß genau, warum es so schnell gegangen ist.",
    "Cette vidéo est en tête aujourd'hui, et personne ne sait vraiment pourquoi elle est montée si vite.",
    "Este video está hoy en lo más alto, y nadie sabe muy bien por qué ha subido tan rápido.",
    "Dit filmpje staat vandaag bovenaan, en niemand weet precies waarom het zo snel is gegaan.",
    "Questo video oggi è in cima, e nessuno sa davvero perché sia salito così in fretta.",
    "Это видео сегодня на первом месте, и никто не знает, почему оно поднялось так быстро.",
)


def _foreign(script: Script, chance: random.Random) -> Script:
    return _told(script, [f"{chance.choice(_FOREIGN)} {chance.choice(_FOREIGN)}" for _ in script.scenes])


def _same_scenes(script: Script, chance: random.Random) -> Script:
    first, *rest = _narrations(script)
    again = chance.choice(rest[:-1] or [first])
    return _told(script, [first, *([again] * (len(rest) - 1)), rest[-1]])


def _one_twice(script: Script, chance: random.Random) -> Script:
    narrations = _narrations(script)
    place = chance.randrange(1, len(narrations))
    narrations[place] = narrations[place - 1]
    return _told(script, narrations)


def _stub(script: Script, chance: random.Random) -> Script:
    kept = [script.scenes[0], *script.scenes[-2:]]
    return script.model_copy(update={"scenes": [scene.model_copy(update={"index": n}) for n, scene in enumerate(kept)]})


def _empty_talk(script: Script, chance: random.Random) -> Script:
    talk = (
        "So yeah, this is really something, you know what I mean.",
        "It is what it is, and that is what it is about.",
        "Anyway, there are many things that one could say here.",
        "Some people like it and other people do not like it.",
    )
    return _told(script, [f"{chance.choice(talk)} {chance.choice(talk)}" for _ in script.scenes])


_CLAIMS = (
    "Do this and you earn $500 a day, guaranteed profit for everyone.",
    "Doctors hate this secret cure that heals cancer.",
    "It is 100% proven and it never fails.",
    "Free gift cards for the first 100 subscribers who send 0.1 btc.",
)


def _claims(script: Script, chance: random.Random) -> Script:
    narrations = _narrations(script)
    for place in chance.sample(range(len(narrations)), chance.randint(1, 2)):
        narrations[place] = f"{narrations[place]} {chance.choice(_CLAIMS)}"
    return _told(script, narrations)


def _profane(script: Script, chance: random.Random) -> Script:
    narrations = _narrations(script)
    place = chance.randrange(len(narrations))
    narrations[place] = f"What the fuck, this shit is everywhere. {narrations[place]}"
    return _told(script, narrations)


def _shouting(script: Script, chance: random.Random) -> Script:
    bait = chance.choice(("YOU WON'T BELIEVE", "THIS IS INSANE", "WATCH BEFORE IT'S DELETED", "GONE WRONG"))
    title = f"{bait}!!! {script.title.upper()}"[:92] + "!!!?!"
    return script.model_copy(update={"title": title, "title_candidates": [title, *script.title_candidates[1:]]})


def _other_title(script: Script, chance: random.Random) -> Script:
    title = chance.choice(
        ("How To Fix A Leaking Tap In Ten Minutes", "My Grandmother's Apple Cake, Step By Step",
         "Beginner Yoga For A Stiff Back", "What Is A Mortgage And Do You Need One?")
    )  # fmt: skip
    described = f"{title}. Everything you need, in the right order.\n\nChapters\n0:00 Begin\n\n{script.source}"
    changes = {"title": title, "title_candidates": [title], "description": described, "tags": title.lower().split()}
    return script.model_copy(update=changes)


def _short_title(script: Script, chance: random.Random) -> Script:
    return script.model_copy(update={"title": chance.choice(("Video", "New", "Charts", "Today", "Part 4"))})


def _no_chapters(script: Script, chance: random.Random) -> Script:
    return script.model_copy(update={"description": script.description.replace("\n0:00 ", "\n")})


def _poor_metadata(script: Script, chance: random.Random) -> Script:
    changes = {"description": script.source, "tags": script.tags[:1], "title_candidates": script.title_candidates[:1]}
    return script.model_copy(update=changes)


def _thin_description(script: Script, chance: random.Random) -> Script:
    kept = script.description[: chance.randint(0, 140)].rsplit(" ", 1)[0]
    return script.model_copy(update={"description": f"{kept}\n0:00 Begin\n{script.source}"})


def _few_tags(script: Script, chance: random.Random) -> Script:
    return script.model_copy(update={"tags": script.tags[: chance.randint(0, 3)]})


def _long_hook(script: Script, chance: random.Random) -> Script:
    hook = f"{script.hook} {script.scenes[1].narration} {script.scenes[2].narration}"[:600]
    first = script.scenes[0].model_copy(update={"narration": hook})
    return script.model_copy(update={"scenes": [first, *script.scenes[1:]], "hook": hook})


def _same_pictures(script: Script, chance: random.Random) -> Script:
    shown = script.scenes[1].visual
    scenes: list[Scene] = [scene.model_copy(update={"visual": shown}) for scene in script.scenes]
    return script.model_copy(update={"scenes": scenes})


def _undeclared(script: Script, chance: random.Random) -> Script:
    return script.model_copy(update={"contains_synthetic_media": False})


def _narrations(script: Script) -> list[str]:
    return [scene.narration for scene in script.scenes]


FAULTS = (
    Fault("gibberish", 0.01, words=_gibberish),
    Fault("shuffled words", 0.02, words=_shuffled),
    Fault("another language", 0.05, words=_foreign),
    Fault("truncated", 0.2, words=_truncated),
    Fault("every scene the same", 0.08, words=_same_scenes),
    Fault("one scene twice", 0.55, words=_one_twice),
    Fault("a stub", 0.5, words=_stub),
    Fault("empty talk", 0.15, words=_empty_talk),
    Fault("banned claims", 0.05, words=_claims),
    Fault("profanity", 0.08, words=_profane),
    Fault("shouted title", 0.5, words=_shouting),
    Fault("another video's metadata", 0.08, words=_other_title),
    Fault("title too short", 0.7, words=_short_title),
    Fault("no chapters", 0.85, words=_no_chapters),
    Fault("poor metadata", 0.5, words=_poor_metadata),
    Fault("thin description", 0.6, words=_thin_description),
    Fault("hardly any tags", 0.85, words=_few_tags),
    Fault("long hook", 0.8, words=_long_hook),
    Fault("one picture throughout", 0.45, words=_same_pictures),
    Fault("synthetic media undeclared", 0.5, words=_undeclared),
    Fault("mostly black", 0.02, measured=lambda c: {"black_seconds": c.uniform(4, 30)}),
    Fault("black for a moment", 0.6, measured=lambda c: {"black_seconds": c.uniform(0.6, 1.5)}),
    Fault("silent", 0.02, measured=lambda c: {"longest_silence_seconds": c.uniform(12, 40), "integrated_lufs": -60.0}),
    Fault("a long pause", 0.5, measured=lambda c: {"longest_silence_seconds": c.uniform(2.5, 5)}),
    Fault("far too loud", 0.3, measured=lambda c: {"integrated_lufs": c.uniform(-8, -3), "true_peak_dbtp": 2.0}),
    Fault("a little too quiet", 0.75, measured=lambda c: {"integrated_lufs": c.uniform(-19, -16)}),
    Fault("clipped", 0.6, measured=lambda c: {"true_peak_dbtp": c.uniform(0.2, 2.5)}),
    Fault("frozen", 0.3, measured=lambda c: {"longest_freeze_seconds": c.uniform(10, 30)}),
    Fault("still for long", 0.75, measured=lambda c: {"longest_freeze_seconds": c.uniform(4.5, 8)}),
    Fault("sound and picture apart", 0.1, measured=lambda c: {"drift_seconds": c.uniform(0.2, 0.6)}),
    Fault("sound a little late", 0.65, measured=lambda c: {"drift_seconds": c.uniform(0.06, 0.12)}),
    Fault("no captions", 0.5, measured=lambda c: {"caption_coverage": 0.0}),
    Fault("captions with gaps", 0.75, measured=lambda c: {"caption_coverage": c.uniform(0.7, 0.93)}),
    Fault("captions too fast", 0.7, measured=lambda c: {"caption_letters_per_second": c.uniform(24, 34)}),
    Fault("another text spoken", 0.05, measured=lambda c: {"transcript_error": c.uniform(0.4, 1.0)}),
    Fault("words misspoken", 0.6, measured=lambda c: {"transcript_error": c.uniform(0.05, 0.12)}),
    Fault("too short", 0.4, measured=lambda c: {"duration_seconds": c.uniform(4, 20), "duration_off_seconds": 20.0}),
    Fault("a stream missing", 0.01, measured=lambda c: {"streams": False, "integrated_lufs": -120.0}),
)
