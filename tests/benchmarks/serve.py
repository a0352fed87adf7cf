"""How a server stands many clients: the named queries over and over, against a store asked directly in the same run.

    python -m tests.benchmarks.serve GRAPH [--clients 8] [--seconds 60] [--timeout 5]

GRAPH is a folder that `kg build` has written; everything stays on this machine. Parameters are the most common things of
the graph. One more client asks a query without end, again and again, while the others ask theirs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from kg.queries import bind, named_queries
from kg.sparql import open_store, query
from kg.storage import read
from tests.benchmarks.sparql import values
from tests.server.conftest import Server, serving
from tests.server.test_protocol import FOREVER

FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/sparql-results+json, application/ld+json;q=0.9",
}


def directly(folder: Path, texts: dict[str, str]) -> dict[str, float]:
    """Seconds of each query, asked of the store in this process, rendered as JSON; the second time counts."""
    store, took = open_store(folder), {}
    for _ in range(2):
        for name, text in texts.items():
            start = time.perf_counter()
            query(store, text).render("json")
            took[name] = time.perf_counter() - start
    return took


class Client(threading.Thread):
    """Asks one query after the other on one connection until time is up."""

    def __init__(self, server: Server, texts: dict[str, str], *, first: int, until: float):
        super().__init__()
        names = list(texts)
        self.asking: Iterator[str] = cycle(names[first:] + names[:first])
        self.server, self.texts, self.until = server, texts, until
        self.took: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        while time.perf_counter() < self.until:
            name, start = next(self.asking), time.perf_counter()
            try:
                connection.request("POST", "/sparql", "query=" + quote(self.texts[name]), FORM)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.wrong.append(f"{name}: {answer.status} {body[:100]!r}")
                else:
                    json.loads(body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.wrong.append(f"{name}: {error!r}")
                connection.close()
            self.took[name].append(time.perf_counter() - start)
        connection.close()


class Endless(threading.Thread):
    """Asks a query without end until time is up, and notes when and how it was stopped."""

    def __init__(self, server: Server, *, until: float):
        super().__init__()
        self.server, self.until = server, until
        self.stopped: list[tuple[int, float]] = []  # status, seconds

    def run(self) -> None:
        while time.perf_counter() < self.until:
            start = time.perf_counter()
            status = self.server.ask(FOREVER, "FORM").status
            self.stopped.append((status, time.perf_counter() - start))


def load(server: Server, texts: dict[str, str], *, clients: int, seconds: float) -> list[Client]:
    """So many clients for so long."""
    until = time.perf_counter() + seconds
    running = [Client(server, texts, first=at * 5 % len(texts), until=until) for at in range(clients)]
    for client in running:
        client.start()
    for client in running:
        client.join()
    return running


def report(clients: list[Client], *, seconds: float, direct: dict[str, float]) -> None:
    """Print what was measured."""
    times = sorted(t for client in clients for found in client.took.values() for t in found)
    wrong = [line for client in clients for line in client.wrong]
    print(
        f"{len(clients)} clients, {seconds:g} s: {len(times)} queries, {len(times) / seconds:.0f}/s, {len(wrong)} errors"
    )
    cuts = statistics.quantiles(times, n=100)
    print(
        f"  median {cuts[49] * 1e3:.0f} ms, p95 {cuts[94] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms, slowest {times[-1] * 1e3:.0f} ms"
    )
    medians = {
        name: statistics.median(t for client in clients for t in client.took.get(name, ())) / direct[name]
        for name in direct
        if any(client.took.get(name) for client in clients)
    }
    print(f"  of the store asked directly, median over the queries: {statistics.median(medians.values()):.1f} times")
    slowest = {name: max(max(client.took.get(name, [0])) for client in clients) for name in direct}
    for name in sorted(slowest, key=slowest.__getitem__)[-3:]:
        print(f"  {name}: slowest {slowest[name] * 1e3:.0f} ms, directly {direct[name] * 1e3:.0f} ms")
    for line in wrong[:5]:
        print("  " + line)


def main() -> None:
    """Measure one client, then many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--timeout", default="5")
    options = parser.parse_args()
    graph = read(options.graph)
    texts = {entry.name: bind(entry, values(entry, graph)) for entry in named_queries()}
    print(f"{len(graph.papers)} papers, {len(open_store(options.graph))} triples, {len(texts)} named queries")
    direct = directly(options.graph, texts)
    print(f"directly: median {statistics.median(direct.values()) * 1e3:.0f} ms")
    with serving(options.graph, "--timeout", options.timeout) as server:
        report(load(server, texts, clients=1, seconds=options.seconds / 6), seconds=options.seconds / 6, direct=direct)
        endless = Endless(server, until=time.perf_counter() + options.seconds)
        endless.start()
        clients = load(server, texts, clients=options.clients, seconds=options.seconds)
        endless.join()
        report(clients, seconds=options.seconds, direct=direct)
        took = [seconds for _, seconds in endless.stopped]
        statuses = {status for status, _ in endless.stopped}
        print(
            f"  without end: {len(took)} times, status {statuses}, stopped after {min(took):.2f} to {max(took):.2f} s"
        )
        print(f"  after it all the server answers {server.ask('ASK { ?s ?p ?o }').status}")


if __name__ == "__main__":
    main()
