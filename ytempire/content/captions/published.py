"""Captions to publish beside the video: SubRip, which YouTube takes, and WebVTT, which browsers take.

Formats: https://www.w3.org/TR/webvtt1/ and the SubRip of https://support.google.com/youtube/answer/2734698.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from ytempire.content.captions.layout import Caption


def srt(captions: Sequence[Caption]) -> str:
    """Return ``captions`` as SubRip."""
    return "\n".join(
        f"{number}\n{_span(caption, ',')}\n{caption.text}\n" for number, caption in enumerate(captions, start=1)
    )


def vtt(captions: Sequence[Caption]) -> str:
    """Return ``captions`` as WebVTT; what could be markup is escaped."""
    cues = (f"{_span(caption, '.')}\n{html.escape(caption.text, quote=False)}\n" for caption in captions)
    return "\n".join(["WEBVTT\n", *cues])


def _span(caption: Caption, point: str) -> str:
    return f"{_clock(caption.start_seconds, point)} --> {_clock(caption.end_seconds, point)}"


def _clock(seconds: float, point: str) -> str:
    ticks = round(seconds * 1000)
    return f"{ticks // 3_600_000:02d}:{ticks // 60_000 % 60:02d}:{ticks // 1000 % 60:02d}{point}{ticks % 1000:03d}"
