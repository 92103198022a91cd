"""The upload of a video: resumable across processes, and never twice.

The session's URI is committed before the first byte and the position after each
acknowledged chunk, so that database and file alone say how to go on. Before a
second session is opened, YouTube is asked whether the video exists already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from ytempire.channels.consents import require_consent
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput, Retriable
from ytempire.publishing.reconcile import find_by_marker, read_back, resource_of
from ytempire.publishing.store import Upload, sha256_of, working_on
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.resumable import CHUNK_GRAIN, Finished, Progress, SessionGone, Standing
from ytempire.youtube.retry import pause_before

logger = logging.getLogger(__name__)

Checkpoint = Callable[[str], None]

_PACKAGE = "ytempire.publishing"
_MIME_TYPE = "video/mp4"


def _pass(place: str) -> None:
    """Do nothing at a checkpoint."""


def upload_video(
    connection: Connection,
    client: YouTubeClient,
    settings: Settings,
    upload_id: UUID | str,
    *,
    checkpoint: Checkpoint = _pass,
) -> str:
    """Bring an upload to its end, from wherever it stands, and return the video's YouTube id.

    ``checkpoint`` is called with the name of each place between two effects; tests kill
    the process there. Raises Retriable (call again), Deferred (recorded, call again when
    due), CredentialsRevoked and ConsentMissing (the channel is paused, with an alert) and other Permanent errors.
    """
    wait = settings.youtube.upload_lock_wait_seconds
    with working_on(connection, UUID(str(upload_id)), wait_seconds=wait) as upload:
        checkpoint("locked")
        if upload.youtube_video_id is not None:
            return upload.youtube_video_id
        require_consent(connection, upload.channel_id)
        _check_media(upload)
        connection.execute(load_sql(_PACKAGE, "begin"), {"upload_id": upload.upload_id})
        youtube_video_id = _Transfer(connection, client, settings, upload, checkpoint).run()
        read_back(client, upload, youtube_video_id)
        return youtube_video_id


def _check_media(upload: Upload) -> None:
    path = upload.media_path
    if not path.is_file() or sha256_of(path) != upload.media_sha256:
        raise InvalidInput("media_path", f"{path} is not the file that was prepared", "Assemble it again.")


class _Transfer:
    """One attempt at an upload."""

    def __init__(
        self,
        connection: Connection,
        client: YouTubeClient,
        settings: Settings,
        upload: Upload,
        checkpoint: Checkpoint,
    ) -> None:
        self._connection = connection
        self._client = client
        self._protocol = client.uploads_protocol
        self._settings = settings.youtube
        self._upload = upload
        self._checkpoint = checkpoint
        self._session_uri = upload.session_uri or ""
        self._session_is_new = False
        self._failures = 0
        self._chunk_bytes = max(CHUNK_GRAIN, self._settings.upload_chunk_bytes // CHUNK_GRAIN * CHUNK_GRAIN)

    def run(self) -> str:
        standing = self._ask() if self._session_uri else self._open_session()
        while True:
            if isinstance(standing, Finished):
                return self._adopt(standing.youtube_video_id or self._find())
            if isinstance(standing, SessionGone):
                found = find_by_marker(self._client, self._upload)
                if found is not None:
                    return self._adopt(found)
                if self._session_is_new:
                    raise Retriable("the upload session vanished right after it was opened")
                standing = self._open_session()
            elif standing.next_byte < self._upload.total_bytes:
                standing = self._send_chunk(standing.next_byte)
            else:
                standing = self._await_video()

    def _open_session(self) -> Progress:
        self._checkpoint("before session")
        self._session_uri = self._protocol.open_session(
            resource_of(self._upload, self._settings),
            total_bytes=self._upload.total_bytes,
            mime_type=_MIME_TYPE,
        )
        self._checkpoint("session opened")
        self._connection.execute(
            load_sql(_PACKAGE, "open_session"),
            {"upload_id": self._upload.upload_id, "session_uri": self._session_uri},
        )
        self._checkpoint("session committed")
        self._session_is_new = True
        return Progress(0)

    def _ask(self) -> Standing:
        standing = self._protocol.ask(self._session_uri, total_bytes=self._upload.total_bytes)
        logger.info("upload %s: the session stands at %s", self._upload.upload_id, standing)
        return standing

    def _send_chunk(self, start: int) -> Standing:
        with self._upload.media_path.open("rb") as media:
            media.seek(start)
            data = media.read(self._chunk_bytes)
        standing: Standing | None
        try:
            standing = self._protocol.send_chunk(
                self._session_uri, data, start=start, total_bytes=self._upload.total_bytes
            )
            failure = Retriable(f"the upload does not get beyond byte {start}")
        except Retriable as error:
            # Never send again blindly: only the session knows how much of it arrived.
            standing, failure = None, error
        if standing is None or standing == Progress(start):
            self._failures += 1
            self._client.sleep(pause_before(self._settings, failure, self._failures))
        else:
            self._failures = 0
        standing = standing or self._ask()
        self._checkpoint(f"chunk sent {start}")
        if isinstance(standing, Progress):
            self._connection.execute(
                "UPDATE ytempire.uploads SET sent_bytes = %s WHERE upload_id = %s",
                (standing.next_byte, self._upload.upload_id),
            )
            self._checkpoint(f"chunk committed {standing.next_byte}")
        return standing

    def _await_video(self) -> Standing:
        """All bytes are there and the session still says "go on": the video may exist all the same."""
        standing = self._ask()
        if isinstance(standing, Progress) and standing.next_byte >= self._upload.total_bytes:
            return Finished(self._find())
        return standing

    def _find(self) -> str:
        found = find_by_marker(self._client, self._upload)
        if found is None:
            raise Retriable("YouTube has all bytes of the upload and shows no video yet")
        return found

    def _adopt(self, youtube_video_id: str) -> str:
        self._checkpoint("answered")
        self._connection.execute(
            load_sql(_PACKAGE, "adopt"),
            {"upload_id": self._upload.upload_id, "youtube_video_id": youtube_video_id},
        )
        self._checkpoint("adopted")
        return youtube_video_id
