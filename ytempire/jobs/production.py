"""The stages of a video, each over the artefacts of the stages before it.

``make(stage, …)`` is what a task calls. It reads the job, gathers the stage's
inputs, and lets :func:`ytempire.jobs.stages.run_stage` decide whether there is
anything to do. What a stage made lies in files; only paths and figures return.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from ytempire.content import assembly, captions, narration, script, soundtrack, thumbnail, visuals
from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, SceneVisual, Script, Soundtrack
from ytempire.database.connection import Connection
from ytempire.errors import Permanent
from ytempire.jobs.costs import CostLedger, job_cost_usd
from ytempire.jobs.queue import Job, load_job
from ytempire.jobs.stages import Artefact, Product, finished_stage, run_stage
from ytempire.quality import judge
from ytempire.quality.memory import ChannelMemory
from ytempire.settings import Settings

VISUALS = TypeAdapter(list[SceneVisual])


@dataclass(frozen=True)
class Workshop:
    """What every stage needs at hand."""

    connection: Connection
    settings: Settings
    job: Job

    def artefact(self, stage: str) -> Artefact:
        """Return what an earlier stage made. Raises Permanent when it has not been made."""
        found = finished_stage(self.connection, self.job.job_id, stage)
        if found is None:
            raise Permanent(f"stage {stage} of job {self.job.job_id} has not been made: run it first")
        return found

    def text(self, stage: str) -> str:
        """The text of an earlier stage's main file."""
        return self.artefact(stage).path.read_text(encoding="utf-8")

    def spending(self, stage: str) -> CostLedger:
        """The cost ledger of this job for one stage."""
        budget = self.job.video_budget_usd
        limit = self.settings.content.video_budget_usd if budget is None else budget
        answers = self.settings.media_root / "jobs" / str(self.job.job_id) / "answers"
        return CostLedger(self.connection, self.job.job_id, stage, limit, answers)

    def run(self, stage: str, inputs: dict[str, Any], produce: Callable[[Path], Product]) -> Artefact:
        """Make a stage unless it is made already."""
        media_root = self.settings.media_root
        return run_stage(self.connection, media_root, self.job.job_id, stage, inputs, produce)


def provider_secrets() -> dict[str, str]:
    """The providers' keys that are set in the environment, by provider."""
    names = {"openai": "OPENAI_API_KEY", "elevenlabs": "ELEVENLABS_API_KEY"}
    return {provider: os.environ[name] for provider, name in names.items() if os.environ.get(name)}


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def make_script(shop: Workshop) -> Artefact:
    """Write the script of the job's topic."""
    topic, channel, settings = shop.job.topic, shop.job.channel, shop.settings.content

    def produce(folder: Path) -> Product:
        written = script.write_script(
            topic, channel, settings, secrets=provider_secrets(), spending=shop.spending("script")
        )
        path = _write(folder / "script.json", written.script.model_dump_json(indent=1))
        return Product(path, written.provider, {"title": written.script.title, "scenes": len(written.script.scenes)})

    inputs = {
        "topic": topic.model_dump(),
        "channel": channel.model_dump(),
        "chain": settings.script_chain,
        "version": script.VERSION,
    }
    return shop.run("script", inputs, produce)


def make_narration(shop: Workshop) -> Artefact:
    """Speak the script."""
    written, settings = shop.artefact("script"), shop.settings.content

    def produce(folder: Path) -> Product:
        text = Script.model_validate_json(written.path.read_bytes())
        spoken = narration.narrate(
            text, shop.job.channel, folder, settings, secrets=provider_secrets(), spending=shop.spending("narration")
        )
        path = _write(folder / "narration.json", spoken.model_dump_json(indent=1))
        return Product(path, spoken.provider, {"duration_seconds": round(spoken.duration_seconds, 2)})

    inputs = {
        "script": written.sha256,
        "voice": shop.job.channel.voice,
        "chain": settings.narration_chain,
        "words_per_minute": settings.speech_words_per_minute,
    }
    return shop.run("narration", inputs, produce)


def make_visuals(shop: Workshop) -> Artefact:
    """Draw one picture for each scene."""
    written, spoken = shop.artefact("script"), shop.artefact("narration")

    def produce(folder: Path) -> Product:
        drawn = visuals.draw_scenes(
            Script.model_validate_json(written.path.read_bytes()),
            Narration.model_validate_json(spoken.path.read_bytes()),
            shop.job.topic,
            shop.job.channel,
            folder,
            shop.settings.content,
        )
        path = folder / "visuals.json"
        path.write_bytes(VISUALS.dump_json(drawn, indent=1))
        return Product(path, "drawn", {"pictures": len(drawn)})

    inputs = {"script": written.sha256, "narration": spoken.sha256, "palette": shop.job.channel.palette}
    return shop.run("visuals", inputs | _frame(shop), produce)


def make_thumbnail(shop: Workshop) -> Artefact:
    """Draw the thumbnail."""
    written = shop.artefact("script")

    def produce(folder: Path) -> Product:
        text = Script.model_validate_json(written.path.read_bytes())
        path = thumbnail.draw_thumbnail(text, shop.job.topic, shop.job.channel, folder, shop.settings.content)
        return Product(path, "drawn", {"bytes": path.stat().st_size})

    channel = shop.job.channel
    inputs = {"script": written.sha256, "palette": channel.palette, "style": channel.style_preset}
    return shop.run("thumbnail", inputs, produce)


def make_captions(shop: Workshop) -> Artefact:
    """Write the captions that are burned in and the ones that lie beside the video."""
    written, spoken = shop.artefact("script"), shop.artefact("narration")

    def produce(folder: Path) -> Product:
        made = captions.write_captions(
            Script.model_validate_json(written.path.read_bytes()),
            Narration.model_validate_json(spoken.path.read_bytes()),
            shop.job.channel,
            folder,
            shop.settings.content,
        )
        return Product(_write(folder / "captions.json", made.model_dump_json(indent=1)), "drawn")

    return shop.run(
        "captions", {"narration": spoken.sha256, "palette": shop.job.channel.palette} | _frame(shop), produce
    )


def make_soundtrack(shop: Workshop) -> Artefact:
    """Bring the narration to its loudness and encode it."""
    spoken, settings = shop.artefact("narration"), shop.settings.content

    def produce(folder: Path) -> Product:
        made = soundtrack.make_soundtrack(Narration.model_validate_json(spoken.path.read_bytes()), folder, settings)
        return Product(_write(folder / "soundtrack.json", made.model_dump_json(indent=1)), "ffmpeg")

    inputs = {"narration": spoken.sha256, "lufs": settings.loudness_lufs, "peak": settings.true_peak_dbtp}
    return shop.run("soundtrack", inputs, produce)


def make_assembly(shop: Workshop) -> Artefact:
    """Put pictures, narration and captions together into one MP4."""
    settings = shop.settings.content
    sound, titled, drawn = make_soundtrack(shop), make_captions(shop), shop.artefact("visuals")

    def produce(folder: Path) -> Product:
        path = assembly.assemble(
            VISUALS.validate_json(drawn.path.read_bytes()),
            Soundtrack.model_validate_json(sound.path.read_bytes()),
            Captions.model_validate_json(titled.path.read_bytes()),
            folder / "video.mp4",
            frame(shop.job.channel.aspect_ratio, settings),
            settings,
        )
        return Product(path, "ffmpeg", {"bytes": path.stat().st_size})

    inputs: dict[str, Any] = {"visuals": drawn.sha256, "sound": sound.sha256, "captions": titled.sha256}
    inputs |= {"preset": settings.x264_preset, "crf": settings.x264_crf}
    return shop.run("assembly", inputs | _frame(shop), produce)


def make_quality(shop: Workshop) -> Artefact:
    """Check the video and its metadata, score it, and reach a verdict."""
    written, spoken, video = shop.artefact("script"), shop.artefact("narration"), shop.artefact("assembly")
    titled = shop.artefact("captions")

    def produce(folder: Path) -> Product:
        report = judge.judge(
            video.path,
            Script.model_validate_json(written.path.read_bytes()),
            Narration.model_validate_json(spoken.path.read_bytes()),
            Captions.model_validate_json(titled.path.read_bytes()),
            shop.job.channel,
            shop.settings,
            memory=ChannelMemory(shop.connection, shop.job.job_id, shop.settings.quality),
        )
        path = _write(folder / "quality.json", report.model_dump_json(indent=1))
        details = {
            "score": report.score.value,
            "verdict": report.verdict,
            "duration_seconds": report.technical.duration_seconds,
            "summary": report.summary(),
            "revisions": [revision.model_dump() for revision in report.revisions],
        }
        return Product(path, report.score.scorer, details)

    inputs = {"video": video.sha256, "script": written.sha256, "thresholds": shop.settings.quality.model_dump()}
    return shop.run("quality", inputs, produce)


def _frame(shop: Workshop) -> dict[str, Any]:
    settings = shop.settings.content
    shape = frame(shop.job.channel.aspect_ratio, settings)
    return {"size": shape.size_px, "fps": settings.frames_per_second, "font": settings.font_family}


STAGES: dict[str, Callable[[Workshop], Artefact]] = {
    "script": make_script,
    "narration": make_narration,
    "visuals": make_visuals,
    "thumbnail": make_thumbnail,
    "assembly": make_assembly,
    "quality": make_quality,
}


def make(stage: str, connection: Connection, settings: Settings, job_id: UUID) -> dict[str, Any]:
    """Do one stage of a job; return where its artefact lies and its figures, small enough for XCom."""
    shop = Workshop(connection, settings, load_job(connection, job_id))
    artefact = STAGES[stage](shop)
    figures = {"path": str(artefact.path), "provider": artefact.provider, "made_now": artefact.made_now}
    return figures | artefact.details | {"cost_usd": job_cost_usd(connection, job_id)}
