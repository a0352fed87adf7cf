"""Lists an exported model's most frequent kinds of error: `python errors.py FOLDER GOLD...`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data import Paper, Span, read_papers
from evaluate import predict

from kg.nlp.ner import MIN_SCORE, Found

SHOWN = 20  # kinds
EXAMPLES = 3  # of each kind


def main() -> None:
    """Reads the arguments and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    arguments = parser.parse_args()
    papers = read_papers(*arguments.gold)
    kinds: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for paper, found in zip(papers, predict(papers, arguments.folder, min_score=MIN_SCORE), strict=True):
        for kind, example in find_errors(paper, [each for each in found if each.label != "value"]):
            kinds[kind] += 1
            examples.setdefault(kind, []).append(example)
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]:
        print(f"| {count} | {kind} | {'; '.join(list(dict.fromkeys(examples[kind]))[:EXAMPLES])} |")


def find_errors(paper: Paper, found: Sequence[Found]) -> Iterator[tuple[str, str]]:
    """Every gold mention missed and every mention found wrongly, as a kind and an example; an overlap counts once."""
    gold = {(each.start, each.end, each.label) for each in paper.mentions}
    guess = {(each.start, each.end, each.label) for each in found}
    for mention in paper.mentions:
        if (mention.start, mention.end, mention.label) not in guess:
            yield _missed(mention, found, paper.text)
    for each in found:
        if (each.start, each.end, each.label) not in gold and not any(_overlap(m, each) for m in paper.mentions):
            yield (
                f"{_manner(paper.text[each.start : each.end])} {each.label} found, none annotated",
                _at(paper.text, each),
            )


def _missed(mention: Span, found: Sequence[Found], text: str) -> tuple[str, str]:
    other = next((each for each in found if _overlap(mention, each)), None)
    if other is None:
        role = f" ({mention.role})" if mention.role else ""
        return f"{_manner(text[mention.start : mention.end])} {mention.label}{role} missed", _at(text, mention)
    example = f"{_at(text, other)} for {_at(text, mention)}"
    if (other.start, other.end) == (mention.start, mention.end):
        return f"{mention.label} taken for {other.label}", _at(text, mention)
    size = "longer" if other.end - other.start > mention.end - mention.start else "shorter"
    kind = "" if other.label == mention.label else f", as {other.label}"
    return f"{mention.label}: found span {size}{kind}", example


def _manner(surface: str) -> str:
    return "lower-case" if surface == surface.lower() else "capitalised"


def _at(text: str, span: Span | Found) -> str:
    return "*" + text[span.start : span.end].replace("|", "\\|") + "*"


def _overlap(mention: Span, found: Found) -> bool:
    return mention.start < found.end and found.start < mention.end


if __name__ == "__main__":
    main()
