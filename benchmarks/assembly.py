"""How near the assembly comes to its limit, and how far it is from the plain way.

Ours: one encode of stills that drift, with burned captions. The limit: x264 alone, on the very
frames of ours, already rendered and lying in memory as raw video. The plain way: ``-loop 1`` on
every still, zoompan, an encode for each scene, the parts joined, captions burned in a second encode.
Runs are interleaved; each figure is the median of the wall time of a second of video, in milliseconds.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ytempire.content.assembly import assemble
from ytempire.content.captions import write_captions
from ytempire.content.models import Scene, SceneVisual
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.content.topic import ChannelProfile, Point, Topic, TopicEvidence, TopicVideo
from ytempire.content.visuals import draw_scenes
from ytempire.settings import ContentSettings

ROUNDS = 2
SENTENCES = ("Two million views in a single day.", "It leads the charts of four countries.")
NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)


def example() -> tuple[Topic, ChannelProfile]:
    """A topic with one rising video."""
    points = [
        Point(at=NOW - timedelta(hours=h), region_code="US", rank=1, views=v)
        for h, v in ((9, 200_000), (5, 1_300_000), (0, 2_100_000))
    ]
    lead = TopicVideo(
        youtube_video_id="benchmark00", title="A castle in twenty-four hours", channel_title="Builders", category_id=20,
        published_at=NOW - timedelta(hours=22), duration_seconds=600, views=2_100_000, likes=90_000, comments=4_000,
        velocity_views_per_hour=95_000, best_rank=1, regions=["US", "GB", "DE", "BR"], points=points,
    )  # fmt: skip
    evidence = TopicEvidence(observed_at=NOW, regions_watched=["US", "GB", "DE", "BR", "JP"], lead=lead, others=[])
    topic = Topic(
        topic_id="benchmark", niche="gaming", title=lead.title, reason="", score=1, ranked_by="velocity",
        first_seen_at=NOW, evidence=evidence,
    )  # fmt: skip
    channel = ChannelProfile(
        channel_id="benchmark", name="Chart Room", niche="gaming", language="en-US", voice="en-us",
        style_preset="rank_card", palette="ink", region_codes=["US"], made_for_kids=False,
    )  # fmt: skip
    return topic, channel


def ffmpeg(*arguments: object) -> None:
    """Run ffmpeg quietly."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def encoder(settings: ContentSettings) -> list[object]:
    """The encoder's settings, the same for all."""
    preset, crf, threads = settings.x264_preset, settings.x264_crf, settings.x264_threads
    return ["-c:v", "libx264", "-preset", preset, "-crf", crf, "-threads", threads, "-pix_fmt", "yuv420p"]


def plain_way(visuals: list[SceneVisual], ass: Path, wav: Path, folder: Path, settings: ContentSettings) -> None:
    """One encode for each scene, then another over all of them."""
    names = []
    size, rate = f"{settings.width}x{settings.height}", settings.frames_per_second
    for visual in visuals:
        part = folder / f"part-{visual.index}.mp4"
        frames = round((visual.end_seconds - visual.start_seconds) * rate)
        move = f"zoompan=z='1+0.04*on/{frames}':d=1:s={size}:fps={rate},format=yuv420p"
        source = visual.stills[-1].path
        ffmpeg("-loop", 1, "-framerate", rate, "-i", source, "-vf", move, "-frames:v", frames, *encoder(settings), part)
        names.append(f"file '{part}'\n")
    listing = folder / "parts.txt"
    listing.write_text("".join(names))
    joined = ["-f", "concat", "-safe", 0, "-i", listing, "-i", wav]
    sound = ["-af", "loudnorm=I=-14:TP=-1", "-c:a", "aac", "-ar", 48_000]
    ffmpeg(*joined, "-vf", f"ass={ass}", *encoder(settings), *sound, "-movflags", "+faststart", folder / "plain.mp4")


def main() -> None:
    """Measure and print."""
    settings = ContentSettings()
    topic, channel = example()
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(dir=memory))
    try:
        script = write_script(topic, channel, settings, secrets={}, spending=Unlimited()).script
        scenes = [
            Scene(index=number, heading=f"Part {number + 1}", narration=text, visual=script.scenes[number + 1].visual)
            for number, text in enumerate(SENTENCES)
        ]
        script = script.model_copy(update={"scenes": [*scenes, scenes[0].model_copy(update={"index": 2})]})
        narration = narrate(script, channel, folder, settings, secrets={}, spending=Unlimited())
        visuals = draw_scenes(script, narration, topic, channel, folder, settings)
        captions = write_captions(script, narration, channel, folder, settings)
        ours = assemble(visuals, narration, captions, folder / "ours.mp4", settings)
        raw = folder / "frames.yuv"
        ffmpeg("-i", ours, "-f", "rawvideo", "-pix_fmt", "yuv420p", raw)
        size, rate = f"{settings.width}x{settings.height}", settings.frames_per_second
        frames = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", rate, "-i", raw]
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: assemble(visuals, narration, captions, folder / "ours.mp4", settings),
            "x264 alone": lambda: ffmpeg(*frames, *encoder(settings), folder / "limit.mp4"),
            "plain way": lambda: plain_way(visuals, captions.ass_path, narration.wav_path, folder, settings),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                times[name].append(1000 * (time.perf_counter() - start) / narration.duration_seconds)
        found = {name: round(statistics.median(measured), 1) for name, measured in times.items()}
    finally:
        shutil.rmtree(folder)
    print(f"{narration.duration_seconds:.1f} s of video, {ROUNDS} interleaved rounds: {found}")
    mine = found.pop("ours")
    ratio = {name: round(figure / mine, 2) for name, figure in found.items()}
    line = {"name": "assembly", "ours": mine, "unit": "ms per second of video", "against": found, "ratio": ratio}
    print(json.dumps(line))


if __name__ == "__main__":
    main()
