"""The twenty voices a channel may have: one name for us, and who speaks it at each provider.

A channel names its voice once and keeps it, whichever provider of the chain answers and
whatever it speaks of. ElevenLabs' premade voices, Google's voices (Neural2 and WaveNet are
told apart in their names; both give a time at each SSML mark, unlike Studio and Chirp) and
Piper's voice files are the nearest of each to one another: locale and gender agree, the person does not.

Sources: elevenlabs.io/docs (premade voices), cloud.google.com/text-to-speech/docs/voices,
the list of voices of rhasspy/piper-voices, espeak-ng --voices=variant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ytempire.errors import InvalidInput

Locale = Literal["en-US", "en-GB"]
Gender = Literal["female", "male"]


@dataclass(frozen=True)
class NamedVoice:
    """One voice. ``espeak_pitch`` is 0 to 99; ``pace`` multiplies the words a minute of the settings."""

    name: str
    locale: Locale
    gender: Gender
    elevenlabs_id: str
    google_name: str
    piper_file: str
    espeak_name: str
    espeak_pitch: int
    pace: float = 1.0
    piper_speaker: int | None = None


_US: Locale = "en-US"
_GB: Locale = "en-GB"

# fmt: off
VOICES: tuple[NamedVoice, ...] = (
    NamedVoice("us-cedar", _US, "male", "nPczCjzI2devNBz1zQrb", "en-US-Neural2-D",
               "en_US-ryan-medium.onnx", "en-us", 42),
    NamedVoice("us-maple", _US, "male", "cjVigY5qzO86Huf0OWal", "en-US-Neural2-J",
               "en_US-joe-medium.onnx", "en-us+m7", 46, 1.02),
    NamedVoice("us-hickory", _US, "male", "iP95p4xoKVk53GoZ742B", "en-US-Neural2-A",
               "en_US-john-medium.onnx", "en-us+m3", 26, 0.97),
    NamedVoice("us-redwood", _US, "male", "pqHfZKP75CvOlQylNhV4", "en-US-Wavenet-B",
               "en_US-norman-medium.onnx", "en-us+m6", 10, 0.94),
    NamedVoice("us-spruce", _US, "male", "CwhRBWXzGAHq8TQ4Fs17", "en-US-Neural2-I",
               "en_US-bryce-medium.onnx", "en-us+Michael", 58, 1.03),
    NamedVoice("us-cypress", _US, "male", "bIHbv24MWmeRgasZH58o", "en-US-Wavenet-D",
               "en_US-hfc_male-medium.onnx", "en-us+m5", 72, 1.04),
    NamedVoice("us-juniper", _US, "female", "21m00Tcm4TlvDq8ikWAM", "en-US-Neural2-C",
               "en_US-lessac-medium.onnx", "en-us+f3", 42),
    NamedVoice("us-magnolia", _US, "female", "EXAVITQu4vr4xnSDxMaL", "en-US-Neural2-E",
               "en_US-amy-medium.onnx", "en-us+f2", 40, 0.98),
    NamedVoice("us-aspen", _US, "female", "FGY2WhTYpPnrIDTdsKH5", "en-US-Neural2-F",
               "en_US-kristin-medium.onnx", "en-us+f5", 54, 1.03),
    NamedVoice("us-laurel", _US, "female", "XrExE9yKIg1WjnnlVkGX", "en-US-Neural2-G",
               "en_US-ljspeech-medium.onnx", "en-us+f1", 42, 0.96),
    NamedVoice("us-catalpa", _US, "female", "cgSgspJ2msm6clMCkdW9", "en-US-Neural2-H",
               "en_US-hfc_female-medium.onnx", "en-us+Annie", 50, 1.02),
    NamedVoice("us-sumac", _US, "female", "9BWtsMINqrJLrRacOk9x", "en-US-Wavenet-F",
               "en_US-kathleen-low.onnx", "en-us+f4", 32, 0.97),
    NamedVoice("gb-oak", _GB, "male", "JBFqnCBsd6RMkjVDRZzb", "en-GB-Neural2-D",
               "en_GB-alan-medium.onnx", "en", 42),
    NamedVoice("gb-beech", _GB, "male", "onwK4e9ZLuTAKqWW03F9", "en-GB-Neural2-O",
               "en_GB-northern_english_male-medium.onnx", "en-gb-x-rp+m7", 42),
    NamedVoice("gb-elm", _GB, "male", "CYw3kZ02Hs0563khs1Fj", "en-GB-Neural2-B",
               "en_GB-semaine-medium.onnx", "en+m3", 64, 1.04, piper_speaker=1),
    NamedVoice("gb-yew", _GB, "male", "Zlb1dXrM653N07WRdFW3", "en-GB-Wavenet-D",
               "en_GB-semaine-medium.onnx", "en-gb-x-rp+m6", 18, 0.95, piper_speaker=2),
    NamedVoice("gb-birch", _GB, "female", "Xb7hH8MSUJpSbSDYk0k2", "en-GB-Neural2-N",
               "en_GB-jenny_dioco-medium.onnx", "en+f3", 44),
    NamedVoice("gb-larch", _GB, "female", "pFZP5JQG7iQjIQuC4Bku", "en-GB-Neural2-C",
               "en_GB-cori-medium.onnx", "en-gb-x-rp+f2", 38, 0.98),
    NamedVoice("gb-alder", _GB, "female", "ThT5KcBeYPX3keUQqHPh", "en-GB-Neural2-F",
               "en_GB-alba-medium.onnx", "en+f5", 58, 1.03),
    NamedVoice("gb-linden", _GB, "female", "XB0fDUnXU5powFXDhCwa", "en-GB-Neural2-A",
               "en_GB-southern_english_female-low.onnx", "en-gb-x-rp+f1", 30, 0.96),
)
# fmt: on
DEFAULT = "us-cedar"
_BY_NAME = {voice.name: voice for voice in VOICES}


def named(name: str) -> NamedVoice:
    """Return the voice called ``name``. Raises InvalidInput that lists the voices there are."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise InvalidInput("voice", f"there is no voice {name!r}", f"Take one of {', '.join(_BY_NAME)}.") from None
