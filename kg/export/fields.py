"""A graph → the nodes and edges that GEXF, GraphML and CSV write: measured, plain, without what XML forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg.tables import KnowledgeGraph
from kg.views import edges, measures, nodes, records

__all__ = ["EDGE_FIELDS", "NODE_FIELDS", "clean_text", "edge_rows", "node_rows"]

NODE_FIELDS: dict[str, type] = {  # what a node has beside key, label, place, size and colour
    "type": str,
    "papers": int,
    "year": int,  # absent if unknown
    "url": str,
    "degree": int,
    "weighted_degree": float,
    "community": int,
    "community_name": str,
}
EDGE_FIELDS: dict[str, type] = {  # none is called type, start or end: readers take those for the edge's own
    "predicate": str,
    "score": float,
    "evidence": int,
    "papers": int,
    "paper": str,
    "sentence": str,
}
LEAST_WEIGHT = 0.001  # Gephi takes no edge of weight 0

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def clean_text(text: str) -> str:
    r"""The text without what no XML document may hold: control characters go, lone surrogates become U+FFFD.

    Example:
        >>> clean_text("a\x00\x1bb\ud800 <é>")
        'ab� <é>'
    """
    return _FORBIDDEN.sub(lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else "", text)


def node_rows(graph: KnowledgeGraph) -> Iterator[dict[str, Any]]:
    """`node`, `label`, `NODE_FIELDS`, `x`, `y`, `size`, `colour` of each node, in the order of their keys."""
    table = nodes(graph)
    for row in records(table.assign(**measures(graph).drop(columns="node"))):
        row["year"] = None if row["year"] != row["year"] else int(row["year"])  # NaN is not itself
        yield _cleaned(row)


def edge_rows(graph: KnowledgeGraph) -> Iterator[dict[str, Any]]:
    """`relation`, `source`, `target`, `label`, `weight`, `EDGE_FIELDS` of each edge, in order."""
    for row in records(edges(graph)):
        row["weight"] = max(row["score"], LEAST_WEIGHT)
        yield _cleaned(row)


def _cleaned(row: dict[str, Any]) -> dict[str, Any]:
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in row.items()}
