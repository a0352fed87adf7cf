"""Papers to batches of tensors: varied, of like length, padded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from data import IGNORED, Paper, Sample, change_title_case, make_sample, swap_names
from tokenizers import Tokenizer
from torch import Tensor

from kg.nlp.encoding import MAX_PIECES

CLS, SEP = 101, 102  # of the uncased BERT vocabulary
JITTER = 15.0  # pieces; texts of nearly one length meet others in each epoch


@dataclass(frozen=True)
class Source:
    """What epochs are drawn from."""

    papers: list[Paper]
    names: dict[str, list[str]]  # type → coined names that may replace each other
    tokenizer: Tokenizer
    config: dict[str, Any]


def batches(source: Source, rng: random.Random, *, more: Sequence[Paper] = ()) -> Iterator[list[Sample]]:
    """One epoch of varied samples, those of `more` papers among them, in shuffled batches of texts of like length."""
    samples = [make_sample(vary(paper, source, rng), source.tokenizer) for paper in (*source.papers, *more)]
    samples.sort(key=lambda sample: len(sample.encoded.ids) + rng.uniform(-JITTER, JITTER))
    size = source.config["batch"]
    groups = [samples[at : at + size] for at in range(0, len(samples), size)]
    rng.shuffle(groups)
    yield from groups


def vary(paper: Paper, source: Source, rng: random.Random) -> Paper:
    """The paper as it is, or with names swapped or its title's case changed."""
    if rng.random() < source.config["swap_papers"]:
        paper = swap_names(paper, source.names, rate=source.config["swap_names"], rng=rng)
    return change_title_case(paper, rng) if rng.random() < source.config["change_title"] else paper


def collate(batch: list[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Padded ids, shapes, lengths (with [CLS] and [SEP]), and tags, roles, figures (without)."""
    pieces = [min(len(sample.encoded.ids), MAX_PIECES - 2) for sample in batch]
    size = max(pieces)
    ids = torch.zeros(len(batch), size + 2, dtype=torch.long)
    shapes = torch.zeros(len(batch), size + 2, 3, dtype=torch.long)
    labels = torch.full((3, len(batch), size), IGNORED)
    for row, (sample, count) in enumerate(zip(batch, pieces, strict=True)):
        ids[row, : count + 2] = torch.tensor([CLS, *sample.encoded.ids[:count], SEP])
        shapes[row, 1 : count + 1] = torch.from_numpy(sample.encoded.shapes[:count])
        for channel, values in enumerate((sample.tags, sample.roles, sample.values)):
            labels[channel, row, :count] = torch.from_numpy(values[:count])
    return ids, shapes, torch.tensor(pieces) + 2, labels[0].clamp_min(0), labels[1], labels[2]
