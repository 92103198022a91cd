"""The rows behind publishing: what is to be uploaded, and how far it got."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire import audit
from ytempire.channels.fields import PrivacyStatus
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.hashing import blake3_of
from ytempire.publishing.metadata import fit_tags, fit_title, publishable_description
from ytempire.settings import Settings

_PACKAGE = "ytempire.publishing"


class Upload(BaseModel):
    """An upload as the database knows it. ``media_path`` lies below the media root of the machine at work.

    ``cancelled`` is its job, ``paused`` its channel.
    """

    model_config = ConfigDict(frozen=True)

    upload_id: UUID
    job_id: UUID
    video_id: UUID
    channel_id: UUID
    marker: str
    status: str
    attempts: int
    created_at: datetime
    media_path: Path
    media_blake3: str
    total_bytes: int
    sent_bytes: int
    session_uri: str | None
    session_created_at: datetime | None
    last_bytes_at: datetime | None
    youtube_video_id: str | None
    privacy_status: PrivacyStatus
    made_for_kids: bool
    synthetic_media: bool
    publish_at: datetime | None
    checked_at: datetime | None
    thumbnail_blake3: str | None
    thumbnail_set_at: datetime | None
    captions_started_at: datetime | None
    captions_id: str | None
    playlist_id: str | None
    playlist_started_at: datetime | None
    playlist_item_id: str | None
    title: str
    description: str
    tags: list[str]
    published_at: datetime | None
    language: str
    category_ids: list[int]
    playlist_title: str | None
    channel_privacy_status: PrivacyStatus
    cancelled: bool
    paused: bool


def prepare_upload(
    connection: Connection,
    settings: Settings,
    job_id: UUID | str,
    *,
    media_path: Path,
    title: str,
    description: str,
    tags: Sequence[str],
    privacy_status: str,
    made_for_kids: bool,
    duration_seconds: float,
    quality_score: float,
    media_blake3: str | None = None,
) -> UUID:
    """Write the video and the upload of a job and return the upload's id; again, the same id.

    Title, description and tags are fitted to YouTube's limits; links to hosts that the settings do not
    allow are left out; the description's last line becomes the upload's marker. What has begun keeps
    what YouTube was told. ``media_path`` is kept relative to the media root; ``media_blake3`` need not
    be computed again where it is known, since the file is held against it on its way to YouTube. Raises
    InvalidInput when the job or the file is missing, when the file lies elsewhere, or when it differs
    from the one whose upload has begun.
    """
    job = UUID(str(job_id))
    path = media_path.resolve()
    if not path.is_file() or path.stat().st_size == 0:
        raise InvalidInput("media_path", f"{path} is no file with anything in it", "Assemble the video again.")
    root = settings.media_root.resolve()
    if not path.is_relative_to(root):
        raise InvalidInput("media_path", f"{path} does not lie below {root}", "Set YTEMPIRE_MEDIA_ROOT.")
    if privacy_status not in get_args(PrivacyStatus):
        raise InvalidInput("privacy_status", f"{privacy_status!r} is none", "Say public, unlisted or private.")
    marker = f"yte-{job.hex}"
    digest = media_blake3 or blake3_of(path)
    with connection.transaction():
        video = connection.execute(
            load_sql(_PACKAGE, "prepare_video"),
            {
                "job_id": job,
                "title": fit_title(title),
                "description": publishable_description(
                    description, marker, link_hosts=settings.quality.link_hosts, duration_seconds=duration_seconds
                ),
                "tags": fit_tags(tags),
                "duration_seconds": max(1, round(duration_seconds)),
                "quality_score": quality_score,
            },
        ).fetchone()
        if video is None:
            raise InvalidInput("job_id", f"there is no job {job}", "Queue the job first.")
        row = connection.execute(
            load_sql(_PACKAGE, "prepare_upload"),
            {
                "job_id": job,
                "video_id": video["video_id"],
                "channel_id": video["channel_id"],
                "marker": marker,
                "media_path": str(path.relative_to(root)),
                "media_blake3": digest,
                "total_bytes": path.stat().st_size,
                "privacy_status": privacy_status,
                "made_for_kids": made_for_kids,
            },
        ).fetchone()
        upload_id: UUID = row["upload_id"] if row else _begun(connection, job, digest)
    return upload_id


def _begun(connection: Connection, job_id: UUID, digest: str) -> UUID:
    row = next(connection.execute("SELECT upload_id, media_blake3 FROM ytempire.uploads WHERE job_id = %s", (job_id,)))
    if row["media_blake3"] != digest:
        raise InvalidInput(
            "media_path", "another file of this job is being uploaded already", "Finish that upload first."
        )
    upload_id: UUID = row["upload_id"]
    return upload_id


def load_upload(connection: Connection, upload_id: UUID) -> Upload:
    """Return an upload. Raises InvalidInput when there is none with this id."""
    row = connection.execute(load_sql(_PACKAGE, "load"), {"upload_id": upload_id}).fetchone()
    if row is None:
        raise InvalidInput("upload_id", f"there is no upload {upload_id}", "Prepare the upload first.")
    return Upload.model_validate(row)


def note_video(connection: Connection, upload: Upload, became: str, **details: object) -> None:
    """Write into the audit log what an upload's video became."""
    audit.record(
        connection,
        actor="publishing",
        action=f"video.{became}",
        entity="video",
        entity_id=upload.video_id,
        details={"youtube_video_id": upload.youtube_video_id, "job_id": str(upload.job_id), **details},
    )
