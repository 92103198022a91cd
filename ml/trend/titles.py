"""What a title means, as sixteen numbers: read by MiniLM once, kept in a file, read by the network beside the features.

The encoder's 384 numbers are brought onto the first principal axes of the real titles of 2026-02-04 … 05-09
(``title_axes.npz``, by ``fit_axes``), in units of their spread. The axes are fixed, as the feature contract is: numbers
that were kept for one model are right for the next, and no later day has a say in them. A title that is not known gives
NaN, which the network knows how to read.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from ml.trend.encoder import TitleEncoder

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

AXES_FILE = Path(__file__).with_name("title_axes.npz")
AXES = 16
TITLE_AXES = tuple(f"title_axis_{number}" for number in range(AXES))
# So much is lost at most when a process is killed while it reads.
_AT_ONCE = 4_096


def fit_axes(vectors: Floats) -> dict[str, Floats]:
    """Return ``mean`` (384,) and ``axes`` (384, AXES) of titles' embeddings; what they give has a spread of one."""
    mean = vectors.mean(axis=0)
    spreads, axes = np.linalg.eigh(np.cov((vectors - mean).T))
    strongest = np.argsort(-spreads)[:AXES]
    found = axes[:, strongest] / np.sqrt(spreads[strongest])
    return {"mean": mean.astype(np.float32), "axes": found.astype(np.float32)}


class Titles:
    """The titles that were read, in a file of ``folder``; others are read when they are asked for."""

    def __init__(self, folder: Path, encoder: TitleEncoder | None = None) -> None:
        """Nothing is read before it is needed; ``encoder`` is by default the installed MiniLM."""
        stored = np.load(AXES_FILE)
        self._mean, self._axes = (stored[name].astype(np.float32) for name in ("mean", "axes"))
        version = hashlib.sha256(self._axes.tobytes()).hexdigest()[:8]
        self._path = folder / f"titles-{version}.npz"
        self._encoder = encoder
        self._known = _read(self._path)

    def __len__(self) -> int:
        return len(self._known)

    def numbers(self, titles: Sequence[str | None], *, most: int) -> Floats:
        """Return (titles, AXES), NaN where there is no title; what was read is kept.

        ``titles`` are different ones, the earliest first. The last ``most`` are known, those before are not, also such
        as were read another time: whether a title is known tells how late it came and nothing of how long it stayed.
        """
        keys = [_key(title) if title else b"" for title in titles]
        first = max(0, len(titles) - most)
        late = zip(keys[first:], titles[first:], strict=True)
        wanted = [(key, title) for key, title in late if title and key not in self._known]
        for at in range(0, len(wanted), _AT_ONCE):
            self._learn(wanted[at : at + _AT_ONCE])
            log.info("titles: %d of %d read", min(at + _AT_ONCE, len(wanted)), len(wanted))
        found = np.full((len(titles), AXES), np.nan, dtype=np.float32)
        for at in range(first, len(titles)):
            if keys[at] in self._known:
                found[at] = self._known[keys[at]]
        return found

    def _learn(self, wanted: list[tuple[bytes, str]]) -> None:
        if self._encoder is None:
            from ml.trend.encoder import TitleEncoder

            self._encoder = TitleEncoder()
        found = (self._encoder.embed([title for _, title in wanted]) - self._mean) @ self._axes
        # Rounded as they are kept: what was read now and what was read before are the same.
        self._known |= dict(zip([key for key, _ in wanted], found.astype(np.float16), strict=True))
        self._keep()

    def _keep(self) -> None:
        """Write whole or not at all; of two processes the later one's titles stay, and the others are read again."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{hashlib.sha256(str(id(self)).encode()).hexdigest()[:8]}.draft")
        with draft.open("wb") as file:
            np.savez(file, keys=np.array(list(self._known), dtype="S8"), numbers=np.stack(list(self._known.values())))
        draft.replace(self._path)


def meanings(titles: pd.Series, known: Titles, *, most: int) -> pd.DataFrame:
    """Return the columns ``TITLE_AXES`` of each of ``titles``, in order of days; the last ``most`` are known."""
    codes, distinct = pd.factorize(titles, use_na_sentinel=False)
    found = known.numbers([None if pd.isna(title) else str(title) for title in distinct], most=most)
    return pd.DataFrame(found[codes], columns=list(TITLE_AXES), index=titles.index)


def _key(title: str) -> bytes:
    # Bytes that end in zero lose it in NumPy's fixed width: the last one is never that.
    return hashlib.blake2b(title.encode(), digest_size=7).digest() + b"."


def _read(path: Path) -> dict[bytes, npt.NDArray[np.float16]]:
    if not path.is_file():
        return {}
    try:
        with np.load(path) as stored:
            keys, numbers = stored["keys"], stored["numbers"]
        return dict(zip(keys.tolist(), numbers.astype(np.float16), strict=True))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        log.warning("titles: %s is damaged, they are read anew: %s", path, error)
        return {}
