"""When a day's figures become known to the owner of a channel, and how they are corrected afterwards.

A Pacific day of a channel is reported for the first time 48 to 72 hours after its end. Each count may then be
off by up to six per cent, upwards or downwards. One or two restatements follow, the last of which is exact.
All of it is seeded by the channel and the day, so the same moment always shows the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from sandbox.audience import Statistics, pacific_bounds

_OFF = {"first": 0.06, "second": 0.015}
_COUNTS = (
    "views", "engaged_views", "likes", "comments", "shares", "watch_minutes", "impressions",
    "subscribers_gained", "subscribers_lost", "revenue_micros",
)  # fmt: skip


@dataclass(frozen=True)
class Revision:
    """One state of a day's figures: from when it is shown, and how far a count may be off."""

    number: int
    shown_from: datetime
    off: float


def uniform(*name: object) -> float:
    """A number in [0, 1) that belongs to a name."""
    digest = blake2b(repr(name).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def revisions(seed: int, channel_id: str, day: date) -> list[Revision]:
    """All states of a day of a channel, two or three, the last exact."""
    name = (seed, channel_id, day.isoformat())
    first = pacific_bounds(day)[1] + timedelta(hours=48 + 24 * uniform(*name, "first"))
    second = first + timedelta(hours=20 + 40 * uniform(*name, "second"))
    if uniform(*name, "twice") < 0.5:
        return [Revision(0, first, _OFF["first"]), Revision(1, second, 0.0)]
    third = second + timedelta(hours=48 + 96 * uniform(*name, "third"))
    return [
        Revision(0, first, _OFF["first"]),
        Revision(1, second, _OFF["second"]),
        Revision(2, third, 0.0),
    ]


def shown(seed: int, channel_id: str, day: date, at: datetime) -> Revision | None:
    """The state of a day that is shown at a moment; None where the day is not reported yet."""
    known = [revision for revision in revisions(seed, channel_id, day) if revision.shown_from <= at]
    return known[-1] if known else None


def as_reported(figures: Statistics, video_id: str, day: date, revision: Revision) -> Statistics:
    """A video's figures of a day as a revision shows them."""
    if revision.off == 0.0:
        return figures
    swing = 2 * uniform(video_id, day.isoformat(), revision.number) - 1
    factor = 1 + revision.off * (swing + (0.3 if swing > 0 else -0.3)) / 1.3
    changed = {name: round(getattr(figures, name) * factor) for name in _COUNTS}
    changed["engaged_views"] = min(changed["engaged_views"], changed["views"])
    return replace(figures, **changed)
