"""Tasks, datasets and metrics found in TDMSci (Hou et al. 2021), by strict span and type: `python -m tests.benchmarks.tdmsci FILE.conll`.

Datasets and benchmarks are one type there, methods none.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import kg
from pipelines.train_ner.conll import TYPES, read_sentences, spans, text_of

Span = tuple[int, int, int, str]  # sentence, start, end, type
KINDS = {ours: theirs for theirs, ours in TYPES.items()} | {"Benchmark": "DATASET"}


def main() -> None:
    """Read, annotate, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--fast", action="store_true", help="rules and lexicon only")
    options = parser.parse_args()
    sentences = list(read_sentences(options.file))
    texts = [kg.Paper(str(number), "", text_of(tokens)) for number, tokens in enumerate(sentences)]
    notes = kg.annotate(texts, nlp=kg.load_pipeline(fast=options.fast))
    found = {
        (number, mention.start - 1, mention.end - 1, KINDS[mention.type])  # the empty title's line break comes first
        for number, note in enumerate(notes)
        for mention in note.mentions
        if mention.type in KINDS
    }
    report(found, {(number, *span) for number, tokens in enumerate(sentences) for span in spans(tokens)})


def report(found: set[Span], gold: set[Span]) -> None:
    """Print precision, recall and F1 per type and of all."""
    for kind in ("TASK", "DATASET", "METRIC", "all"):
        right, said, there = (sum(kind in ("all", s[3]) for s in part) for part in (found & gold, found, gold))
        precision, recall, f1 = right / max(said, 1), right / max(there, 1), 2 * right / max(said + there, 1)
        print(f"{kind:8} P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({there})")


if __name__ == "__main__":
    main()
