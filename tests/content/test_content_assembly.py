"""Captions and assembly: what stands in the file, and what happens when it cannot be written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from content_samples import SMALL, channel, topic
from made_video import Made, made, written

from ytempire.content import loudness
from ytempire.content.frames import frame
from ytempire.content.models import SceneVisual
from ytempire.content.visuals import draw_scenes
from ytempire.errors import InvalidInput, MissingProgram
from ytempire.settings import ContentSettings

SHAPE = frame("16:9", SMALL)
SHORT = ["Two million views in a day.", "It leads in four countries.", "Follow us for more; {curly} \\N braces."]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("short"), written(sentences=SHORT))


def probe(path: Path) -> dict:
    arguments = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", str(path)]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def frames_hash(path: Path) -> str:
    arguments = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-f", "md5", "-"]
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def test_braces_in_speech_are_no_commands_of_the_captions(short: Made) -> None:
    text = short.captions.ass_path.read_text(encoding="utf-8")
    assert "(curly)" in text and "{curly}" not in text and "⧵" in text and "\\N braces" not in text


def test_the_video_has_the_right_streams_chapters_length_and_loudness(short: Made, tmp_path: Path) -> None:
    path = short.assembled(tmp_path / "video.mp4")
    found = probe(path)
    video, audio = (next(s for s in found["streams"] if s["codec_type"] == kind) for kind in ("video", "audio"))
    assert (video["codec_name"], video["pix_fmt"], video["width"], video["height"]) == ("h264", "yuv420p", 640, 360)
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 2)
    assert int(video["nb_frames"]) == round(short.narration.duration_seconds * SMALL.frames_per_second)
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == ["Part 0", "Part 1", "Part 2"]
    arguments = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true:framelog=verbose"]
    said = subprocess.run([*arguments, "-f", "null", "-"], check=True, capture_output=True, text=True).stderr
    heard = loudness.parse(said)
    assert abs(heard.integrated_lufs + 14) <= 1 and heard.true_peak_dbtp <= -1
    assert [one.name for one in tmp_path.iterdir()] == ["video.mp4"], "nothing is left beside it"


def test_a_scene_of_one_still_follows_a_scene_of_several(short: Made, tmp_path: Path) -> None:
    for alone in range(len(short.visuals)):
        mixed = [
            visual.model_copy(update={"stills": visual.stills[:1]}) if number == alone else visual
            for number, visual in enumerate(short.visuals)
        ]
        path = replace(short, visuals=mixed).assembled(tmp_path / f"{alone}.mp4")
        frames = round(short.narration.duration_seconds * SMALL.frames_per_second)
        assert int(probe(path)["streams"][0]["nb_frames"]) == frames


def test_the_same_inputs_give_the_same_frames(short: Made, tmp_path: Path) -> None:
    paths = [short.assembled(tmp_path / name) for name in ("a.mp4", "b.mp4")]
    assert frames_hash(paths[0]) == frames_hash(paths[1])


def test_a_scene_drifts_evenly(short: Made, tmp_path: Path) -> None:
    drifting = next(visual for visual in short.visuals if visual.motion == "drift_right")
    seconds = drifting.end_seconds - drifting.start_seconds
    alone = {"start_seconds": 0, "end_seconds": seconds, "stills": drifting.stills[:1]}
    sound = short.sound.model_copy(update={"duration_seconds": seconds})
    video = replace(short, visuals=[drifting.model_copy(update=alone)], sound=sound)
    path = video.assembled(tmp_path / "video.mp4")
    arguments = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "crop=640:280:0:0,format=gray", "-frames:v", "12"]
    raw = subprocess.run([*arguments, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    import numpy as np

    frames = np.frombuffer(raw, np.uint8).reshape(12, 280, 640).astype(float)
    ink = frames - np.median(frames[0])
    centres = (ink * np.arange(640)).sum(axis=(1, 2)) / ink.sum(axis=(1, 2))
    steps = np.diff(centres)
    edges = [np.abs(np.diff(frame, axis=1)).max() for frame in frames]
    assert (steps < 0).all(), "the window moves to the right over the picture in every frame"
    assert np.abs(steps).max() < 1, "in steps of less than a pixel"
    assert steps.std() < 0.12, "evenly"
    assert max(edges) - min(edges) < 0.15 * max(edges), "all frames are equally sharp"


def test_one_video_in_full_size(tmp_path: Path) -> None:
    settings = ContentSettings(x264_preset="ultrafast")
    whole = made(tmp_path, written(settings, sentences=[*SHORT[:2], "Follow us."]), settings)
    video = probe(whole.assembled(tmp_path / "video.mp4"))["streams"][0]
    assert (video["width"], video["height"], video["avg_frame_rate"]) == (1920, 1080, "30/1")


def test_without_ffmpeg_it_is_named(short: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingProgram, match="ffmpeg"):
        short.assembled(tmp_path / "video.mp4")
    assert list(tmp_path.iterdir()) == []


_CHILD = """
import resource, signal, sys
from pathlib import Path
from content_samples import SMALL, channel
from ytempire.content.frames import frame
from ytempire.content.assembly import assemble
from ytempire.content.models import Captions, SceneVisual, Soundtrack
from ytempire.errors import DiskFull
from pydantic import TypeAdapter
folder, output = Path(sys.argv[1]), Path(sys.argv[2])
sound = Soundtrack.model_validate_json((folder / "n.json").read_text())
captions = Captions.model_validate_json((folder / "c.json").read_text())
visuals = TypeAdapter(list[SceneVisual]).validate_json((folder / "v.json").read_text())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    assemble(visuals, sound, captions, output, frame("16:9", SMALL), SMALL)
except DiskFull as error:
    print("DiskFull", error)
"""


def test_a_full_disk_is_named_and_nothing_is_left_behind(short: Made, tmp_path: Path) -> None:
    from pydantic import TypeAdapter

    data, output = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    output.mkdir()
    (data / "n.json").write_text(short.sound.model_dump_json())
    (data / "c.json").write_text(short.captions.model_dump_json())
    (data / "v.json").write_bytes(TypeAdapter(list[SceneVisual]).dump_json(short.visuals))
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(data), str(output / "video.mp4")],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{root}:{root / 'tests'}"},
    )
    assert child.stdout.startswith("DiskFull"), child.stderr
    assert list(output.iterdir()) == []


def test_script_and_narration_must_belong_together(short: Made, tmp_path: Path) -> None:
    other = short.narration.model_copy(update={"scenes": short.narration.scenes[:1]})
    with pytest.raises(InvalidInput, match="number of scenes"):
        draw_scenes(short.script, other, topic(), channel(), tmp_path, SMALL)
    with pytest.raises(InvalidInput, match="no scene"):
        replace(short, visuals=[]).assembled(tmp_path / "video.mp4")
