"""The voice of Piper on this machine, where a voice file is set: neural speech, the times from the model itself.

Piper says how many samples each phoneme took, not each word: espeak-ng, which turns its
text into phonemes, may join words ("of the") and speaks a number as several. So every word is
also turned into phonemes on its own, and both sequences are matched; a word begins where the
first of its phonemes begins. The program runs beside us (:mod:`piper_process` says why).
"""

from __future__ import annotations

import base64
import binascii
import json
import select
import subprocess
import time
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from pydantic import BaseModel, ValidationError

from ytempire.content.speech import Speech, SpokenWord
from ytempire.content.voices import NamedVoice
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

_NO_SOUND = set("ˈˌ ^$_.,;:!?¡¿—–-…\"'«»“”()")


class _Chunk(BaseModel):
    audio: str
    phonemes: list[tuple[str, int]] | None


class _Answer(BaseModel):
    rate_hz: int
    chunks: list[_Chunk]
    words: list[str]


class PiperVoice:
    """Speaks with the file of the voice in ``settings.piper_voices_folder``."""

    on_this_machine = True

    def __init__(self, voice: NamedVoice, settings: ContentSettings) -> None:
        self._voice = voice
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def fits(self, text: str) -> bool:
        """Say whether ``text`` is short enough for one call."""
        return len(text.split()) <= self._settings.speech_words_per_call

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe:
                    pipe.close()
            self._process = None

    def __call__(self, text: str) -> Speech:
        """Speak one sentence. Raises ProviderUnavailable without Piper, the voice's file or its alignments."""
        asked = {"text": text, "length_scale": round(1 / self._voice.pace, 3), "speaker": self._voice.piper_speaker}
        process = self._process or self._start()
        assert process.stdin and process.stdout and process.stderr  # noqa: S101  they were asked for
        try:
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process.stdout)
        except BrokenPipeError:
            line = b""
        if not line:
            process.kill()
            reason = process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise ProviderUnavailable(f"piper ended: {reason[-300:] or 'it said nothing'}")
        try:
            return _speech(_Answer.model_validate_json(line), text)
        except (ValidationError, binascii.Error):
            raise ProviderUnavailable("piper answered with something else than speech") from None

    def _start(self) -> subprocess.Popen[bytes]:
        folder = self._settings.piper_voices_folder
        if folder is None:
            raise ProviderUnavailable("no folder of piper voices is set")
        model = folder / self._voice.piper_file
        if not model.is_file():
            raise ProviderUnavailable(f"there is no piper voice {model.name}")
        program = Path(__file__).with_name("piper_process.py")
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        try:
            self._process = subprocess.Popen([self._settings.piper_python, "-P", str(program), str(model)], **pipes)
        except OSError as error:
            raise ProviderUnavailable(f"piper's python did not start: {error.strerror}") from None
        return self._process

    def _line(self, pipe: IO[bytes]) -> bytes:
        """Read one line; nothing when the program ended. Raises ProviderUnavailable when it takes too long."""
        until = time.monotonic() + self._settings.provider_timeout_seconds
        while b"\n" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise ProviderUnavailable(f"piper was silent for {self._settings.provider_timeout_seconds:.0f} s")
            more = pipe.read1(1 << 20)  # type: ignore[attr-defined]
            if not more:
                return b""
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line


def _speech(answer: _Answer, text: str) -> Speech:
    words = text.split()
    phonemes: list[tuple[str, float]] = []
    at = 0
    for chunk in answer.chunks:
        if chunk.phonemes is None:
            raise ProviderUnavailable("piper gave no times: this voice has no alignments (pip install onnx beside it)")
        inside = at
        for phoneme, length in chunk.phonemes:
            phonemes.append((phoneme, inside / answer.rate_hz))
            inside += length
        at += len(base64.b64decode(chunk.audio, validate=True)) // 2
    audio = b"".join(base64.b64decode(chunk.audio) for chunk in answer.chunks)
    samples = np.frombuffer(audio, dtype="<i2").astype(np.int16)
    if not samples.size or not np.abs(samples).max() or len(answer.words) != len(words):
        raise ProviderUnavailable("piper did not speak")
    seconds = len(samples) / answer.rate_hz
    times = pairwise([*starts_of(answer.words, phonemes), seconds])
    return Speech(samples, answer.rate_hz, [SpokenWord(word, *time) for word, time in zip(words, times, strict=True)])


def starts_of(words: list[str], phonemes: list[tuple[str, float]]) -> list[float]:
    """Return when each word begins: the phonemes of each on its own, found in those that were spoken (with times).

    In its sentence a word may sound other than alone ("a", "and"): its phonemes that are not found take
    those of the gap before the first that is. Raises ProviderUnavailable when less than half of all
    agree: the times would be guesses.
    """
    spoken = [(phoneme, at) for phoneme, at in phonemes if phoneme not in _NO_SOUND]
    alone = [(phoneme, number) for number, word in enumerate(words) for phoneme in word if phoneme not in _NO_SOUND]
    sounds = Counter(number for _, number in alone)
    matcher = SequenceMatcher(None, [one for one, _ in alone], [one for one, _ in spoken], autojunk=False)
    found: dict[int, list[int]] = {}
    before: dict[int, int] = {}
    for first, second, length in matcher.get_matching_blocks():
        for offset in range(length):
            number = alone[first + offset][1]
            if number not in found:
                before[number] = sum(1 for _, other in alone[: first + offset] if other == number)
            found.setdefault(number, []).append(second + offset)
    if not spoken or 2 * sum(map(len, found.values())) < len(alone):
        raise ProviderUnavailable("piper spoke other sounds than the words have")
    starts: list[float] = []
    free = 0
    for number in range(len(words)):
        following = min((places[0] for other, places in found.items() if other >= number), default=len(spoken))
        begins = max(free, following - before[number]) if number in found else free
        starts.append(spoken[min(begins, len(spoken) - 1)][1])
        free = found[number][-1] + 1 if number in found else min(free + sounds[number], following)
    return starts
