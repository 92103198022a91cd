"""Pictures from outside for the scenes of one video: a chain of sources, and none twice.

The chain is a list in the settings. A source without its key or folder is passed over without a
word; one that fails is not asked again for this video. Its last link, "drawn", means that the
scene is drawn from data. What was chosen, from whom and under which licence is kept beside the stills.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL import Image

from ytempire.content.chain import PASSED_OVER
from ytempire.content.frames import AspectRatio
from ytempire.content.picture_checks import REPEAT_BITS, distance, fingerprint, read_picture
from ytempire.content.spending import Spending
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

DRAWN = "drawn"
SOURCES = {
    "stability": "Stability",
    "dalle": "DallE",
    "pexels": "Pexels",
    "pixabay": "Pixabay",
    "folder": "Folder",
}
TRIES = 3


@dataclass(frozen=True)
class Wish:
    """What is asked of a source. ``attempt`` counts the wishes for the same words; each brings another picture."""

    words: str
    aspect_ratio: AspectRatio
    size_px: tuple[int, int]
    attempt: int = 0

    @property
    def subject(self) -> str:
        """What is to be seen, without light and style: the words before the first comma, for a search."""
        return self.words.split(",")[0].strip() or self.words


@dataclass(frozen=True)
class Credit:
    """Who made a picture, where it comes from, and what its licence asks us to show."""

    author: str = ""
    page_url: str = ""
    licence: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Found:
    """A picture as it came: bytes of a file, not yet looked at."""

    data: bytes
    credit: Credit


class Source(Protocol):
    """One source of pictures."""

    @property
    def ready(self) -> bool:
        """Whether it can be asked at all: its key, or its folder, is there."""

    def __call__(self, wish: Wish) -> Found | None:
        """Find or make a picture; None when there is none for these words. Raises ProviderUnavailable."""


@dataclass(frozen=True)
class Picture:
    """A picture that fits the frame, with its origin."""

    image: Image.Image
    provider: str
    credit: Credit
    fingerprint: int


def source(name: str, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> Source:
    """Return the source called ``name``. Raises InvalidInput for a name nobody has."""
    if name not in SOURCES:
        known = ", ".join([*SOURCES, DRAWN])
        raise InvalidInput("picture_chain", f"there is no source {name!r}", f"Use {known}.")
    module = importlib.import_module(f"ytempire.content.providers.{name}")
    make: Callable[..., Source] = getattr(module, SOURCES[name])
    return make(settings, secrets, spending)


@dataclass
class Gallery:
    """The pictures of one video, from the sources of the chain that are ready, none of them twice."""

    settings: ContentSettings
    secrets: Mapping[str, str]
    spending: Spending
    failures: list[str] = field(default_factory=list)
    _asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    _taken: list[int] = field(default_factory=list)
    _sources: dict[str, Source] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is any source besides drawing."""
        return bool(self._ready())

    def _ready(self) -> dict[str, Source]:
        if self._sources is None:
            self._sources = {}
            for name in self.settings.picture_chain:
                if name == DRAWN:
                    break
                made = source(name, self.settings, self.secrets, self.spending)
                if made.ready:
                    self._sources[name] = made
        return self._sources

    def picture(self, words: str, aspect_ratio: AspectRatio, size_px: tuple[int, int]) -> Picture | None:
        """Return a picture for ``words`` that this video does not show yet, or None: the scene is drawn.

        A source that fails or is too dear is left out from then on; why is kept in ``failures``.
        """
        for name, ask in list(self._ready().items()):
            for _ in range(TRIES):
                attempt = self._asked[name, words]
                self._asked[name, words] += 1
                try:
                    found = ask(Wish(words, aspect_ratio, size_px, attempt))
                    if found is None:
                        break
                    image = read_picture(found.data, size_px)
                except PASSED_OVER as error:
                    self.failures.append(f"{name}: {error}")
                    del self._ready()[name]
                    break
                mark = fingerprint(image)
                if all(distance(mark, other) > REPEAT_BITS for other in self._taken):
                    self._taken.append(mark)
                    return Picture(image, name, found.credit, mark)
        return None


def record(scene: int, words: str, picture: Picture) -> dict[str, Any]:
    """Return what is kept of a chosen picture, as JSON."""
    credit = picture.credit
    return {
        "scene": scene,
        "words": words,
        "provider": picture.provider,
        "author": credit.author,
        "page_url": credit.page_url,
        "licence": credit.licence,
        "shown": credit.shown,
        "fingerprint": f"{picture.fingerprint:016x}",
    }
