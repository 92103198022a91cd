"""Lists of the Data API read to their end: page after page, or batch after batch of ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ytempire.errors import Skippable
from ytempire.youtube import models
from ytempire.youtube.calls import Answer, Caller
from ytempire.youtube.models import Fetched

PAGE = 50


class Lists:
    """Reads lists for one channel, or with an API key for nobody (public reads)."""

    def __init__(self, caller: Caller, api_key: str | None) -> None:
        self._caller = caller
        self._key = api_key

    def pages(
        self,
        method: str,
        collection: Any,
        parameters: dict[str, Any],
        reader: Callable[[dict[str, Any]], models.Model],
        max_results: int,
        enough: Callable[[list[models.Model]], bool] = lambda page: False,
    ) -> Fetched[list[models.Model]]:
        """Follow nextPageToken until ``max_results`` items or ``enough`` were seen; ``at`` is the first page's."""
        found: list[models.Model] = []
        skipped: list[Skippable] = []
        token: str | None = None
        first: Answer | None = None
        while True:
            size = min(PAGE, max_results - len(found) - len(skipped))
            request = collection.list(**parameters, maxResults=size, pageToken=token, key=self._key)
            answer = self._caller.call(method, request)
            first = first or answer
            read, left_out = models.read_items(answer.body, reader)
            found += read
            skipped += left_out
            token = answer.body.get("nextPageToken")
            if not token or not (read or left_out) or len(found) + len(skipped) >= max_results or enough(read):
                return Fetched(found, first.at, tuple(skipped))

    def batches(
        self,
        method: str,
        collection: Any,
        parameters: dict[str, Any],
        ids: Sequence[str],
        reader: Callable[[dict[str, Any]], models.Model],
    ) -> Fetched[list[models.Model]]:
        """Return what still exists of ``ids``, 50 in a call; ``at`` is the last call's."""
        found: list[models.Model] = []
        skipped: list[Skippable] = []
        at = self._caller.now()
        for start in range(0, len(ids), PAGE):
            batch = ",".join(ids[start : start + PAGE])
            request = collection.list(**parameters, id=batch, maxResults=PAGE, key=self._key)
            answer = self._caller.call(method, request)
            at = answer.at
            read, left_out = models.read_items(answer.body, reader)
            found += read
            skipped += left_out
        return Fetched(found, at, tuple(skipped))
