"""The shipped int8 model back to weights that training can go on from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

Array = NDArray[np.float32]
LSTM_GATES = [0, 2, 3, 1]  # ONNX orders a cell's gates in, out, forget, cell; torch in, forget, cell, out


def load_state(folder: Path) -> dict[str, Tensor]:
    """The state of a `Tagger` from what `export.py` has written, as near as eight bits are.

    Args:
        folder: With `model.onnx` and `config.json`.

    Raises:
        KeyError: If the file was made by another version of `export.py`.
    """
    graph = onnx.load(folder / "model.onnx").graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    inputs = {node.name.removesuffix("_quant"): list(node.input) for node in graph.node}
    crf = json.loads((folder / "config.json").read_text(encoding="utf-8"))["crf"]
    named = {
        name.removesuffix("_quantized").removeprefix("tagger."): _whole(stored, name)
        for name in stored
        if name.startswith("tagger.") and not name.endswith(("_scale", "_zero_point"))
    }
    for layer in range(sum(name.endswith("attention.output.dense.bias") for name in named)):
        named |= _layer(layer, stored, inputs)
    for head in ("tags", "roles", "values"):
        named[f"{head}.weight"] = stored[inputs[f"/{head}/MatMul"][1]].T
    named |= _lstm(stored, inputs["/lstm/LSTM"]) | {f"crf.{name}": np.array(values) for name, values in crf.items()}
    token = next(name for name in stored if name.startswith("onnx::Add_"))
    named["encoder.embeddings.token_type_embeddings.weight"] = np.stack([stored[token]] * 2)
    return {name: torch.from_numpy(np.array(values, dtype=np.float32)) for name, values in named.items()}


def _whole(stored: dict[str, NDArray[np.generic]], name: str) -> Array:
    """An initializer as floats; a quantised one put back by its scale and zero point, one or one per last axis."""
    if not name.endswith("_quantized"):
        return np.asarray(stored[name], dtype=np.float32)
    base = name.removesuffix("_quantized")
    scale, zero = (stored[base + end].astype(np.float32) for end in ("_scale", "_zero_point"))
    if scale.ndim == 2:  # of an LSTM: one row a direction
        scale, zero = scale[:, None], zero[:, None]
    return (stored[name].astype(np.float32) - zero) * scale


def _layer(number: int, stored: dict[str, NDArray[np.generic]], inputs: dict[str, list[str]]) -> dict[str, Array]:
    here, there = f"/layers.{number}/", f"encoder.encoder.layer.{number}."
    dense = {"dense": "attention.output.dense", "dense_1": "intermediate.dense", "dense_2": "output.dense"}
    out = {f"{there}{name}.weight": _whole(stored, inputs[f"{here}{part}/MatMul"][1]).T for part, name in dense.items()}
    weights = np.split(_whole(stored, inputs[f"{here}MatMul"][1]).T, 3)
    biases = np.split(_whole(stored, f"layers.{number}.bias"), 3)
    for name, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
        out |= {f"{there}attention.self.{name}.weight": weight, f"{there}attention.self.{name}.bias": bias}
    return out


def _lstm(stored: dict[str, NDArray[np.generic]], inputs: list[str]) -> dict[str, Array]:
    _, of_input, of_state, bias, *_ = inputs
    biases = np.split(np.asarray(stored[bias], dtype=np.float32), 2, axis=1)
    out = {}
    for at, name in enumerate(("ahead", "back")):
        parts = {
            "weight_ih_l0": _whole(stored, of_input)[at].T,
            "weight_hh_l0": _whole(stored, of_state)[at].T,
            "bias_ih_l0": biases[0][at],
            "bias_hh_l0": biases[1][at],
        }
        out |= {f"{name}.{part}": _torch_gates(values) for part, values in parts.items()}
    return out


def _torch_gates(values: Array) -> Array:
    return np.concatenate([np.split(values, 4)[gate] for gate in LSTM_GATES])
