"""Chooses abstracts for the second round: `python choose.py ARXIV.jsonl.gz --not-in GOLD... -o papers.jsonl`.

A weighted sample without replacement (Efraimidis and Spirakis 2006), so that fields that the annotated papers are rich in,
and papers that propose something, come up more often than their share of the dump.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]

SINCE = "2016"
LENGTHS = range(500, 2201)  # characters of an abstract
FIELDS = {  # weight of a paper by its first category; 1 of any other
    "cs.LG": 6.0,
    **dict.fromkeys(("stat.ML", "cs.NE"), 5.0),
    **dict.fromkeys(("cs.CV", "eess.IV", "math.NA"), 4.0),
    **dict.fromkeys(("eess.SP", "cs.RO", "cs.CR", "cs.DC"), 3.0),
    **{"cs.AI": 2.0, "cs.IR": 1.2, "cs.CL": 0.8},
}
PROPOSES = re.compile(r"\b(we (?:propose|present|introduce|develop)|this paper (?:proposes|presents|introduces))", re.I)


def main() -> None:
    """Reads the arguments, writes JSON Lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "dump", type=Path, help="arXiv metadata, gzipped JSON Lines: title, abstract, published, categories"
    )
    parser.add_argument("--not-in", type=Path, nargs="+", default=[], help="annotation files whose papers are left out")
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    known = {_key(record["title"]) for path in options.not_in for record in read_lines(path)}
    records = [record for record in read_lines(options.dump) if usable(record, known)]
    rng = random.Random(options.seed)
    records.sort(key=lambda record: rng.random() ** (1 / weight(record)), reverse=True)
    kept = [{"id": r["arxiv_id"], "title": r["title"], "abstract": r["abstract"]} for r in records[: options.count]]
    options.output.write_text("".join(json.dumps(record) + "\n" for record in kept), encoding="utf-8")


def read_lines(path: Path) -> Iterator[Record]:
    """The objects of a file of JSON Lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def usable(record: Record, known: set[str]) -> bool:
    """Whether an abstract is recent, of usual length, and of no known paper."""
    recent = record["published"] >= SINCE and len(record["abstract"]) in LENGTHS
    return recent and _key(record["title"]) not in known


def weight(record: Record) -> float:
    """How much likelier than others a paper is to be chosen."""
    field = FIELDS.get(record["categories"][0], 1.0)
    return field * (2 if PROPOSES.search(record["abstract"]) else 1)


def _key(title: str) -> str:
    return re.sub(r"\W+", "", title.lower())


if __name__ == "__main__":
    main()
