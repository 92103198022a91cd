"""Photographs from Pexels. https://www.pexels.com/api/documentation/#photos-search

Free of charge; Pexels asks for a link and, where possible, the photographer's name.
"""

from __future__ import annotations

from collections.abc import Mapping

from ytempire.content.pictures import Wish
from ytempire.content.providers.stock import Photo, Query, StockPhotos

_ORIENTATIONS = {"16:9": "landscape", "9:16": "portrait", "1:1": "square"}
_A_PAGE = 15


class Pexels(StockPhotos):
    """Searches at ``settings.pexels_base_url``."""

    key_name = "pexels"
    shown_name = "Pexels"
    licence = "Pexels License"
    author_field = "photographer"
    page_field = "url"

    def query(self, wish: Wish) -> Query:
        """Ask by the subject, in the shape of the video; the answer tells the sizes."""
        params: dict[str, str | int] = {
            "query": wish.subject[:100],
            "orientation": _ORIENTATIONS[wish.aspect_ratio],
            "size": "small",
            "per_page": _A_PAGE,
        }
        url = f"{self._settings.pexels_base_url.rstrip('/')}/search"
        return Query(url, "photos", params, {"Authorization": self._key})

    def fits(self, photo: Photo, wish: Wish) -> bool:
        """Say whether it is as large as the picture that is made of it."""
        width, height = photo.get("width"), photo.get("height")
        if not isinstance(width, int) or not isinstance(height, int) or not isinstance(photo.get("src"), Mapping):
            return False
        return width >= wish.size_px[0] and height >= wish.size_px[1]

    def address(self, photo: Photo, wish: Wish) -> object:
        """Return the original, scaled on Pexels' side to the size that is needed."""
        original = photo["src"].get("original", "")
        width, height = wish.size_px
        return f"{original}?auto=compress&cs=tinysrgb&fit=crop&w={width}&h={height}"
