"""KnowledgeGraph → two CSV files, nodes and edges, in the columns that Gephi's import of spreadsheets knows.

Titles and sentences come from strangers, and a spreadsheet runs a cell that starts with `=`, `+`, `-` or `@`: such a
text gets an apostrophe in front and is then only text. The other formats have every text as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.export.fields import EDGE_FIELDS, NODE_FIELDS, edge_rows, node_rows
from kg.files import atomic_write
from kg.tables import KnowledgeGraph

__all__ = ["edges_path", "write_csv"]

_NODE_COLUMNS = {"Id": "node", "Label": "label"} | {name: name for name in (*NODE_FIELDS, "x", "y", "size", "colour")}
_EDGE_COLUMNS = {"Source": "source", "Target": "target", "Type": "directed", "Id": "relation", "Label": "label"} | {
    "Kind": "predicate",
    "Weight": "weight",
    **{name: name for name in EDGE_FIELDS if name != "predicate"},
}
_RUNS = ("=", "+", "-", "@")


def write_csv(graph: KnowledgeGraph, path: Path) -> None:
    """Write the nodes to `path` and the edges to the file beside it (`edges_path`); UTF-8, one line per row."""
    with atomic_write(path) as out_nodes, atomic_write(edges_path(path)) as out_edges:
        _write_rows(out_nodes, _NODE_COLUMNS, node_rows(graph))
        _write_rows(out_edges, _EDGE_COLUMNS, ({**row, "directed": "Directed"} for row in edge_rows(graph)))


def edges_path(path: Path) -> Path:
    """Where the edges go when the nodes go to `path`.

    Example:
        >>> edges_path(Path("nodes.csv")).name, edges_path(Path("for-gephi.csv")).name
        ('edges.csv', 'for-gephi-edges.csv')
    """
    path = Path(path)
    if "nodes" in path.stem:
        return path.with_name(path.stem.replace("nodes", "edges") + path.suffix)
    return path.with_name(f"{path.stem}-edges{path.suffix}")


def _write_rows(out: Any, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns.values()])


def _cell(value: Any) -> Any:
    r"""The value on one line; a text that a spreadsheet would run gets an apostrophe in front.

    Example:
        >>> _cell("=HYPERLINK(1)"), _cell(" a\n b "), _cell(-1.5), _cell(None)
        ("'=HYPERLINK(1)", 'a b', -1.5, '')
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = " ".join(value.split())
    return f"'{text}" if text.startswith(_RUNS) else text
