"""Who may upload next, when a day does not have room for everybody.

The rule. A day has room for so many more videos as its ``videos.insert`` bucket has left, and as the units left
suffice to finish (:attr:`YouTubeSettings.units_to_finish_a_video`), after what videos already uploaded still
need. Each next place goes to the channel with the smallest (uploads of the day + 1) / weight among those that
still want one: highest averages (D'Hondt), by which channels with enough to publish share a day in proportion to
their weights. A weight is the channel's priority and one more for each day that its oldest upload has waited, so
that nobody waits for ever; of equals, who has waited longest is first. A channel wants what waits to be uploaded
and what is still to be made for it today, within its ``uploads_per_day``: room is kept for a video that comes in
the evening, and given back as soon as it is known not to come: its job ended otherwise, its channel was paused, or
the reset is near.

Source of highest averages: Balinski and Young, Fair Representation, 2nd ed., 2001, appendix A.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.clock import next_pacific_midnight, pacific_day
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import UploadHeld
from ytempire.settings import YouTubeSettings


class Claim(BaseModel):
    """What one channel had of a Pacific day's uploads, and what it wants more of them."""

    model_config = ConfigDict(frozen=True)

    channel_id: UUID
    name: str
    priority: int
    cap: int | None
    used: int
    waiting: int
    expected: int
    unfinished: int
    waiting_since: datetime | None = None
    waited_days: int = 0

    @property
    def weight(self) -> int:
        """What its places are in proportion to."""
        return self.priority + self.waited_days

    @property
    def wanted(self) -> int:
        """How many more uploads it wants today, within its cap."""
        wanted = self.waiting + self.expected
        return wanted if self.cap is None else max(0, min(wanted, self.cap - self.used))


def places(claims: Sequence[Claim], room: int) -> list[UUID]:
    """Return the channels of the day's next uploads, at most ``room`` of them, in order."""
    queue = [
        (Fraction(claim.used + 1, claim.weight), _turn(claim), claim.wanted, claim)
        for claim in claims
        if claim.wanted > 0
    ]
    heapq.heapify(queue)
    order: list[UUID] = []
    while queue and len(order) < room:
        average, turn, wanted, claim = heapq.heappop(queue)
        order.append(claim.channel_id)
        if wanted > 1:
            heapq.heappush(queue, (average + Fraction(1, claim.weight), turn, wanted - 1, claim))
    return order


def _turn(claim: Claim) -> tuple[int, float, str]:
    """The order of equals: the more urgent, then who has waited longest, then any order that stays the same."""
    since = claim.waiting_since.timestamp() if claim.waiting_since else math.inf
    return -claim.priority, since, str(claim.channel_id)


def claims_of_day(
    connection: Connection, settings: YouTubeSettings, now: datetime, *, asking: UUID | None = None
) -> list[Claim]:
    """Return the claims of all active channels, and of ``asking``, on the Pacific day of ``now``."""
    reset = next_pacific_midnight(now)
    lapsed = reset - now <= timedelta(seconds=settings.expectations_lapse_seconds)
    rows = connection.execute(
        load_sql(__package__, "claims"),
        {"day": pacific_day(now), "reset": reset, "lapsed": lapsed, "asking": asking},
    )
    return [Claim.model_validate(row) for row in rows]


def room_of_day(connection: Connection, settings: YouTubeSettings, now: datetime, claims: Sequence[Claim]) -> int:
    """Return how many more videos the Pacific day of ``now`` has room for."""
    left = {"videos.insert": settings.daily_uploads, "default": settings.daily_units}
    for row in connection.execute(load_sql(__package__, "left"), {"day": pacific_day(now)}):
        left[row["bucket"]] = row["left"] if row["open"] else 0
    each = settings.units_to_finish_a_video
    if not each:
        return left["videos.insert"]
    finishing = each * sum(claim.unfinished for claim in claims)
    return max(0, min(left["videos.insert"], (left["default"] - finishing) // each))


def check_place(connection: Connection, settings: YouTubeSettings, channel_id: UUID, now: datetime) -> None:
    """Raise UploadHeld unless one of the places that the day has left is the channel's."""
    claims = claims_of_day(connection, settings, now, asking=channel_id)
    own = next((claim for claim in claims if claim.channel_id == channel_id), None)
    if own is None:
        return
    reset = next_pacific_midnight(now)
    if own.cap is not None and own.used >= own.cap:
        raise UploadHeld(f"{own.name} has had its {own.cap} uploads of {pacific_day(now)}", until=reset)
    if not own.wanted:  # It asks, so it wants one, whatever the tables say.
        claims = [*(claim for claim in claims if claim is not own), own.model_copy(update={"waiting": 1})]
    room = room_of_day(connection, settings, now, claims)
    if channel_id not in places(claims, room):
        look = now + timedelta(seconds=settings.held_upload_look_seconds)
        reason = f"other channels come first for the {room} videos" if room else "there are no units to finish a video"
        raise UploadHeld(f"{own.name}: {reason} that {pacific_day(now)} has left", until=min(look, reset))
