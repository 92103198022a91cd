"""The stages of a video, each over the artefacts of the stages before it.

``make(stage, …)`` is what a task calls. It reads the job, gathers the stage's
inputs, and lets :func:`ytempire.jobs.stages.run_stage` decide whether there is
anything to do. What a stage made lies in files; only paths and figures return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from ytempire.content import assembly, captions, narration, script, soundtrack, thumbnail, visuals
from ytempire.content.files import write_text
from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, SceneVisual, Script, Soundtrack
from ytempire.database.connection import Connection
from ytempire.errors import Deferred
from ytempire.jobs.costs import job_cost_usd
from ytempire.jobs.queue import go_on, load_job, set_status
from ytempire.jobs.stages import Artefact, Product
from ytempire.jobs.workshop import Workshop, provider_secrets
from ytempire.quality import judge
from ytempire.quality.memory import ChannelMemory
from ytempire.settings import Settings

VISUALS = TypeAdapter(list[SceneVisual])
_REASON_LETTERS = 200


def make_script(shop: Workshop) -> Artefact:
    """Write the script of the job's topic."""
    topic, channel, settings, job = shop.job.topic, shop.job.channel, shop.settings.content, shop.job

    def produce(folder: Path) -> Product:
        written = script.write_script(
            topic,
            channel,
            settings,
            secrets=provider_secrets(),
            spending=shop.spending("script"),
            revision=job.revision,
            revise_for=job.revise_for,
        )
        path = _write(folder / "script.json", written.script.model_dump_json(indent=1))
        details = {"title": written.script.title, "scenes": len(written.script.scenes), "form": written.script.form}
        return Product(path, written.provider, details | _passed_over(written.passed_over))

    inputs = {
        "topic": topic.model_dump(),
        "channel": channel.model_dump(),
        "chain": settings.script_chain,
        "version": script.VERSION,
        "revision": [job.revision, *job.revise_for],
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
        path = _write(folder / "narration.json", spoken.model_dump_json(indent=1, exclude={"passed_over"}))
        return Product(
            path,
            spoken.provider,
            {"duration_seconds": round(spoken.duration_seconds, 2)} | _passed_over(spoken.passed_over),
        )

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
            revised=shop.job.revision > 0,
        )
        path = _write(folder / "quality.json", report.model_dump_json(indent=1))
        details = {
            "score": report.score.value,
            "verdict": report.verdict,
            "duration_seconds": report.technical.duration_seconds,
            "summary": report.summary(),
            "revisions": [revision.model_dump() for revision in report.revisions],
            "revision": shop.job.revision,
        }
        return Product(path, report.score.scorer, details)

    inputs: dict[str, Any] = {"video": video.sha256, "script": written.sha256, "revision": shop.job.revision}
    inputs |= {"thresholds": shop.settings.quality.model_dump()}
    return shop.run("quality", inputs, produce)


def _write(path: Path, text: str) -> Path:
    write_text(path, text)
    return path


def _passed_over(reasons: Sequence[str]) -> dict[str, Any]:
    """Which providers of the chain did not answer, and why, short enough for XCom."""
    return {"passed_over": [reason[:_REASON_LETTERS] for reason in reasons]}


def _frame(shop: Workshop) -> dict[str, Any]:
    settings = shop.settings.content
    shape = frame(shop.job.channel.aspect_ratio, settings)
    return {"size": shape.size_px, "fps": settings.frames_per_second, "font": settings.font_family}


# In the order in which they are made. Captions and soundtrack take no task of their own: assembly makes them.
STAGES: dict[str, Callable[[Workshop], Artefact]] = {
    "script": make_script,
    "narration": make_narration,
    "visuals": make_visuals,
    "thumbnail": make_thumbnail,
    "captions": make_captions,
    "soundtrack": make_soundtrack,
    "assembly": make_assembly,
    "quality": make_quality,
}


def make(stage: str, connection: Connection, settings: Settings, job_id: UUID) -> dict[str, Any]:
    """Do one stage of a job; return where its artefact lies and its figures, small enough for XCom.

    Raises Deferred when it cannot be done before a known moment; the job is marked as deferred until then.
    """
    shop = Workshop(connection, settings, load_job(connection, job_id))
    go_on(connection, job_id)
    try:
        artefact = STAGES[stage](shop)
    except Deferred as error:
        set_status(connection, job_id, "deferred", {"until": error.until.isoformat(), "waits_for": str(error)})
        raise
    figures = {"path": str(artefact.path), "provider": artefact.provider, "made_now": artefact.made_now}
    return figures | artefact.details | {"cost_usd": job_cost_usd(connection, job_id)}
