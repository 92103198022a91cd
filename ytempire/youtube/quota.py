"""What we spend of YouTube's quota, by bucket and Pacific day, shared by all workers.

Units are reserved before a call and settled after it. A call whose end is not
known stays reserved and counts: the ledger may say more than YouTube, never less.
Uploads are shared between the channels by the rule of :mod:`ytempire.youtube.shares`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from ytempire.clock import Clock, next_pacific_midnight, pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import CredentialsRevoked, NotAttempted, QuotaExhausted
from ytempire.settings import YouTubeSettings
from ytempire.youtube.shares import check_place

_UPLOADS = "videos.insert"
_OWN_BUCKETS = {_UPLOADS, "search.list", "videos.batchGetStats"}
_DATA_API_RESOURCES = {"videos", "channels", "playlists", "playlistItems", "thumbnails", "captions", "search"}


def bucket_of(method: str) -> str | None:
    """Return the bucket that ``method`` is charged to; None for other APIs than the Data API."""
    if method in _OWN_BUCKETS:
        return method
    return "default" if method.split(".")[0] in _DATA_API_RESOURCES else None


@dataclass(frozen=True)
class QuotaEntry:
    """A reservation in the ledger."""

    entry_id: int
    bucket: str
    day: date
    units: int


class QuotaLedger:
    """The ledger over one autocommit connection. Never overspent, however many workers there are."""

    def __init__(self, connection: Connection, settings: YouTubeSettings, clock: Clock = system_clock) -> None:
        self._connection = connection
        self._settings = settings
        self._clock = clock

    def units_of(self, method: str) -> int:
        """Return what one call of ``method`` costs: 1 of its own bucket, or units of the default one."""
        return 1 if method in _OWN_BUCKETS else self._settings.unit_costs.get(method, 1)

    def reserve(self, method: str, channel_id: UUID | None = None) -> QuotaEntry:
        """Take the units of one call out of today's bucket.

        Raises QuotaExhausted (until the next Pacific midnight) when they are not there, and
        UploadHeld when an upload of ``channel_id`` would take another channel's place.
        """
        bucket = bucket_of(method)
        if bucket is None:
            raise ValueError(f"{method} is charged to no bucket")
        now = self._clock()
        entry = QuotaEntry(0, bucket, pacific_day(now), self.units_of(method))
        self._connection.execute(
            load_sql("ytempire.youtube", "open_bucket"),
            {"bucket": bucket, "day": entry.day, "limit": self.limits()[bucket]},
        )
        if bucket != _UPLOADS or channel_id is None:
            return self._take(entry, method, channel_id, now)
        with self._connection.transaction():
            # Nobody else takes a place while the places are given out.
            row = self._connection.execute(
                "SELECT quota_limit - used AS left FROM ytempire.quota_buckets"
                " WHERE bucket = %s AND day = %s AND exhausted_at IS NULL FOR UPDATE",
                (bucket, entry.day),
            ).fetchone()
            if row is not None and row["left"] > 0:
                check_place(self._connection, self._settings, channel_id, now)
            return self._take(entry, method, channel_id, now)

    def _take(self, entry: QuotaEntry, method: str, channel_id: UUID | None, now: datetime) -> QuotaEntry:
        row = self._connection.execute(
            load_sql("ytempire.youtube", "reserve"),
            {
                "bucket": entry.bucket,
                "day": entry.day,
                "units": entry.units,
                "method": method,
                "channel_id": channel_id,
            },
        ).fetchone()
        if row is None:
            raise QuotaExhausted(entry.bucket, until=next_pacific_midnight(now))
        return replace(entry, entry_id=row["entry_id"])

    def settle(self, entry: QuotaEntry) -> None:
        """Note that the call was made."""
        self._connection.execute(load_sql("ytempire.youtube", "settle"), {"entry_id": entry.entry_id})

    def release(self, entry: QuotaEntry) -> None:
        """Give the units back; only for a call that surely was not made."""
        self._connection.execute(load_sql("ytempire.youtube", "release"), {"entry_id": entry.entry_id})

    def close_bucket(self, bucket: str, until: datetime | None = None) -> None:
        """Note that YouTube itself says the bucket is empty: nothing more is taken from it until the reset.

        The day that is closed is the one that ends ``until`` then, or our own: where our clock is
        ahead, we may have taken from the next day's bucket what YouTube still counts to this one.
        """
        until = until or next_pacific_midnight(self._clock())
        self._connection.execute(
            "UPDATE ytempire.quota_buckets SET exhausted_at = clock_timestamp()"
            " WHERE bucket = %s AND day = %s AND exhausted_at IS NULL",
            (bucket, pacific_day(until - timedelta(seconds=1))),
        )

    @contextmanager
    def spending(self, method: str, channel_id: UUID | None = None) -> Iterator[None]:
        """Reserve around one call of ``method``; settle it however it ends, unless it surely was not made."""
        if bucket_of(method) is None:
            yield
            return
        entry = self.reserve(method, channel_id)
        try:
            yield
        except QuotaExhausted as error:
            self.release(entry)
            self.close_bucket(error.bucket, error.until)
            raise
        except (NotAttempted, CredentialsRevoked):
            self.release(entry)
            raise
        except BaseException:
            self.settle(entry)
            raise
        self.settle(entry)

    def limits(self) -> dict[str, int]:
        """Return what each bucket holds in a day."""
        return {
            "default": self._settings.daily_units,
            _UPLOADS: self._settings.daily_uploads,
            "search.list": self._settings.daily_searches,
            "videos.batchGetStats": self._settings.daily_batch_stats,
        }
