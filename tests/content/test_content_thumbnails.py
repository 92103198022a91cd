"""Thumbnails: ten compositions that differ, words that can be read when small, three variants of a video."""

from __future__ import annotations

import itertools
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from content_samples import SMALL, channel, scarce_topic, topic
from made_video import written
from PIL import Image

from ytempire.content.facts import story_facts
from ytempire.content.palettes import PALETTES
from ytempire.content.pictures import Credit, Picture
from ytempire.content.thumbnails import THUMBNAILS, compose, draw_thumbnails
from ytempire.content.thumbnails.legibility import difference, luminance, word_contrast
from ytempire.content.thumbnails.presets import DIFFERENT, PRESETS, possible
from ytempire.content.thumbnails.sheet import FREE_CORNER, HEIGHT, WIDTH, Sheet
from ytempire.content.thumbnails.words import subject
from ytempire.errors import InvalidInput

RICH = topic("t1")
STEEP = [0.7, 0.9, 0.97, 1.0]


def about(story):
    script = written(about=story)
    return subject(script, story_facts(story))


@lru_cache(maxsize=1)
def rich():
    return about(RICH)


@lru_cache(maxsize=64)
def drawn(preset: str, palette: str = "ink", claim: int = 0) -> Sheet:
    found = rich()
    return compose(preset, found, found.claims[claim], PALETTES[palette], "Inter")


@lru_cache(maxsize=4)
def photo(kind: str) -> Image.Image:
    """A picture with bright and dark parts and texture, or one of a single worst colour."""
    if kind != "busy":
        return Image.new("RGB", (1400, 900), kind)
    dice = np.random.default_rng(3)
    down, across = np.linspace(0, 1, 800)[:, None, None], np.linspace(0, 1, 1400)[None, :, None]
    light = np.array([250, 240, 225]) * (1 - down) + np.array([40, 70, 30]) * down
    noisy = light + 60 * np.sin(12 * across + 9 * down**2) + dice.normal(0, 18, (800, 1400, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def picture(shown: str = "") -> Picture:
    return Picture(photo("busy"), "folder", Credit(shown=shown), 0)


def assert_readable(sheet: Sheet) -> None:
    text = sheet.colours.text
    assert word_contrast(sheet.image, sheet.words, text) >= 7
    pixels = np.asarray(sheet.image).astype(int)
    for word in sheet.words:
        left, top, right, bottom = word.box
        assert left >= 30 and top >= 20 and right <= WIDTH - 30 and bottom <= HEIGHT - 20, f"{word} is cut off"
        assert bottom <= FREE_CORNER[1] or right <= FREE_CORNER[0], f"{word} stands where the duration stands"
        letters = np.abs(pixels[top - 8 : bottom + 8, left:right] - text).max(axis=2) < 40
        rows = np.flatnonzero(letters.any(axis=1))
        assert rows[-1] - rows[0] + 1 >= 0.14 * HEIGHT, f"{word} is too small"
    for one, other in itertools.combinations(sheet.words, 2):
        apart = one.box[2] <= other.box[0] or other.box[2] <= one.box[0]
        assert apart or one.box[3] + 12 <= other.box[1] or other.box[3] + 12 <= one.box[1], "words overlap"
    assert len(" ".join(word.text for word in sheet.words).split()) <= 4


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("palette", ["ink", "glacier", "lagoon"])
def test_words_are_large_few_and_of_a_contrast_of_seven(preset: str, palette: str) -> None:
    for claim in range(len(rich().claims) if palette == "ink" else 1):
        assert_readable(drawn(preset, palette, claim))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_corner_of_the_duration_is_empty(preset: str) -> None:
    corner = np.asarray(drawn(preset, "paper").image)[FREE_CORNER[1] :, FREE_CORNER[0] :].reshape(-1, 3)
    assert (corner == PALETTES["paper"].ground).all()


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("palette", ["ink", "paper", "ember"])
def test_at_320_pixels_the_words_can_still_be_read(preset: str, palette: str) -> None:
    sheet = drawn(preset, palette)
    letters = np.abs(np.asarray(sheet.image).astype(int) - sheet.colours.text).max(axis=2) < 40
    share = np.asarray(Image.fromarray(letters).convert("L").resize((320, 180), Image.Resampling.BOX)) / 255
    light = luminance(np.asarray(sheet.image.resize((320, 180), Image.Resampling.LANCZOS)))
    for word in sheet.words:
        left, top, right, bottom = (round(value / 4) for value in word.box)
        zone = np.zeros(share.shape, bool)
        zone[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = True
        strokes, beside = light[zone & (share > 0.95)], light[zone & (share < 0.01)]
        assert strokes.size >= 30 and beside.size >= 30, "strokes of a pixel and gaps of a pixel are left"
        inside, outside = np.quantile(strokes, [0.05, 0.95]), np.quantile(beside, [0.05, 0.95])
        brighter, darker = (inside, outside) if inside.mean() > outside.mean() else (outside, inside)
        assert (brighter.min() + 0.05) / (darker.max() + 0.05) >= 4.5, word


def test_all_45_pairs_of_presets_differ_in_composition_not_only_in_colour() -> None:
    assert len(PRESETS) == 10
    measured = {
        (one, other): difference(drawn(one).image, drawn(other).image)
        for one, other in itertools.combinations(PRESETS, 2)
    }
    assert len(measured) == 45 and min(measured.values()) >= 0.35, sorted(measured.items(), key=lambda pair: pair[1])[0]
    recoloured = [difference(drawn(name).image, drawn(name, "lagoon").image) for name in PRESETS]
    assert max(recoloured) < DIFFERENT < min(measured.values()), "another palette is no other composition"


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(("behind", "palette"), [("busy", "paper"), ("white", "ink"), ("black", "glacier")])
def test_words_can_be_read_over_any_picture(preset: str, behind: str, palette: str) -> None:
    found = rich()
    assert_readable(compose(preset, found, found.claims[0], PALETTES[palette], "Inter", photo(behind)))


def test_a_picture_is_seen_behind_the_words() -> None:
    found = rich()
    sheet = compose("big_number", found, found.claims[0], PALETTES["ink"], "Inter", photo("busy"))
    corner = np.asarray(sheet.image)[FREE_CORNER[1] :, FREE_CORNER[0] :].reshape(-1, 3)
    assert corner.std(axis=0).max() > 8


@pytest.mark.parametrize("shares", [[0.1, 0.2, 0.4, 1.0], STEEP, [0.25, 0.5, 0.75, 1.0], [0.01, 0.02, 0.98, 1.0]])
def test_the_words_beside_a_growth_line_stand_clear_of_it(shares: list[float]) -> None:
    points = [
        point.model_copy(update={"views": round(2_345_678 * share)})
        for point, share in zip(RICH.evidence.lead.points, shares, strict=True)
    ]
    found = about(topic("t1", points=points))
    assert_readable(compose("growth_line", found, found.claims[0], PALETTES["ink"], "Inter"))


def test_three_variants_are_kept_that_differ_in_preset_and_number(tmp_path: Path) -> None:
    script = written(about=RICH)
    made = draw_thumbnails(script, RICH, channel(style_preset="gauge"), tmp_path, SMALL)
    assert [one.name for one in made] == ["a", "b", "c"] and made[0].preset == "gauge"
    assert len({one.preset for one in made}) == 3 and {one.provider for one in made} == {"drawn"}
    images = [Image.open(one.path).convert("RGB") for one in made]
    for one, image in zip(made, images, strict=True):
        assert image.size == (WIDTH, HEIGHT) and one.path.stat().st_size < 2_000_000 and one.contrast >= 7
    assert all(difference(a, b) >= DIFFERENT for a, b in itertools.combinations(images, 2))
    assert THUMBNAILS.validate_json((tmp_path / "thumbnails.json").read_bytes()) == made
    again = draw_thumbnails(script, RICH, channel(style_preset="gauge"), tmp_path / "again", SMALL)
    assert [one.path.read_bytes() for one in again] == [one.path.read_bytes() for one in made]
    other = draw_thumbnails(script, topic("t9"), channel(style_preset="gauge"), tmp_path / "other", SMALL)
    assert {one.preset for one in other} != {one.preset for one in made}, "another topic, other variants"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_story_of_one_number_has_three_variants_too(preset: str, tmp_path: Path) -> None:
    story = scarce_topic()
    script = written(about=story)
    made = draw_thumbnails(script, story, channel(style_preset=preset), tmp_path, SMALL)
    assert len({one.preset for one in made}) == 3
    assert made[0].preset == (preset if possible(preset, about(story)) else "big_number")
    assert all("812" in one.words for one in made)


def test_a_found_picture_stands_behind_two_variants_and_is_named(tmp_path: Path) -> None:
    asked: list[str] = []

    def find(words: str) -> Picture:
        asked.append(words)
        return picture()

    script = written(about=RICH)
    made = draw_thumbnails(script, RICH, channel(), tmp_path, SMALL, find=find)
    assert len(asked) == 1 and asked[0]
    assert [one.provider for one in made] == ["folder", "folder", "drawn"]
    assert all(one.contrast >= 7 and one.path.stat().st_size < 2_000_000 for one in made)
    none = draw_thumbnails(script, RICH, channel(), tmp_path / "none", SMALL, find=lambda words: None)
    assert [one.provider for one in none] == ["drawn"] * 3
    assert json.loads((tmp_path / "pictures.json").read_text())[0]["provider"] == "folder"


def test_a_picture_whose_credit_must_be_shown_is_not_used(tmp_path: Path) -> None:
    script = written(about=RICH)
    made = draw_thumbnails(script, RICH, channel(), tmp_path, SMALL, find=lambda words: picture("Photo: someone"))
    assert [one.provider for one in made] == ["drawn"] * 3


def test_an_unknown_preset_or_palette_is_named_with_those_that_exist(tmp_path: Path) -> None:
    script = written(about=RICH)
    with pytest.raises(InvalidInput, match="rank_card"):
        draw_thumbnails(script, RICH, channel(style_preset="nope"), tmp_path, SMALL)
    with pytest.raises(InvalidInput, match="ink"):
        draw_thumbnails(script, RICH, channel(palette="nope"), tmp_path, SMALL)
