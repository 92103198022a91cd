"""Who writes and who speaks: one file a provider, each behind the same small protocol.

A writer is a function of an assignment; a voice is a function of a sentence.
Both raise ProviderUnavailable when the next of the chain is to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ytempire.content.assignments import Assignment
from ytempire.content.models import Script
from ytempire.content.speech import Speech
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

Writer = Callable[[Assignment], Script]
Voice = Callable[[str], Speech]


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
    """Return the voice called ``name``, for ``channel``. Raises InvalidInput for a name nobody has."""
    if name == "espeak":
        from ytempire.content.providers import espeak

        return lambda sentence: espeak.speak(sentence, channel.voice, settings.speech_words_per_minute)
    if name == "elevenlabs":
        from ytempire.content.providers import elevenlabs

        return elevenlabs.ElevenLabsVoice(channel, settings, secrets, spending)
    raise InvalidInput("narration_chain", f"there is no voice {name!r}", "Use espeak or elevenlabs.")
