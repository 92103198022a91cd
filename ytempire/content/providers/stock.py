"""What the searches for photographs share: one search for the same words, and no photograph given twice.

A library of photographs says how it is asked and how it describes a photograph; the rest is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.providers.download import picture_file, search
from ytempire.content.providers.drawing import KeyedSource
from ytempire.content.spending import Spending
from ytempire.content.text import clean
from ytempire.settings import ContentSettings

Photo = Mapping[str, Any]


@dataclass(frozen=True)
class Query:
    """One search: the list called ``entries`` of the answer holds the photographs."""

    url: str
    entries: str
    params: Mapping[str, str | int]
    headers: Mapping[str, str] = field(default_factory=dict)


class StockPhotos(KeyedSource, ABC):
    """A library of photographs that costs nothing, but needs a key."""

    shown_name: ClassVar[str]
    licence: ClassVar[str]
    author_field: ClassVar[str]
    page_field: ClassVar[str]

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        super().__init__(settings, secrets, spending)
        self._results: dict[str, list[Photo]] = {}
        self._given: set[object] = set()

    @abstractmethod
    def query(self, wish: Wish) -> Query:
        """Return how the library is asked for ``wish``."""

    @abstractmethod
    def address(self, photo: Photo, wish: Wish) -> object:
        """Return the address of the photograph's file, as large as is needed."""

    def fits(self, photo: Photo, wish: Wish) -> bool:
        """Say whether a photograph that was found can be used; all can where the search has asked for the size."""
        return True

    def __call__(self, wish: Wish) -> Found | None:
        """Return the first photograph that fits and was not given yet, None without one. Raises ProviderUnavailable."""
        query, seconds = self.query(wish), self._settings.provider_timeout_seconds
        if wish.subject not in self._results:
            self._results[wish.subject] = search(query.url, seconds, query.params, query.headers, query.entries)
        fitting = (photo for photo in self._results[wish.subject] if self.fits(photo, wish))
        photo = next((photo for photo in fitting if photo.get("id") not in self._given), None)
        if photo is None:
            return None
        self._given.add(photo.get("id"))
        data = picture_file(self.address(photo, wish), query.url, seconds)
        author = clean(str(photo.get(self.author_field) or "unknown"))[:60]
        page = str(photo.get(self.page_field) or "")[:300]
        return Found(data, Credit(author, page, self.licence, f"Photo: {author} / {self.shown_name}"))
