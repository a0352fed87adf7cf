"""How much memory and time a graph takes to be written as RDF: the tables alone, and the most while writing.

    python -m tests.benchmarks.synthetic 20000 FOLDER
    python -m tests.benchmarks.rdf FOLDER [--to ttl nt jsonld rdf]

Each format in a process of its own, for a process never gives memory back that it can be measured by.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from kg.export import EXPORTERS
from kg.storage import read


def memory() -> float:
    """The most memory that this process has had so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measure(folder: Path, name: str) -> str:
    """One line of figures; the seconds are those of the processor."""
    graph = read(folder)
    tables = memory()
    begin = time.process_time()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / EXPORTERS[name].file_name
        EXPORTERS[name].write(graph, path)
        took = time.process_time() - begin
        size = sum(p.stat().st_size for p in [path, *path.rglob("*")] if p.is_file())
    return f"{name:<8}{len(graph.papers):>8}{took:>9.1f}{size / 1e6:>9.0f}{tables:>9.2f}{memory():>9.2f}"


def main() -> None:
    """Print one line per format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", nargs="+", choices=list(EXPORTERS), default=["ttl", "nt", "jsonld", "rdf"])
    options = parser.parse_args()
    print(f"{'format':<8}{'papers':>8}{'CPU s':>9}{'MB':>9}{'tables GB':>10}{'peak GB':>9}")
    for name in options.to:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.apply(measure, (options.folder, name)), flush=True)


if __name__ == "__main__":
    main()
