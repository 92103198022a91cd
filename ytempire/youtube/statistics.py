"""Figures of many videos at once, from the method that has a quota bucket of its own.

https://developers.google.com/youtube/v3/docs/videos/batchGetStats: up to 50 ids a call, the batch is not atomic,
and a video that does not exist (or is not public) is simply left out of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt

from ytempire.youtube.calls import Caller
from ytempire.youtube.models import Fetched, read_items

BATCH = 50
METHOD = "videos.batchGetStats"


class VideoFigures(BaseModel):
    """What a video counts at this moment. Counts are None where its owner hides them."""

    model_config = ConfigDict(frozen=True)

    youtube_video_id: str
    views: NonNegativeInt
    likes: NonNegativeInt | None
    comments: NonNegativeInt | None


class Statistics:
    """Live figures of public videos."""

    def __init__(self, caller: Caller, data_service: Any, api_key: str | None) -> None:
        self._caller = caller
        self._data = data_service
        self._key = api_key

    def batch(self, ids: Sequence[str]) -> Fetched[list[VideoFigures]]:
        """Return the figures of those of ``ids`` (at most 50) that are public, in one call.

        Raises ValueError for more ids, QuotaExhausted, RequestRefused or Retriable as every call does.
        """
        if len(ids) > BATCH:
            raise ValueError(f"{len(ids)} ids in one call, {BATCH} are allowed")
        request = self._data.videos().batchGetStats(part="statistics", id=list(ids), key=self._key)
        answer = self._caller.call(METHOD, request)
        found, skipped = read_items(answer.body, _figures)
        return Fetched(found, answer.at, tuple(skipped))


def _figures(item: dict[str, Any]) -> VideoFigures:
    counts = item["statistics"]
    return VideoFigures(
        youtube_video_id=item["id"],
        views=counts["viewCount"],
        likes=counts.get("likeCount"),
        comments=counts.get("commentCount"),
    )
