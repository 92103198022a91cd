"""The content of the assembly benchmarks: 12 stills 1080 x 1920, a minute of speech, captions, slow zooms.

The stills are pictures with the spectrum of photographs (amplitude falling with frequency) and shapes
with hard edges in them, made from a seed: nothing flat that an encoder would get for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ytempire.content.captions import write_captions
from ytempire.content.frames import Frame, frame
from ytempire.content.models import BigNumber, Captions, Narration, Scene, SceneVisual, Script, Soundtrack, Still
from ytempire.content.narration import narrate
from ytempire.content.soundtrack import make_soundtrack
from ytempire.content.spending import Unlimited
from ytempire.content.topic import ChannelProfile
from ytempire.settings import ContentSettings

SENTENCES = (
    "Every morning the charts of thirty countries change, and most of it is noise.",
    "A song climbs for a day, falls for a week, and nobody remembers its name.",
    "But once in a while one video does something that the others do not.",
    "It appears in a single country, quietly, somewhere in the lower half.",
    "A day later it stands in four countries, and the line begins to bend.",
    "Nobody has paid for it, and no famous channel has mentioned it yet.",
    "What it has is a first minute that almost everybody watches to the end.",
    "Then the comments arrive, and with the comments come the first copies.",
    "By the third day it is in twelve countries and the copies are in five.",
    "That is the moment that everyone can see, and it is already too late.",
    "The interesting moment was on the first day, in that single country.",
    "So that is where we look, every fifteen minutes, in all of the charts.",
)
ZOOM_SHARE = 0.05


@dataclass(frozen=True)
class Content:
    """Everything an assembly needs."""

    visuals: list[SceneVisual]
    narration: Narration
    sound: Soundtrack
    captions: Captions
    shape: Frame
    settings: ContentSettings


def photograph(seed: int, width: int, height: int) -> np.ndarray:
    """Return a picture (height x width x BGR) with a natural spectrum and some hard edges."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = 1
    layers = []
    for _ in range(4):
        spectrum = random.normal(size=frequency.shape) + 1j * random.normal(size=frequency.shape)
        layer = np.fft.irfft2(spectrum / frequency**1.25, s=(height, width))
        layers.append((layer - layer.mean()) / layer.std())
    picture = 110 + 45 * np.stack([0.7 * layers[3] + 0.3 * layers[channel] for channel in range(3)], axis=-1)
    for _ in range(14):
        colour, corners = random.integers(20, 235, 3), random.integers(0, [width, height], (3, 2))
        mask = cv2.fillPoly(np.zeros((height, width), np.uint8), [corners.astype(np.int32)], 255, lineType=cv2.LINE_AA)
        share = 0.6 * mask[..., None] / 255.0
        picture = picture * (1 - share) + colour * share
    return np.clip(picture, 0, 255).astype(np.uint8)


def make_content(folder: Path) -> Content:
    """Draw, speak and caption into ``folder``."""
    settings = ContentSettings()
    channel = ChannelProfile(
        channel_id="benchmark", name="Chart Room", niche="gaming", language="en-US", voice="us-cedar",
        style_preset="rank_card", palette="ink", region_codes=["US"], made_for_kids=False, aspect_ratio="9:16",
    )  # fmt: skip
    shape = frame("9:16", settings)
    brief = BigNumber(number="12", meaning="countries")
    scenes = [
        Scene(index=number, heading=f"Part {number + 1}", narration=text, visual=brief)
        for number, text in enumerate(SENTENCES)
    ]
    script = Script(
        title="The first day", title_candidates=["The first day"], description="", tags=[], hook=SENTENCES[0],
        scenes=scenes, call_to_action=SENTENCES[-1], form="rise", language="en-US", prompt_version="1", source="",
    )  # fmt: skip
    narration = narrate(script, channel, folder, settings, secrets={}, spending=Unlimited())
    starts = [0.0, *(scene.start_seconds - 0.25 for scene in narration.scenes[1:])]
    visuals = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], narration.duration_seconds], strict=True)):
        path = folder / f"still-{number:02d}.png"
        cv2.imwrite(str(path), photograph(number, *shape.size_px), [cv2.IMWRITE_PNG_COMPRESSION, 1])
        visuals.append(
            SceneVisual(
                index=number, kind="photo", heading=f"Part {number + 1}", start_seconds=start, end_seconds=end,
                stills=[Still(path=path, appears_seconds=start)],
                motion="zoom_in" if number % 2 == 0 else "zoom_out", travel_px=round(shape.width_px * ZOOM_SHARE),
            )
        )  # fmt: skip
    captions = write_captions(script, narration, channel, folder, settings)
    return Content(visuals, narration, make_soundtrack(narration, folder, settings), captions, shape, settings)
