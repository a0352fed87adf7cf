"""Annotation files to training samples: pieces with tags, roles and figures, and names swapped for variety."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.nlp.encoding import Encoded, encode
from kg.nlp.ner import ROLES, TAGS, TYPES

IGNORED = -100  # label that no loss counts
VALUE_TAGS = ("O", "B", "I")
_COINED = re.compile(r"^(?=.*[A-Z0-9].*)(?=.*[A-Za-z])\S{2,24}$")


@dataclass(frozen=True)
class Span:
    """A labelled stretch of a text; `role` is empty for figures."""

    start: int
    end: int
    label: str
    role: str = ""


@dataclass(frozen=True)
class Paper:
    """A text with its gold spans."""

    id: str
    text: str
    mentions: tuple[Span, ...]
    values: tuple[Span, ...]
    entities: tuple[tuple[str, str, frozenset[str]], ...]  # (type, role, surfaces)
    weight: float = 1.0  # of its spans and roles in the loss; figures count only where it is 1


@dataclass(frozen=True)
class Sample:
    """What one training step sees of one paper."""

    encoded: Encoded
    tags: NDArray[np.int64]
    roles: NDArray[np.int64]
    values: NDArray[np.int64]
    weight: float = 1.0


def read_papers(*paths: Path, weight: float = 1.0, min_score: float = 0.0) -> list[Paper]:
    """All annotated papers of JSON Lines files, in order; of a machine's annotations, those that it is surer of."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [replace(_paper(_sure(json.loads(line), min_score)), weight=weight) for line in lines]


def _sure(record: dict[str, Any], min_score: float) -> dict[str, Any]:
    kept = [mention for mention in record["mentions"] if mention.get("score", 1.0) >= min_score]
    return {**record, "mentions": kept}


def _paper(record: dict[str, Any]) -> Paper:
    text = record["title"] + "\n" + record["abstract"]
    entities = tuple((e["type"], e["role"], frozenset([e["text"], *e["aliases"]])) for e in record["entities"])
    roles = {(surface, kind): role for kind, role, surfaces in entities for surface in surfaces}
    mentions = tuple(
        Span(m["start"], m["end"], m["type"], roles.get((m["text"], m["type"]), "")) for m in record["mentions"]
    )
    values = {span for result in record["results"] if result["value"] for span in find_figure(result["value"], text)}
    ordered = tuple(sorted(values, key=lambda span: (span.start, span.end)))
    return Paper(str(record["id"]), text, mentions, ordered, entities)


def find_figure(value: str, text: str) -> list[Span]:
    """Every place where a figure stands as itself, not inside a longer number or word."""
    pattern = rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\d)" if value[-1].isalnum() else rf"(?<![\w.]){re.escape(value)}"
    return [Span(match.start(), match.end(), "value") for match in re.finditer(pattern, text)]


def make_sample(paper: Paper, tokenizer: Tokenizer) -> Sample:
    """Labels on every piece; a piece belongs to a span that it overlaps."""
    encoded = encode(paper.text, tokenizer)
    count = len(encoded.ids)
    tags, values = np.zeros(count, np.int64), np.zeros(count, np.int64)
    roles = np.full(count, IGNORED, np.int64)
    for span in paper.mentions:
        pieces = _pieces(span, encoded)
        if len(pieces):
            tags[pieces] = [TAGS.index(f"{part}-{span.label}") for part in _parts(len(pieces))]
            roles[pieces] = ROLES.index(span.role) if span.role else IGNORED
    for span in paper.values:
        pieces = _pieces(span, encoded)
        values[pieces] = [VALUE_TAGS.index("I")] * len(pieces)
        values[pieces[:1]] = VALUE_TAGS.index("B")
    if paper.weight != 1:
        values[:] = IGNORED
    return Sample(encoded, tags, roles, values, paper.weight)


def _pieces(span: Span, encoded: Encoded) -> NDArray[np.int64]:
    starts, ends = encoded.offsets.T
    return np.flatnonzero((starts < span.end) & (ends > span.start))


def _parts(count: int) -> str:
    return "S" if count == 1 else "B" + "I" * (count - 2) + "E"


def coined_names(papers: list[Paper]) -> dict[str, list[str]]:
    """One-word names with a capital or a digit in them, by type: what may replace each other."""
    names: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        for span in paper.mentions:
            surface = paper.text[span.start : span.end]
            if _COINED.match(surface) and surface != surface.capitalize():
                names[span.label].add(surface)
    return {kind: sorted(names[kind]) for kind in TYPES}


def swap_names(paper: Paper, names: dict[str, list[str]], *, rate: float, rng: random.Random) -> Paper:
    """The paper with some of its coined names replaced, throughout, by names of the same type from other papers."""
    new: dict[tuple[str, str], str] = {}
    for span in paper.mentions:
        surface = paper.text[span.start : span.end]
        if (surface, span.label) not in new:
            swap = _COINED.match(surface) and surface != surface.capitalize() and rng.random() < rate
            new[surface, span.label] = rng.choice(names[span.label]) if swap else surface
    return _replace_surfaces(paper, new)


def _replace_surfaces(paper: Paper, new: dict[tuple[str, str], str]) -> Paper:
    parts, mentions, at, shift = [], [], 0, 0
    shifts: list[tuple[int, int]] = []
    for span in sorted(paper.mentions, key=lambda span: span.start):
        surface = new[paper.text[span.start : span.end], span.label]
        parts += [paper.text[at : span.start], surface]
        mentions.append(replace(span, start=span.start + shift, end=span.start + shift + len(surface)))
        shift += len(surface) - (span.end - span.start)
        shifts.append((span.end, shift))
        at = span.end
    values = tuple(_moved(span, shifts) for span in paper.values)
    return replace(paper, text="".join([*parts, paper.text[at:]]), mentions=tuple(mentions), values=values)


def _moved(span: Span, shifts: list[tuple[int, int]]) -> Span:
    shift = next((shift for end, shift in reversed(shifts) if end <= span.start), 0)
    return replace(span, start=span.start + shift, end=span.end + shift)


def change_title_case(paper: Paper, rng: random.Random) -> Paper:
    """The paper with its title in small letters or in capitals, where that keeps every offset."""
    end = paper.text.find("\n")
    title = rng.choice((str.lower, str.upper))(paper.text[:end])
    return replace(paper, text=title + paper.text[end:]) if len(title) == end else paper
