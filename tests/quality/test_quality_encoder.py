"""The encoder: the numbers of the model it was made from, the same every time, ready at once."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ytempire.quality.encoder import encoder
from ytempire.quality.wordpiece import words

PIECES = [23653, 3177, 15532, 5582]
REFERENCE = [0.139191, 0.003029, 0.047015, 0.039574, -0.047998, -0.006812]
STRANGE = ["新しいゲーム 🎮", "أفضل لحظات", "दुनिया का घर 👨‍👩‍👧‍👦", "Crème brûlée — naïve café's $1,234.50", "x" * 120]


def test_words_are_split_as_the_models_own_tokenizer_does() -> None:
    assert words("Crème brûlée's $5!") == ["creme", "brulee", "'", "s", "$", "5", "!"]
    assert words("東京 is\x00 far") == ["東", "京", "is", "far"]
    # Numbers from the package's tokenizer.json, read by the library it was made for.
    assert encoder().count_pieces("x" * 120) == 1
    assert encoder()._pieces.pieces("unbelievable speedrunning") == PIECES


def test_an_embedding_has_the_numbers_of_the_reference() -> None:
    """The reference: torch's own transformer layers with the same weights."""
    found = encoder().embed(["The cat sits outside"])[0]
    assert found[:6] == pytest.approx(REFERENCE, abs=1e-5)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_meaning_counts_and_not_the_words() -> None:
    song, tune, tap = encoder().embed(
        ["A new song climbs the charts", "This fresh track is rising in the hit parade", "How to fix a leaking tap"]
    )
    assert song @ tune > 0.5 > 0.3 > song @ tap


def test_a_text_has_the_same_embedding_in_any_company() -> None:
    alone = np.array([encoder().embed([text])[0] for text in STRANGE])
    together = encoder().embed([*STRANGE, "another " * 700])[: len(STRANGE)]
    assert np.abs(alone - together).max() < 1e-5
    assert (encoder().embed(STRANGE) == encoder().embed(STRANGE)).all()


def test_an_empty_text_is_nowhere_and_a_long_one_is_read_to_its_end() -> None:
    empty, start, whole = encoder().embed(["", "rivers " * 254, "rivers " * 254 + "volcano " * 254])
    assert not empty.any()
    volcano = encoder().embed(["volcano " * 254])[0]
    assert whole @ volcano > start @ volcano + 0.1


def test_it_is_ready_without_heavy_libraries() -> None:
    code = (
        "import sys; from ytempire.quality.encoder import encoder; encoder().embed(['one']);"
        "print([name for name in ('torch', 'transformers', 'mlflow', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
