"""How fast abstracts are read from gzipped JSON Lines and copies of one paper merged, beside `json.loads` on the same lines.

python -m tests.benchmarks.reading [--papers 100000]
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kg
from tests.benchmarks.synthetic import annotations


def seconds(run: Callable[[], Any]) -> float:
    """Processor time of a call."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def consume(items: Any) -> int:
    """How many there are."""
    return sum(1 for _ in items)


def parse(path: Path) -> int:
    """How many lines there are, each parsed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return consume(json.loads(row) for row in file)


def main() -> None:
    """Print papers per second of processor time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    count = parser.parse_args().papers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as file:
            for note in annotations(count):
                fields = {"id": note.paper.id, "title": note.paper.title, "abstract": note.paper.abstract}
                file.write(
                    json.dumps(fields | {"published": note.paper.published, "authors": note.paper.authors}) + "\n"
                )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        plain = seconds(lambda: parse(path))
        read = seconds(lambda: consume(kg.read_papers(str(path))))
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
        papers = list(kg.read_papers(str(path)))
        merged = seconds(lambda: kg.merge_papers([*papers, *papers]))
    print(f"json.loads    {count / plain:>9.0f} papers/s")
    print(f"read_papers   {count / read:>9.0f} papers/s, 1/{read / plain:.1f} of json.loads, {more:.0f} MB more memory")
    print(f"merge_papers  {2 * count / merged:>9.0f} papers/s, each there twice")


if __name__ == "__main__":
    main()
