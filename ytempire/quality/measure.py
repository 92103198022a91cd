"""Measures a finished file: its streams, what is black, frozen, silent or loud, and when each stream's packets play.

Three programs run side by side. The picture is decoded without the frames between the predicted ones and
without the loop filter, and looked at small: at 30 frames a second about every fourth frame, in two per cent
of the video's length. The sound is decoded once, for its loudness and for its envelope.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ytempire.content import loudness
from ytempire.content.programs import RenderFailed, run
from ytempire.errors import InvalidInput
from ytempire.quality.envelope import BLOCK_RATE_HZ, Envelope, envelope

_TIMEOUT_SECONDS = 300.0
_SMALL = 320
_SOUND_RATE_HZ = 8_000
_SILENT = loudness.Loudness(-120.0, -120.0)


@dataclass(frozen=True)
class Span:
    """When a stream's packets begin and end, and the longest time without one between them (seconds)."""

    start_seconds: float
    end_seconds: float
    longest_hole_seconds: float


@dataclass(frozen=True)
class Measured:
    """What ffprobe and ffmpeg say of a file. Times in seconds; a missing stream is black, or silent."""

    duration_seconds: float
    video: dict[str, Any] | None
    audio: dict[str, Any] | None
    video_span: Span | None
    audio_span: Span | None
    black_seconds: float
    longest_freeze_seconds: float
    longest_silence_seconds: float
    sound: loudness.Loudness
    envelope: Envelope

    @property
    def frames_per_second(self) -> float:
        """Mean frame rate, 0 without a picture."""
        counted, _, every = (self.video or {}).get("avg_frame_rate", "0/1").partition("/")
        return float(counted) / (float(every or 1) or 1)


def measure(mp4: Path) -> Measured:
    """Measure ``mp4``. Raises InvalidInput when it is not there or no video, MissingProgram without ffmpeg."""
    if not mp4.is_file():
        raise InvalidInput("mp4", f"{mp4.name} does not exist", "Assemble the video first.")
    try:
        probed = json.loads(_probe(mp4, "-show_format", "-show_streams", "-of", "json"))
    except RenderFailed as error:
        raise InvalidInput("mp4", f"{mp4.name} is no video ({error})", "Assemble the video again.") from error
    streams: dict[str, dict[str, Any]] = {}
    for stream in probed.get("streams", []):
        streams.setdefault(stream.get("codec_type", ""), stream)
    video, audio = streams.get("video"), streams.get("audio")
    duration = float(probed.get("format", {}).get("duration", 0))
    with ThreadPoolExecutor(3) as threads:
        packets = threads.submit(_spans, mp4)
        seen = threads.submit(_look, mp4, duration) if video else None
        heard = threads.submit(_listen, mp4, duration) if audio else None
        black, freeze = seen.result() if seen else (duration, 0.0)
        silence, sound, shape = heard.result() if heard else (duration, _SILENT, np.zeros(0, np.float32))
        spans = packets.result()
    return Measured(
        duration_seconds=duration,
        video=video,
        audio=audio,
        video_span=spans.get(video["index"]) if video else None,
        audio_span=spans.get(audio["index"]) if audio else None,
        black_seconds=black,
        longest_freeze_seconds=freeze,
        longest_silence_seconds=silence,
        sound=sound,
        envelope=shape,
    )


def _probe(mp4: Path, *wanted: str) -> str:
    return run(["ffprobe", "-v", "error", *wanted, str(mp4)], timeout_seconds=_TIMEOUT_SECONDS).stdout


def _look(mp4: Path, duration: float) -> tuple[float, float]:
    """Return how long the picture is black, and how long it stands still at most."""
    arguments = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-v", "info", "-skip_frame:v", "bidir"]
    arguments += ["-skip_loop_filter:v", "all", "-i", str(mp4), "-map", "0:v:0"]
    small = f"scale='if(gt(iw,ih),{_SMALL},-2)':'if(gt(iw,ih),-2,{_SMALL})':flags=fast_bilinear"
    look = f"{small},blackdetect=d=0.1:pix_th=0.05:pic_th=0.99,freezedetect=n=0.0002:d=1"
    arguments += ["-vf", look, "-vsync", "passthrough", "-c:v", "wrapped_avframe", "-f", "null", "-"]
    said = run(arguments, timeout_seconds=_TIMEOUT_SECONDS).stderr
    black = sum(map(float, re.findall(r"black_duration:([\d.]+)", said)))
    return black, max(_stretches(said, "freeze", duration), default=0.0)


def _listen(mp4: Path, duration: float) -> tuple[float, loudness.Loudness, Envelope]:
    """Return how long the sound is silent at most, its loudness, and its envelope."""
    with tempfile.TemporaryDirectory(prefix="ytempire-") as folder:
        raw = Path(folder) / "sound.raw"
        arguments = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-v", "info", "-i", str(mp4)]
        arguments += ["-map", "0:a:0", "-af", "ebur128=peak=true:framelog=verbose,silencedetect=n=-50dB:d=0.5"]
        arguments += ["-f", "null", "-", "-map", "0:a:0", "-ac", "1", "-ar", str(_SOUND_RATE_HZ)]
        said = run([*arguments, "-f", "s16le", str(raw)], timeout_seconds=_TIMEOUT_SECONDS).stderr
        samples = np.fromfile(raw, dtype=np.int16)
    longest = max(_stretches(said, "silence", duration), default=0.0)
    return longest, loudness.parse(said), envelope(samples, _SOUND_RATE_HZ // BLOCK_RATE_HZ)


def _stretches(said: str, what: str, duration: float) -> list[float]:
    """Return the lengths of the stretches that a detector reported; an open one lasts to the end."""
    starts = [float(at) for at in re.findall(rf"{what}_start: (-?[\d.]+)", said)]
    ends = [float(at) for at in re.findall(rf"{what}_end: (-?[\d.]+)", said)]
    ends += [duration] * (len(starts) - len(ends))
    return [max(0.0, end - start) for start, end in zip(starts, ends, strict=False)]


def _spans(mp4: Path) -> dict[int, Span]:
    """Return when the packets of each stream play."""
    packets: dict[int, list[tuple[float, float]]] = {}
    for stream, start, length in _packets(mp4):
        packets.setdefault(stream, []).append((start, start + length))
    spans = {}
    for stream, times in packets.items():
        # What lies before zero prepares the decoder and is not heard.
        played = sorted((max(start, 0.0), end) for start, end in times if end > 1e-6)
        if played:
            holes = [later[0] - earlier[1] for earlier, later in pairwise(played)]
            spans[stream] = Span(played[0][0], max(end for _, end in played), max(holes, default=0.0))
    return spans


def _packets(mp4: Path) -> Iterator[tuple[int, float, float]]:
    wanted = "packet=stream_index,pts_time,duration_time"
    for line in _probe(mp4, "-show_entries", wanted, "-of", "csv=p=0").splitlines():
        stream, start, length, *_ = [*line.split(","), "", ""]
        try:
            yield int(stream), float(start), float(length)
        except ValueError:
            continue  # A packet without a time plays nothing.
