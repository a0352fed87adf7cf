"""Tagger and papers to the quick figures that are logged after each epoch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import torch
from batches import collate
from data import IGNORED, Paper, Sample, make_sample
from model import Tagger
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.nlp.ner import TAGS, allowed_transitions

Floats = NDArray[np.float32]
FORBIDDEN = -1e4  # log weight of a step that BIOES does not allow


@torch.no_grad()
def score_quickly(tagger: Tagger, papers: list[Paper], tokenizer: Tokenizer) -> dict[str, float]:
    """Strict span and type F1 of the best paths; accuracy of roles and F1 of figures by pieces; all in percent."""
    tagger.eval()
    chain = _chain(tagger)
    counts: Counter[str] = Counter()
    for paper in papers:
        counts.update(_count(tagger, make_sample(paper, tokenizer), chain))
    f1 = 2 * counts["right"] / max(counts["found"] + counts["wanted"], 1)
    values = 2 * counts["value right"] / max(counts["value found"] + counts["value wanted"], 1)
    role = counts["role right"] / max(counts["role all"], 1)
    return {name: round(100 * figure, 2) for name, figure in (("f1", f1), ("role", role), ("values", values))}


def _count(tagger: Tagger, sample: Sample, chain: list[Floats]) -> dict[str, int]:
    ids, shapes, lengths, tags, roles, values = collate([sample])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = [score[0, 1:-1].float().numpy() for score in tagger(ids, shapes, lengths)]
    found, wanted = _spans(best_path(scores[0], *chain).tolist()), _spans(tags[0].tolist())
    known = (roles[0] != IGNORED).numpy()
    value_found, value_wanted = scores[2].argmax(-1) > 0, values[0].numpy() > 0
    return {
        "right": len(found & wanted),
        "found": len(found),
        "wanted": len(wanted),
        "role right": int((scores[1].argmax(-1) == roles[0].numpy())[known].sum()),
        "role all": int(known.sum()),
        "value right": int((value_found & value_wanted).sum()),
        "value found": int(value_found.sum()),
        "value wanted": int(value_wanted.sum()),
    }


def _chain(tagger: Tagger) -> list[Floats]:
    weights = (tagger.crf.start, tagger.crf.move, tagger.crf.end)
    pairs = zip(allowed_transitions(), weights, strict=True)
    return [np.where(may, weight.numpy(), FORBIDDEN).astype(np.float32) for may, weight in pairs]


def best_path(scores: Floats, start: Floats, move: Floats, end: Floats) -> NDArray[np.int64]:
    """The tag sequence with the highest summed score (Viterbi 1967); scores are `(pieces, tags)`."""
    best = scores[0] + start
    back = np.empty(scores.shape, np.int64)
    columns = np.arange(scores.shape[1])
    for step in range(1, len(scores)):
        total = best[:, None] + move
        back[step] = total.argmax(0)
        best = total[back[step], columns] + scores[step]
    path = np.empty(len(scores), np.int64)
    path[-1] = (best + end).argmax()
    for step in range(len(scores) - 1, 0, -1):
        path[step - 1] = back[step, path[step]]
    return path


def _spans(tags: list[int]) -> set[tuple[int, int, str]]:
    found, start = set(), 0
    for at, tag in enumerate(TAGS[number] for number in tags):
        if tag[0] in "BS":
            start = at
        if tag[0] in "ES":
            found.add((start, at + 1, tag[2:]))
    return found
