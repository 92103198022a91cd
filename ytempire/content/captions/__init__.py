"""Fifth stage of a video: captions whose spoken word is lit, to burn in (ASS) and to publish (SRT, WebVTT)."""

from __future__ import annotations

from pathlib import Path

from ytempire.content import faces, palettes
from ytempire.content.captions.burned import ass
from ytempire.content.captions.layout import Caption, Piece, lay_out
from ytempire.content.captions.published import srt, vtt
from ytempire.content.files import write_text
from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, Script
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

__all__ = ["Caption", "Piece", "lay_out", "write_captions"]


def write_captions(
    script: Script, narration: Narration, channel: ChannelProfile, folder: Path, settings: ContentSettings
) -> Captions:
    """Write captions.ass, captions.srt and captions.vtt into ``folder``.

    Raises InvalidInput when the narration has no words, MissingFont when a font of the settings
    is not installed, DiskFull when there is no room.
    """
    faces.check(settings)
    shape = frame(channel.aspect_ratio, settings)
    captions = lay_out(narration, shape, settings, script.language)
    if not captions:
        raise InvalidInput("narration", "it has no word times", "Use a voice that gives them.")
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "ass": ass(captions, shape, palettes.palette(channel.palette), settings.font_family, script.language),
        "srt": srt(captions),
        "vtt": vtt(captions),
    }
    paths = {kind: folder / f"captions.{kind}" for kind in texts}
    for kind, text in texts.items():
        write_text(paths[kind], text)
    return Captions(
        ass_path=paths["ass"],
        srt_path=paths["srt"],
        vtt_path=paths["vtt"],
        first_seconds=captions[0].start_seconds,
        last_seconds=captions[-1].end_seconds,
        count=len(captions),
    )
