"""How the time and memory of linking grow: graphs of 1, 2, 4 … times the papers of an annotation file.

    python tests/benchmarks/linking.py ANNOTATIONS [--largest 128000]

Copies of a paper get names of their own for a tenth of what they name, so that entities grow with papers as they do in
real piles (Heaps' law is milder than that).
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import replace

import kg
from kg.catalogue import read_catalogue
from kg.declaration import find_pipeline
from kg.graph import _items, _mention_rows  # the stage alone, without the tables around it
from kg.linking import link
from kg.tables import table


def copies(notes: list[kg.Annotation], count: int) -> Iterator[kg.Annotation]:
    """`count` annotations; from the second round on some names are new."""
    rng = random.Random(0)
    for number in range(count):
        note = notes[number % len(notes)]
        if number >= len(notes):
            fresh = {e.text: f"{e.text}{number}" for e in note.entities if rng.random() < 0.1}
            entities = tuple(replace(e, text=fresh.get(e.text, e.text)) for e in note.entities)
            mentions = tuple(replace(m, text=fresh.get(m.text, m.text)) for m in note.mentions)
            note = replace(note, entities=entities, mentions=mentions)
        yield note


def main() -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations")
    parser.add_argument("--largest", type=int, default=128_000)
    options = parser.parse_args()
    notes = list(kg.read_annotations(options.annotations))
    catalogue = read_catalogue(find_pipeline() / "lexicon")
    print(f"{'papers':>8}{'items':>10}{'things':>10}{'CPU s':>9}{'µs/item':>9}{'peak GB':>9}")
    size = 1000
    while size <= options.largest:
        rows = [row for n, note in enumerate(copies(notes, size)) for row in _mention_rows(f"paper/{n:07d}", note)]
        items = list(_items(table("mentions", rows)))
        del rows
        begin = time.process_time()
        things = link(items, catalogue=catalogue).things
        took = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{size:>8}{len(items):>10}{len(things):>10}{took:>9.1f}{1e6 * took / len(items):>9.1f}{peak:>9.2f}",
            flush=True,
        )
        size *= 2


if __name__ == "__main__":
    main()
