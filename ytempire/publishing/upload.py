"""The upload of a video: resumable across processes and machines, and never twice.

The session's URI is committed before the first byte, and that the last bytes are about to leave
before they do: database, file and session say how to go on, and whether the video can exist.
Before a second session is opened, YouTube is asked whether it does. A session is opened for a
slot; when it cannot reach it, it is given up.
"""

from __future__ import annotations

import logging
import math
import time
from datetime import timedelta
from uuid import UUID

from ytempire.channels.consents import require_consent
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Deferred, InvalidInput, Retriable
from ytempire.publishing.media import Media
from ytempire.publishing.reconcile import check_flags, find_by_marker, look_for, resource_of
from ytempire.publishing.schedule import Deadline, give_slot_up, take_slot
from ytempire.publishing.store import Upload
from ytempire.publishing.work import working_on
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.resumable import CHUNK_GRAIN, Finished, Progress, SessionGone, Standing
from ytempire.youtube.retry import pause_before

logger = logging.getLogger(__name__)

_PACKAGE = "ytempire.publishing"
_MIME_TYPE = "video/mp4"
_FRESH = timedelta(hours=1)


def upload_video(connection: Connection, client: YouTubeClient, settings: Settings, upload_id: UUID | str) -> str:
    """Bring an upload to its end, from wherever it stands, and return the video's YouTube id.

    The file is looked for below ``settings.media_root``. Raises Retriable (call again), Deferred (recorded, call
    again when due), CredentialsRevoked and ConsentMissing (the channel is paused, with an alert) and other
    Permanent errors.
    """
    with working_on(connection, upload_id, wait_seconds=settings.youtube.upload_lock_wait_seconds) as upload:
        youtube_video_id = upload.youtube_video_id
        if youtube_video_id is None:
            require_consent(connection, upload.channel_id)
            path = settings.media_root / upload.media_path
            with Media(path, total_bytes=upload.total_bytes, digest=upload.media_blake3) as media:
                transfer = _Transfer(connection, client, upload, media)
                youtube_video_id = transfer.run()
                upload = transfer.upload
        if upload.checked_at is None:
            check_flags(connection, client, upload, youtube_video_id)
        return youtube_video_id


class _Transfer:
    """One attempt at an upload."""

    def __init__(self, connection: Connection, client: YouTubeClient, upload: Upload, media: Media) -> None:
        self._connection = connection
        self._client = client
        self._protocol = client.uploads_protocol
        self._settings = client.settings
        self.upload = upload
        self._media = media
        self._session_uri = upload.session_uri or ""
        self._session_is_new = False
        self._last_bytes_at = upload.last_bytes_at
        self._failures = 0
        self._noted_at = -math.inf
        self._deadline: Deadline | None = None
        self._chunk_bytes = max(CHUNK_GRAIN, self._settings.upload_chunk_bytes // CHUNK_GRAIN * CHUNK_GRAIN)

    def run(self) -> str:
        """Return the video's id. A session into which bytes of another file may have gone is not gone on with."""
        try:
            return self._run()
        except InvalidInput:
            self._connection.execute(
                load_sql(_PACKAGE, "give_session_up"),
                {"upload_id": self.upload.upload_id, "last_bytes_at": self.upload.last_bytes_at},
            )
            raise

    def _run(self) -> str:
        standing = self._ask() if self._session_uri else self._begin()
        while True:
            if isinstance(standing, Finished):
                return self._adopt(standing.youtube_video_id or self._find())
            if isinstance(standing, SessionGone):
                standing = self._replace_session()
            elif standing.next_byte < self.upload.total_bytes:
                standing = self._give_slot_up(standing) if self._misses_slot(standing) else self._send_chunk(standing)
            else:
                standing = self._await_video()

    def _begin(self) -> Standing:
        """Open the first session, unless this upload may have gone further than its row says.

        An earlier attempt may have, and so may an upload whose row comes out of a restored backup.
        """
        if self._last_bytes_at is not None:
            return self._replace_session()
        old = self._client.now() - self.upload.created_at > _FRESH
        found = find_by_marker(self._client, self.upload) if old or self.upload.attempts > 1 else None
        return self._open_session() if found is None else Finished(found)

    def _open_session(self) -> Progress:
        self.upload = take_slot(self._connection, self._settings, self.upload, self._client.now())
        self._deadline = None
        self._session_uri = self._protocol.open_session(
            resource_of(self.upload, self._settings),
            total_bytes=self.upload.total_bytes,
            mime_type=_MIME_TYPE,
        )
        self._connection.execute(
            load_sql(_PACKAGE, "open_session"),
            {"upload_id": self.upload.upload_id, "session_uri": self._session_uri},
        )
        self._session_is_new = True
        self._last_bytes_at = None
        return Progress(0)

    def _replace_session(self) -> Standing:
        """The session is gone: the video is looked for, and only when it cannot exist a new one is opened.

        Raises Deferred while a video whose last bytes were sent may still appear.
        """
        if self._last_bytes_at is None:
            found = find_by_marker(self._client, self.upload)
        else:
            found = look_for(self._client, lambda: find_by_marker(self._client, self.upload))
        if found is not None:
            return Finished(found)
        if self._session_is_new:
            raise Retriable("the upload session vanished right after it was opened")
        if self._last_bytes_at is not None:
            until = self._last_bytes_at + timedelta(seconds=self._settings.reconcile_patience_seconds)
            if self._client.now() < until:
                raise Deferred("the session of a whole upload vanished: its video may still appear", until=until)
        return self._open_session()

    def _misses_slot(self, standing: Progress) -> bool:
        if self._last_bytes_at is not None:
            # They left once, and a zombie's may still arrive: another session could make a second video.
            return False
        if self._deadline is None:
            self._deadline = Deadline(self.upload, self._client.now(), standing.next_byte)
        return self._deadline.missed(self._client.now(), standing.next_byte, self._chunk_bytes)

    def _give_slot_up(self, standing: Progress) -> Standing:
        """Forget the session, whose last bytes have not come, and open one for a later slot."""
        now = self._client.now()
        needs = self._deadline.whole_upload(now, standing.next_byte) if self._deadline else timedelta()
        self.upload = give_slot_up(self._connection, self._settings, self.upload, now, needs)
        return self._open_session()

    def _ask(self) -> Standing:
        standing = self._protocol.ask(self._session_uri, total_bytes=self.upload.total_bytes)
        logger.info("upload %s: the session stands at %s", self.upload.upload_id, standing)
        return standing

    def _send_chunk(self, so_far: Progress) -> Standing:
        start, total = so_far.next_byte, self.upload.total_bytes
        size = min(self._chunk_bytes, total - start)
        if start + size == total:
            self._note_last_bytes()
        standing: Standing | None
        try:
            standing = self._protocol.send_chunk(
                self._session_uri, self._media.chunk(start, size), start=start, size=size, total_bytes=total
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
        if isinstance(standing, Progress):
            self._note_position(standing)
        return standing

    def _note_position(self, standing: Progress) -> None:
        """Let those who look on see it move; how far it really got, the session says."""
        now = time.monotonic()
        if now - self._noted_at < self._settings.upload_note_seconds:
            return
        self._noted_at = now
        self._connection.execute(
            load_sql(_PACKAGE, "note_position"),
            {"sent_bytes": standing.next_byte, "upload_id": self.upload.upload_id},
        )

    def _note_last_bytes(self) -> None:
        row = self._connection.execute(
            "UPDATE ytempire.uploads SET last_bytes_at = clock_timestamp()"
            " WHERE upload_id = %s RETURNING last_bytes_at",
            (self.upload.upload_id,),
        ).fetchone()
        self._last_bytes_at = row["last_bytes_at"] if row else None

    def _await_video(self) -> Standing:
        """All bytes are there and the session still says "go on": the video may exist all the same."""
        standing = self._ask()
        if isinstance(standing, Progress) and standing.next_byte >= self.upload.total_bytes:
            return Finished(self._find())
        return standing

    def _find(self) -> str:
        found = look_for(self._client, lambda: find_by_marker(self._client, self.upload))
        if found is None:
            raise Retriable("YouTube has all bytes of the upload and shows no video yet")
        return found

    def _adopt(self, youtube_video_id: str) -> str:
        self._connection.execute(
            load_sql(_PACKAGE, "adopt"),
            {"upload_id": self.upload.upload_id, "youtube_video_id": youtube_video_id},
        )
        return youtube_video_id
