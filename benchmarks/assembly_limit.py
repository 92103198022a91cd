"""Assembly against its limit: x264 alone, encoding our finished frames from raw video.

Twelve stills of 1080 x 1920 that zoom slowly, a minute of speech, captions with the spoken word lit, 30 frames
a second. Preset, quality and threads of both are the settings'. The raw frames lie in memory. The runs are
interleaved; each figure is the median wall time. Run: python benchmarks/assembly_limit.py [rounds]
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.studio.content import Content, make_content
from benchmarks.studio.quality import bit_rate_mbit, luma_frames, ssim
from benchmarks.studio.timing import interleaved
from ytempire.content.assembly import assemble, planes
from ytempire.content.assembly.encoder import encoder_options
from ytempire.content.assembly.film import Film
from ytempire.content.assembly.overlay import captions_over

ROUNDS = 3
SAMPLES = 24


def compose(content: Content, raw: Path) -> int:
    """Write our finished frames to ``raw`` (4:2:0) and return how many there are."""
    rate, shape = content.settings.frames_per_second, content.shape
    frames = round(content.sound.duration_seconds * rate)
    buffer = np.empty(shape.width_px * shape.height_px * 3 // 2, np.uint8)
    with (
        raw.open("wb") as file,
        ThreadPoolExecutor(1) as loader,
        captions_over(content.captions.ass_path, shape, frames, rate) as overlay,
    ):
        film = Film(content.visuals, overlay, frames, shape, content.settings, loader)
        for number in range(frames):
            film.draw(number, planes.view(buffer, *shape.size_px))
            file.write(buffer.data)
    return frames


def encode_alone(content: Content, raw: Path, target: Path) -> None:
    """Encode the raw frames with the settings' encoder and nothing else."""
    size = f"{content.shape.width_px}x{content.shape.height_px}"
    rate = content.settings.frames_per_second
    names = {"vcodec": "c:v"}
    options = [
        text
        for name, value in encoder_options(content.settings).items()
        for text in (f"-{names.get(name, name)}", str(value))
    ]
    arguments = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size]
    arguments += ["-r", str(rate), "-i", str(raw), *options, "-g", str(2 * rate), str(target)]
    subprocess.run(arguments, check=True)


def measure(content: Content, folder: Path, rounds: int) -> dict[str, float]:
    """Time both, interleaved, and print what was held."""
    raw, ours, alone = folder / "frames.yuv", folder / "ours.mp4", folder / "alone.mp4"
    frames = compose(content, raw)
    found = interleaved(
        {
            "ours": lambda: assemble(
                content.visuals, content.sound, content.captions, ours, content.shape, content.settings
            ),
            "x264 alone": lambda: encode_alone(content, raw, alone),
        },
        rounds,
    )
    width, height = content.shape.size_px
    chosen = list(range(frames // (2 * SAMPLES), frames, frames // SAMPLES))
    composed = np.memmap(raw, np.uint8, "r").reshape(frames, -1)[:, : width * height]
    encoded = luma_frames(ours, chosen, width, height)
    alike = statistics.mean(ssim(composed[n].reshape(height, width), f) for n, f in zip(chosen, encoded, strict=True))
    rate, seconds = bit_rate_mbit(ours)
    settings = content.settings
    encoder = f"{settings.x264_preset}, crf {settings.x264_crf}, {settings.x264_threads} threads"
    print(f"{frames} frames, {seconds:.1f} s, {encoder}")
    print(f"SSIM {alike:.4f} against the lossless composition, {rate:.1f} Mbit/s")
    return found


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    memory = Path("/dev/shm") if shutil.disk_usage("/dev/shm").free > 8e9 else None
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    folder = Path(tempfile.mkdtemp(dir=memory))
    try:
        found = measure(make_content(folder), folder, rounds)
    finally:
        shutil.rmtree(folder)
    ours, limit = round(found["ours"], 2), round(found["x264 alone"], 2)
    line = {"name": "assembly_limit", "ours": ours, "unit": "s", "against": {"x264 alone": limit}}
    print(json.dumps(line | {"ratio": {"x264 alone": round(limit / ours, 2)}}))


if __name__ == "__main__":
    main()
