"""A trained network as ONNX Runtime computes it: exported once, in fp32 and in dynamic INT8, kept beside the model.

Nothing here knows what the network is made of: it is exported with the tensors that it is really called with, so
that another network is exported by the same lines. torch.ao's quantisation is on its way out; ONNX Runtime's
dynamic one turns the weights of matrix products into INT8 and finds the ranges of their inputs at run time.
"""

from __future__ import annotations

import logging
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    import onnxruntime
    from torch import Tensor

    from ml.trend.model import TrendModel
    from ml.trend.network import ChartNetwork

FP32, INT8, TORCH, TREES = "onnx", "onnx-int8", "torch", "lightgbm"
FILES = {FP32: "network.onnx", INT8: "network.int8.onnx"}


def export(model: TrendModel, example: pd.DataFrame, folder: Path) -> None:
    """Write the network of ``model`` into ``folder`` as ONNX, in fp32 and in INT8.

    ``example`` are rows of several charts of several rows: the sizes of batch and chart are left open.
    Raises whatever the exporter raises for a network that it cannot read.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network = _network(model)
    given = tensors(model, example)
    charts, rows = given[0].shape[:2]
    open_sizes = tuple(
        {
            place: torch.export.Dim.DYNAMIC
            for place, size in enumerate(tensor.shape[:2])
            if size == (charts, rows)[place]
        }
        for tensor in given
    )
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        for talkative in ("torch.onnx", "onnxscript", "onnx_ir"):
            logging.getLogger(talkative).setLevel(logging.ERROR)
        torch.onnx.export(
            network.eval(),
            given,
            folder / FILES[FP32],
            input_names=[f"input_{place}" for place in range(len(given))],
            dynamic_shapes=open_sizes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        _forget_shapes(folder / FILES[FP32])
        quantize_dynamic(folder / FILES[FP32], folder / FILES[INT8], weight_type=QuantType.QInt8)


def _forget_shapes(path: Path) -> None:
    """Drop what the exporter believes of the sizes between: it errs about an LSTM, and the runtime finds them out."""
    import onnx

    graph = onnx.load(path)
    del graph.graph.value_info[:]
    onnx.save(graph, path)


def computed_by(model: TrendModel, runtime: str, folder: Path, threads: int) -> TrendModel:
    """Return ``model`` with its network computed by ``runtime`` from the files in ``folder``."""
    if runtime not in FILES:
        return model
    network: Any = SessionNetwork(folder / FILES[runtime], threads)
    return replace(model, network=network)


class SessionNetwork:
    """Takes the place of the torch network: tensors in, logits out."""

    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: onnxruntime.InferenceSession = onnxruntime.InferenceSession(
            os.fspath(path), options, providers=onnxruntime.get_available_providers()
        )
        self._names = [one.name for one in self._session.get_inputs()]

    def eval(self) -> SessionNetwork:
        """Return itself: it cannot train."""
        return self

    def __call__(self, *tensors: Tensor) -> Tensor:
        """Return the logits for ``tensors``."""
        import torch

        feed = {name: tensor.numpy() for name, tensor in zip(self._names, tensors, strict=True)}
        return torch.from_numpy(self._session.run(None, feed)[0])


def tensors(model: TrendModel, rows: pd.DataFrame) -> tuple[Tensor, ...]:
    """Return the tensors that the network is called with when ``model`` judges ``rows``."""
    caught: list[tuple[Tensor, ...]] = []
    hook = _network(model).register_forward_pre_hook(lambda _, given: caught.append(given))
    try:
        model.chances(rows)
    finally:
        hook.remove()
    return caught[0]


def _network(model: TrendModel) -> ChartNetwork:
    if model.network is None:
        raise InvalidInput("model", f"a {model.kind} model has no network", "Only networks are exported.")
    return model.network
