"""What a picture for a scene shows, in words: things, place, light and style.

For picture providers and stock libraries. Never a stranger's words, never a person, never writing.
"""

from __future__ import annotations

from ytempire.content.models import Kind, TimeKind
from ytempire.content.wording import Variation, wordings

_SUBJECTS = {
    "gaming": ("game", "gaming", "esport"),
    "music": ("music", "song", "dance"),
    "film": ("film", "movie", "entertainment", "show", "animation", "comedy"),
    "sports": ("sport", "football", "soccer", "cricket", "fitness"),
    "technology": ("tech", "science", "education", "gadget"),
    "life": ("people", "blog", "life", "travel", "food", "howto", "style", "family", "pets", "news"),
}
_NEVER = "no people, no text, no logos"


class Pictures:
    """The briefs of one video: another one at every call, in one style."""

    def __init__(self, niche: str, channel_id: str, vary: Variation) -> None:
        self._words = wordings("pictures")
        subjects = next((name for name, parts in _SUBJECTS.items() if any(part in niche for part in parts)), "any")
        self._things, self._lights = self._words[subjects], self._words["light"]
        self._style = self._words["style"][Variation(channel_id).number(len(self._words["style"]), "pictures.style")]
        self._first = vary.number(len(self._things), "pictures.first")
        self._vary = vary
        self._made = 0

    def words(self, kind: Kind | TimeKind) -> str:
        """Return the brief of the next picture: at most 250 characters."""
        count, made = len(self._things), self._made
        self._made += 1
        thing = self._things[(self._first + made) % count]
        light = self._lights[(self._first + made + made // count) % len(self._lights)]
        places = self._words[kind]
        place = places[self._vary.number(len(places), f"pictures.{kind}")]
        return f"{thing} {place}, {light}, {self._style}, {_NEVER}"
