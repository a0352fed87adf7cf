"""How long communities, places and the GEXF file of a large graph take, beside networkx's communities of the same graph.

    python -m tests.benchmarks.map [FOLDER ...] [--papers 4000] [--rival]

A folder is one that `python -m tests.benchmarks.synthetic` has written; seconds are those of the processor.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx

from kg.export.gexf import write_gexf
from kg.storage import read
from kg.tables import KnowledgeGraph
from kg.views import measures
from tests.benchmarks.synthetic import synthetic


def seconds(run: Callable[[], Any]) -> float:
    """Processor time of a call."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def line(graph: KnowledgeGraph, *, rival: bool) -> str:
    """Figures of one graph."""
    placed = seconds(lambda: measures(graph))
    with tempfile.TemporaryDirectory() as folder:  # the measures are kept, so that this is the writing alone
        written = seconds(lambda: write_gexf(graph, Path(folder) / "g.gexf"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    size = len(graph.papers) + len(graph.entities)
    text = f"{size:>9}{len(graph.relations):>9}{placed:>9.1f}{written:>9.1f}{peak:>9.2f}"
    if rival:
        pairs = nx.Graph(zip(graph.relations["source"], graph.relations["target"], strict=True))
        louvain = seconds(lambda: nx.community.louvain_communities(pairs, seed=0))
        text += f"   louvain_communities alone {louvain:.1f} s, {louvain / placed:.1f} times as long as communities and places"
    return text


def main() -> None:
    """Print a line per graph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--papers", type=int, default=4000, help="of a graph that is made, if no folder is given")
    parser.add_argument("--rival", action="store_true", help="networkx, too, which takes long")
    options = parser.parse_args()
    print(f"{'nodes':>9}{'edges':>9}{'map s':>9}{'GEXF s':>9}{'peak GB':>9}")
    for graph in map(read, options.folders) if options.folders else [synthetic(options.papers)]:
        print(line(graph, rival=options.rival), flush=True)


if __name__ == "__main__":
    main()
