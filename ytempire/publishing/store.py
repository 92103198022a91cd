"""The rows behind publishing: what is to be uploaded, how far it got, and who works on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args
from uuid import UUID

import psycopg.errors
from pydantic import BaseModel, ConfigDict

from ytempire.channels.consents import pausing_when_revoked
from ytempire.channels.fields import PrivacyStatus
from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Deferred, InvalidInput, Permanent, Retriable
from ytempire.publishing.metadata import fit_description, fit_tags, fit_title
from ytempire.settings import Settings

_PACKAGE = "ytempire.publishing"


class Upload(BaseModel):
    """An upload as the database knows it."""

    model_config = ConfigDict(frozen=True)

    upload_id: UUID
    job_id: UUID
    video_id: UUID
    channel_id: UUID
    marker: str
    status: str
    media_path: Path
    media_sha256: str
    total_bytes: int
    sent_bytes: int
    session_uri: str | None
    session_created_at: datetime | None
    youtube_video_id: str | None
    privacy_status: PrivacyStatus
    made_for_kids: bool
    synthetic_media: bool
    thumbnail_set_at: datetime | None
    captions_started_at: datetime | None
    captions_id: str | None
    title: str
    description: str
    tags: list[str]
    published_at: datetime | None
    language: str
    category_ids: list[int]


@dataclass(frozen=True)
class DueUpload:
    """Something that was put off and may go on now."""

    upload_id: UUID
    job_id: UUID
    channel_id: UUID


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
) -> UUID:
    """Write the video and the upload of a job and return the upload's id; again, the same id.

    Title, description and tags are fitted to YouTube's limits; the description's last line
    becomes the upload's marker. Raises InvalidInput when the job or the file is missing, or
    when the file differs from the one whose upload has begun.
    """
    job = UUID(str(job_id))
    path = media_path.resolve()
    if not path.is_file() or path.stat().st_size == 0:
        raise InvalidInput("media_path", f"{path} is no file with anything in it", "Assemble the video again.")
    if privacy_status not in get_args(PrivacyStatus):
        raise InvalidInput("privacy_status", f"{privacy_status!r} is none", "Say public, unlisted or private.")
    marker = f"yte-{job.hex}"
    digest = sha256_of(path)
    with connection.transaction():
        video = connection.execute(
            load_sql(_PACKAGE, "prepare_video"),
            {
                "job_id": job,
                "title": fit_title(title),
                "description": fit_description(description, marker),
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
                "media_path": str(path),
                "media_sha256": digest,
                "total_bytes": path.stat().st_size,
                "privacy_status": privacy_status,
                "made_for_kids": made_for_kids,
            },
        ).fetchone()
        upload_id: UUID = row["upload_id"] if row else _begun(connection, job, digest)
    return upload_id


def _begun(connection: Connection, job_id: UUID, digest: str) -> UUID:
    row = next(connection.execute("SELECT upload_id, media_sha256 FROM ytempire.uploads WHERE job_id = %s", (job_id,)))
    if row["media_sha256"] != digest:
        raise InvalidInput(
            "media_path", "another file of this job is being uploaded already", "Finish that upload first."
        )
    upload_id: UUID = row["upload_id"]
    return upload_id


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_upload(connection: Connection, upload_id: UUID) -> Upload:
    """Return an upload. Raises InvalidInput when there is none with this id."""
    row = connection.execute(load_sql(_PACKAGE, "load"), {"upload_id": upload_id}).fetchone()
    if row is None:
        raise InvalidInput("upload_id", f"there is no upload {upload_id}", "Prepare the upload first.")
    return Upload.model_validate(row)


def due_uploads(connection: Connection, clock: Clock = system_clock) -> list[DueUpload]:
    """Return what was put off and is due, of active channels, most urgent first."""
    rows = connection.execute(load_sql(_PACKAGE, "due"), {"now": clock()})
    return [DueUpload(**row) for row in rows]


@contextmanager
def working_on(connection: Connection, upload_id: UUID, *, wait_seconds: float) -> Iterator[Upload]:
    """Keep one worker at a time on an upload, and record how it ends.

    A zombie beside its retry is waited for, at most ``wait_seconds``; then Retriable. What
    is put off gets its moment, a lost consent pauses the channel, an error is written down.
    """
    _lock(connection, upload_id, wait_seconds)
    try:
        upload = load_upload(connection, upload_id)
        with _recording(connection, upload), pausing_when_revoked(connection, upload.channel_id):
            yield upload
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (f"upload {upload_id}",))


def _lock(connection: Connection, upload_id: UUID, wait_seconds: float) -> None:
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{int(wait_seconds * 1000)}ms",))
            connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"upload {upload_id}",))
    except psycopg.errors.LockNotAvailable as error:
        raise Retriable(f"another worker is still busy with upload {upload_id}") from error


@contextmanager
def _recording(connection: Connection, upload: Upload) -> Iterator[None]:
    try:
        yield
    except Deferred as error:
        connection.execute(
            load_sql(_PACKAGE, "defer"),
            {"upload_id": upload.upload_id, "until": error.until, "message": str(error)},
        )
        raise
    except (Permanent, Retriable) as error:
        connection.execute(
            "UPDATE ytempire.uploads SET error_message = %(message)s,"
            " status = CASE WHEN %(final)s AND youtube_video_id IS NULL THEN 'failed' ELSE status END"
            " WHERE upload_id = %(upload_id)s",
            {
                "message": str(error),
                "final": isinstance(error, Permanent),
                "upload_id": upload.upload_id,
            },
        )
        raise
