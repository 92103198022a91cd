"""Assembly against a faithful MoviePy composition of the same stills, speech and captions.

The other way is benchmarks/peer/moviepy_way.py: four encodes, as the programs do it that are built on MoviePy.
It runs in an environment of its own (var/peer-venv, installed here from benchmarks/peer/requirements.txt) with
the same ffmpeg. Runs are interleaved; each figure is the median. It takes long: a quarter of an hour a round.
Run: python benchmarks/assembly_peer.py [rounds]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer.environment import PEER, environment
from benchmarks.studio.content import ZOOM_SHARE, Content, make_content
from benchmarks.studio.quality import bit_rate_mbit
from benchmarks.studio.timing import interleaved
from ytempire.content.assembly import assemble

ROUNDS = 1


def plan(content: Content, folder: Path) -> Path:
    """Write down what the peer is to make."""
    blocks = content.captions.srt_path.read_text(encoding="utf-8").strip().split("\n\n")
    captions = []
    for block in blocks:
        _, times, *lines = block.splitlines()
        start, end = (_seconds(one) for one in times.split(" --> "))
        captions.append({"text": "\n".join(lines), "start": start, "end": end})
    starts = [visual.start_seconds for visual in content.visuals] + [content.visuals[-1].end_seconds]
    chosen = {
        "stills": [
            {"path": str(visual.stills[0].path), "seconds": end - start}
            for visual, start, end in zip(content.visuals, starts, starts[1:], strict=False)
        ],
        "captions": captions,
        "captions_top": round(content.shape.captions_top * content.shape.pixels_per_unit),
        "sound": str(content.narration.wav_path),
        "font": subprocess.run(
            ["fc-match", "-f", "%{file}", f"{content.settings.font_family}:bold"],
            check=True, capture_output=True, text=True,
        ).stdout,
        "width": content.shape.width_px, "height": content.shape.height_px,
        "fps": content.settings.frames_per_second, "threads": content.settings.x264_threads,
        "zoom_share": ZOOM_SHARE,
    }  # fmt: skip
    path = folder / "plan.json"
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return path


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    python = environment("peer-venv", "requirements.txt")
    folder = Path(tempfile.mkdtemp())
    said: list[str] = []
    try:
        content = make_content(folder)
        ours, theirs = folder / "ours.mp4", folder / "theirs.mp4"
        arguments = [python, PEER / "moviepy_way.py", plan(content, folder), theirs]
        peer_environment = os.environ | {"FFMPEG_BINARY": shutil.which("ffmpeg") or "ffmpeg"}

        def peer() -> None:
            done = subprocess.run(
                [str(one) for one in arguments], env=peer_environment, check=True, stdout=subprocess.PIPE, text=True
            )
            said.append(done.stdout.splitlines()[-1])

        found = interleaved(
            {
                "ours": lambda: assemble(
                    content.visuals, content.sound, content.captions, ours, content.shape, content.settings
                ),
                "MoviePy": peer,
            },
            rounds,
        )
        for name, path in (("ours", ours), ("MoviePy", theirs)):
            rate, seconds = bit_rate_mbit(path)
            print(f"{name}: {seconds:.1f} s of video, {rate:.1f} Mbit/s")
        told = json.loads(said[-1])
        print(f"MoviePy: SSIM {told['ssim']:.4f} to its own composition (ours: see assembly_limit)")
    finally:
        shutil.rmtree(folder)
    mine, other = round(found["ours"], 2), round(found["MoviePy"], 2)
    line = {"name": "assembly_peer", "ours": mine, "unit": "s", "against": {"MoviePy": other}}
    print(json.dumps(line | {"ratio": {"MoviePy": round(other / mine, 2)}}))


if __name__ == "__main__":
    main()
