"""Last stage of making: stills, narration and captions become one MP4, in one encode.

Every still is decoded once. Its slow drift is made of four copies, each shifted by another
half pixel, that are repeated while the window moves on by two: motion in sub-pixel steps
for the price of a crop (two pixels, because colour is stored for every second one). All
four lie a quarter of a pixel off the grid, so that none is sharper than the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from ytempire.content.files import disk_full_is_named, write_text
from ytempire.content.frames import Frame
from ytempire.content.models import Captions, SceneVisual, Soundtrack
from ytempire.content.programs import run
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

ENTER_SECONDS = 0.3
CROSS_FADE_SECONDS = 0.25
PHASES = 4
_STEP_PX = 2 / PHASES


def assemble(
    visuals: list[SceneVisual],
    sound: Soundtrack,
    captions: Captions,
    output: Path,
    shape: Frame,
    settings: ContentSettings,
) -> Path:
    """Encode the video to ``output`` (H.264, AAC, faststart, chapters) and return it.

    The same inputs give the same frames. Raises MissingProgram without ffmpeg, DiskFull with
    nothing left behind, InvalidInput without scenes, Retriable when it takes too long.
    """
    if not visuals:
        raise InvalidInput("visuals", "there is no scene", "Draw the script's scenes first.")
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f"{output.name}.partial")
    chapters = output.with_name(f"{output.name}.chapters")
    try:
        write_text(chapters, chapter_metadata(visuals))
        arguments = command(visuals, sound, captions, partial, chapters, shape, settings)
        run(arguments, timeout_seconds=settings.render_timeout_seconds)
        with disk_full_is_named(output):
            partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
        chapters.unlink(missing_ok=True)
    return output


def command(
    visuals: list[SceneVisual],
    sound: Soundtrack,
    captions: Captions,
    target: Path,
    chapters: Path,
    shape: Frame,
    settings: ContentSettings,
) -> list[str]:
    """Return the ffmpeg command that makes the video; the chapters are its last input."""
    picture = _joined(visuals, shape, settings).filter("ass", str(captions.ass_path))
    picture = picture.filter("format", "yuv420p")
    arguments: list[str] = (
        ffmpeg.output(
            picture,
            ffmpeg.input(str(sound.path)).audio,
            str(target),
            format="mp4",
            vcodec="libx264",
            preset=settings.x264_preset,
            crf=settings.x264_crf,
            profile="high",
            r=settings.frames_per_second,
            g=2 * settings.frames_per_second,
            threads=settings.x264_threads,
            acodec="copy",
            colorspace="bt709",
            color_primaries="bt709",
            color_trc="bt709",
            color_range="tv",
            movflags="+faststart",
            fflags="+bitexact",
            t=f"{_frames(sound.duration_seconds, settings) / settings.frames_per_second:.6f}",
        )
        .global_args("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
        .compile()
    )
    inputs = arguments.count("-i")
    graph = arguments.index("-filter_complex")
    arguments[graph:graph] = ["-f", "ffmetadata", "-i", str(chapters)]
    where = arguments.index(str(target))
    arguments[where:where] = ["-map_metadata", str(inputs), "-map_chapters", str(inputs)]
    return arguments


def chapter_metadata(visuals: list[SceneVisual]) -> str:
    """Return the chapters in ffmpeg's metadata format, one a scene."""
    lines = [";FFMETADATA1"]
    for visual in visuals:
        title = "".join(f"\\{letter}" if letter in "=;#\\" else letter for letter in visual.heading)
        start, end = round(visual.start_seconds * 1000), round(visual.end_seconds * 1000)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={end}", f"title={title}"]
    return "\n".join(lines) + "\n"


def _frames(seconds: float, settings: ContentSettings) -> int:
    return round(seconds * settings.frames_per_second)


def _joined(visuals: list[SceneVisual], shape: Frame, settings: ContentSettings) -> Any:
    """Join the scenes with short cross-fades; each but the last lasts that much longer."""
    fade = _frames(CROSS_FADE_SECONDS, settings) - 1
    starts = [_frames(visual.start_seconds, settings) for visual in visuals]
    ends = [*starts[1:], _frames(visuals[-1].end_seconds, settings)]
    clips = []
    for number, visual in enumerate(visuals):
        longer = fade if number < len(visuals) - 1 else 0
        clips.append(Clip(_scene(visual, ends[number] - starts[number] + longer, shape, settings), starts[number]))
    return _chained(clips, ends[-1], fade, settings)


def _scene(visual: SceneVisual, frames: int, shape: Frame, settings: ContentSettings) -> Any:
    """The stills of one scene, entering one after another, under the moving window."""
    hold = max(1, math.ceil(frames * _STEP_PX / max(visual.travel_px - 4, 1)))
    period = PHASES * hold
    enter = _frames(ENTER_SECONDS, settings)
    start = _frames(visual.start_seconds, settings)
    times: list[int] = []
    paths: list[Path] = []
    for still in visual.stills:
        # A still enters with the first of its shifted copies, so that the motion goes on evenly.
        at = max(0, _frames(still.appears_seconds, settings) - start) // period * period
        if not times or (at + enter < frames and at >= times[-1] + enter):
            times.append(at)
            paths.append(still.path)
    clips = []
    for number, (at, path) in enumerate(zip(times, paths, strict=True)):
        until = frames if number == len(times) - 1 else times[number + 1] + enter
        clips.append(Clip(_drifting(path, hold, until - at, visual, settings), at))
    whole = _chained(clips, frames, enter, settings)
    travelled = 2 * math.ceil(frames / period)
    first = max(0, (visual.travel_px - travelled) // 4 * 2)
    x = f"{first}+2*floor(n/{period})" if visual.motion == "drift_right" else f"{first + travelled}-2*floor(n/{period})"
    return whole.filter("crop", shape.width_px, shape.height_px, x, 0)


@dataclass(frozen=True)
class Clip:
    """A stream and the frame of the whole at which it begins to fade in."""

    stream: Any
    at: int


def _chained(clips: list[Clip], frames: int, fade: int, settings: ContentSettings) -> Any:
    """Join clips that overlap by ``fade`` frames.

    The cross-fade works in another pixel format, so only the frames that overlap go through it;
    all others are passed on untouched.
    """
    pieces = []
    tail: Any = None
    for number, clip in enumerate(clips):
        until = frames if number == len(clips) - 1 else clips[number + 1].at
        begin = 0 if number == 0 else fade
        wanted = [(begin, until - clip.at)]
        if number:
            wanted.insert(0, (0, fade))
        if number < len(clips) - 1:
            wanted.append((until - clip.at, until - clip.at + fade))
        parts = _cut(clip.stream, wanted, settings)
        if number:
            pieces.append(_faded(tail, parts.pop(0), fade, settings))
        pieces.append(parts.pop(0))
        tail = parts.pop() if parts else None
    whole = pieces[0] if len(pieces) == 1 else ffmpeg.concat(*pieces, v=1, a=0)
    return whole.filter("setpts", f"N/{settings.frames_per_second}/TB")


def _cut(stream: Any, spans: list[tuple[int, int]], settings: ContentSettings) -> list[Any]:
    copies = stream.split() if len(spans) > 1 else None
    parts = []
    for number, (first, last) in enumerate(spans):
        part = stream if copies is None else copies[number]
        part = part.filter("trim", start_frame=first, end_frame=last).filter("settb", f"1/{settings.frames_per_second}")
        parts.append(part.filter("setpts", f"N/{settings.frames_per_second}/TB"))
    return parts


def _faded(before: Any, after: Any, frames: int, settings: ContentSettings) -> Any:
    mixed = ffmpeg.filter(
        [before, after],
        "xfade",
        transition="fade",
        duration=f"{(frames + 1) / settings.frames_per_second:.6f}",
        offset="0",
    )
    return mixed.filter("format", "yuv420p").filter("trim", end_frame=frames)


def _drifting(path: Path, hold: int, frames: int, visual: SceneVisual, settings: ContentSettings) -> Any:
    """One still, decoded once, shifted by another half pixel every ``hold`` frames, over and over."""
    rate = settings.frames_per_second
    shift = f"{'' if visual.motion == 'drift_right' else '-'}({_STEP_PX}*mod(on-1,{PHASES})+{_STEP_PX / 2})"
    stream = ffmpeg.input(str(path), framerate=rate).video
    stream = stream.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p")
    stream = stream.filter("loop", loop=PHASES - 1, size=1).filter("setpts", f"N/{rate}/TB")
    stream = stream.filter(
        "perspective",
        x0=shift, y0="0", x1=f"W+({shift})", y1="0", x2=shift, y2="H", x3=f"W+({shift})", y3="H",
        interpolation="cubic",
        eval="frame",
    )  # fmt: skip
    stream = stream.filter("loop", loop=-1, size=PHASES).filter("setpts", f"N*{hold}/{rate}/TB")
    if hold > 1:
        stream = stream.filter("fps", rate)
    return stream.filter("trim", end_frame=frames).filter("settb", f"1/{rate}")
