"""MiniLM for many short texts: the weights of the installed package, computed by PyTorch, texts of one length together.

The encoder of the quality check (``ytempire.quality.encoder``) is ready at once and reads a few long texts; this one
reads titles by the ten thousand. The numbers are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ytempire.quality.encoder import SIZE, package_folder, read_safetensors, unit
from ytempire.quality.wordpiece import WordPieces

if TYPE_CHECKING:
    from torch import Tensor, nn

Floats = npt.NDArray[np.float32]

# Of a title's word pieces: three quarters of all titles have no more.
MOST_PIECES = 32
_HEADS = 12
_EPSILON = 1e-12
_BATCH_PIECES = 1_024


class TitleEncoder:
    """Gives each title 384 numbers of length one."""

    def __init__(self, folder: Path | None = None, threads: int = 2) -> None:
        """Read the weights of ``folder``, by default the package's. Raises InvalidInput when it is not installed."""
        import torch

        folder = folder or package_folder()
        self._pieces = WordPieces(folder / "vocab.txt")
        mapped = read_safetensors(folder / "model.safetensors")
        self._weights = {name: torch.tensor(values) for name, values in mapped.items()}
        layers = 1 + max(int(name.split(".")[2]) for name in self._weights if name.startswith("encoder.layer."))
        self._layers = [_layer(self._weights, f"encoder.layer.{number}") for number in range(layers)]
        self._threads = threads

    def embed(self, titles: Sequence[str]) -> Floats:
        """Return (titles, 384); of a long title its first pieces are read."""
        import torch

        by_length: dict[int, list[int]] = defaultdict(list)
        ids = [self._ids(title) for title in titles]
        for number, own in enumerate(ids):
            by_length[len(own)].append(number)
        batches = [
            numbers[at : at + _BATCH_PIECES // length]
            for length, numbers in sorted(by_length.items())
            for at in range(0, len(numbers), _BATCH_PIECES // length)
        ]
        found = np.empty((len(titles), SIZE), dtype=np.float32)
        before = torch.get_num_threads()
        # One thread a batch: at matrices this small two threads mostly wait for each other.
        torch.set_num_threads(1)
        try:
            with ThreadPoolExecutor(self._threads) as pool:
                means = pool.map(lambda numbers: self._means([ids[number] for number in numbers]), batches)
                for numbers, mean in zip(batches, means, strict=True):
                    found[numbers] = mean
        finally:
            torch.set_num_threads(before)
        return unit(found)

    def _ids(self, title: str) -> list[int]:
        pieces = self._pieces.pieces(title)[:MOST_PIECES]
        return [self._pieces.first, *pieces, self._pieces.last]

    def _means(self, ids: list[list[int]]) -> Floats:
        """Return the mean of the last layer over the pieces of texts of one length."""
        import torch
        from torch.nn.functional import embedding, layer_norm

        with torch.inference_mode():
            weights = self._weights
            state = embedding(torch.tensor(ids), weights["embeddings.word_embeddings.weight"])
            state = state + weights["embeddings.position_embeddings.weight"][: len(ids[0])]
            state = state + weights["embeddings.token_type_embeddings.weight"][0]
            norm = "embeddings.LayerNorm"
            state = layer_norm(state, (SIZE,), weights[f"{norm}.weight"], weights[f"{norm}.bias"], _EPSILON)
            for layer in self._layers:
                state = layer(state)
            return np.asarray(state.mean(dim=1).numpy(), dtype=np.float32)


def _layer(weights: dict[str, Tensor], name: str) -> nn.TransformerEncoderLayer:
    """Return one layer of BERT as PyTorch's own."""
    import torch
    from torch import nn

    inner = len(weights[f"{name}.intermediate.dense.bias"])
    layer = nn.TransformerEncoderLayer(
        SIZE, _HEADS, inner, dropout=0.0, activation="gelu", layer_norm_eps=_EPSILON, batch_first=True
    )
    own = {}
    for kind in ("weight", "bias"):
        parts = [weights[f"{name}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        own[f"self_attn.in_proj_{kind}"] = torch.cat(parts)
        own[f"self_attn.out_proj.{kind}"] = weights[f"{name}.attention.output.dense.{kind}"]
        own[f"norm1.{kind}"] = weights[f"{name}.attention.output.LayerNorm.{kind}"]
        own[f"linear1.{kind}"] = weights[f"{name}.intermediate.dense.{kind}"]
        own[f"linear2.{kind}"] = weights[f"{name}.output.dense.{kind}"]
        own[f"norm2.{kind}"] = weights[f"{name}.output.LayerNorm.{kind}"]
    layer.load_state_dict(own)
    return layer.eval()
