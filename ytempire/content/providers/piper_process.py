"""Runs inside the Python that has Piper (https://github.com/OHF-Voice/piper1-gpl, 1.4 and later), and nowhere else.

Its own process, because Piper is free under the GPL, brings ONNX Runtime and a model of
60 MB and more, and may be installed apart. Reads one JSON object a line ({"text", "length_scale",
"speaker"}) and answers each with one: the samples of every spoken chunk in base64, its
phonemes with how many samples each took (the model's own durations), and the phonemes of each
word on its own, by which :mod:`piper` finds the words in the chunk.

    python piper_process.py VOICE.onnx
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any


def main() -> None:
    """Speak what stands on standard input until it ends."""
    from piper import PiperVoice, SynthesisConfig  # type: ignore[import-not-found]

    voice = PiperVoice.load(sys.argv[1], include_alignments=True)
    for line in sys.stdin:
        asked = json.loads(line)
        config = SynthesisConfig(speaker_id=asked["speaker"], length_scale=asked["length_scale"])
        chunks = [_chunk(chunk) for chunk in voice.synthesize(asked["text"], config, include_alignments=True)]
        words = [["".join(part) for part in voice.phonemize(word)] for word in asked["text"].split()]
        answer = {"rate_hz": voice.config.sample_rate, "chunks": chunks, "words": ["".join(word) for word in words]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _chunk(chunk: Any) -> dict[str, Any]:
    aligned = chunk.phoneme_alignments
    return {
        "audio": base64.b64encode(chunk.audio_int16_bytes).decode(),
        "phonemes": None if aligned is None else [(each.phoneme, int(each.num_samples)) for each in aligned],
    }


if __name__ == "__main__":
    main()
