"""Captions: how words share lines, what is seen burned in, and what is published beside the video."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from content_samples import SMALL, channel
from made_video import made, written

from ytempire.content import faces, fonts
from ytempire.content.captions import Caption, lay_out, write_captions
from ytempire.content.captions.burned import ass
from ytempire.content.captions.layout import EM, PADDING, line_text
from ytempire.content.frames import Frame, frame
from ytempire.content.models import Narration, SceneNarration, Word
from ytempire.content.palettes import PALETTES, contrast
from ytempire.content.text import clean, graphemes
from ytempire.errors import MissingFont
from ytempire.settings import ContentSettings

SHAPES = ["16:9", "9:16", "1:1"]
SAID = {
    "latin": "Speedrunning the whole game blindfolded gains ninety thousand views an hour.",
    "arabic": "أفضل لحظات المباراة Minecraft 2026 هذا الأسبوع في العالم.",
    "hebrew": "רגעי השיא של המשחק Minecraft השבוע היו מדהימים ממש.",
    "japanese": "新しいゲーム「Minecraft」が来た!最強の武器を試すと、とても強かったです。",
    "hindi": "दुनिया का सबसे बड़ा घर क्षितिज पर दिखाई देता है।",
    "thai": "สวัสดีชาวโลกวันนี้เราจะดูวิดีโอที่กำลังมาแรงที่สุดในประเทศไทยด้วยกัน",
    "emoji": "Laughing 😂🔥 family 👨‍👩‍👧‍👦 and flags 🇮🇳 ❤️ stay whole.",
    "unknown": "none \ue000\U000e1234\ufffe of a\u0301\u0359\u0323\u0330\u0301\u0301\u0301 \U0001faea {is} \\N lost.",
    "long": "W" * 90 + " ok.",
}
GREY = (128, 128, 128)


def spoken(*sentences: str, seconds: float = 0.2) -> Narration:
    words, at = [], 0.0
    for text in " ".join(sentences).split(" "):
        words.append(Word(text=text, start_seconds=at, end_seconds=at + 0.9 * seconds))
        at += seconds
    scene = SceneNarration(index=0, start_seconds=0, end_seconds=at, words=words)
    return Narration(
        wav_path=Path("none.wav"), sample_rate_hz=22_050, duration_seconds=at + 1, provider="test", scenes=[scene]
    )


def burned(
    captions: list[Caption], shape: Frame, folder: Path, *, under=GREY, name: str = "ink", **changes
) -> np.ndarray:
    """Five frames a second of ``captions`` on a plain colour: number by height by width by RGB."""
    rate, colours = 5, replace(PALETTES[name], **changes)
    path = folder / "captions.ass"
    path.write_text(ass(captions, shape, colours, "Inter"), encoding="utf-8")
    colour = "0x{:02X}{:02X}{:02X}".format(*under)
    source = f"color={colour}:s={shape.width_px}x{shape.height_px}:r={rate}:d={captions[-1].end_seconds},format=rgb24"
    arguments = ["ffmpeg", "-v", "verbose", "-f", "lavfi", "-i", source, "-vf", f"ass={path}", "-f", "rawvideo", "-"]
    done = subprocess.run(arguments, check=True, capture_output=True)
    said = done.stderr.decode(errors="replace")
    assert re.findall(r"Glyph 0x\w+ not found|failed to find any fallback.*", said) == [], "no empty boxes"
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, shape.height_px, shape.width_px, 3).astype(int)


@pytest.mark.parametrize("ratio", SHAPES)
@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_two_lines_at_most_that_fit_the_band_and_lose_no_letter(said: str, ratio: str) -> None:
    shape = frame(ratio, SMALL)
    narration = spoken(said)
    captions = lay_out(narration, shape, SMALL)
    wanted = "".join(clean(word.text) for word in narration.scenes[0].words)
    assert "".join(piece.text for caption in captions for piece in caption.pieces) == wanted
    whole = {cluster for cluster in graphemes(wanted)}
    for caption in captions:
        assert 1 <= len(caption.lines) <= 2
        for line in caption.lines:
            assert fonts.width(line_text(line), "Inter", "bold", EM) <= shape.right - shape.left - 2 * PADDING + 8
            assert len(graphemes(line_text(line))) <= shape.caption_letters
            assert set(graphemes("".join(piece.text for piece in line))) <= whole, "graphemes stay whole"
            assert line_text(line)[0] not in "、。」ーっ!"


def test_lines_of_a_caption_are_of_about_the_same_length_and_end_with_the_sentence() -> None:
    captions = lay_out(spoken(SAID["latin"], "It leads.", SAID["latin"]), frame("16:9", SMALL), SMALL)
    lengths = [len(line_text(line)) for line in captions[0].lines]
    assert max(lengths) - min(lengths) <= 10
    assert [caption.text.endswith(".") for caption in captions] == [True, True, True]


def test_japanese_is_broken_where_it_may_be_and_a_word_on_two_lines_shares_its_time() -> None:
    captions = lay_out(spoken(SAID["japanese"], seconds=7.0), frame("9:16", SMALL), SMALL, "ja")
    assert any("「Minecraft」" in line for caption in captions for line in caption.text.split("\n"))
    pieces = [piece for caption in captions for piece in caption.pieces]
    assert len(pieces) == 4 and pieces[0].start_seconds == 0 and pieces[-1].end_seconds == pytest.approx(6.3)
    for before, after in itertools.pairwise(pieces):
        assert before.end_seconds == pytest.approx(after.start_seconds)


def test_every_word_stands_from_its_sound_to_200_ms_after_the_last() -> None:
    narration = spoken(SAID["latin"], SAID["hindi"])
    captions = lay_out(narration, frame("16:9", SMALL), SMALL)
    for caption in captions:
        assert caption.start_seconds == caption.pieces[0].start_seconds
        assert caption.end_seconds >= caption.pieces[-1].end_seconds
    assert captions[-1].end_seconds == pytest.approx(narration.scenes[0].words[-1].end_seconds + 0.2)


@pytest.mark.parametrize("ratio", SHAPES)
def test_nothing_is_drawn_outside_the_band_of_the_captions(ratio: str, tmp_path: Path) -> None:
    shape = frame(ratio, SMALL)
    stacked = "ẗ̴̡̢̗̱͇̏̍̋h̵̛̘̓͛̚i̷̧̗̓s ཧཱུྃ༔ นี้ป้ำ ﷽ ﷽."
    frames = burned(lay_out(spoken(*SAID.values(), stacked), shape, SMALL), shape, tmp_path)
    ink = (np.abs(frames - GREY).max(axis=3) > 6).any(axis=0)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    unit = shape.pixels_per_unit
    assert rows[0] >= shape.captions_top * unit - 2 and rows[-1] <= shape.captions_bottom * unit + 2
    assert columns[0] >= shape.left * unit - 2 and columns[-1] <= shape.right * unit + 2


@pytest.mark.parametrize("said", ["latin", "arabic", "hebrew", "hindi", "emoji"])
def test_lighting_a_word_moves_no_letter(said: str, tmp_path: Path) -> None:
    shape = frame("16:9", SMALL)
    captions = lay_out(spoken(SAID[said]), shape, SMALL)
    white, green = (255, 255, 255), (0, 255, 0)
    plain, lit = (
        burned(captions, shape, tmp_path, under=(0, 0, 0), text=white, accent=accent) for accent in (white, green)
    )
    # White and green are the same in the green channel: it shows the glyphs, whatever is lit.
    # libass places coloured runs on eighths of a pixel, so an edge may differ by that much.
    assert np.abs(plain[..., 1] - lit[..., 1]).max() <= 64
    seen = (np.abs(lit - green).max(axis=3) < 40).any(axis=(1, 2))
    assert seen.mean() >= (0.35 if said == "emoji" else 0.85), "all but emoji are lit"


@pytest.mark.parametrize("under", [(0, 0, 0), (255, 255, 255)], ids=["black", "white"])
@pytest.mark.parametrize("name", ["ink", "paper", "ember"])
def test_words_are_readable_on_any_picture(name: str, under: tuple[int, int, int], tmp_path: Path) -> None:
    colours, shape = PALETTES[name], frame("16:9", SMALL)
    captions = lay_out(spoken("Words on a box.", seconds=0.5), shape, SMALL)
    frames = burned(captions, shape, tmp_path, under=under, name=name)
    band = frames[1, round((shape.captions_bottom - 90) * shape.pixels_per_unit) :]
    found, counts = np.unique(band.reshape(-1, 3), axis=0, return_counts=True)
    common = [tuple(map(int, colour)) for colour in found[np.argsort(-counts)[:4]]]
    words = (under, colours.text, colours.accent)
    box = next(colour for colour in common if all(np.abs(np.subtract(colour, one)).max() > 8 for one in words))
    assert np.abs(found - colours.text).max(axis=1).min() <= 4, "the text has its own colour"
    assert contrast(colours.text, box) >= 6.9
    assert contrast(colours.accent, box) >= 4.4


def test_emoji_are_burned_in_with_their_colours_and_take_part_in_no_lighting(tmp_path: Path) -> None:
    shape = frame("16:9", ContentSettings(short_side_px=540))
    (caption,) = lay_out(spoken("Look 😂 here.", seconds=0.4), shape, SMALL)
    frames = burned([caption], shape, tmp_path)
    yellow = (np.abs(frames - (252, 200, 60)).max(axis=3) < 60).sum(axis=(1, 2))
    while_lit = [number for number, count in enumerate(yellow) if count > 300]
    assert len(while_lit) >= len(frames) - 1
    assert (frames[3, :, :, 2].astype(int) - frames[3, :, :, 0] > 60).sum() > 30, "blue tears"


def test_a_font_that_is_missing_is_named_with_its_package() -> None:
    faces.check(ContentSettings())
    with pytest.raises(MissingFont, match="fonts-sans-forgetica"):
        faces.check(ContentSettings(font_family="Sans Forgetica"))


def test_published_captions_are_valid_whatever_the_times_and_the_words_are(tmp_path: Path) -> None:
    dice = random.Random(7)
    words, at = [], 0.0
    for _ in range(120):
        text = dice.choice(
            ["a", "<i>&amp;</i>", "-->", "stop.", "\x00", "شيء", "世界。", "\u202eevil", "👨‍👩‍👧‍👦", "x" * 80]
        )
        words.append(Word(text=text, start_seconds=at, end_seconds=at + dice.choice([0, 0.3])))
        at += dice.choice([0, 0, 0.01, 0.4])
    scene = SceneNarration(index=0, start_seconds=0, end_seconds=at, words=words)
    narration = spoken("x").model_copy(update={"scenes": [scene]})
    published = write_captions(written(), narration, channel(), tmp_path, SMALL)
    srt, vtt = published.srt_path.read_text(encoding="utf-8"), published.vtt_path.read_text(encoding="utf-8")
    times = re.findall(r"^(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})$", srt, re.MULTILINE)
    spans = [
        tuple(int(h) * 3600 + int(m) * 60 + int(s) + int(t) / 1000 for h, m, s, t in (one[:4], one[4:]))
        for one in times
    ]
    assert len(spans) == published.count and all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert not set("\x00\u202e<&") & set(re.sub(r"&(lt|gt|amp);", "", vtt).replace("-->", "")) - {"&"}
    assert vtt.startswith("WEBVTT\n\n") and vtt.count("-->") == published.count == srt.count("-->")
    assert "👨‍👩‍👧‍👦" in srt
    probe = ["ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"]
    for path in (published.srt_path, published.vtt_path):
        read = subprocess.run([*probe, str(path)], check=True, capture_output=True, text=True)
        assert not read.stderr and int(read.stdout) == published.count


def test_a_word_is_lit_within_100_ms_of_its_sound_in_the_finished_video(tmp_path: Path) -> None:
    settings = SMALL.model_copy(update={"frames_per_second": 30})
    told = [
        "Two million views in a day. It leads in four countries.",
        "Follow us for more numbers tomorrow.",
        "See you.",
    ]
    video = made(tmp_path, written(settings, sentences=told), settings)
    narration, shape = video.narration, video.shape
    path = video.assembled(tmp_path / "video.mp4")
    top, high = round(846 * shape.pixels_per_unit), round(180 * shape.pixels_per_unit)
    arguments = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", f"crop={shape.width_px}:{high}:0:{top},format=rgb24"]
    raw = subprocess.run([*arguments, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    frames = np.frombuffer(raw, np.uint8).reshape(-1, high, shape.width_px, 3).astype(int)
    accent = np.abs(frames - PALETTES["ink"].accent).max(axis=3) < 70
    same = [(a & b).sum() / (a | b).sum() if (a | b).any() else 1.0 for a, b in itertools.pairwise(accent)]
    changes = np.array([0.0, *((number + 1) / 30 for number, share in enumerate(same) if share < 0.3)])
    starts = [word.start_seconds for scene in narration.scenes for word in scene.words]
    late = [float(np.abs(changes - start).min()) for start in starts]
    assert len(starts) >= 18 and max(late) <= 0.1, late
    assert len(changes) <= 2 * len(starts)
