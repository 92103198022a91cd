"""A real voice for the stand-ins of speech services: libespeak-ng with the time of every word and mark.

The library is not safe for several threads, so one lock stands around it.
"""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
import threading
import wave
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

_LOCK = threading.Lock()
_SYNCHRONOUS = 2
_RATE, _PITCH = 1, 3
_UTF8, _SSML, _END_PAUSE = 1, 0x10, 0x1000
_WORD, _MARK = 1, 3
_AT_CHARACTER = 1
_MARK_TAG = re.compile(r"""<mark\s+name=["']([^"']*)["']""")
_VOICES = {
    "en": b"en-us", "en-gb": b"en", "de": b"de", "fr": b"fr-fr", "es": b"es", "pt": b"pt-br", "it": b"it", "ja": b"ja",
    "hi": b"hi", "ko": b"ko", "pl": b"pl", "nl": b"nl",
}  # fmt: skip


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Spoken:
    """Speech: 16-bit mono samples, where each word of the text begins, and when each mark was passed.

    `words` are (first character, length, seconds); `marks` are (name, seconds).
    """

    samples: bytes
    sample_rate: int
    words: tuple[tuple[int, int, float], ...]
    marks: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        """The length of the audio."""
        return len(self.samples) / 2 / self.sample_rate


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL("libespeak-ng.so.1")
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
    if rate <= 0:
        raise OSError("libespeak-ng could not be started: are its voices installed (espeak-ng-data)?")
    return library, int(rate)


def speak(
    text: str, *, language: str = "en", words_per_minute: float = 165, pitch: int = 50, ssml: bool = False
) -> Spoken:
    """Let a text be spoken.

    Args:
        text: what to say; with `ssml`, a <speak> document whose <mark name=…/> are timed.
        language: its code, such as "en" or "de-DE"; English where the language has no voice.
        words_per_minute: 80 to 450.
        pitch: 0 to 99.
        ssml: whether the text is SSML.
    """
    audio = bytearray()
    words: list[tuple[int, int, float]] = []
    marks: list[tuple[str, float]] = []

    def receive(samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count > 0:
            audio.extend(ctypes.string_at(samples, count * 2))
        place = 0
        while events[place].type:
            event = events[place]
            seconds = event.audio_position / 1000
            if event.type == _WORD and event.length:  # the pause at the end is an event without letters
                words.append((event.text_position - 1, event.length, seconds))
            elif event.type == _MARK and event.id.name:
                marks.append((event.id.name.decode(), seconds))
            place += 1
        return 0

    with _LOCK:
        library, rate = _library()
        callback = _Callback(receive)
        library.espeak_SetSynthCallback(callback)
        code = language.lower()
        library.espeak_SetVoiceByName(_VOICES.get(code) or _VOICES.get(code.partition("-")[0], b"en-us"))
        library.espeak_SetParameter(_PITCH, pitch, 0)
        library.espeak_SetParameter(_RATE, int(min(450, max(80, words_per_minute))), 0)
        content = text.encode() + b"\0"
        flags = _UTF8 | _END_PAUSE | (_SSML if ssml else 0)
        library.espeak_Synth(content, len(content), 0, _AT_CHARACTER, 0, flags, None, None)
        library.espeak_Synchronize()
    spoken = Spoken(bytes(audio), rate, tuple(words), ())
    return replace(spoken, marks=_all_marks(text, spoken, dict(marks))) if ssml else spoken


def _all_marks(text: str, spoken: Spoken, heard: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Every mark of an SSML text; espeak drops those between sentences: they fall on the next word."""
    found = []
    for tag in _MARK_TAG.finditer(text):
        later = (seconds for place, _, seconds in spoken.words if place >= tag.end())
        found.append((tag[1], heard.get(tag[1], next(later, spoken.seconds))))
    return tuple(found)


def character_times(text: str, spoken: Spoken) -> tuple[list[float], list[float]]:
    """Start and end of every character in seconds, without gaps.

    The characters from a word's beginning to the next word's beginning share the time between the two; a
    blank takes half as much as a letter.
    """
    begins: dict[int, float] = {}
    for first, _, seconds in spoken.words:
        if 0 <= first < len(text):
            begins.setdefault(first, seconds)
    anchors = [(place, begins[place]) for place in sorted(begins)]
    anchors = [(0, 0.0), *[anchor for anchor in anchors if anchor[0] > 0], (len(text), spoken.seconds)]
    starts: list[float] = []
    latest = 0.0
    for (first, seconds), (after, until) in pairwise(anchors):
        seconds, until = max(latest, seconds), max(latest, seconds, until)
        weights = [0.5 if character.isspace() else 1.0 for character in text[first:after]]
        passed, whole = 0.0, sum(weights) or 1.0
        for weight in weights:
            starts.append(seconds + (until - seconds) * passed / whole)
            passed += weight
        latest = until
    return starts, [*starts[1:], spoken.seconds] if starts else []


def wav(spoken: Spoken, sample_rate: int | None = None) -> bytes:
    """The speech as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(spoken.sample_rate)
        file.writeframes(spoken.samples)
    if sample_rate is None or sample_rate == spoken.sample_rate:
        return buffer.getvalue()
    return encode(spoken, ["-f", "wav", "-ar", str(sample_rate)])


def encode(spoken: Spoken, options: list[str]) -> bytes:
    """The speech in another form, by ffmpeg's output options.

    Raises:
        OSError: ffmpeg is absent or refuses.
    """
    source = ["-f", "s16le", "-ar", str(spoken.sample_rate), "-ac", "1", "-i", "pipe:0"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", *source, *options, "pipe:1"],
        input=spoken.samples,
        capture_output=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace")[:500])
    return done.stdout
