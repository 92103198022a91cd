"""Photographs behind scenes: the chain of sources, what is refused, what is paid, and that none comes twice."""

from __future__ import annotations

import base64
import io
import json
import time
from itertools import combinations
from pathlib import Path

import httpx
import numpy as np
import pytest
from content_samples import channel, topic
from PIL import Image
from test_content_providers import Purse

from ytempire.content import photo_plan
from ytempire.content.facts import story_facts
from ytempire.content.frames import frame
from ytempire.content.models import Narration, SceneNarration, Script, Word
from ytempire.content.palettes import PALETTES, contrast
from ytempire.content.picture_checks import REPEAT_BITS, distance, fingerprint, read_picture
from ytempire.content.pictures import Gallery, Wish, source
from ytempire.content.scenes.photo import GRAPHIC_CONTRAST, TEXT_CONTRAST, veiled
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.content.visuals import CREDITS_NAME, credits_of, draw_scenes
from ytempire.errors import InvalidInput, ProviderUnavailable
from ytempire.settings import ContentSettings

SECRETS = {
    "stability": "sk-canary-stability",
    "openai": "sk-canary-openai",
    "pexels": "canary-p",
    "pixabay": "canary-x",
}
SIZE = (672, 378)


@pytest.fixture
def settings(sandbox_url: str) -> ContentSettings:
    return ContentSettings(
        short_side_px=360,
        stability_base_url=f"{sandbox_url}/stability",
        openai_base_url=f"{sandbox_url}/openai/v1",
        pexels_base_url=f"{sandbox_url}/pexels/v1",
        pixabay_base_url=f"{sandbox_url}/pixabay/api/",
        provider_timeout_seconds=10,
    )


def only(settings: ContentSettings, *chain: str) -> ContentSettings:
    return settings.model_copy(update={"picture_chain": [*chain, "drawn"]})


def journal(sandbox_url: str, kind: str) -> list[dict]:
    return httpx.get(f"{sandbox_url}/control/journal", params={"kind": kind}).json()["entries"]


def fault(sandbox_url: str, path: str, **what: object) -> None:
    httpx.post(f"{sandbox_url}/control/faults", json={"path": path, "times": -1} | what).raise_for_status()


def told(words: str = "players at their screens") -> tuple[Script, Narration]:
    script = write_script(topic(), channel(), ContentSettings(), secrets={}, spending=Unlimited()).script
    script = script.model_copy(update={"scenes": [one.model_copy(update={"picture": words}) for one in script.scenes]})
    scenes, at = [], 1.2
    for scene in script.scenes:
        spoken = [
            Word(text=word, start_seconds=at + 0.3 * n, end_seconds=at + 0.3 * n + 0.25)
            for n, word in enumerate(scene.narration.split())
        ]
        end = spoken[-1].end_seconds
        scenes.append(SceneNarration(index=scene.index, start_seconds=at, end_seconds=end, words=spoken))
        at = end + 0.4
    total = scenes[-1].end_seconds + 1.8
    wav = Path("narration.wav")
    return script, Narration(
        wav_path=wav, sample_rate_hz=22_050, duration_seconds=total, provider="none", scenes=scenes
    )


def png(width: int, height: int, colour: str | None = None) -> bytes:
    image = Image.new("RGB", (width, height), colour) if colour else Image.effect_noise((width, height), 90)
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "kind", "usd"),
    [
        ("stability", "stability.image", 0.009),
        ("dalle", "openai.image", 0.08),
        ("pexels", "pexels.search", None),
        ("pixabay", "pixabay.search", None),
    ],
)
def test_each_source_brings_pictures_that_fit_and_paid_ones_are_settled(sandbox_url, settings, name, kind, usd) -> None:
    purse = Purse()
    gallery = Gallery(only(settings, name), SECRETS, purse)
    first = gallery.picture("a harbour at dawn", "16:9", SIZE)
    second = gallery.picture("a harbour at dawn", "16:9", SIZE)
    assert first and second and not gallery.failures
    assert first.provider == second.provider == name and first.image.size == SIZE
    assert distance(first.fingerprint, second.fingerprint) > REPEAT_BITS
    assert journal(sandbox_url, kind)
    assert purse.settled == ([usd] * len(journal(sandbox_url, kind)) if usd else [])
    if usd:
        again = Gallery(only(settings, name), SECRETS, purse).picture("a harbour at dawn", "16:9", SIZE)
        assert again and again.fingerprint == first.fingerprint
        assert len(journal(sandbox_url, kind)) == len(purse.settled), "what is paid for is not asked again"


@pytest.mark.parametrize(("ratio", "size"), [("16:9", "1792x1024"), ("9:16", "1024x1792"), ("1:1", "1024x1024")])
def test_a_picture_is_asked_for_in_the_shape_of_the_frame(sandbox_url, settings, ratio, size) -> None:
    shape = frame(ratio, settings)
    for name in ("stability", "dalle", "pexels", "pixabay"):
        picture = Gallery(only(settings, name), SECRETS, Unlimited()).picture("a harbour", ratio, shape.size_px)
        assert picture and picture.image.size == shape.size_px, name
    assert journal(sandbox_url, "openai.image")[0]["details"]["size"] == size


def test_without_keys_or_folder_nothing_is_asked_and_nothing_waits(sandbox_url, tmp_path: Path) -> None:
    unreachable = ContentSettings(short_side_px=360, pexels_base_url="http://192.0.2.1/", provider_timeout_seconds=20)
    script, narration = told()
    started = time.monotonic()
    visuals = draw_scenes(script, narration, topic(), channel(), tmp_path, unreachable)
    assert time.monotonic() - started < 10
    assert {visual.provider for visual in visuals} == {"drawn"} and not (tmp_path / CREDITS_NAME).exists()


@pytest.mark.parametrize(
    "what",
    [
        {"status": 500},
        {"status": 401},
        {"status": 429},
        {"cut": "before"},
        {"status": 200, "body": "not what was asked for"},
        {"status": 200, "body": {"artifacts": [], "data": [], "photos": "x", "hits": 7}},
        {"latency_seconds": 5},
    ],
    ids=str,
)
def test_a_source_that_is_down_slow_or_wrong_is_passed_over_once_for_the_whole_video(
    sandbox_url, settings, what, tmp_path
) -> None:
    for path in ("^/stability/", "^/openai/", "^/pexels/"):
        fault(sandbox_url, path, **what)
    hasty = settings.model_copy(update={"provider_timeout_seconds": 1.5})
    gallery = Gallery(hasty, SECRETS, Unlimited())
    pictures = [gallery.picture(words, "16:9", SIZE) for words in ("a harbour", "a stadium")]
    assert [picture.provider for picture in pictures if picture] == ["pixabay"] * 2
    assert len(gallery.failures) == 3 and not any("canary" in failure for failure in gallery.failures)


def test_refused_words_and_an_empty_search_leave_the_source_in_the_chain(sandbox_url, settings) -> None:
    refused = {"stability": "gore", "dalle": "gore everywhere", "pexels": "nothing", "pixabay": "nothing"}
    for name, words in refused.items():
        purse = Purse()
        gallery = Gallery(only(settings, name), SECRETS, purse)
        assert gallery.picture(words, "16:9", SIZE) is None and not gallery.failures and not purse.settled, name
        assert gallery.picture("a harbour", "16:9", SIZE) is not None, name


def test_a_library_is_searched_for_the_subject_alone(sandbox_url, settings) -> None:
    words = "a harbour at dawn, soft light, no people, no text, " + "very " * 40
    for name in ("pexels", "pixabay"):
        assert Gallery(only(settings, name), SECRETS, Unlimited()).picture(words, "16:9", SIZE)
        assert journal(sandbox_url, f"{name}.search")[0]["details"]["query"] == "a harbour at dawn"


def test_what_the_budget_refuses_is_taken_from_the_next_cheaper_source(sandbox_url, settings) -> None:
    picture = Gallery(settings, SECRETS, Purse(0.001)).picture("a harbour", "16:9", SIZE)
    assert picture and picture.provider == "pexels"
    assert journal(sandbox_url, "stability.image") == journal(sandbox_url, "openai.image") == []


def test_a_stock_search_that_names_a_strange_address_is_not_followed(sandbox_url, settings) -> None:
    photo = {"id": 1, "width": 9000, "height": 9000, "src": {"original": "http://169.254.169.254/latest"}}
    fault(sandbox_url, "^/pexels/v1/search", status=200, body={"photos": [photo]})
    with pytest.raises(ProviderUnavailable, match="not https"):
        source("pexels", settings, SECRETS, Unlimited())(Wish("a harbour", "16:9", SIZE))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no picture"),
        (b"<html>sorry</html>", "no picture"),
        (png(800, 450)[:5000], "no picture"),
        (png(800, 450, "navy"), "one colour"),
        (png(120, 80), "only 120 x 80"),
        (png(9000, 7000, "navy"), "9000 x 7000"),
    ],
    ids=["empty", "page", "cut", "flat", "small", "bomb"],
)
def test_what_is_no_usable_picture_is_refused(data, why) -> None:
    with pytest.raises(ProviderUnavailable, match=why):
        read_picture(data, SIZE)


def test_a_picture_is_cut_around_its_middle() -> None:
    image = Image.new("RGB", (900, 300), "red")
    image.paste((0, 255, 0), (300, 0, 600, 300))
    image.paste((255, 255, 255), (400, 100, 500, 200))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    cut = np.asarray(read_picture(buffer.getvalue(), (300, 300)))
    assert (cut[:, 2:-2, 1] > 200).all() and tuple(cut[150, 150]) == (255, 255, 255)


def test_a_fingerprint_knows_a_picture_in_another_size_light_and_encoding() -> None:
    noise = Image.effect_noise((24, 14), 120).resize((960, 560), Image.Resampling.BICUBIC)
    other = Image.effect_noise((24, 14), 120).resize((960, 560), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    noise.resize((500, 290)).point(lambda value: value * 0.9 + 8).save(buffer, "JPEG", quality=60)
    assert distance(fingerprint(noise), fingerprint(Image.open(buffer))) <= REPEAT_BITS
    assert distance(fingerprint(noise), fingerprint(other)) > REPEAT_BITS


def test_a_source_that_gives_the_same_picture_again_is_asked_for_another(sandbox_url, settings, tmp_path) -> None:
    twin = png(800, 450)
    for name in ("harbour.png", "harbour_copy.png", "harbour_again.png"):
        (tmp_path / name).write_bytes(twin)
    (tmp_path / "stage.png").write_bytes(png(800, 450))
    (tmp_path / "stage.txt").write_text("Photo: the club's archive")
    gallery = Gallery(only(settings, "folder").model_copy(update={"picture_folder": tmp_path}), {}, Unlimited())
    first, second = (gallery.picture("a harbour", "16:9", SIZE) for _ in range(2))
    assert first and first.provider == "folder"
    assert second is None or distance(first.fingerprint, second.fingerprint) > REPEAT_BITS
    third = gallery.picture("a harbour", "16:9", SIZE)
    found = [one for one in (first, second, third) if one]
    assert len(found) == 2 and {one.credit.shown for one in found} == {"", "Photo: the club's archive"}


def test_a_video_over_photographs_repeats_none_and_keeps_their_origin(sandbox_url, settings, tmp_path) -> None:
    script, narration = told()
    chain = only(settings, "pexels").model_copy(update={"photo_share": 1.0})
    visuals = draw_scenes(script, narration, topic(), channel(), tmp_path, chain, Gallery(chain, SECRETS, Unlimited()))
    over = [visual for visual in visuals if visual.kind == "photo"]
    assert len(over) >= 3 and {visual.provider for visual in over} == {"pexels"}
    charts = {scene.index for scene in script.scenes if scene.visual.kind not in ("rank_card", "big_number")}
    assert charts and not charts & {visual.index for visual in over}, "numbers are the point: charts stay drawn"
    marks = [fingerprint(Image.open(visual.stills[-1].path)) for visual in over]
    assert all(one != other for one, other in combinations(marks, 2))
    kept = json.loads((tmp_path / CREDITS_NAME).read_text())["pictures"]
    assert [entry["scene"] for entry in kept] == [visual.index for visual in over]
    for entry in kept:
        assert entry["shown"] == f"Photo: {entry['author']} / Pexels" and entry["licence"] == "Pexels License"
        assert entry["page_url"].startswith("https://www.pexels.com/photo/")
    assert set(credits_of(tmp_path)) == {entry["shown"] for entry in kept} and credits_of(tmp_path / "none") == []
    for visual in over:
        width, height = frame("16:9", chain).size_px
        scale = 1 + visual.travel_px / width
        expected = (width + visual.travel_px, round(height * scale))
        assert visual.motion.startswith("zoom") and Image.open(visual.stills[0].path).size == expected


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_at_most_the_share_of_the_scenes_has_a_photograph_and_the_hook_first(share) -> None:
    script, _ = told()
    words = photo_plan.words(script, story_facts(topic()), share)
    assert len(words) <= round(share * len(script.scenes))
    assert not words or 0 in words
    silent = script.model_copy(update={"scenes": [one.model_copy(update={"picture": ""}) for one in script.scenes]})
    assert set(photo_plan.words(silent, story_facts(topic()), share)) <= {0}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda one: one.name)
@pytest.mark.parametrize("shade", ["white", "black", "noise", "accent"])
def test_words_on_a_photograph_are_read_at_seven_to_one_on_every_pixel(palette, shade) -> None:
    size = (160, 60)
    if shade == "noise":
        picture = Image.effect_noise(size, 128).convert("RGB")
    else:
        picture = Image.new("RGB", size, palette.accent if shade == "accent" else shade)
    colours = {colour for _, colour in veiled(picture, palette).getcolors(160 * 60)}
    assert min(contrast(palette.text, colour) for colour in colours) >= TEXT_CONTRAST
    assert min(contrast(palette.accent, colour) for colour in colours) >= GRAPHIC_CONTRAST


def test_an_unknown_source_is_named_with_those_that_exist(settings) -> None:
    with pytest.raises(InvalidInput, match="pixabay"):
        Gallery(only(settings, "nope"), SECRETS, Unlimited()).picture("a harbour", "16:9", SIZE)


def test_a_censored_picture_is_paid_once_and_not_shown(sandbox_url, settings) -> None:
    censored = {"artifacts": [{"base64": base64.b64encode(png(800, 450)).decode(), "finishReason": "CONTENT_FILTERED"}]}
    fault(sandbox_url, "^/stability/", status=200, body=censored)
    purse = Purse()
    for _ in range(2):
        assert Gallery(only(settings, "stability"), SECRETS, purse).picture("a harbour", "16:9", SIZE) is None
    assert len(purse.settled) == 1
