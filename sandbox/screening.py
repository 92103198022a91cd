"""What the audience would give to videos that nobody uploads: a plan in, their views out.

For experiments over weeks of many channels, where only what is published when differs. Each line of the plan is
one video as JSON: `id`, `channel`, `published_at` (ISO 8601 with a zone), `title`, and, if they are not as below,
`description`, `tags`, `category_id`, `country`, `subscribers`, `duration_seconds`. The answer is a line for each:
`id`, `views` at the asked age, `heat` of the topic when it was published. Luck is of the id: the same id has the same
luck under any plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox import appeal
from sandbox.audience import Audience, Look, PublishedVideo
from sandbox.history import ReplayWorld

_ABROAD = ("US", 0.4)  # as in sandbox/viewers.py
_THUMBNAIL = appeal.ThumbnailMeasure(contrast=0.7, brightness=0.5, colourfulness=0.6)


def screen(history: Path, seed: int, plan: Iterable[str], *, age_days: float) -> Iterator[str]:
    """Yield the views at an age for each video of the plan, in its order.

    Args:
        history: folder with the charts of the days in which the plan publishes.
        seed: of the audience's luck.
        plan: lines of JSON.
        age_days: counted from publishing.

    Raises:
        ValueError: a line is no video.
    """
    world = ReplayWorld(history)

    def charting(country: str, at: datetime) -> dict[str, float]:
        found = appeal.chart_words(world.chart_titles(country, at))
        region, share = _ABROAD
        for word, weight in appeal.chart_words(world.chart_titles(region, at)).items():
            found[word] = max(found.get(word, 0.0), weight * share)
        return found

    audience = Audience(seed, charting)
    for number, line in enumerate(plan, start=1):
        try:
            video = _video(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {number} is no video: {error}") from error
        earned = audience.statistics(video, video.published_at + timedelta(days=age_days))
        heat = round(audience.heat(video, video.looks[0]), 4)
        yield json.dumps({"id": video.youtube_video_id, "views": earned.views, "heat": heat})


def _video(told: dict[str, Any]) -> PublishedVideo:
    published = datetime.fromisoformat(told["published_at"])
    if published.tzinfo is None:
        raise ValueError("published_at has no zone")
    look = Look(
        since=published,
        title=str(told["title"]),
        description=str(told.get("description", "")),
        tags=tuple(told.get("tags", ())),
        category_id=int(told.get("category_id", 22)),
        thumbnail=_THUMBNAIL,
        captions=True,
    )
    return PublishedVideo(
        youtube_video_id=str(told["id"]),
        youtube_channel_id=str(told["channel"]),
        published_at=published,
        duration_seconds=float(told.get("duration_seconds", 60)),
        looks=(look,),
        country=str(told.get("country", "US")),
        subscribers=int(told.get("subscribers", 0)),
        bitrate_kbps=3_000,
    )
