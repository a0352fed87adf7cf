"""The ways to load one graph of a million triples: into Oxigraph from each syntax, and into rdflib's memory store.

    python -m tests.benchmarks.loading [--papers 4000]

Each way in a process of its own, so that none inherits another's memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store
from rdflib import Graph

from kg.export.rdf import FORMATS, write_rdf
from kg.export.rdf.store import load
from tests.benchmarks.synthetic import synthetic

SYNTAXES = {"ntriples": RdfFormat.N_TRIPLES, "turtle": RdfFormat.TURTLE, "nquads": RdfFormat.N_QUADS}
RDFLIB = {"ntriples": "nt", "turtle": "turtle"}


def on_disk(path: Path, kind: str, *, lenient: bool = False, stream: bool = False, place: str | None = "") -> str:
    """Load a file into a store, on disk unless `place` is None; then order the store for reading."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, path.open("rb") as file:
        given = {"input": file} if stream else {"path": path}
        return _loaded(Store(None if place is None else folder), given | {"format": SYNTAXES[kind], "lenient": lenient})


def _loaded(store: Store, given: dict[str, Any]) -> str:
    """Figures of a store, which is closed when this returns."""
    took = clock(lambda: store.bulk_load(**given))
    return f"{took}   then ordered: {clock(store.optimize)}   {len(store):,} triples"


def in_parts(path: Path, kind: str) -> str:
    """Load lines in parts side by side, as kg does."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, path.open("rb") as file:
        store = Store(folder)
        return f"{clock(lambda: load(store, file))}   {len(store):,} triples"


def in_rdflib(path: Path, kind: str) -> str:
    """Parse a file into rdflib's memory store."""
    return clock(lambda: Graph().parse(path, format=RDFLIB[kind]))


def clock(run: Callable[[], object]) -> str:
    """Seconds of a call, on the clock and of the processor."""
    begin, used = time.perf_counter(), time.process_time()
    run()
    return f"{time.perf_counter() - begin:5.1f} s ({time.process_time() - used:5.1f} s of processor)"


WAYS = (
    *(("Oxigraph", on_disk, kind, {}) for kind in SYNTAXES),
    ("Oxigraph, in parts", in_parts, "ntriples", {}),
    ("Oxigraph, lenient", on_disk, "ntriples", {"lenient": True}),
    ("Oxigraph, lenient", on_disk, "turtle", {"lenient": True}),
    ("Oxigraph, from a stream", on_disk, "ntriples", {"stream": True}),
    ("Oxigraph in memory", on_disk, "ntriples", {"place": None}),
    *(("rdflib in memory", in_rdflib, kind, {}) for kind in RDFLIB),
)


def main() -> None:
    """Print one line per way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=4000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / FORMATS[kind].file_name for kind in SYNTAXES}
        graph = synthetic(options.papers)
        for kind, path in paths.items():
            write_rdf(graph, path, kind=kind)
        for name, way, kind, settings in WAYS:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(f"{name:<25}{kind:<10}{pool.apply(way, (paths[kind], kind), settings)}", flush=True)


if __name__ == "__main__":
    main()
