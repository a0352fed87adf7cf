"""How fast papers are annotated, as a ratio to `spacy.blank("en")` over the same texts in the same run.

python tests/benchmarks/annotate.py PAPERS [--limit 500]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable
from itertools import islice

import spacy

import kg


def rate(run: Callable[[], Iterable[object]], count: int) -> float:
    """Papers per second, the best of two runs."""
    best = 0.0
    for _ in range(2):
        begin = time.perf_counter()
        for _ in run():
            pass
        best = max(best, count / (time.perf_counter() - begin))
    return best


def main() -> None:
    """Print one line per way of reading."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers")
    parser.add_argument("--limit", type=int, default=500)
    options = parser.parse_args()
    papers = list(islice(kg.read_papers(options.papers), options.limit))
    blank, full, fast = spacy.blank("en"), kg.load_pipeline(), kg.load_pipeline(fast=True)
    rows = {
        'spacy.blank("en")': lambda: blank.pipe(p.text for p in papers),
        "kg --fast": lambda: kg.annotate(papers, nlp=fast),
        "kg --fast, all cores": lambda: kg.annotate(papers, nlp=fast, processes=os.cpu_count() or 1),
        "kg": lambda: kg.annotate(papers, nlp=full),
    }
    rates = {name: rate(run, len(papers)) for name, run in rows.items()}
    blank_rate = rates['spacy.blank("en")']
    for name, value in rates.items():
        print(f"{name:<22}{value:>9.0f} papers/s   1/{blank_rate / value:.1f} of spacy.blank")


if __name__ == "__main__":
    main()
