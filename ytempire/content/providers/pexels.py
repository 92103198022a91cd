"""Photographs from Pexels. https://www.pexels.com/api/documentation/#photos-search

Free of charge; Pexels asks for a link and, where possible, the photographer's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.providers.download import picture_file, search
from ytempire.content.spending import Spending
from ytempire.content.text import clean
from ytempire.settings import ContentSettings

_ORIENTATIONS = {"16:9": "landscape", "9:16": "portrait", "1:1": "square"}
_A_PAGE = 15


class Pexels:
    """Searches at ``settings.pexels_base_url``."""

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._settings = settings
        self._key = secrets.get("pexels", "")
        self._results: dict[str, list[Mapping[str, Any]]] = {}
        self._given: set[object] = set()

    @property
    def ready(self) -> bool:
        """Whether a key is set."""
        return bool(self._key)

    def __call__(self, wish: Wish) -> Found | None:
        """Return the first photograph that is large enough and was not given yet, None without one."""
        url = f"{self._settings.pexels_base_url.rstrip('/')}/search"
        seconds = self._settings.provider_timeout_seconds
        params: dict[str, str | int] = {
            "query": wish.subject[:100],
            "orientation": _ORIENTATIONS[wish.aspect_ratio],
            "size": "small",
            "per_page": _A_PAGE,
        }
        if wish.subject not in self._results:
            self._results[wish.subject] = search(url, seconds, params, {"Authorization": self._key}, "photos")
        fitting = (photo for photo in self._results[wish.subject] if _large(photo, wish))
        photo = next((photo for photo in fitting if photo.get("id") not in self._given), None)
        if photo is None:
            return None
        self._given.add(photo.get("id"))
        data = picture_file(_address(photo, wish), url, seconds)
        author = clean(str(photo.get("photographer") or "unknown"))[:60]
        page = str(photo.get("url") or "")[:300]
        return Found(data, Credit(author, page, "Pexels License", f"Photo: {author} / Pexels"))


def _large(photo: Mapping[str, Any], wish: Wish) -> bool:
    width, height = photo.get("width"), photo.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or not isinstance(photo.get("src"), Mapping):
        return False
    return width >= wish.size_px[0] and height >= wish.size_px[1]


def _address(photo: Mapping[str, Any], wish: Wish) -> object:
    """The original, scaled on Pexels' side to the size that is needed."""
    original = photo["src"].get("original", "")
    width, height = wish.size_px
    return f"{original}?auto=compress&cs=tinysrgb&fit=crop&w={width}&h={height}"
