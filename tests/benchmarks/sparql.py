"""The named queries on a large graph: Oxigraph's store on disk beside rdflib's in memory, loaded from the same file.

    python -m tests.benchmarks.sparql [--papers 4000] [--limit 5] [--alone]

Seconds are those of the clock, for Oxigraph loads in several threads: run it on a quiet machine.
Parameters are the most common things of the graph, which makes the answers as long as they get.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store
from rdflib import Graph

from kg.export.rdf import write_rdf
from kg.queries import NamedQuery, bind, named_queries
from kg.sparql import query
from kg.tables import KnowledgeGraph
from tests.benchmarks.synthetic import synthetic


class TooLong(Exception):  # noqa: N818 - no error: the rival's time is up
    """A query has had its time."""


def seconds(run: Callable[[], Any]) -> float:
    """Seconds of a call."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def values(entry: NamedQuery, graph: KnowledgeGraph) -> dict[str, str]:
    """Parameters for a query, after the most common thing of each kind."""
    top = graph.entities.sort_values(["papers", "entity"], ascending=[False, True]).drop_duplicates("type")
    names = dict(zip(top["type"].str.lower(), top["name"], strict=True))
    known = names | {
        "wider": "vision task",
        "name": names["method"],
        "words": " ".join(graph.papers["title"].iloc[0].split()[:3]),
        "author": "Deep Localson",
        "below": "0.6",
    }
    if entry.name == "what-beats":
        known |= {"dataset": ""}
    return {p.name: known[p.name] for p in entry.parameters}


def bounded(run: Callable[[], Any], limit: float) -> float:
    """Seconds of a call, or the limit."""

    def stop(*_: object) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        with suppress(TooLong):
            return seconds(run)
        return limit
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Print loading, one line per query, and the summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=4000)
    parser.add_argument("--limit", type=float, default=5.0, help="seconds that rdflib may take over one query")
    parser.add_argument("--alone", action="store_true", help="Oxigraph alone")
    options = parser.parse_args()
    graph = synthetic(options.papers)
    with tempfile.TemporaryDirectory() as folder:
        store, rival = loaded(graph, Path(folder), alone=options.alone)
        ask(graph, store, rival, limit=options.limit)


def filled(place: Path, path: Path) -> float:
    """Seconds of loading a file into a store, which is closed when this returns."""
    store = Store(place)
    load = seconds(lambda: store.bulk_load(path=path, format=RdfFormat.N_TRIPLES))
    store.optimize()
    print(f"{len(store):,} triples: Oxigraph {load:.1f} s", flush=True)
    return load


def loaded(graph: KnowledgeGraph, folder: Path, *, alone: bool) -> tuple[Store, Graph | None]:
    """Both stores, from one file."""
    path, place = folder / "graph.nt", folder / "store"
    write_rdf(graph, path, kind="ntriples")
    load = filled(place, path)
    if alone:
        return Store.read_only(str(place)), None
    rival = Graph()
    rival_load = seconds(lambda: rival.parse(path, format="nt"))
    print(f"rdflib {rival_load:.1f} s, {rival_load / load:.1f} times", flush=True)
    return Store.read_only(str(place)), rival


def ask(graph: KnowledgeGraph, store: Store, rival: Graph | None, *, limit: float) -> None:
    """Every named query, and the summary."""
    ours, theirs = [], []
    for entry in named_queries():
        text = bind(entry, values(entry, graph))
        rows = len(query(store, text).rows)
        ours.append(statistics.median(seconds(lambda text=text: query(store, text)) for _ in range(3)))
        theirs.append(bounded(lambda text=text: list(rival.query(text)), limit) if rival is not None else 0)
        cut = "+" if theirs[-1] >= limit else " "
        print(f"{entry.name:<20}{rows:>5} rows{1e3 * ours[-1]:>9.1f} ms{1e3 * theirs[-1]:>9.0f}{cut}ms", flush=True)
    middle, other = statistics.median(ours), statistics.median(theirs)
    late = sorted(ours)[int(0.95 * (len(ours) - 1))]
    print(
        f"median {1e3 * middle:.1f} ms, rdflib {1e3 * other:.0f} ms, {other / middle:.0f} times; p95 {1e3 * late:.0f} ms"
    )


if __name__ == "__main__":
    main()
