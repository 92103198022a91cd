"""A video with everything it is made from, made as production makes one, without queue and database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from content_samples import SMALL, channel, topic

from ytempire.content.assembly import assemble
from ytempire.content.captions import write_captions
from ytempire.content.frames import Frame, frame
from ytempire.content.models import Captions, Narration, Scene, SceneVisual, Script, Soundtrack
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.soundtrack import make_soundtrack
from ytempire.content.spending import Unlimited
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.content.visuals import draw_scenes
from ytempire.settings import ContentSettings


@dataclass(frozen=True)
class Made:
    """All that an assembly needs."""

    script: Script
    narration: Narration
    visuals: list[SceneVisual]
    captions: Captions
    sound: Soundtrack
    shape: Frame
    settings: ContentSettings

    def assembled(self, path: Path) -> Path:
        return assemble(self.visuals, self.sound, self.captions, path, self.shape, self.settings)


def written(
    settings: ContentSettings = SMALL,
    *,
    about: Topic | None = None,
    profile: ChannelProfile | None = None,
    sentences: Sequence[str] = (),
) -> Script:
    """The offline writer's script; with ``sentences``, its first scenes say these instead."""
    script = write_script(about or topic(), profile or channel(), settings, secrets={}, spending=Unlimited()).script
    if not sentences:
        return script
    scenes = [
        Scene(index=number, heading=f"Part {number}", narration=text, visual=script.scenes[number].visual)
        for number, text in enumerate(sentences)
    ]
    return script.model_copy(update={"scenes": scenes})


def made(
    folder: Path,
    script: Script,
    settings: ContentSettings = SMALL,
    *,
    about: Topic | None = None,
    profile: ChannelProfile | None = None,
) -> Made:
    """All parts of the video of ``script``, spoken, drawn, captioned and with its sound, in ``folder``."""
    about, profile = about or topic(), profile or channel()
    narration = narrate(script, profile, folder, settings, secrets={}, spending=Unlimited())
    visuals = draw_scenes(script, narration, about, profile, folder, settings)
    captions = write_captions(script, narration, profile, folder, settings)
    sound = make_soundtrack(narration, folder, settings)
    shape = frame(profile.aspect_ratio, settings)
    return Made(script, narration, visuals, captions, sound, shape, settings)
