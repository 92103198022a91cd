"""A minute of video as MoviePy programs make it: four encodes, every frame through Python as RGB.

1. each still becomes a clip that zooms slowly; 2. each clip is opened again, cut to its length and fitted
to the frame; 3. the clips are joined; 4. captions are laid over and the speech is added. Frames a second,
bit rate of the sound and the encoder's preset (medium) are what such programs leave to MoviePy.

Run by benchmarks/assembly_peer.py in an environment of its own:
python moviepy_way.py PLAN.json OUTPUT.mp4. The plan holds stills, times, captions, sound, font, size.
Prints one JSON line: seconds, and the luma similarity of some frames to the same composition unencoded.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from moviepy import (
    AudioFileClip,
    CompositeVideoClip,
    ImageClip,
    TextClip,
    VideoFileClip,
    concatenate_videoclips,
)

SAMPLES = 12


def zoomed(still: dict[str, Any], size: tuple[int, int], share: float) -> CompositeVideoClip:
    """Return a still that grows by ``share`` while it lasts."""
    clip = ImageClip(still["path"]).with_duration(still["seconds"]).with_position("center")
    growing = clip.resized(lambda t: 1 + share * t / still["seconds"])
    return CompositeVideoClip([growing], size=size)


def captions(plan: dict[str, Any], width: int) -> list[TextClip]:
    """Return a text clip for every caption, at its time, over the lower part."""
    clips = []
    for caption in plan["captions"]:
        text = TextClip(
            font=plan["font"], text=caption["text"], font_size=60, color="white", stroke_color="black",
            stroke_width=2, method="caption", size=(width - 130, None), text_align="center",
        )  # fmt: skip
        text = text.with_start(caption["start"]).with_end(caption["end"])
        clips.append(text.with_position(("center", plan["captions_top"])))
    return clips


def write(clip: Any, path: Path, fps: int, threads: int) -> Path:
    """Encode with MoviePy's own settings."""
    clip.write_videofile(
        str(path), fps=fps, codec="libx264", threads=threads, audio_codec="aac", audio_bitrate="192k", logger=None
    )
    return path


def make(plan: dict[str, Any], output: Path) -> float:
    """Make the video and return the seconds it took."""
    size, fps, threads = (plan["width"], plan["height"]), plan["fps"], plan["threads"]
    folder = output.parent
    start = time.perf_counter()
    fitted = []
    for number, still in enumerate(plan["stills"]):
        first = write(zoomed(still, size, plan["zoom_share"]), folder / f"still-{number}.mp4", fps, threads)
        with VideoFileClip(str(first)) as clip:
            cut = clip.subclipped(0, min(clip.duration, still["seconds"])).resized(new_size=size)
            fitted.append(write(cut, folder / f"fitted-{number}.mp4", fps, threads))
        print(f"still {number + 1} of {len(plan['stills'])}: {time.perf_counter() - start:.0f} s", flush=True)
    clips = [VideoFileClip(str(path)) for path in fitted]
    joined = write(concatenate_videoclips(clips), folder / "joined.mp4", fps, threads)
    with VideoFileClip(str(joined)) as video, AudioFileClip(plan["sound"]) as sound:
        whole = CompositeVideoClip([video, *captions(plan, plan["width"])]).with_audio(sound)
        write(whole.with_duration(min(video.duration, sound.duration)), output, fps, threads)
    seconds = time.perf_counter() - start
    for clip in clips:
        clip.close()
    return seconds


def similarity(plan: dict[str, Any], output: Path) -> float:
    """Mean SSIM (luma) of some frames to the composition they were made from."""
    found = []
    at = 0.0
    with VideoFileClip(str(output)) as video:
        for still in plan["stills"][:SAMPLES]:
            moment = at + still["seconds"] / 2
            picture = zoomed(still, (plan["width"], plan["height"]), plan["zoom_share"]).get_frame(still["seconds"] / 2)
            top = plan["captions_top"]  # what lies below is partly covered by captions
            pair = [
                cv2.cvtColor(np.ascontiguousarray(frame[:top]), cv2.COLOR_RGB2GRAY)
                for frame in (picture, video.get_frame(moment))
            ]
            found.append(ssim(*pair))
            at += still["seconds"]
    return float(np.mean(found))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from benchmarks.studio.quality import ssim

    chosen = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    took = make(chosen, Path(sys.argv[2]))
    print(json.dumps({"seconds": took, "ssim": similarity(chosen, Path(sys.argv[2]))}))
