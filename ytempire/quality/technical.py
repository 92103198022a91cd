"""Technical checks of the finished file: streams, length, black, freeze, silence, loudness, captions.

ffprobe reads the streams; one ffmpeg pass measures picture and sound. The picture is decoded
without the frames that no other frame needs and without the loop filter, and measured small:
black and frozen stretches are found at a few per cent of the video's length.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ytempire.content import loudness
from ytempire.content.frames import Frame
from ytempire.content.models import Captions, Narration
from ytempire.content.programs import RenderFailed, run
from ytempire.errors import InvalidInput
from ytempire.quality.models import Check, TechnicalReport
from ytempire.settings import ContentSettings

LONGEST_BLACK_SECONDS = 0.5
LONGEST_FREEZE_SECONDS = 4.0
LONGEST_SILENCE_SECONDS = 2.0
LOUDNESS_TOLERANCE_LU = 1.0
DURATION_TOLERANCE_SECONDS = 0.5
CAPTION_COVERAGE = 0.9
_TIMEOUT_SECONDS = 300.0
_SMALL = (320, 180)


@dataclass(frozen=True)
class _Measured:
    black: float
    freeze: float
    silence: float
    sound: loudness.Loudness


def inspect(
    mp4: Path, narration: Narration, captions: Captions, shape: Frame, settings: ContentSettings
) -> TechnicalReport:
    """Measure ``mp4`` and hold it against the settings, its narration and its captions.

    Raises InvalidInput when the file is not there or is no video, MissingProgram without ffmpeg.
    """
    if not mp4.is_file():
        raise InvalidInput("mp4", f"{mp4.name} does not exist", "Assemble the video first.")
    try:
        probed = json.loads(
            run(
                ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(mp4)],
                timeout_seconds=_TIMEOUT_SECONDS,
            ).stdout
        )
    except RenderFailed as error:
        raise InvalidInput("mp4", f"{mp4.name} is no video ({error})", "Assemble the video again.") from error
    streams: dict[str, dict[str, Any]] = {}
    for stream in probed.get("streams", []):
        streams.setdefault(stream.get("codec_type", ""), stream)
    video, audio = streams.get("video"), streams.get("audio")
    duration = float(probed.get("format", {}).get("duration", 0))
    measured = _measure(mp4, video is not None, audio is not None, duration)
    coverage = _coverage(narration, captions)
    checks = [
        *_stream_checks(video, audio, shape, settings),
        *_content_checks(duration, measured, narration, settings),
        _check("captions", coverage >= CAPTION_COVERAGE, False, f"{coverage:.0%} of the speech is captioned"),
        _check("faststart", _faststart(mp4), False, "index before the media"),
    ]
    rate = (video or {}).get("avg_frame_rate", "0/1").split("/")
    return TechnicalReport(
        duration_seconds=duration,
        width=int((video or {}).get("width", 0)),
        height=int((video or {}).get("height", 0)),
        frames_per_second=float(rate[0]) / (float(rate[1]) or 1) if len(rate) == 2 else 0.0,
        black_seconds=measured.black,
        longest_freeze_seconds=measured.freeze,
        longest_silence_seconds=measured.silence,
        integrated_lufs=max(measured.sound.integrated_lufs, -120.0),
        true_peak_dbtp=max(measured.sound.true_peak_dbtp, -120.0),
        caption_coverage=coverage,
        checks=checks,
    )


def _check(name: str, passed: bool, hard: bool, detail: str) -> Check:
    return Check(name=name, passed=passed, hard=hard, detail=detail)


def _stream_checks(
    video: dict[str, Any] | None, audio: dict[str, Any] | None, shape: Frame, settings: ContentSettings
) -> list[Check]:
    picture, sound = video or {}, audio or {}
    size = (picture.get("width"), picture.get("height"))
    form = f"{picture.get('codec_name')} {picture.get('pix_fmt')} {size[0]}x{size[1]}"
    heard = f"{sound.get('codec_name')} {sound.get('sample_rate')} Hz, {sound.get('channels')} channels"
    right_picture = picture.get("codec_name") == "h264" and picture.get("pix_fmt") == "yuv420p"
    right_sound = sound.get("codec_name") == "aac" and sound.get("sample_rate") == str(loudness.RATE_HZ)
    return [
        _check("video stream", right_picture and size == shape.size_px, True, form),
        _check("audio stream", right_sound and sound.get("channels") == 2, True, heard),
    ]


def _content_checks(
    duration: float, measured: _Measured, narration: Narration, settings: ContentSettings
) -> list[Check]:
    least = settings.minimum_duration_seconds
    apart = abs(duration - narration.duration_seconds)
    off = abs(measured.sound.integrated_lufs - settings.loudness_lufs)
    peak = measured.sound.true_peak_dbtp
    return [
        _check("duration", duration >= least, True, f"{duration:.1f} s, at least {least:.0f} s wanted"),
        _check("in step", apart <= DURATION_TOLERANCE_SECONDS, True, f"{apart:.2f} s off the narration"),
        _check("black", measured.black <= LONGEST_BLACK_SECONDS, True, f"{measured.black:.1f} s black"),
        _check(
            "freeze",
            measured.freeze <= LONGEST_FREEZE_SECONDS,
            False,
            f"{measured.freeze:.1f} s frozen at most",
        ),
        _check("silence", measured.silence <= LONGEST_SILENCE_SECONDS, True, f"{measured.silence:.1f} s at most"),
        _check("loudness", off <= LOUDNESS_TOLERANCE_LU, True, f"{measured.sound.integrated_lufs:.1f} LUFS"),
        _check("true peak", peak <= settings.true_peak_dbtp, True, f"{peak:.1f} dBTP"),
    ]


def _measure(mp4: Path, has_video: bool, has_audio: bool, duration: float) -> _Measured:
    """Measure picture and sound in one pass; a stream that is missing counts as black or silent."""
    arguments = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-v", "info"]
    arguments += ["-skip_frame:v", "noref", "-skip_loop_filter:v", "all", "-i", str(mp4)]
    if has_video:
        look = f"scale={_SMALL[0]}:{_SMALL[1]}:flags=fast_bilinear,blackdetect=d=0.1:pix_th=0.05:pic_th=0.99"
        arguments += ["-map", "0:v:0", "-vf", f"{look},freezedetect=n=0.0002:d=1", "-vsync", "passthrough"]
        arguments += ["-c:v", "wrapped_avframe", "-f", "null", "-"]
    if has_audio:
        listen = "ebur128=peak=true:framelog=verbose,silencedetect=n=-50dB:d=0.5"
        arguments += ["-map", "0:a:0", "-af", listen, "-f", "null", "-"]
    said = run(arguments, timeout_seconds=_TIMEOUT_SECONDS).stderr if has_video or has_audio else ""
    black = sum(map(float, re.findall(r"black_duration:([\d.]+)", said))) if has_video else duration
    silent = _stretches(said, "silence", duration) if has_audio else [duration]
    sound = loudness.parse(said) if has_audio else loudness.Loudness(-120.0, -120.0)
    return _Measured(black, max(_stretches(said, "freeze", duration), default=0.0), max(silent, default=0.0), sound)


def _stretches(said: str, what: str, duration: float) -> list[float]:
    """Return the lengths of the stretches that a detector reported; an open one lasts to the end."""
    starts = [float(at) for at in re.findall(rf"{what}_start: (-?[\d.]+)", said)]
    ends = [float(at) for at in re.findall(rf"{what}_end: (-?[\d.]+)", said)]
    ends += [duration] * (len(starts) - len(ends))
    return [max(0.0, end - start) for start, end in zip(starts, ends, strict=False)]


def _coverage(narration: Narration, captions: Captions) -> float:
    """Return the share of the spoken words that the published captions hold."""
    spoken = [word.text for scene in narration.scenes for word in scene.words]
    if not captions.srt_path.is_file() or not spoken:
        return 0.0
    written = captions.srt_path.read_text(encoding="utf-8").split()
    found = 0
    position = 0
    for word in spoken:
        if word in written[position : position + 30]:
            position = written.index(word, position) + 1
            found += 1
    return found / len(spoken)


def _faststart(mp4: Path) -> bool:
    """Say whether the index (moov) stands before the media (mdat)."""
    with mp4.open("rb") as file:
        while header := file.read(8):
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8), "big") - 8
            if size < 8:
                return False
            file.seek(size - 8, 1)
    return False
