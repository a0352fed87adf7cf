"""KnowledgeGraph → RDF: nodes, triples and files, in vocabularies that the field knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import ExportError
from kg.export.rdf.about import Census, about_nodes, licence_node
from kg.export.rdf.edges import edge_table
from kg.export.rdf.formats import FORMATS, Format
from kg.export.rdf.jsonld import context
from kg.export.rdf.model import entity_nodes, extractor_nodes, paper_nodes, reified, run_key
from kg.export.rdf.terms import GRAPH_PREFIXES, Node, thing
from kg.files import atomic_path
from kg.tables import KnowledgeGraph

__all__ = ["FORMATS", "GRAPH_PREFIXES", "Format", "Node", "context", "licence_node", "nodes", "triples", "write_rdf"]


def nodes(graph: KnowledgeGraph, *, licence: str = "", rdf12: bool = False) -> Iterator[Node]:
    """All nodes of a graph, each once with all that is said of it, in an order that depends on the graph alone.

    Entities come first, then each paper with its evidence and results; the tables are all that is ever held.

    Args:
        graph: The graph.
        licence: IRI or SPDX identifier of the licence under which the result is given away.
        rdf12: Let each statement reify its edge as in RDF 1.2.

    Raises:
        ExportError: If the licence is neither.
    """
    census, run, edges = Census(), thing(run_key(graph)), edge_table(graph)
    for part in (entity_nodes(graph, edges), paper_nodes(graph, edges, run), extractor_nodes(graph)):
        yield from census.watch(reified(part) if rdf12 else part)
    yield from about_nodes(graph, census, licence=licence)


def triples(graph: KnowledgeGraph, *, licence: str = "") -> Iterator[Triple]:
    """All triples of a graph, those of one subject together.

    Example:
        >>> from kg.graph import build
        >>> from kg.model import Annotation, Paper
        >>> graph = build([Annotation(Paper("1", "Mixup", "We mix.", arxiv_id="1710.09412"))])
        >>> print(next(triples(graph)))
        <https://w3id.org/paperkg/paper/arxiv:1710.09412> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://purl.org/spar/fabio/Preprint>
    """
    for item in nodes(graph, licence=licence):
        yield from item.triples()


def write_rdf(graph: KnowledgeGraph, path: Path, *, kind: str = "turtle", licence: str = "") -> None:
    """Write a graph in one of `FORMATS`, atomically; the same graph gives the same bytes.

    Raises:
        ExportError: If there is no such format, or the file cannot be written.
    """
    if kind not in FORMATS:
        raise ExportError(f"no RDF format {kind!r}", remedy=f"known are {', '.join(FORMATS)}")
    try:
        with atomic_path(path) as beside, beside.open("wb") as file:
            FORMATS[kind].write(nodes(graph, licence=licence, rdf12=FORMATS[kind].reified), file)
    except OSError as error:
        raise ExportError(f"cannot be written ({error.strerror})", path=path, remedy="choose another place") from error
