"""How frames are composed: motion without jitter, entrances, captions as libass burns them."""

from __future__ import annotations

import itertools
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from ytempire.content.assembly import encoder, overlay, planes
from ytempire.content.assembly.motion import Drift, Zoom
from ytempire.content.assembly.scenes import Scene, difference, entrances
from ytempire.content.frames import frame
from ytempire.content.models import SceneVisual, Still
from ytempire.settings import ContentSettings

SETTINGS = ContentSettings(short_side_px=360)
SHAPE = frame("16:9", SETTINGS)
FRAMES = 90


def dots(width: int, height: int) -> planes.Planes:
    """A picture with a soft dot near each corner and one in the middle."""
    y = np.full((height, width), 40, np.uint8)
    for x, at in itertools.product((0.2, 0.5, 0.8), repeat=2):
        cv2.circle(y, (round(width * x), round(height * at)), 9, 220, -1)
    y = cv2.GaussianBlur(y, (0, 0), 2)
    half = np.full((height // 2, width // 2), 128, np.uint8)
    return planes.Planes(y, half, half.copy())


def centre(picture: np.ndarray) -> tuple[float, float]:
    ink = picture.astype(float) - 40
    ink[ink < 8] = 0
    rows, columns = np.indices(ink.shape)
    return float((ink * columns).sum() / ink.sum()), float((ink * rows).sum() / ink.sum())


def test_a_zoom_moves_every_point_evenly_and_keeps_the_middle() -> None:
    zoom = Zoom(SHAPE, round(SHAPE.width_px * 0.05), FRAMES, inwards=True)
    ready = zoom.prepared(dots(676, 382))
    out = planes.empty(*SHAPE.size_px)
    corner, middle = [], []
    for number in range(FRAMES):
        ready.draw(number, out)
        corner.append(centre(out.y[:130, :220]))
        middle.append(centre(out.y[130:230, 220:420]))
    steps = np.diff(np.array(corner), axis=0)
    assert (np.abs(np.ptp(np.array(middle), axis=0)) < 0.12).all(), "the middle rests"
    assert (steps[:, 0] < 0.02).all() and (steps[:, 1] < 0.02).all(), "the upper left corner leaves to the upper left"
    assert np.array(corner)[0, 0] - np.array(corner)[-1, 0] > 5
    assert np.abs(steps - steps.mean(axis=0)).max() < 0.1, "in even steps"


@pytest.mark.parametrize("frames", [10, 90])
def test_every_frame_of_a_zoom_quick_or_slow_is_the_still_made_smaller(frames: int) -> None:
    travel = round(SHAPE.width_px * 0.05)
    still = dots(676, 382)
    # The even frames of one twice as slow are resized, and stand where those of this one do.
    ready, exact = (Zoom(SHAPE, travel, count, inwards=False).prepared(still) for count in (frames, 2 * frames - 1))
    out, expected = planes.empty(*SHAPE.size_px), planes.empty(*SHAPE.size_px)
    for number in range(frames):
        ready.draw(number, out)
        exact.draw(2 * number, expected)
        for plane, wanted in zip(out.all, expected.all, strict=True):
            assert cv2.PSNR(plane, wanted) > 40, number


@pytest.mark.parametrize("to_right", [True, False])
def test_a_drift_moves_half_a_pixel_at_a_time(to_right: bool) -> None:
    travel = 50
    drift = Drift.over(SHAPE, travel, FRAMES, to_right=to_right)
    ready = drift.prepared(dots(SHAPE.width_px + travel, SHAPE.height_px))
    out = planes.empty(*SHAPE.size_px)
    places = []
    for number in range(FRAMES):
        ready.draw(number, out)
        places.append(centre(out.y[130:230, 250:420])[0])
    steps = np.diff(places) * (-1 if to_right else 1)
    assert np.abs(steps - 0.5).max() < 0.06


def save(path: Path, picture: np.ndarray) -> Path:
    cv2.imwrite(str(path), picture)
    return path


def scene(tmp_path: Path, enters: str) -> tuple[SceneVisual, np.ndarray, np.ndarray]:
    before = np.full((SHAPE.height_px, SHAPE.width_px, 3), 60, np.uint8)
    after = before.copy()
    after[100:200, 200:500] = (200, 180, 160)
    stills = [
        Still(path=save(tmp_path / "a.png", before), appears_seconds=0),
        Still(path=save(tmp_path / "b.png", after), appears_seconds=0.5, enters=enters, enters_seconds=1),
    ]
    return (
        SceneVisual(
            index=0, kind="big_number", heading="One", start_seconds=0, end_seconds=3, stills=stills,
            motion="drift_right", travel_px=0,
        ),
        before,
        after,
    )  # fmt: skip


@pytest.mark.parametrize("enters", ["fade", "wipe_right", "wipe_up"])
def test_a_still_enters_only_where_it_differs(tmp_path: Path, enters: str) -> None:
    visual, _, _ = scene(tmp_path, enters)
    out = planes.empty(*SHAPE.size_px)
    seen = []
    with ThreadPoolExecutor(1) as loader:
        player = Scene(visual, 0, FRAMES, SHAPE, 30, loader)
        for number in range(FRAMES):
            player.draw(number, out)
            seen.append(out.y.astype(int))
    low, high = seen[0][150, 300], seen[-1][150, 300]
    assert high > low + 80
    assert all((picture[:98] == low).all() and (picture[202:] == low).all() for picture in seen)
    assert (seen[14] == low).all() and (seen[45][100:200, 200:500] == high).all()
    shares = [(picture[100:200, 200:500] - low).mean() / (high - low) for picture in seen[14:46]]
    assert all(later >= earlier - 1e-9 for earlier, later in itertools.pairwise(shares))
    part = seen[22][100:200, 200:500]
    if enters == "wipe_right":
        assert part[:, 0].min() == high and part[:, -1].max() == low
    if enters == "wipe_up":
        assert part[-1].min() == high and part[0].max() == low
    if enters == "fade":
        assert np.ptp(part) == 0 and low < part[0, 0] < high


def test_the_last_still_is_seen_however_short_the_scene_is() -> None:
    stills = [Still(path=Path(f"{number}.png"), appears_seconds=0.1 * number) for number in range(6)]
    visual = SceneVisual(
        index=0, kind="big_number", heading="", start_seconds=0, end_seconds=1, stills=stills, motion="zoom_in",
        travel_px=20,
    )  # fmt: skip
    found = entrances(visual, 0, 30, 30)
    assert found[0].still == stills[0] and found[-1].still == stills[-1]
    for before, after in itertools.pairwise(found):
        assert after.at >= before.at + before.lasts
    assert found[-1].at + found[-1].lasts <= 30


def test_stills_that_are_the_same_do_not_differ() -> None:
    one = dots(640, 360)
    assert difference(one, one) is None
    changed = planes.Planes(one.y.copy(), one.u, one.v)
    changed.y[50:60, 70:90] += 50
    assert difference(one, changed) == (68, 48, 92, 62)


ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Caption,Inter,62,&H00F0E0D0,&H40201008,&H80201008,-1,1,5,6,2,96,96,62,1

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:01.00,Caption,{\\pos(960,1010)\\1c&H00C0FF&}Half{\\r} a second of {} braces
Dialogue: 0,0:00:01.00,0:00:01.50,Caption,{\\pos(960,1010)}Half {\\1c&H00C0FF&}a{\\r} second
"""


def test_captions_lie_on_the_picture_as_libass_burns_them(tmp_path: Path) -> None:
    path = tmp_path / "captions.ass"
    path.write_text(ASS)
    found = overlay.states(ASS, 30, 60)
    assert [(state.first, state.end) for state in found] == [(15, 30), (30, 45)]
    ground = np.zeros((SHAPE.height_px, SHAPE.width_px, 3), np.uint8)
    ground[:] = (90, 140, 60)
    plain = planes.load(save(tmp_path / "ground.png", ground))
    out = planes.empty(*SHAPE.size_px)
    with overlay.captions_over(path, SHAPE, 60, 30) as captions:
        for number in range(60):
            for source, target in zip(plain.all, out.all, strict=True):
                np.copyto(target, source)
            captions.draw(number, out)
            shown = bool((out.y != plain.y).any())
            assert shown == (15 <= number < 45)
            if number == 20:
                ours = planes.Planes(*(plane.copy() for plane in out.all))
    source = f"color=0x3c8c5a:s={SHAPE.width_px}x{SHAPE.height_px}:r=30:d=2,format=rgb24"
    arguments = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-vf", f"ass={path}"]
    arguments += ["-ss", str(20 / 30), "-frames:v", "1", str(tmp_path / "burned.png")]
    subprocess.run(arguments, check=True)
    burned = planes.load(tmp_path / "burned.png")
    assert np.abs(ours.y.astype(int) - burned.y).max() <= 4
    assert np.abs(ours.u.astype(int) - burned.u).max() <= 6 and np.abs(ours.v.astype(int) - burned.v).max() <= 6
    assert not list(tmp_path.glob("*.states.ass"))


def test_without_a_gpu_the_same_settings_encode_with_x264(monkeypatch: pytest.MonkeyPatch) -> None:
    automatic = ContentSettings()
    monkeypatch.setattr(encoder, "nvenc_works", lambda: False)
    assert encoder.encoder_options(automatic)["vcodec"] == "libx264"
    monkeypatch.setattr(encoder, "nvenc_works", lambda: True)
    assert encoder.encoder_options(automatic)["vcodec"] == "h264_nvenc"
    assert encoder.encoder_options(ContentSettings(video_encoder="x264"))["vcodec"] == "libx264"
