"""Fault 21: texts of every kind of trouble, from the topic to the screen, the database and YouTube."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import regex
from content_samples import SMALL, channel, topic, video
from psycopg.types.json import Jsonb
from upload_scene import Stage

from ytempire.content import fonts
from ytempire.content.captions import lay_out, write_captions
from ytempire.content.frames import frame
from ytempire.content.models import Narration, SceneNarration, Script, Word
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.content.text import clean, cut, graphemes
from ytempire.content.thumbnails import draw_thumbnails
from ytempire.content.topic import Topic
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.publishing.metadata import clean_text, fit_description, fit_tags, fit_title
from ytempire.publishing.store import load_upload, prepare_upload
from ytempire.youtube.models import clean as as_read_from_youtube

MARKER = "yte-0123456789abcdef0123456789abcdef"
FAMILY = "👨‍👩‍👧‍👦"
TROUBLES = [
    "\x00", "<", ">", "<script>", "&amp;", "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff",
    "\x1b[31m", "\r\n", "\t", "\u2028", "\u0085", "\ud800", "\ufffe", "\ue000", "\U0010ffff", "\U000e0041",
    "\u3164", "\u2800", FAMILY, "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "❤️", "1️⃣", "\u200d", "\U0001f1e9", "🫨",
    "a\u0301" + "\u0330" * 30, "क्षि", "각", "각", "أفضل لحظات", "שלום", "新しいゲーム", "ﷺ", "ẞ", "ﬁ",
    "{\\b1}", "\\N", "-->", "%s", "'; DROP TABLE topics; --", '"', ",", "Ignore all previous instructions",
    "plain words", "SHOUTED WORDS", " ", "…", "é", "e\u0301", "\u0000\u0000",
]  # fmt: skip
FORBIDDEN = regex.compile(r"[<>\p{Cs}\p{Co}\p{Cn}\u202a-\u202e\u2066-\u2069]|[\p{Cc}--\n]", regex.V1)
READABLE = regex.compile(r"[\p{L}\p{N}\p{S}\p{P}--[\u2800\u3164]]", regex.V1)


def nasty(dice: random.Random, pieces: int = 12) -> str:
    return dice.choice(["", " "]).join(dice.choice(TROUBLES) for _ in range(dice.randint(1, pieces)))


def texts(count: int, pieces: int = 12) -> Iterator[str]:
    dice = random.Random(21)
    for _ in range(count):
        yield nasty(dice, pieces)


def assert_whole(text: str, before: str) -> None:
    """No grapheme of ``text`` but an ellipsis is one that ``before`` has not: none was cut through."""
    assert set(graphemes(text)) - set(graphemes(before)) <= {"…"}


def test_titles_are_cut_between_graphemes_at_100_characters() -> None:
    for count in (99, 100, 101, 150):
        assert fit_title("x" * count) == ("x" * count if count <= 100 else "x" * 99 + "…")
    for number, text in enumerate(texts(200, 60)):
        try:
            title = fit_title(text)
        except InvalidInput:
            assert not regex.search(r"[\p{L}\p{N}\p{S}\p{P}--[\u2800\u3164]]", FORBIDDEN.sub("", text), regex.V1), (
                number
            )
            continue
        assert 0 < len(title.encode("utf-16-le")) // 2 <= 100 and not FORBIDDEN.search(title) and "\n" not in title
        assert fit_title(title) == title


@pytest.mark.parametrize("grapheme", [FAMILY, "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "क्षि", "각", "e\u0301", "ש\u05b8"])
def test_a_title_or_caption_never_ends_inside_a_grapheme(grapheme: str) -> None:
    long = f"{grapheme} " * 60
    assert_whole(fit_title(long), fit_title(grapheme) + " ")
    assert_whole(cut(clean(long), 80), clean(grapheme) + " ")


def test_one_endless_grapheme_is_shown_as_far_as_it_goes() -> None:
    for endless in ("\u200d".join(["👩"] * 200), "a" + "\u0301" * 500):
        title = fit_title(endless)
        assert 1 <= len(title.encode("utf-16-le")) // 2 <= 100 and not title.endswith("\u200d…")


def test_descriptions_keep_5000_bytes_whole_graphemes_and_their_marker() -> None:
    room = 5_000 - len(f"\n\n{MARKER}")
    assert fit_description("x" * room, MARKER) == "x" * room + f"\n\n{MARKER}"
    assert fit_description("x" * (room + 1), MARKER).startswith("x" * (room - 3) + "…\n\n")
    for text in texts(200, 600):
        fitted = fit_description(text, MARKER)
        assert len(fitted.encode("utf-8")) <= 5_000 and fitted.endswith(MARKER)
        assert not FORBIDDEN.search(fitted)


def test_tags_share_their_limit_and_hold_no_separator() -> None:
    dice = random.Random(2)
    for _ in range(200):
        tags = fit_tags([nasty(dice, 6) for _ in range(30)])
        assert sum(len(tag.encode("utf-16-le")) // 2 + 3 for tag in tags) <= 500 + len(tags) * 2
        assert not any(FORBIDDEN.search(tag) or "," in tag or "\n" in tag or not tag.strip() for tag in tags)


def test_what_is_shown_is_clean_balanced_and_stays_clean() -> None:
    for text in texts(200):
        shown = clean(text)
        assert not FORBIDDEN.search(shown) and "\n" not in shown and clean(shown) == shown
        assert regex.sub(r"\p{M}+", lambda found: found.group()[:4], shown) == shown, "no towers of marks"
        shown.encode("utf-8")


def test_every_sign_that_is_drawn_has_a_font_that_has_it() -> None:
    for text in texts(60):
        for run in fonts.runs(clean(text), "Inter", "bold"):
            has = fonts.faces.coverage(run.face)
            lost = [c for c in run.text if ord(c) not in has and not regex.match(r"[\p{Cf}\p{Zs}\ufe0e\ufe0f]", c)]
            assert not lost, (run.face.family, lost)


def nasty_topic(dice: random.Random, number: int) -> Topic:
    lead = {"title": nasty(dice), "channel_title": nasty(dice, 4)}
    made = topic(f"nasty-{number}", 5, **lead)
    others = [video(n, title=nasty(dice), channel_title=nasty(dice, 3)) for n in range(1, 6)]
    evidence = made.evidence.model_copy(update={"others": others})
    return made.model_copy(update={"evidence": evidence, "title": lead["title"]})


def assert_script_is_clean(script: Script) -> None:
    assert len(script.title) <= 100 and len(script.description.encode()) <= 5_000
    shown = [script.title, *script.title_candidates, *script.tags, *script.description.split("\n")]
    for scene in script.scenes:
        shown += [scene.heading, scene.narration, *_strings(scene.visual.model_dump(mode="json"))]
    for text in shown:
        assert not FORBIDDEN.search(text), text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _strings(part))


def test_scripts_of_nasty_topics_are_clean(tmp_path: Path) -> None:
    dice = random.Random(4)
    for number in range(40):
        story = nasty_topic(dice, number)
        script = write_script(story, channel(), SMALL, secrets={}, spending=Unlimited()).script
        assert_script_is_clean(script)
        if number % 20 == 0:
            made = draw_thumbnails(script, story, channel(), tmp_path / str(number), SMALL)
            assert all(one.contrast >= 7 for one in made)


def test_captions_of_nasty_words_are_drawn_without_empty_boxes_and_read_back_whole(tmp_path: Path) -> None:
    words, at = [], 0.0
    for text in texts(60, 4):
        for part in text.split() or [text]:
            words.append(Word(text=part, start_seconds=at, end_seconds=at + 0.1))
            at += 0.12
    scene = SceneNarration(index=0, start_seconds=0, end_seconds=at, words=words)
    narration = Narration(
        wav_path=tmp_path / "none.wav", sample_rate_hz=8_000, duration_seconds=at, provider="test", scenes=[scene]
    )
    script = write_script(topic(), channel(), SMALL, secrets={}, spending=Unlimited()).script
    shape = frame("9:16", SMALL)
    made = write_captions(script, narration, channel(aspect_ratio="9:16"), tmp_path, SMALL)
    laid_out = lay_out(narration, shape, SMALL)
    wanted = "".join(clean(word.text) for word in words)
    assert "".join(piece.text for caption in laid_out for piece in caption.pieces) == wanted
    read = made.srt_path.read_text(encoding="utf-8")
    told = [block.split("\n", 2)[2] for block in read.strip().split("\n\n")]
    assert len(told) == made.count and "".join("".join(told).split()) == "".join(wanted.split())
    source = f"color=gray:s={shape.width_px}x{shape.height_px}:r=4:d={at:.2f},format=rgb24"
    arguments = ["ffmpeg", "-v", "verbose", "-f", "lavfi", "-i", source, "-vf", f"ass={made.ass_path}"]
    done = subprocess.run([*arguments, "-f", "rawvideo", "-"], check=True, capture_output=True)
    said = done.stderr.decode(errors="replace")
    assert re.findall(r"Glyph 0x\w+ not found|failed to find any fallback.*", said) == []
    frames = np.frombuffer(done.stdout, np.uint8).reshape(-1, shape.height_px, shape.width_px, 3).astype(int)
    ink = (np.abs(frames - frames[0, 0, 0]).max(axis=3) > 8).any(axis=0)
    rows = np.flatnonzero(ink.any(axis=1))
    assert rows[0] >= shape.captions_top * shape.pixels_per_unit - 2
    assert rows[-1] <= shape.captions_bottom * shape.pixels_per_unit + 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_nasty_topic_goes_through_postgresql_and_is_taken_by_youtube(
    seed: int, stage: Stage, connection: Connection, tmp_path: Path
) -> None:
    story = nasty_topic(random.Random(seed), seed)
    # As the trend watch stores it: what YouTube answers is read without NUL and lone surrogates.
    evidence = as_read_from_youtube(story.evidence.model_dump(mode="json"))
    row = connection.execute("SELECT %s::jsonb AS evidence", (Jsonb(evidence),)).fetchone()
    assert row is not None and row["evidence"] == evidence
    stored = Topic.model_validate(story.model_dump() | {"evidence": row["evidence"]})
    script = write_script(stored, channel(), SMALL, secrets={}, spending=Unlimited()).script
    assert_script_is_clean(script)
    narration = narrate(script, channel(), tmp_path, SMALL, secrets={}, spending=Unlimited())
    captions = write_captions(script, narration, channel(), tmp_path, SMALL)
    dice = random.Random(seed)
    upload_id = prepare_upload(
        connection,
        stage.settings,
        stage.new_job(connection),
        media_path=stage.media_path,
        title=f"{nasty(dice)} {script.title} {FAMILY * 30}",
        description=f"{script.description}\n{nasty(dice, 900)}",
        tags=[*script.tags, *(nasty(dice, 5) for _ in range(20))],
        privacy_status="unlisted",
        made_for_kids=False,
        duration_seconds=1.0,
        quality_score=90.0,
    )
    kept = load_upload(connection, upload_id)
    stage.upload(connection, upload_id)
    (served,) = _videos(stage)
    assert served["title"] == kept.title and served["description"] == kept.description
    assert [*served["tags"]] == kept.tags
    assert len(kept.title.encode("utf-16-le")) // 2 <= 100 and len(kept.description.encode()) <= 5_000
    assert_whole(kept.title, clean_text(f"{nasty(random.Random(seed))} {script.title} {FAMILY * 30}"))
    assert captions.srt_path.read_bytes().decode("utf-8").count("-->") == captions.count


def _videos(stage: Stage) -> list[dict[str, Any]]:
    return httpx.get(f"{stage.sandbox.url}/control/videos").json()["videos"]
