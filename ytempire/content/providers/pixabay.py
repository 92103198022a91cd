"""Photographs from Pixabay. https://pixabay.com/api/docs/#api_search_images

Free of charge; Pixabay asks to be named as the source. Its pictures may not be linked to, so they
are downloaded.
"""

from __future__ import annotations

from ytempire.content.pictures import Wish
from ytempire.content.providers.stock import Photo, Query, StockPhotos

_LONGEST_QUERY = 100
_ORIENTATIONS = {"16:9": "horizontal", "9:16": "vertical", "1:1": "all"}
_A_PAGE = 20
_LARGE_SIDE_PX = 1280
"""``largeImageURL`` has at most that many pixels at its longer side."""


class Pixabay(StockPhotos):
    """Searches at ``settings.pixabay_base_url``."""

    key_name = "pixabay"
    shown_name = "Pixabay"
    licence = "Pixabay Content License"
    author_field = "user"
    page_field = "pageURL"

    def query(self, wish: Wish) -> Query:
        """Ask by the subject, in the shape and at least the size of the video."""
        params: dict[str, str | int] = {
            "key": self._key,
            "q": _shortened(wish.subject),
            "image_type": "photo",
            "orientation": _ORIENTATIONS[wish.aspect_ratio],
            "min_width": min(wish.size_px[0], _LARGE_SIDE_PX),
            "min_height": min(wish.size_px[1], _LARGE_SIDE_PX),
            "safesearch": "true",
            "per_page": _A_PAGE,
        }
        return Query(self._settings.pixabay_base_url, "hits", params)

    def address(self, photo: Photo, wish: Wish) -> object:
        """Return the largest there is: full HD where the key has full access, else the large one."""
        return photo.get("fullHDURL") or photo.get("largeImageURL") or ""


def _shortened(words: str) -> str:
    """At most a hundred letters, whole words."""
    short = words[: _LONGEST_QUERY + 1]
    return words if len(words) <= _LONGEST_QUERY else short[: short.rfind(" ")] if " " in short else short[:-1]
