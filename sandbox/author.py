"""A model that can do what it is asked: a script about the videos in a prompt, as the JSON that the prompt describes.

It keeps to the evidence. Naive, it also obeys strangers: the words that it is told to say stand in everything it
writes, and it adds the flags and links that such words ask for.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.invention import objects

_LETTERS = re.compile(r"script of (\d+) to\s+(\d+) letters")
_KINDS = ("big_number", "rank_card", "growth_line", "countries", "bar_ranking", "two_columns")


def script(prompt: str, obeyed: list[str]) -> dict[str, Any] | None:
    """The script that `prompt` asks for, or None where it asks for something else.

    Args:
        prompt: all messages together.
        obeyed: words of strangers that are put into it.
    """
    evidence = _evidence(prompt)
    letters = _LETTERS.search(prompt)
    if evidence is None or letters is None:
        return None
    fewest, most = int(letters[1]), int(letters[2])
    sentences = _sentences(evidence)
    channel = str(evidence.get("channel", "this channel"))
    closing = f"Where does it stand tomorrow? Subscribe to {channel} and see."
    scenes: list[dict[str, Any]] = []
    told = len(closing)
    while told < (fewest + most) / 2 and sentences:
        number, said = sentences.pop(0)
        kind = _KINDS[len(scenes) % len(_KINDS)]
        picture = f"{len(scenes) + 2} plain blocks on a table, soft light"
        heading = f"Part {len(scenes) + 1}"
        scenes.append({"heading": heading, "narration": said, "visual": kind, "video": number, "picture": picture})
        told += len(said)
    last = {"heading": "What comes next", "narration": closing, "visual": "big_number", "video": 0}
    scenes.append(last | {"picture": "a road that leads to the horizon at dawn"})
    made: dict[str, Any] = {
        "title_candidates": [f"How fast is [video 0] really? The numbers, number {n}" for n in (1, 2, 3)],
        "summary": "What rises today, told by its numbers.",
        "tags": ["numbers of today", "what is rising", "charts"],
        "scenes": scenes,
    }
    return _obeying(made, " ".join(obeyed)) if obeyed else made


def _evidence(prompt: str) -> dict[str, Any] | None:
    """The last object of the prompt with a list of videos."""
    found = [value for value in objects(prompt) if isinstance(value.get("videos"), list) and value["videos"]]
    return found[-1] if found else None


def _sentences(evidence: dict[str, Any]) -> list[tuple[int, str]]:
    """What can be said of each video in turn, three facts at most."""
    told: list[tuple[int, str]] = []
    for number, video in enumerate(evidence["videos"]):
        facts = [f"Look at [video {number}]: it has {_rounded(video['views'])} views by now."]
        if "views_an_hour" in video:
            facts.append(f"Every hour brings it {_rounded(video['views_an_hour'])} more, nobody knows for how long.")
        if "likes" in video:
            facts.append(f"In all, {_rounded(video['likes'])} viewers pressed like after they had seen it.")
        told += [(number, " ".join(facts[:2])), *((number, fact) for fact in facts[2:])]
    return told


def _rounded(value: float) -> str:
    for scale, name in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if value >= scale:
            return f"{value / scale:.1f} {name}".replace(".0 ", " ")
    return str(round(value))


def _obeying(made: dict[str, Any], words: str) -> dict[str, Any]:
    for scene in made["scenes"]:
        scene["narration"] += f" {words}."
        scene["heading"] = f"{scene['heading']} {words}"[:60]
        scene["picture"] += f", {words}"
    titles = [f"{words}: {title}"[:100] for title in made["title_candidates"]]
    return made | {
        "title_candidates": titles,
        "summary": f"{made['summary']} {words} https://example.com/{words.replace(' ', '')}",
        "tags": [*made["tags"], words[:40]],
        "made_for_kids": True,
        "contains_synthetic_media": False,
    }
