"""Checkpoint to the shipped model: `python export.py epoch6.pt FOLDER [--float]`."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from batches import CLS, SEP
from model import Tagger, embed
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm
from train import START
from transformers import BertConfig, BertModel

from kg.nlp.encoding import SHAPE_VERSION
from kg.nlp.ner import ROLES, TAGS, TYPES

OPSET = 17  # onnxruntime 1.18 and later read it
IN_FLOAT = ("/tags", "/roles", "/values")  # the heads: small, and closest to the answer


class Exported(nn.Module):
    """The tagger for one text at a time: no padding, so no masks, and one bidirectional LSTM gives the same numbers."""

    def __init__(self, tagger: Tagger):
        super().__init__()
        self.tagger = tagger
        self.layers = nn.ModuleList(Layer(layer) for layer in tagger.encoder.encoder.layer)
        self.lstm = nn.LSTM(tagger.ahead.input_size, tagger.ahead.hidden_size, batch_first=True, bidirectional=True)
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
            getattr(self.lstm, name).data.copy_(getattr(tagger.ahead, name).data)
            getattr(self.lstm, name + "_reverse").data.copy_(getattr(tagger.back, name).data)

    def forward(self, ids: Tensor, shapes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Tag scores, role log-probabilities and figure probabilities, `(1, pieces, labels)` each."""
        ids = torch.cat([torch.tensor([[CLS]]), ids, torch.tensor([[SEP]])], 1)
        edge = torch.zeros(1, 1, 3, dtype=torch.long)
        shapes = torch.cat([edge, shapes, edge], 1)
        hidden = self.embed(ids, shapes)
        for layer in self.layers:
            hidden = layer(hidden)
        encoded = torch.cat([hidden, embed(self.tagger.shape_out, shapes)], -1)
        joined = torch.cat([self.lstm(encoded)[0], hidden], -1)[:, 1:-1]
        tags, roles, values = self.tagger.heads(joined)
        return tags, roles.log_softmax(-1), values.softmax(-1)

    def embed(self, ids: Tensor, shapes: Tensor) -> Tensor:
        """Input vectors."""
        tables = self.tagger.encoder.embeddings
        words = tables.word_embeddings(ids) + embed(self.tagger.shape_in, shapes)
        places = tables.position_embeddings.weight[: ids.shape[1]] + tables.token_type_embeddings.weight[0]
        return _normed(words + places, tables.LayerNorm)


class Layer(nn.Module):
    """An encoder layer in plain operations, query, key and value in one product."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer
        own = layer.attention.self
        self.heads = own.num_attention_heads
        self.weight = nn.Parameter(torch.cat([own.query.weight, own.key.weight, own.value.weight]).T.contiguous())
        self.bias = nn.Parameter(torch.cat([own.query.bias, own.key.bias, own.value.bias]))

    def forward(self, hidden: Tensor) -> Tensor:
        """One step up."""
        width = hidden.shape[-1]
        parts = (hidden @ self.weight + self.bias).split(width, -1)
        query, key, value = (part.view(1, -1, self.heads, width // self.heads).transpose(1, 2) for part in parts)
        weights = (query @ key.transpose(2, 3) / math.sqrt(width // self.heads)).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(1, -1, width)
        output = self.layer.attention.output
        hidden = _normed(output.dense(mixed) + hidden, output.LayerNorm)
        wide = gelu(self.layer.intermediate.dense(hidden))
        return _normed(self.layer.output.dense(wide) + hidden, self.layer.output.LayerNorm)


def _normed(vectors: Tensor, norm: nn.LayerNorm) -> Tensor:
    return layer_norm(vectors, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


def load_tagger(checkpoint: Path) -> Tagger:
    """The tagger of a checkpoint, ready to be measured."""
    tagger = Tagger(BertModel(BertConfig.from_pretrained(START), add_pooling_layer=False))
    tagger.load_state_dict(torch.load(checkpoint)["state"])
    return tagger.eval()


def write_onnx(tagger: Tagger, path: Path, *, quantize: bool = True) -> None:
    """The tagger as an ONNX file, in int8 unless told otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        whole, ready = Path(folder) / "whole.onnx", Path(folder) / "ready.onnx"
        _trace(tagger, whole)
        quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
        if quantize:
            _quantize(ready, path)
        else:
            shutil.copy(ready, path)


def _trace(tagger: Tagger, path: Path) -> None:
    inputs, outputs = ["ids", "shapes"], ["tags", "roles", "values"]
    torch.onnx.export(
        Exported(tagger).eval(),
        (torch.zeros(1, 7, dtype=torch.long), torch.zeros(1, 7, 3, dtype=torch.long)),
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes={name: {1: "pieces"} for name in (*inputs, *outputs)},
        opset_version=OPSET,
        dynamo=False,
    )


def _quantize(source: Path, path: Path) -> None:
    quantize_dynamic(
        source,
        path,
        op_types_to_quantize=["MatMul", "Gather", "LSTM"],
        nodes_to_exclude=[node.name for node in onnx.load(source).graph.node if node.name.startswith(IN_FLOAT)],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )


def main() -> None:
    """Reads the arguments and exports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--float", action="store_true", help="leave the weights in 32 bits")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    tagger = load_tagger(arguments.checkpoint)
    write_onnx(tagger, arguments.folder / "model.onnx", quantize=not arguments.float)
    shutil.copy(START / "tokenizer.json", arguments.folder / "tokenizer.json")
    crf = {
        name: getattr(tagger.crf, name).detach().double().numpy().round(5).tolist() for name in ("start", "move", "end")
    }
    config = {
        "tags": TAGS,
        "roles": ROLES,
        "shape_version": SHAPE_VERSION,
        "calibration": {label: [1.0, 0.0] for label in TYPES},
        "crf": crf,
    }
    (arguments.folder / "config.json").write_text(json.dumps(config) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
