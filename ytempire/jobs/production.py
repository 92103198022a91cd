"""The stages of a video, each over the artefacts of the stages before it.

``make(stage, …)`` is what a task calls. It reads the job, gathers the stage's
inputs, and lets :func:`ytempire.jobs.stages.run_stage` decide whether there is
anything to do. What a stage made lies in files; only paths and figures return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from ytempire.content import assembly, captions, music, narration, script, soundtrack, thumbnails, visuals
from ytempire.content.files import write_text
from ytempire.content.frames import frame
from ytempire.content.metadata import credited, retime_chapters
from ytempire.content.models import Captions, Narration, SceneVisual, Script, Soundtrack
from ytempire.content.pictures import DRAWN, Gallery
from ytempire.database.connection import Connection
from ytempire.errors import Deferred
from ytempire.hashing import blake3_of
from ytempire.jobs.costs import job_cost_usd
from ytempire.jobs.queue import earlier_scripts, go_on, hold_back, load_job, previous_music, set_status
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
            earlier=earlier_scripts(shop.connection, job),
            revise_for=job.revise_for,
        )
        path = _write(folder / "script.json", written.script.model_dump_json(indent=1))
        details = {"title": written.script.title, "scenes": len(written.script.scenes), "form": written.script.form}
        details["prompt_version"] = written.script.prompt_version
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
        "script": written.blake3,
        "voice": shop.job.channel.voice,
        "chain": settings.narration_chain,
        "words_per_minute": settings.speech_words_per_minute,
    }
    return shop.run("narration", inputs, produce)


def make_visuals(shop: Workshop) -> Artefact:
    """Draw the pictures of each scene, over photographs where there are any."""
    written, spoken = shop.artefact("script"), shop.artefact("narration")
    channel, settings = shop.job.channel, shop.settings.content

    def produce(folder: Path) -> Product:
        gallery = Gallery(visuals.own_folder(settings, channel), provider_secrets(), shop.spending("visuals"))
        drawn = visuals.draw_scenes(
            Script.model_validate_json(written.path.read_bytes()),
            Narration.model_validate_json(spoken.path.read_bytes()),
            shop.job.topic,
            channel,
            folder,
            settings,
            gallery,
        )
        path = folder / "visuals.json"
        write_text(path, VISUALS.dump_json(drawn, indent=1).decode())
        photographs = [visual.provider for visual in drawn if visual.kind == "photo"]
        details = {"pictures": len(drawn), "photographs": len(photographs)}
        provider = max(photographs, key=photographs.count, default=DRAWN)
        return Product(path, provider, details | _passed_over(gallery.failures))

    inputs = {
        "script": written.blake3,
        "narration": spoken.blake3,
        "palette": channel.palette,
        "chain": settings.picture_chain,
        "photo_share": settings.photo_share,
    }
    return shop.run("visuals", inputs | _frame(shop), produce)


def make_thumbnail(shop: Workshop) -> Artefact:
    """Draw the thumbnails that are tested against each other; variant a is the stage's file."""
    written = shop.artefact("script")

    channel, settings = shop.job.channel, shop.settings.content

    def produce(folder: Path) -> Product:
        text = Script.model_validate_json(written.path.read_bytes())
        spending = shop.spending("thumbnail")
        gallery = Gallery(visuals.own_folder(settings, channel), provider_secrets(), spending)
        find = partial(gallery.picture, aspect_ratio="16:9", size_px=thumbnails.SIZE_PX) if gallery.ready else None
        made = thumbnails.draw_thumbnails(text, shop.job.topic, channel, folder, settings, find=find)
        details = {"bytes": made[0].path.stat().st_size, "variants": [one.model_dump(mode="json") for one in made]}
        return Product(made[0].path, made[0].provider, details | _passed_over(gallery.failures))

    inputs = {
        "script": written.blake3,
        "palette": channel.palette,
        "style": channel.style_preset,
        "chain": settings.picture_chain,
        "folder": settings.picture_folder,
        "font": settings.font_family,
    }
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
        "captions", {"narration": spoken.blake3, "palette": shop.job.channel.palette} | _frame(shop), produce
    )


def make_soundtrack(shop: Workshop) -> Artefact:
    """Bring the narration to its loudness, with music under it where there is any, and encode it."""
    spoken, settings = shop.artefact("narration"), shop.settings.content
    channel_id, job_id = shop.job.channel.channel_id, shop.job.job_id
    piece = music.choose_music(
        settings.music_folder, channel_id, str(job_id), previous=previous_music(shop.connection, job_id)
    )

    def produce(folder: Path) -> Product:
        text = Narration.model_validate_json(spoken.path.read_bytes())
        made = soundtrack.make_soundtrack(text, folder, settings, music=piece)
        path = _write(folder / "soundtrack.json", made.model_dump_json(indent=1))
        return Product(path, "ffmpeg", {"music": made.music.title if made.music else None})

    inputs = {"narration": spoken.blake3, "lufs": settings.loudness_lufs, "peak": settings.true_peak_dbtp}
    levels = [settings.music_below_speech_db, settings.music_alone_below_speech_db]
    inputs |= {"music": piece and [blake3_of(piece.path), piece.attribution, *levels]}
    return shop.run("soundtrack", inputs, produce)


def finished_script(shop: Workshop) -> Script:
    """The script as it is published: chapters at the times at which they are spoken, music and photographs credited."""
    spoken = Narration.model_validate_json(shop.text("narration"))
    sound = Soundtrack.model_validate_json(shop.text("soundtrack"))
    credits = [music.credit(sound.music), *visuals.credits_of(shop.artefact("visuals").path.parent)]
    return credited(retime_chapters(Script.model_validate_json(shop.text("script")), spoken), credits)


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

    inputs: dict[str, Any] = {"visuals": drawn.blake3, "sound": sound.blake3, "captions": titled.blake3}
    inputs |= {"preset": settings.x264_preset, "crf": settings.x264_crf, "b_frames": settings.x264_b_frames}
    return shop.run("assembly", inputs | _frame(shop), produce)


def make_quality(shop: Workshop) -> Artefact:
    """Check the video and its metadata, score it, and reach a verdict."""
    written, spoken, video = shop.artefact("script"), shop.artefact("narration"), shop.artefact("assembly")
    titled = shop.artefact("captions")

    def produce(folder: Path) -> Product:
        report = judge.judge(
            video.path,
            finished_script(shop),
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
            "score_basis": report.score.basis,
            "verdict": report.verdict,
            "duration_seconds": report.technical.duration_seconds,
            "summary": report.summary(),
            "revisions": [revision.model_dump() for revision in report.revisions],
            "revision": shop.job.revision,
        }
        return Product(path, report.score.scorer, details)

    inputs: dict[str, Any] = {"video": video.blake3, "script": written.blake3, "revision": shop.job.revision}
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
    Raises ChannelPaused where the channel is paused; the job is back in the queue then. Raises JobCancelled.
    """
    shop = Workshop(connection, settings, load_job(connection, job_id))
    hold_back(connection, shop.job)
    go_on(connection, job_id)
    try:
        artefact = STAGES[stage](shop)
    except Deferred as error:
        set_status(connection, job_id, "deferred", {"until": error.until.isoformat(), "waits_for": str(error)})
        raise
    figures = {"path": str(artefact.path), "provider": artefact.provider, "made_now": artefact.made_now}
    return figures | artefact.details | {"cost_usd": job_cost_usd(connection, job_id)}
