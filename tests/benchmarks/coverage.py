"""How much of another catalogue the shipped one knows: Papers with Code dumps, or any file that `kg catalog import` reads.

    python tests/benchmarks/coverage.py FOLDER_OR_FILE... [--lexicon FOLDER]

A name is known if the catalogue has it, its full name or an alias, as a thing of the same kind (datasets and benchmarks
are one). Methods are also weighted by the papers that Papers with Code lists them in (`num_papers`).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

from kg.catalogue import Entry, read_catalogue
from kg.catalogue_sources import read_entries
from kg.declaration import find_pipeline
from kg.groups import KnownNames
from kg.names import is_short, surface_key


def knows(names: KnownNames, entry: Entry) -> bool:
    """Whether the catalogue has one of the entry's names, in its family or, for what one calls a task, as a method."""
    kinds = {"Dataset": ("Dataset", "Benchmark")}.get(entry.type, ("Method", "Task", "Metric"))
    for surface in entry.surfaces:
        known = [*names.full.get(surface_key(surface, whole=True), {}), *names.full.get(surface_key(surface), {})]
        if is_short(surface):
            known += [e.type for e, _ in names.short.get(surface_key(surface), ())]
        if any(kind in kinds for kind in known):
            return True
    return False


def paper_counts(path: Path) -> dict[str, int]:
    """Name → number of papers, where the file says so."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    rows = json.loads(text) if text.lstrip()[:1] == "[" else []
    return {r.get("full_name") or r.get("name"): int(r.get("num_papers") or 0) for r in rows}


def main() -> None:
    """Print one line per file and type."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--lexicon", type=Path, default=find_pipeline() / "lexicon")
    options = parser.parse_args()
    names = KnownNames(read_catalogue(options.lexicon))
    files = [f for p in options.paths for f in (sorted(p.iterdir()) if p.is_dir() else [p])]
    print(f"{'file':<24}{'type':<10}{'names':>7}{'known':>7}{'share':>7}{'by papers':>11}")
    for path in files:
        counts = paper_counts(path)
        total, known, weight, heavy = Counter(), Counter(), Counter(), Counter()
        for entry in read_entries(path):
            found = knows(names, entry)
            papers = counts.get(entry.name, 0)
            total[entry.type] += 1
            known[entry.type] += found
            weight[entry.type] += papers
            heavy[entry.type] += papers * found
        for kind, number in sorted(total.items()):
            share = f"{heavy[kind] / weight[kind]:.3f}" if weight[kind] else ""
            row = f"{path.name:<24}{kind:<10}{number:>7}{known[kind]:>7}{known[kind] / number:>7.3f}{share:>11}"
            print(row)


if __name__ == "__main__":
    main()
