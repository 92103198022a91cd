"""Who writes and who speaks: one file a provider, each behind the same small protocol.

A writer is a function of an assignment; a voice speaks one sentence after the other.
Both raise ProviderUnavailable when the next of the chain is to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from ytempire.content import voices
from ytempire.content.assignments import Assignment
from ytempire.content.models import Script
from ytempire.content.speech import Speech
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

Writer = Callable[[Assignment], Script]


class Voice(Protocol):
    """Speaks for one channel, always with the same voice; one that is not on this machine may be asked by threads."""

    on_this_machine: bool

    def __call__(self, text: str, /) -> Speech:
        """Speak a sentence. Raises ProviderUnavailable or MissingProgram when the next voice is to be asked."""

    def fits(self, text: str) -> bool:
        """Say whether ``text`` is short enough for one call."""

    def close(self) -> None:
        """Let go of what was held for speaking."""


def writer(name: str, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> Writer:
    """Return the script writer called ``name``: "offline" or one of the settings' chat models.

    Raises InvalidInput for a name nobody has.
    """
    if name == "offline":
        from ytempire.content.providers import offline

        return offline.write
    if name in settings.chat_models:
        from ytempire.content.providers import openai

        return openai.ChatWriter(name, settings, secrets, spending)
    known = ", ".join(["offline", *settings.chat_models])
    raise InvalidInput("script_chain", f"there is no writer {name!r}", f"Use one of {known}.")


def voice(
    name: str,
    channel: ChannelProfile,
    settings: ContentSettings,
    secrets: Mapping[str, str],
    spending: Spending,
) -> Voice:
    """Return the channel's voice at the provider called ``name``.

    Raises InvalidInput for a provider nobody has and for a voice that is none of ours.
    """
    spoken_by = voices.named(channel.voice)
    if name == "espeak":
        from ytempire.content.providers import espeak

        return espeak.EspeakVoice(spoken_by, settings)
    if name == "piper":
        from ytempire.content.providers import piper

        return piper.PiperVoice(spoken_by, settings)
    if name == "google_tts":
        from ytempire.content.providers import google_tts

        return google_tts.GoogleVoice(spoken_by, settings, secrets, spending)
    if name == "elevenlabs":
        from ytempire.content.providers import elevenlabs

        return elevenlabs.ElevenLabsVoice(spoken_by, settings, secrets, spending)
    known = "elevenlabs, google_tts, piper and espeak"
    raise InvalidInput("narration_chain", f"there is no provider {name!r}", f"There are {known}.")
