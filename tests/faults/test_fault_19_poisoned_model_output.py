"""19: poisoned model output: bad JSON, 1 MB of text, NaN, invented URLs. Rejected, repaired once, never published.

Each case is a good script of the sandbox's model, spoiled by a seeded hand, and served over HTTP to the real client.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import httpx
import pytest
from content_samples import channel
from script_purse import Purse
from script_topics import charts_topic

from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.quality import policy
from ytempire.settings import ContentSettings, QualitySettings

CASES = 60
POISON = "POISONED"
TOPIC = charts_topic(3, 9)
Spoil = Callable[[random.Random, dict], str]


def _texts(draft: dict, chance: random.Random) -> Callable[[str], None]:
    """A way to write into one of the draft's texts, chosen by chance."""
    scene = chance.choice(draft["scenes"])
    title = chance.randrange(len(draft["title_candidates"]))
    places: list[Callable[[str], None]] = [
        lambda text: draft["title_candidates"].__setitem__(title, f"{text} {draft['title_candidates'][title]}"[:99]),
        lambda text: scene.update(narration=f"{scene['narration']} {text}"),
        lambda text: scene.update(heading=text[:59]),
        lambda text: draft.update(summary=f"{draft['summary']} {text}"),
        lambda text: draft["tags"].append(text[:39]),
        lambda text: scene.update(picture=f"{scene['picture']}, {text}"),
    ]
    return chance.choice(places)


def _written(*texts: str) -> Spoil:
    def spoil(chance: random.Random, draft: dict) -> str:
        _texts(draft, chance)(f"{POISON.lower()} {chance.choice(texts)}")
        return json.dumps(draft, ensure_ascii=chance.random() < 0.5)

    return spoil


def _raw(*values: str) -> Spoil:
    """A value that JSON does not have, or that is of no use, in the place of a number or a text."""

    def spoil(chance: random.Random, draft: dict) -> str:
        place = chance.choice(['"video": 0', '"visual": "rank_card"', '"tags": ['])
        text = json.dumps(draft)
        name = place.split(":")[0]
        value = chance.choice(values)
        return text.replace(place, f"{name}: {value}" + (", [" if place.endswith("[") else ""), 1)

    return spoil


def _cut(chance: random.Random, draft: dict) -> str:
    text = json.dumps(draft)
    return text[: chance.randrange(1, len(text) - 1)]


def _huge(chance: random.Random, draft: dict) -> str:
    chance.choice(draft["scenes"])["narration"] = f"{POISON} " * 110_000
    return json.dumps(draft)


def _shape(chance: random.Random, draft: dict) -> str:
    spoiled = [
        {"script": draft},
        draft | {"scenes": []},
        draft | {"scenes": draft["scenes"] * 12},
        draft | {"scenes": [draft["scenes"][0]] * 6},
        draft | {"title_candidates": []},
        draft | {"made_for_kids": True},
        draft | {"contains_synthetic_media": False},
        draft | {"source": POISON},
        draft | {"scenes": {"0": draft["scenes"]}},
        draft | {"scenes": [scene | {"video": 29} for scene in draft["scenes"]]},
        draft | {"scenes": [scene | {"narration": "Look at [video 77] again."} for scene in draft["scenes"]]},
        draft | {"scenes": [scene | {"narration": "So far so good, this is it."} for scene in draft["scenes"]]},
    ]
    return json.dumps(chance.choice(spoiled))


_GARBAGE = [
    "", " ", "null", "{}", "[]", "NaN", "Sorry, I cannot do that.", "{" * 50_000, '{"a":' * 5_000, POISON * 9,
    "<html><body>502 Bad Gateway</body></html>", '{"scenes": "\\ud800"}', "\u0000\u0001\u0002", "\ufeff{}",
]  # fmt: skip


def _garbage(chance: random.Random, draft: dict) -> str:
    return chance.choice(_GARBAGE)


SPOILS: list[Spoil] = [
    _cut,
    _huge,
    _shape,
    _garbage,
    _raw("NaN", "Infinity", "-Infinity", "1e999", "null", "-1", "99", '"0x1"', "{}"),
    _written("https://evil.example/win", "www.evil.example", "evil-prizes.com", "http://10.0.0.1/x", "evil dot com/x"),
    _written("gains 77.7 million views", "99 billion views", "rose by 640 percent", "is 480 times as large"),
    _written("has seventy-seven million views", "gained ninety billion views", "rose by eighty percent in a day"),
    _written("<script>alert(1)</script>", "**bold**", "[click](http://x.y)", "{{7*7}}", "`rm`", "#shorts @someone"),
    _written(
        "a\u0000b",
        "\u202eevil\u202c",
        "x\u200by",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "привет",
        "你好世界",
        "p o i s o n e d",
    ),
]


def says(sandbox_url: str, **what: object) -> None:
    httpx.post(f"{sandbox_url}/control/chat/answers", json=what).raise_for_status()


def asked(sandbox_url: str) -> int:
    answer = httpx.get(f"{sandbox_url}/control/journal", params={"kind": "openai.chat"}).json()
    return len(answer["entries"])


@pytest.fixture
def settings(sandbox_url: str) -> ContentSettings:
    return ContentSettings(script_chain=["gpt-4", "offline"], openai_base_url=f"{sandbox_url}/openai/v1")


@pytest.fixture
def good_draft(sandbox_url: str, settings: ContentSettings) -> str:
    """What the sandbox's model writes when nobody spoils it."""
    purse = Purse()
    written = write_script(TOPIC, channel(), settings, secrets={"openai": "sk-good"}, spending=purse)
    assert written.provider == "gpt-4"
    (answer,) = purse.answers.values()
    return answer


def test_no_spoiled_answer_ever_becomes_a_script(sandbox_url: str, settings: ContentSettings, good_draft: str) -> None:
    before = asked(sandbox_url)
    for case in range(CASES):
        chance = random.Random(case)
        content = SPOILS[case % len(SPOILS)](chance, json.loads(good_draft))
        says(sandbox_url, content=content, times=2)
        written = write_script(TOPIC, channel(), settings, secrets={"openai": "sk-good"}, spending=Unlimited())
        assert written.provider == "offline", (case, content[:300])
        assert written.passed_over and written.passed_over[0].startswith("gpt-4: ")
        now = asked(sandbox_url)
        assert 1 <= now - before <= 2, f"case {case}: one repair is asked for, not more"
        httpx.delete(f"{sandbox_url}/control/chat/answers").raise_for_status()
        before = now
        text = written.model_dump_json()
        assert POISON.lower() not in text.lower() and "evil" not in text.lower(), case
        assert len(text) < 40_000
        assert not policy.check(written.script, channel(), QualitySettings()).violations


def test_a_spoiled_answer_that_is_repaired_is_used(
    sandbox_url: str, settings: ContentSettings, good_draft: str
) -> None:
    for case in range(len(SPOILS)):
        chance = random.Random(case)
        content = SPOILS[case](chance, json.loads(good_draft))
        says(sandbox_url, content=content or "{}", times=1)
        written = write_script(TOPIC, channel(), settings, secrets={"openai": "sk-good"}, spending=Unlimited())
        assert written.provider == "gpt-4", case
        assert POISON.lower() not in written.model_dump_json().lower()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "[]",
        '"text"',
        "null",
        "{}",
        '{"choices": null}',
        '{"choices": [{"message": {"content": 5}}]}',
        '{"choices": [{}]}',
        '{"choices": "abc", "usage": {"prompt_tokens": "NaN"}}',
        '{"choices": [{"message": {"content": ["a"]}}], "usage": []}',
        '{"choices": ['
        + '{"message": {"content": "x"}},' * 2000
        + '{"message": {"content": "'
        + "y" * 3_000_000
        + '"}}]}',
    ],
    ids=range(12),
)
def test_a_body_of_another_shape_is_passed_over(sandbox_url: str, settings: ContentSettings, body: str) -> None:
    fault = {"path": "^/openai/", "status": 200, "body": body, "headers": {"content-type": "application/json"}}
    httpx.post(f"{sandbox_url}/control/faults", json=fault | {"times": -1}).raise_for_status()
    written = write_script(TOPIC, channel(), settings, secrets={"openai": "sk-good"}, spending=Unlimited())
    assert written.provider == "offline"
