"""Sentences in CoNLL columns, as TDMSci has them, to an annotation file: `python conll.py FILE.conll -o FILE.jsonl [--part 0/3]`.

A line has a token, its offset and its tag (BIO), a blank line ends a sentence. The sentences come from many papers and do not
belong together, so each is a text of its own.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TYPES = {"TASK": "Task", "DATASET": "Dataset", "METRIC": "Metric"}  # of TDMSci (Hou et al. 2021)

Token = tuple[str, int, str]  # word, first code point, tag


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--part", help="K/N: of N parts only the one with number K, from 0")
    parser.add_argument("--without", help="K/N: all but that part")
    options = parser.parse_args()
    lines = [
        json.dumps(annotation(str(number), tokens), ensure_ascii=False)
        for number, tokens in enumerate(read_sentences(options.file))
        if (not options.part or _is_in(number, options.part))
        and not (options.without and _is_in(number, options.without))
    ]
    options.out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _is_in(number: int, part: str) -> bool:
    which, of = map(int, part.split("/"))
    return number % of == which


def read_sentences(path: Path) -> Iterator[list[Token]]:
    """Tokens of each sentence."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        rows = [line.split("\t") for line in block.splitlines()]
        yield [(word, int(offset), tag) for word, offset, tag in rows]


def annotation(number: str, tokens: list[Token]) -> dict[str, Any]:
    """A sentence as an abstract without a title; nothing is known of roles, links and results."""
    text = text_of(tokens)
    mentions = [
        {"start": start + 1, "end": end + 1, "text": text[start:end], "type": TYPES[kind]}  # the title's line break
        for start, end, kind in spans(tokens)
    ]
    return {
        "id": number,
        "title": "",
        "abstract": text,
        "mentions": mentions,
        "entities": [],
        "links": [],
        "results": [],
    }


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


if __name__ == "__main__":
    main()
