"""Tasks, datasets and metrics found in TDMSci (Hou et al. 2021), by strict span and type: `python tests/benchmarks/tdmsci.py FILE.conll`.

A file has a token a line with its offset and tag, a blank line after each sentence. The sentences come from many papers and do not
belong together, so each is annotated as a text of its own. Datasets and benchmarks are one type there, methods none.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import kg

Token = tuple[str, int, str]  # word, first code point, tag
Span = tuple[int, int, int, str]  # sentence, start, end, type
TYPES = {"Task": "TASK", "Dataset": "DATASET", "Benchmark": "DATASET", "Metric": "METRIC"}


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
        (number, mention.start - 1, mention.end - 1, TYPES[mention.type])  # the empty title's line break comes first
        for number, note in enumerate(notes)
        for mention in note.mentions
        if mention.type in TYPES
    }
    report(found, {(number, *span) for number, tokens in enumerate(sentences) for span in spans(tokens)})


def read_sentences(path: Path) -> Iterator[list[Token]]:
    """Tokens of each sentence."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        rows = [line.split("\t") for line in block.splitlines()]
        yield [(word, int(offset), tag) for word, offset, tag in rows]


def text_of(tokens: list[Token]) -> str:
    """The text with every token at its offset from the first."""
    text = ""
    for word, offset, _ in tokens:
        text = text.ljust(offset - tokens[0][1]) + word
    return text


def spans(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Annotated spans, in offsets of `text_of`."""
    first = tokens[0][1]
    start = end = 0
    kind = ""
    for word, offset, tag in [*tokens, ("", 0, "O")]:
        if kind and not tag.startswith("I-"):
            yield start, end, kind
            kind = ""
        if tag.startswith("B-"):
            start, kind = offset - first, tag[2:]
        end = offset - first + len(word)


def report(found: set[Span], gold: set[Span]) -> None:
    """Print precision, recall and F1 per type and of all."""
    for kind in ("TASK", "DATASET", "METRIC", "all"):
        sizes = Counter(
            {
                name: sum(kind in ("all", span[3]) for span in spans)
                for name, spans in (("right", found & gold), ("found", found), ("gold", gold))
            }
        )
        precision, recall = sizes["right"] / max(sizes["found"], 1), sizes["right"] / max(sizes["gold"], 1)
        f1 = 2 * sizes["right"] / max(sizes["found"] + sizes["gold"], 1)
        print(f"{kind:8} P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({sizes['gold']})")


if __name__ == "__main__":
    main()
