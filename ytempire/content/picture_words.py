"""What a picture for a scene shows, in words: things, place, light and style.

For picture providers and stock libraries. Never a stranger's words, never a person, never writing.
"""

from __future__ import annotations

from ytempire.content.models import Kind
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


def picture_style(vary: Variation) -> str:
    """Return the style that all pictures of a video share."""
    styles = wordings("pictures")["style"]
    return styles[vary.number(len(styles), "pictures.style")]


def picture_words(niche: str, kind: Kind, style: str, vary: Variation) -> str:
    """Return the brief of one picture: at most 250 characters, another one at every call."""
    words = wordings("pictures")
    subjects = next((name for name, parts in _SUBJECTS.items() if any(part in niche for part in parts)), "any")
    thing, place, light = (
        words[slot][vary.number(len(words[slot]), f"pictures.{slot}")] for slot in (subjects, kind, "light")
    )
    return f"{thing} {place}, {light}, {style}, {_NEVER}"
