"""KnowledgeGraph → files in other programs' formats: one module per format, one row each in `EXPORTERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from kg.export.rdf import FORMATS, write_rdf
from kg.export.rdf.store import STORE, build_store
from kg.tables import KnowledgeGraph

__all__ = ["BUILT", "EXPORTERS", "Exporter", "export"]

BUILT = ("html", "ttl", "gexf", "graphml", "csv")  # what a build writes unless told otherwise


@dataclass(frozen=True)
class Exporter:
    """One output format.

    Attributes:
        name: As on the command line, e.g. `gexf`.
        file_name: What a build calls the file.
        write: Writes the graph to the path, whole or not at all; the same graph gives the same bytes, but for `store`.
        doc: One line for the command's help.
    """

    name: str
    file_name: str
    write: Callable[..., None]
    doc: str
    describes: bool = False  # the graph as a whole too: `write` takes `licence`


def export(graph: KnowledgeGraph, path: Path, *, to: str, licence: str = "") -> None:
    """Write a graph in the format that `EXPORTERS` calls `to`; those that describe the graph say its licence."""
    exporter = EXPORTERS[to]
    if exporter.describes:
        exporter.write(graph, path, licence=licence)
    else:
        exporter.write(graph, path)


def _late(module: str, name: str) -> Callable[[KnowledgeGraph, Path], None]:
    """A function of one of the modules here, which is imported when first called: drawing and layout take half a second."""

    def write(graph: KnowledgeGraph, path: Path) -> None:
        getattr(import_module(f"kg.export.{module}"), name)(graph, path)

    return write


EXPORTERS: dict[str, Exporter] = {
    row.name: row
    for row in (
        Exporter("html", "graph.html", _late("html", "write_html"), "one page to open in a browser, no network needed"),
        *(
            Exporter(f.extension, f.file_name, partial(write_rdf, kind=kind), f.doc.rstrip("."), describes=True)
            for kind, f in FORMATS.items()  # by extension: ttl, nt, nq …
        ),
        Exporter(
            "store",
            STORE,
            build_store,
            "an Oxigraph store that `kg query` opens at once; its bytes differ from run to run",
            describes=True,
        ),
        Exporter(
            "gexf", "graph.gexf", _late("gexf", "write_gexf"), "GEXF 1.3 for Gephi, with places, colours and sizes"
        ),
        Exporter(
            "graphml", "graph.graphml", _late("graphml", "write_graphml"), "GraphML for Gephi, yEd, igraph, networkx"
        ),
        Exporter(
            "csv",
            "nodes.csv",
            _late("tables", "write_csv"),
            "nodes.csv and, beside it, edges.csv, as Gephi and spreadsheets read",
        ),
    )
}
