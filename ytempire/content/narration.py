"""Second stage of a video: the script is spoken, scene by scene, with the time of every word.

One voice speaks the whole video: where a provider fails in the middle, the next of the
chain begins at the beginning.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np

from ytempire.content import chain, providers, speech
from ytempire.content.files import disk_full_is_named
from ytempire.content.models import Narration, Scene, SceneNarration, Script, Word
from ytempire.content.speech import Samples, Speech
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile
from ytempire.errors import InvalidInput, ProviderUnavailable
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
    """Speak ``script`` into ``folder``/narration.wav by the first provider of the chain that can.

    There are 1.2 s before the first word, 150 ms between sentences, 400 ms between scenes and 1.8 s
    after the last; all scenes have the same level. ``passed_over`` of the answer says why earlier
    providers of the chain did not speak. Raises what :func:`ytempire.content.chain.first_that_answers`
    raises when nobody speaks, DiskFull, InvalidInput for a channel's voice that is none of ours, a
    provider that nobody has or a scene without words.
    """
    if not all(speech.sentences(scene.narration) for scene in script.scenes):
        raise InvalidInput("script", "a scene has nothing to say", "Every scene needs a sentence.")
    folder.mkdir(parents=True, exist_ok=True)

    def speak(name: str) -> list[list[list[Speech]]]:
        with closing(providers.voice(name, channel, settings, secrets, spending)) as voice:
            return _speak(voice, script.scenes, settings)

    spoken = chain.first_that_answers(settings.narration_chain, speak, what="voice")
    return _write(spoken, folder / WAV_NAME)


def _speak(voice: providers.Voice, scenes: list[Scene], settings: ContentSettings) -> list[list[list[Speech]]]:
    """Speak the pieces of every sentence of every scene; a provider elsewhere is asked for several at once."""
    until = time.monotonic() + settings.narration_timeout_seconds
    failed = Event()

    def say(text: str) -> Speech:
        if failed.is_set():
            raise ProviderUnavailable("an earlier sentence failed")
        try:
            if time.monotonic() > until:
                raise ProviderUnavailable(f"the whole took longer than {settings.narration_timeout_seconds:.0f} s")
            return speech.fitted(voice(text))
        except BaseException:
            failed.set()
            raise

    texts = [[speech.pieces(part, voice.fits) for part in speech.sentences(scene.narration)] for scene in scenes]
    with ThreadPoolExecutor(1 if voice.on_this_machine else settings.narration_calls_at_once) as pool:
        said = [[[pool.submit(say, text) for text in sentence] for sentence in scene] for scene in texts]
        return [[[piece.result() for piece in sentence] for sentence in scene] for scene in said]


def _write(spoken: chain.Answer[list[list[list[Speech]]]], path: Path) -> Narration:
    rate = spoken.value[0][0][0].rate_hz
    at = round(speech.LEAD_IN_SECONDS * rate)
    scenes: list[SceneNarration] = []
    spoken_scenes: list[Samples] = []
    for index, sentences in enumerate(spoken.value):
        if index:
            at += round(speech.SCENE_PAUSE_SECONDS * rate)
        samples, words = _join(sentences, rate, at)
        spoken_scenes.append(samples)
        end = at + len(samples)
        scenes.append(
            SceneNarration(
                index=index, start_seconds=round(at / rate, 4), end_seconds=round(end / rate, 4), words=words
            )
        )
        at = end
    track: list[Samples] = []
    for number, samples in enumerate(speech.levelled(spoken_scenes, rate)):
        track.append(speech.silence(speech.SCENE_PAUSE_SECONDS if number else speech.LEAD_IN_SECONDS, rate))
        track.append(samples)
    track.append(speech.silence(speech.LEAD_OUT_SECONDS, rate))
    whole = np.concatenate(track)
    with disk_full_is_named(path):
        speech.write_wav(path, whole, rate)
    return Narration(
        wav_path=path,
        sample_rate_hz=rate,
        duration_seconds=len(whole) / rate,
        provider=spoken.provider,
        passed_over=spoken.passed_over,
        scenes=scenes,
    )


def _join(sentences: list[list[Speech]], rate: int, begin: int) -> tuple[Samples, list[Word]]:
    """Put the pieces of a scene together; ``begin`` is the sample of the narration at which the scene begins."""
    joined: list[Samples] = []
    words: list[Word] = []
    at = begin
    for number, sentence in enumerate(sentences):
        for place, piece in enumerate(sentence):
            if number or place:
                pause = speech.CLAUSE_PAUSE_SECONDS if place else speech.SENTENCE_PAUSE_SECONDS
                joined.append(speech.silence(pause, rate))
                at += len(joined[-1])
            words += [
                Word(
                    text=word.text,
                    start_seconds=round(at / rate + word.start_seconds, 4),
                    end_seconds=round(at / rate + word.end_seconds, 4),
                )
                for word in piece.words
            ]
            joined.append(piece.samples)
            at += len(piece.samples)
    return np.concatenate(joined), words
