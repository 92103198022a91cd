"""The daily quota of the sandbox's one API project, in the buckets that hold since 2026-06-01.

`videos.insert`, `search.list` and `videos.batchGetStats` each have their own bucket; everything else draws on
`default`. Buckets are full again at midnight Pacific of the sandbox's clock. Beside them stands YouTube's
limit of uploads a channel may make within 24 hours, under the name `uploads_per_channel`.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.core import World, to_iso
from sandbox.google_errors import GoogleError

TABLES = """
CREATE TABLE IF NOT EXISTS quota (
    day TEXT NOT NULL, bucket TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (day, bucket)
);
"""

PACIFIC = ZoneInfo("America/Los_Angeles")
DEFAULT_LIMITS = {
    "videos.insert": 100,
    "search.list": 100,
    "videos.batchGetStats": 10_000,
    "default": 10_000,
    "uploads_per_channel": 100,
}
_COSTS = {
    "youtube.videos.update": 50,
    "youtube.thumbnails.set": 50,
    "youtube.playlists.insert": 50,
    "youtube.playlistItems.insert": 50,
    "youtube.captions.insert": 400,
    "youtube.captions.list": 50,
}
_OWN_BUCKET = ("videos.insert", "search.list", "videos.batchGetStats")
_METRICS = {"videos.insert": "Video Uploads", "search.list": "Search Queries"}


def cost(method_id: str) -> int:
    """Units of one call of a method named as in the discovery document."""
    return _COSTS.get(method_id, 1)


def bucket(method_id: str) -> str:
    """The bucket that a method draws on."""
    short = method_id.removeprefix("youtube.")
    return short if short in _OWN_BUCKET else "default"


def limits(world: World) -> dict[str, int]:
    """The limits in force."""
    return {**DEFAULT_LIMITS, **world.fact("quota_limits", {})}


def pacific_day(world: World) -> str:
    """The sandbox's present day at YouTube's headquarters."""
    return world.now().astimezone(PACIFIC).date().isoformat()


def used(world: World) -> dict[str, int]:
    """Units used today, by bucket."""
    rows = world.rows("SELECT bucket, used FROM quota WHERE day = ?", pacific_day(world))
    return {name: 0 for name in DEFAULT_LIMITS if name != "uploads_per_channel"} | {
        row["bucket"]: row["used"] for row in rows
    }


def charge(world: World, method_id: str, units: int, channel_id: str | None) -> None:
    """Take units from the method's bucket.

    Raises:
        GoogleError: 403 quotaExceeded or 429 rateLimitExceeded, and nothing is taken.
    """
    name, day = bucket(method_id), pacific_day(world)
    with world.transaction():
        world.execute("INSERT OR IGNORE INTO quota (day, bucket, used) VALUES (?, ?, 0)", day, name)
        taken = world.execute(
            "UPDATE quota SET used = used + ? WHERE day = ? AND bucket = ? AND used + ? <= ?",
            units,
            day,
            name,
            units,
            limits(world)[name],
        )
        if taken:
            world.record("quota.charged", channel_id=channel_id, bucket=name, units=units, method=method_id, day=day)
    if not taken:
        raise exhausted(name)


def exhausted(name: str) -> GoogleError:
    """The answer when a bucket is empty; the two buckets counted in calls have a body of their own."""
    if name not in _METRICS:
        return GoogleError(403, "quotaExceeded")
    metric = _METRICS[name]
    return GoogleError(
        429,
        "rateLimitExceeded",
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per day' of service "
        "'youtube.googleapis.com' for consumer 'project_number:1026474511733'.",
    )


def check_uploads_of_channel(world: World, channel_id: str) -> None:
    """Hold YouTube's limit of uploads within 24 hours of one channel.

    Raises:
        GoogleError: 400 uploadLimitExceeded.
    """
    since = to_iso(world.now() - timedelta(hours=24))
    row = world.row(
        "SELECT count(*) AS uploads FROM videos WHERE channel_id = ? AND uploaded_at > ?", channel_id, since
    )
    if row is not None and row["uploads"] >= limits(world)["uploads_per_channel"]:
        raise GoogleError(400, "uploadLimitExceeded")
