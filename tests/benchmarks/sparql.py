"""The named queries on a large graph: Oxigraph's store on disk beside rdflib's in memory, loaded from the same file.

    python -m tests.benchmarks.sparql [--papers 4000] [--limit 5] [--alone]

Loading is timed by the clock, for Oxigraph loads in several threads: run it on a quiet machine. Queries are timed by the
processor, which on a quiet machine is the same: neither engine asks in threads. Oxigraph has answered all before rdflib's graph is loaded, whose millions of objects would slow down whatever else the process does.
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

from pyoxigraph import Store
from rdflib import Graph

from kg.export.rdf import write_rdf
from kg.export.rdf.store import load
from kg.queries import NamedQuery, bind, named_queries
from kg.sparql import query
from kg.tables import KnowledgeGraph
from tests.benchmarks.synthetic import synthetic


class TooLong(Exception):  # noqa: N818 - no error: the rival's time is up
    """A query has had its time."""


def seconds(run: Callable[[], Any], *, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of a call, of the processor unless another clock is given."""
    begin = clock()
    run()
    return clock() - begin


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
    texts = {entry.name: bind(entry, values(entry, graph)) for entry in named_queries()}
    with tempfile.TemporaryDirectory() as folder:
        path, place = Path(folder) / "graph.nt", Path(folder) / "store"
        write_rdf(graph, path, kind="ntriples")
        loading = filled(place, path)
        ours = answered(Store.read_only(str(place)), texts)
        theirs = {} if options.alone else rivalled(path, texts, loading=loading, limit=options.limit)
    report(ours, theirs, limit=options.limit)


def filled(place: Path, path: Path) -> float:
    """Seconds of loading a file into a store, which is closed when this returns."""
    store = Store(place)
    with path.open("rb") as file:
        took = seconds(lambda: load(store, file), clock=time.perf_counter)
    store.optimize()
    print(f"{len(store):,} triples: Oxigraph {took:.1f} s", flush=True)
    return took


def answered(store: Store, texts: dict[str, str]) -> dict[str, tuple[int, float]]:
    """Rows and seconds of each query: the median of three, after one that is not counted."""
    found = {}
    for name, text in texts.items():
        rows = len(query(store, text).rows)
        found[name] = rows, statistics.median(seconds(lambda text=text: query(store, text)) for _ in range(3))
    return found


def rivalled(path: Path, texts: dict[str, str], *, loading: float, limit: float) -> dict[str, float]:
    """Seconds of each query in rdflib, or the limit."""
    graph = Graph()
    took = seconds(lambda: graph.parse(path, format="nt"), clock=time.perf_counter)
    print(f"rdflib {took:.1f} s, {took / loading:.1f} times", flush=True)
    return {name: bounded(lambda text=text: list(graph.query(text)), limit) for name, text in texts.items()}


def report(ours: dict[str, tuple[int, float]], theirs: dict[str, float], *, limit: float) -> None:
    """One line per query, and the summary."""
    for name, (rows, took) in ours.items():
        other = theirs.get(name, 0)
        cut = "+" if other >= limit else " "
        print(f"{name:<20}{rows:>5} rows{1e3 * took:>9.1f} ms{1e3 * other:>9.0f}{cut}ms{other / took:>8.1f} times")
    times = sorted(took for _, took in ours.values())
    middle, late = statistics.median(times), times[int(0.95 * (len(times) - 1))]
    print(f"median {1e3 * middle:.1f} ms, p95 {1e3 * late:.0f} ms, slowest {1e3 * times[-1]:.0f} ms")
    if theirs:
        other = statistics.median(theirs.values())
        each = sorted(theirs[name] / took for name, (_, took) in ours.items())
        below = sum(ratio < 20 for ratio in each)
        print(
            f"rdflib {1e3 * other:.0f} ms, {other / middle:.0f} times; query by query: median {statistics.median(each):.0f} times, {below} below 20"
        )


if __name__ == "__main__":
    main()
