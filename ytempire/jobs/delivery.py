"""The way of a judged video out: to a person, to YouTube, or to an end.

The steps are the publishing room's; here they get this job's artefacts. Each can
be repeated: what has been done is found in the database and not done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from ytempire.clock import system_clock
from ytempire.content.models import Captions
from ytempire.database.connection import Connection, lost_connection_is_retriable
from ytempire.errors import ChannelPaused, CredentialsRevoked
from ytempire.jobs.costs import job_cost_usd
from ytempire.jobs.production import finished_script
from ytempire.jobs.queue import load_job, refuse_cancelled, set_status
from ytempire.jobs.workshop import Workshop
from ytempire.publishing.finish import mark_published, set_thumbnail, upload_captions
from ytempire.publishing.playlist import add_to_playlist
from ytempire.publishing.store import prepare_upload
from ytempire.publishing.upload import upload_video
from ytempire.publishing.variants import offer_variants
from ytempire.publishing.work import working_on
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

# Neither out nor refused: this run has nothing to close.
_UNDECIDED = ("deferred", "queued", "running", "cancelled")

ClientFor = Callable[[Connection, UUID], YouTubeClient]


def deliver(
    step: str, connection: Connection, settings: Settings, job_id: UUID, client_for: ClientFor
) -> dict[str, Any]:
    """Do one step of a job's publishing and return its figures.

    ``client_for`` gives the client that acts for a channel. Raises QuotaExhausted when the step has to
    wait for the next quota day, and ChannelPaused where the channel is paused; the upload is marked as deferred
    then. Raises JobCancelled.
    """
    with lost_connection_is_retriable():
        shop = Workshop(connection, settings, load_job(connection, job_id))
        if step != "record":
            _hold_back(shop)
        try:
            return STEPS[step](shop, client_for)
        except CredentialsRevoked:
            # The channel is paused now: its video waits with it, and goes on once a person has connected it again.
            _hold_back(replace(shop, job=load_job(connection, job_id)))
            raise


def _hold_back(shop: Workshop) -> None:
    """Publish nothing for a paused channel: its upload waits in the queue, where it is found when it is resumed."""
    refuse_cancelled(shop.job)
    if shop.job.channel_status != "paused":
        return
    wait = shop.settings.youtube.upload_lock_wait_seconds
    with working_on(shop.connection, _required_upload(shop), wait_seconds=wait) as upload:
        if upload.status != "published":
            raise ChannelPaused(f"channel {shop.job.channel.name} is paused: the upload waits", until=system_clock())


def _client(shop: Workshop, client_for: ClientFor) -> YouTubeClient:
    return client_for(shop.connection, UUID(shop.job.channel.channel_id))


def _upload_id(shop: Workshop) -> UUID | None:
    row = shop.connection.execute(
        "SELECT upload_id FROM ytempire.uploads WHERE job_id = %s", (shop.job.job_id,)
    ).fetchone()
    return None if row is None else row["upload_id"]


def _required_upload(shop: Workshop) -> UUID:
    return _upload_id(shop) or _prepare(shop)


def _prepare(shop: Workshop) -> UUID:
    script = finished_script(shop)
    quality, film = shop.artefact("quality"), shop.artefact("assembly")
    upload_id = prepare_upload(
        shop.connection,
        shop.settings,
        shop.job.job_id,
        media_path=film.path,
        media_blake3=film.blake3,
        title=script.title,
        description=script.description,
        tags=script.tags,
        privacy_status=shop.job.privacy_status,
        made_for_kids=shop.job.channel.made_for_kids,
        duration_seconds=quality.details["duration_seconds"],
        quality_score=quality.details["score"],
    )
    drawn = shop.artefact("thumbnail")
    offer_variants(
        shop.connection,
        shop.settings,
        shop.job.job_id,
        titles=[script.title, *script.title_candidates],
        thumbnails={one["name"]: drawn.path.parent / Path(one["path"]).name for one in drawn.details["variants"]},
    )
    _note_cost(shop)
    return upload_id


def _note_cost(shop: Workshop) -> None:
    """A video costs what its job's calls cost, those of a first version too."""
    shop.connection.execute(
        "UPDATE ytempire.videos SET generation_cost = %s WHERE job_id = %s",
        (job_cost_usd(shop.connection, shop.job.job_id), shop.job.job_id),
    )


def upload(shop: Workshop, client_for: ClientFor) -> dict[str, Any]:
    """Upload the video, from wherever an earlier try left off."""
    upload_id = _prepare(shop)
    video = upload_video(shop.connection, _client(shop, client_for), shop.settings, upload_id)
    return {"upload_id": str(upload_id), "youtube_video_id": video}


def thumbnail(shop: Workshop, client_for: ClientFor) -> dict[str, Any]:
    """Set the thumbnail."""
    path = shop.artefact("thumbnail").path
    set_thumbnail(shop.connection, _client(shop, client_for), _required_upload(shop), path)
    return {"path": str(path)}


def captions(shop: Workshop, client_for: ClientFor) -> dict[str, Any]:
    """Add the captions as a track of their own."""
    made = Captions.model_validate_json(shop.text("captions"))
    language = shop.job.channel.language
    client = _client(shop, client_for)
    srt = shop.here(Path(made.srt_path))
    captions_id = upload_captions(shop.connection, client, _required_upload(shop), srt, language)
    return {"captions_id": captions_id}


def playlist(shop: Workshop, client_for: ClientFor) -> dict[str, Any]:
    """Put the video into its channel's playlist, where the channel has one."""
    item_id = add_to_playlist(shop.connection, _client(shop, client_for), _required_upload(shop))
    return {"playlist_item_id": item_id}


def record(shop: Workshop, client_for: ClientFor) -> dict[str, Any]:
    """Close the job: published when YouTube says so, scheduled until its slot, rejected when a person said no.

    A job that waits, for quota or for its channel, one that another run took up since, and one that was cancelled
    stay what they are.
    """
    upload_id = _upload_id(shop)
    if shop.job.status in _UNDECIDED:
        return {"status": shop.job.status}
    if upload_id is None:
        set_status(shop.connection, shop.job.job_id, "rejected")
        return {"status": "rejected"}
    _note_cost(shop)
    moment = mark_published(shop.connection, _client(shop, client_for), upload_id)
    status = load_job(shop.connection, shop.job.job_id).status
    return {"status": status, "published_at" if status == "published" else "publish_at": moment.isoformat()}


STEPS: dict[str, Callable[[Workshop, ClientFor], dict[str, Any]]] = {
    "upload": upload,
    "thumbnail": thumbnail,
    "captions": captions,
    "playlist": playlist,
    "record": record,
}


def finish(connection: Connection, settings: Settings, job_id: UUID, client_for: ClientFor) -> dict[str, Any]:
    """Do all that is left of a job's publishing, for a job that had to wait for quota or for its slot.

    A scheduled video is complete: it is only recorded.
    """
    scheduled = load_job(connection, job_id).status == "scheduled"
    result: dict[str, Any] = {}
    for step in ["record"] if scheduled else STEPS:
        result |= deliver(step, connection, settings, job_id, client_for)
    return result
