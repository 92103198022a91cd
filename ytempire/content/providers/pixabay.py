"""Photographs from Pixabay. https://pixabay.com/api/docs/#api_search_images

Free of charge; Pixabay asks to be named as the source. Its pictures may not be linked to, so they
are downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.providers.download import picture_file, search
from ytempire.content.spending import Spending
from ytempire.content.text import clean
from ytempire.settings import ContentSettings

_LONGEST_QUERY = 100
_ORIENTATIONS = {"16:9": "horizontal", "9:16": "vertical", "1:1": "all"}
_A_PAGE = 20
_LARGE_SIDE_PX = 1280
"""``largeImageURL`` has at most that many pixels at its longer side."""


class Pixabay:
    """Searches at ``settings.pixabay_base_url``."""

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._settings = settings
        self._key = secrets.get("pixabay", "")
        self._results: dict[str, list[Mapping[str, Any]]] = {}
        self._given: set[object] = set()

    @property
    def ready(self) -> bool:
        """Whether a key is set."""
        return bool(self._key)

    def __call__(self, wish: Wish) -> Found | None:
        """Return the first photograph of those found that was not given yet, None without one."""
        url, seconds = self._settings.pixabay_base_url, self._settings.provider_timeout_seconds
        params: dict[str, str | int] = {
            "key": self._key,
            "q": _query(wish.subject),
            "image_type": "photo",
            "orientation": _ORIENTATIONS[wish.aspect_ratio],
            "min_width": min(wish.size_px[0], _LARGE_SIDE_PX),
            "min_height": min(wish.size_px[1], _LARGE_SIDE_PX),
            "safesearch": "true",
            "per_page": _A_PAGE,
        }
        if wish.subject not in self._results:
            self._results[wish.subject] = search(url, seconds, params, {}, "hits")
        hit = next((hit for hit in self._results[wish.subject] if hit.get("id") not in self._given), None)
        if hit is None:
            return None
        self._given.add(hit.get("id"))
        data = picture_file(_address(hit), url, seconds)
        author = clean(str(hit.get("user") or "unknown"))[:60]
        page = str(hit.get("pageURL") or "")[:300]
        return Found(data, Credit(author, page, "Pixabay Content License", f"Photo: {author} / Pixabay"))


def _query(words: str) -> str:
    """At most a hundred letters, whole words."""
    short = words[: _LONGEST_QUERY + 1]
    return words if len(words) <= _LONGEST_QUERY else short[: short.rfind(" ")] if " " in short else short[:-1]


def _address(hit: Mapping[str, Any]) -> object:
    """The largest there is: full HD where the key has full access, else the large one."""
    return hit.get("fullHDURL") or hit.get("largeImageURL") or ""
