"""The one encode: raw frames go in through a pipe, an MP4 comes out. x264, or NVENC where there is a GPU."""

from __future__ import annotations

import fcntl
import os
import queue
import subprocess
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import ffmpeg
import numpy as np

from ytempire.content.assembly.planes import Plane
from ytempire.content.frames import Frame
from ytempire.content.models import Soundtrack
from ytempire.content.programs import find, hold_to_account, works
from ytempire.settings import ContentSettings

_PIPE_BYTES = 1 << 20
_BUFFERS = 6
# glibc would give the memory of every frame back to the kernel and fetch it anew: a tenth of the encoder's time.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}


def command(
    sound: Soundtrack, chapters: Path, target: Path, frames: int, shape: Frame, settings: ContentSettings
) -> list[str]:
    """Return the ffmpeg command; the frames are its standard input."""
    rate = settings.frames_per_second
    size = f"{shape.width_px}x{shape.height_px}"
    picture = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="yuv420p", s=size, framerate=rate)
    arguments: list[str] = (
        ffmpeg.output(
            picture.video,
            ffmpeg.input(str(sound.path)).audio,
            str(target),
            format="mp4",
            **encoder_options(settings),
            g=2 * rate,
            acodec="copy",
            colorspace="bt709",
            color_primaries="bt709",
            color_trc="bt709",
            color_range="tv",
            movflags="+faststart",
            fflags="+bitexact",
            t=f"{frames / rate:.6f}",
        )
        .global_args("-hide_banner", "-loglevel", "error", "-y")
        .compile()
    )
    before_output = arguments.index("-map")
    arguments[before_output:before_output] = ["-f", "ffmetadata", "-i", str(chapters)]
    where = arguments.index(str(target))
    arguments[where:where] = ["-map_metadata", "2", "-map_chapters", "2"]
    return arguments


def encoder_options(settings: ContentSettings) -> dict[str, Any]:
    """Return the options of the video encoder that the settings name; ``auto`` takes the GPU if it encodes."""
    if settings.video_encoder == "nvenc" or (settings.video_encoder == "auto" and nvenc_works()):
        return {
            "vcodec": "h264_nvenc",
            "preset": settings.nvenc_preset,
            "rc": "vbr",
            "cq": settings.nvenc_cq,
            "video_bitrate": 0,
            "profile:v": "high",
        }
    return {
        "vcodec": "libx264",
        "preset": settings.x264_preset,
        "crf": settings.x264_crf,
        "bf": settings.x264_b_frames,
        "b_strategy": 0,
        "profile:v": "high",
        "threads": settings.x264_threads,
    }


@lru_cache
def nvenc_works() -> bool:
    """Say whether ffmpeg can encode on a GPU of this machine: it is tried with a few black frames."""
    if not Path("/dev/nvidiactl").exists():
        return False
    picture = ffmpeg.input("color=black:s=256x256:r=30:d=0.2", f="lavfi")
    trial = ffmpeg.output(picture, "-", format="null", vcodec="h264_nvenc")
    return works(trial.global_args("-hide_banner", "-nostdin", "-loglevel", "error").compile(), timeout_seconds=30)


class Encoder:
    """A running ffmpeg that takes frames. A frame is composed while the one before it is handed over."""

    def __init__(self, arguments: list[str], frame_bytes: int, *, timeout_seconds: float) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 -- closed on exit
        self._process = subprocess.Popen(
            [find(arguments[0]), *arguments[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=os.environ | _KEEP_MEMORY,
        )
        self._late = threading.Timer(timeout_seconds, self._process.kill)
        self._late.daemon = True
        self._timeout_seconds = timeout_seconds
        self._free: queue.SimpleQueue[Plane] = queue.SimpleQueue()
        self._full: queue.SimpleQueue[Plane | None] = queue.SimpleQueue()
        for _ in range(_BUFFERS):
            self._free.put(np.empty(frame_bytes, np.uint8))
        self._broken = threading.Event()
        self._writer = threading.Thread(target=self._hand_over, daemon=True)

    def __enter__(self) -> Encoder:
        if self._process.stdin:
            fcntl.fcntl(self._process.stdin.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._late.start()
        self._writer.start()
        return self

    def buffer(self) -> Plane:
        """Return room for the next frame."""
        return self._free.get()

    def take(self, frame: Plane) -> bool:
        """Hand a composed frame over; False when ffmpeg has ended and no more are wanted."""
        self._full.put(frame)
        return not self._broken.is_set()

    def _hand_over(self) -> None:
        stdin = self._process.stdin
        while (frame := self._full.get()) is not None:
            if stdin and not self._broken.is_set():
                try:
                    stdin.write(frame.data)
                except (BrokenPipeError, ValueError):
                    self._broken.set()
            self._free.put(frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._broken.set()
            self._process.kill()
        self._full.put(None)
        self._writer.join()
        try:
            if self._process.stdin:
                self._process.stdin.close()
        except BrokenPipeError:
            self._broken.set()
        code = self._process.wait()
        late = self._late.finished.is_set()
        self._late.cancel()
        self._said.seek(0)
        said = self._said.read().decode("utf-8", "replace")
        self._said.close()
        if kind is None:
            hold_to_account("ffmpeg", code, said, late_after_seconds=self._timeout_seconds if late else None)
