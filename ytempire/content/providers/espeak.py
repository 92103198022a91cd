"""The offline voice: libespeak-ng in this process, with the time of every word.

The library is set up once a process and keeps global state, so calls take a lock. Its
flutter of the voice goes on from call to call: the same sentence said again differs by
less than a hundredth of a second.
Functions and constants: espeak-ng's speak_lib.h.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ytempire.content.speech import Samples, Speech, SpokenWord
from ytempire.content.voices import NamedVoice
from ytempire.errors import MissingProgram, ProviderUnavailable
from ytempire.settings import ContentSettings

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_POSITION_CHARACTER = 1
_EVENT_END, _EVENT_WORD = 0, 1
_RATE, _PITCH, _RANGE, _WORD_GAP = 1, 3, 4, 7
_LOCK = threading.Lock()


class _Identifier(ctypes.Union):
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
        ("id", _Identifier),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class _Word:
    position: int
    seconds: float


class _Engine:
    """The library, initialised; collects what the callback hands over."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        try:
            self._library = ctypes.CDLL(name)
        except OSError as error:
            raise MissingProgram("espeak-ng") from error
        self.rate_hz = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _DONT_EXIT))
        if self.rate_hz <= 0:
            raise ProviderUnavailable("espeak-ng could not be initialised: its voice data is missing")
        self._chunks: list[Samples] = []
        self._words: list[_Word] = []
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16, copy=True))
        index = 0
        while events and events[index].type != _EVENT_END:
            event = events[index]
            if event.type == _EVENT_WORD:
                self._words.append(_Word(event.text_position - 1, event.audio_position / 1000))
            index += 1
        return 0

    def say(self, text: str, voice: NamedVoice, words_per_minute: int) -> tuple[Samples, list[_Word]]:
        """Return the samples of ``text`` and where its words begin."""
        self._chunks, self._words = [], []
        self._choose(voice.espeak_name)
        for parameter, value in ((_RATE, words_per_minute), (_PITCH, voice.espeak_pitch), (_RANGE, 62), (_WORD_GAP, 0)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode() + b"\0"
        status = self._library.espeak_Synth(
            data, ctypes.c_size_t(len(data)), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        if status != 0 or not self._chunks:
            raise ProviderUnavailable(f"espeak-ng did not speak (status {status})")
        return np.concatenate(self._chunks), self._words

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ProviderUnavailable(f"espeak-ng has no voice {voice!r}: its voice data is not complete")


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


class EspeakVoice:
    """Speaks on this machine, for nothing."""

    on_this_machine = True

    def __init__(self, voice: NamedVoice, settings: ContentSettings) -> None:
        self._voice = voice
        self._settings = settings

    def fits(self, text: str) -> bool:
        """Say whether ``text`` is short enough for one call."""
        return len(text.split()) <= self._settings.speech_words_per_call

    def close(self) -> None:
        """Nothing is held: the library stays in the process."""

    def __call__(self, text: str) -> Speech:
        """Speak one sentence. Raises MissingProgram without the library, ProviderUnavailable without its data."""
        pace = round(self._settings.speech_words_per_minute * self._voice.pace)
        with _LOCK:
            engine = _engine()
            samples, events = engine.say(text, self._voice, pace)
        return Speech(samples, engine.rate_hz, _time_words(text, events, len(samples) / engine.rate_hz))


def _time_words(text: str, events: list[_Word], end: float) -> list[SpokenWord]:
    """Give every word of ``text`` the time of the first event that lies in it."""
    starts: list[tuple[str, float | None]] = []
    position = 0
    for token in text.split():
        begin = text.index(token, position)
        position = begin + len(token)
        inside = [event.seconds for event in events if begin <= event.position < position]
        starts.append((token, inside[0] if inside else None))
    return _fill_gaps(starts, end)


def _fill_gaps(starts: list[tuple[str, float | None]], end: float) -> list[SpokenWord]:
    """Words without an event of their own share the time up to the next one, by letters."""
    words: list[SpokenWord] = []
    index = 0
    clock = 0.0
    while index < len(starts):
        group = [starts[index]]
        while index + len(group) < len(starts) and starts[index + len(group)][1] is None:
            group.append(starts[index + len(group)])
        begin = max(clock, group[0][1] if group[0][1] is not None else clock)
        following = starts[index + len(group)][1] if index + len(group) < len(starts) else end
        until = max(begin, min(end, following if following is not None else end))
        letters = sum(len(token) for token, _ in group)
        clock = begin
        for token, _ in group:
            finish = clock + (until - begin) * len(token) / letters
            words.append(SpokenWord(token, clock, finish))
            clock = finish
        index += len(group)
    return words
