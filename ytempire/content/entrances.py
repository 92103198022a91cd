"""When the stills of a scene enter: with a word, one after another, and done before the scene ends."""

from __future__ import annotations

from collections.abc import Sequence

from ytempire.content.models import SceneNarration
from ytempire.content.scenes.page import Enter

Span = tuple[float, float]
REST_SECONDS = 0.15
ENTERED_SHARE = 0.7
EARLIER = 1.4
"""Above 1 the first ones enter sooner: an empty picture has nothing to rest on."""
AT_LEAST_SEEN_SECONDS = 0.3


def kept(enters: Sequence[Enter], span: Span) -> list[int]:
    """Return which of the stills a scene has time for: the first and the last, and as many between as fit."""
    chosen = list(range(len(enters)))
    room = span[1] - span[0] - AT_LEAST_SEEN_SECONDS
    while len(chosen) > 2 and _needed(enters, chosen) > room:
        del chosen[1]
    if len(chosen) == 2 and _needed(enters, chosen) > room:
        return chosen[1:]
    return chosen


def _needed(enters: Sequence[Enter], chosen: Sequence[int]) -> float:
    return sum(enters[step].seconds + REST_SECONDS for step in chosen[1:])


def entrances(spoken: SceneNarration | None, span: Span, enters: Sequence[Enter]) -> list[float]:
    """Return when each still begins to enter (seconds from the video's start).

    The first stands from the start of the scene. Each next one enters with the word nearest to its
    share of what is said; without words they follow each other at once.
    """
    times = [span[0]]
    latest = [span[1] - AT_LEAST_SEEN_SECONDS] * len(enters)
    for step in range(len(enters) - 1, 0, -1):
        latest[step] = latest[min(step + 1, len(enters) - 1)] - enters[step].seconds - REST_SECONDS
    for step in range(1, len(enters)):
        earliest = times[-1] + (enters[step - 1].seconds if step > 1 else 0.0) + REST_SECONDS
        at = _with_a_word(spoken, step / len(enters), earliest, latest[step]) if spoken else earliest
        times.append(max(min(at, latest[step]), earliest))
    return times


def _with_a_word(spoken: SceneNarration, share: float, earliest: float, latest: float) -> float:
    long = spoken.end_seconds - spoken.start_seconds
    wished = spoken.start_seconds + long * ENTERED_SHARE * share**EARLIER
    words = [word.start_seconds for word in spoken.words if earliest <= word.start_seconds <= latest] or [wished]
    return min(words, key=lambda at: abs(at - wished))
