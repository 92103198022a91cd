"""How many calls a look may make, so that the day's bucket lasts until the Pacific midnight.

10,000 calls a day are one every 8.64 seconds: 260 videos every 45 seconds, around the clock. YouTube lets a project
upload 100 a day, so that 200 are young. Where more are young at once (channels that were taken over with their
videos), calls of the day that were not needed are used up first, and then the videos take turns.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ytempire.clock import next_pacific_midnight, pacific_day, pacific_day_start
from ytempire.database.connection import Connection
from ytempire.settings import FreshnessSettings, YouTubeSettings
from ytempire.youtube.statistics import METHOD

# A look that begins now must do until the next one.
_STEP = timedelta(minutes=1)


def calls_allowed(limit: int, used: int, advance: int, now: datetime) -> int:
    """Return how many calls may be made at ``now`` of a day's ``limit``, ``used`` of which are spent."""
    start, end = pacific_day_start(pacific_day(now)), next_pacific_midnight(now)
    passed = (min(now + _STEP, end) - start) / (end - start)
    return max(0, min(limit, int(limit * passed) + advance) - used)


def allowance(connection: Connection, freshness: FreshnessSettings, youtube: YouTubeSettings, now: datetime) -> int:
    """Return how many calls of ``videos.batchGetStats`` a look at ``now`` may make."""
    row = connection.execute(
        "SELECT used, exhausted_at FROM ytempire.quota_buckets WHERE bucket = %s AND day = %s",
        (METHOD, pacific_day(now)),
    ).fetchone()
    if row is not None and row["exhausted_at"] is not None:
        return 0
    return calls_allowed(youtube.daily_batch_stats, row["used"] if row else 0, freshness.advance_calls, now)
