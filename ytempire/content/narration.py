"""Second stage of a video: the script is spoken, scene by scene, with the time of every word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ytempire.content import providers, speech
from ytempire.content.chain import first_that_answers
from ytempire.content.files import disk_full_is_named
from ytempire.content.models import Narration, Scene, SceneNarration, Script, Word
from ytempire.content.speech import Speech
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

WAV_NAME = "narration.wav"


def narrate(
    script: Script,
    channel: ChannelProfile,
    folder: Path,
    settings: ContentSettings,
    *,
    secrets: Mapping[str, str],
    spending: Spending,
) -> Narration:
    """Speak ``script`` into ``folder``/narration.wav by the first voice of the chain that answers.

    There are 150 ms between sentences and 400 ms between scenes; all scenes have the same level.
    Raises what :func:`first_that_answers` raises when no voice answers, DiskFull, InvalidInput for an
    unknown provider.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def speak(name: str) -> list[list[Speech]]:
        voice = providers.voice(name, channel, settings, secrets, spending)
        return [[voice(sentence) for sentence in sentences(scene)] for scene in script.scenes]

    answer = first_that_answers(settings.narration_chain, speak, what="voice")
    spoken = _write(answer.value, folder / WAV_NAME, answer.provider)
    return spoken.model_copy(update={"passed_over": answer.passed_over})


def sentences(scene: Scene) -> list[str]:
    """Split a scene's narration at the ends of sentences."""
    parts = re.split(r"(?<=[.!?…])\s+(?=\S)", " ".join(scene.narration.split()))
    return [part for part in parts if any(character.isalnum() for character in part)]


def _write(spoken: list[list[Speech]], path: Path, provider: str) -> Narration:
    rates = {sentence.rate_hz for scene in spoken for sentence in scene}
    if len(rates) != 1 or any(not scene for scene in spoken):
        raise InvalidInput("script", "a scene has nothing to say", "Every scene needs a sentence.")
    rate = rates.pop()
    track = [speech.silence(speech.LEAD_IN_SECONDS, rate)]
    scenes: list[SceneNarration] = []
    at = len(track[0])
    for index, parts in enumerate(spoken):
        if index:
            track.append(speech.silence(speech.SCENE_PAUSE_SECONDS, rate))
            at += len(track[-1])
        start, words, pieces = at, [], []
        for number, part in enumerate(parts):
            if number:
                pieces.append(speech.silence(speech.SENTENCE_PAUSE_SECONDS, rate))
                at += len(pieces[-1])
            words += [
                Word(
                    text=word.text,
                    start_seconds=round(at / rate + word.start_seconds, 4),
                    end_seconds=round(at / rate + word.end_seconds, 4),
                )
                for word in part.words
            ]
            pieces.append(part.samples)
            at += len(part.samples)
        track.append(speech.even(np.concatenate(pieces), rate))
        scenes.append(
            SceneNarration(
                index=index, start_seconds=round(start / rate, 4), end_seconds=round(at / rate, 4), words=words
            )
        )
    track.append(speech.silence(speech.LEAD_OUT_SECONDS, rate))
    samples = np.concatenate(track)
    with disk_full_is_named(path):
        speech.write_wav(path, samples, rate)
    return Narration(
        wav_path=path,
        sample_rate_hz=rate,
        duration_seconds=len(samples) / rate,
        provider=provider,
        scenes=scenes,
    )
