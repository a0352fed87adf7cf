"""KnowledgeGraph → GEXF 1.3, the format of Gephi.

A writer of our own, because networkx' (3.6) writes no `kind`, without which Gephi merges parallel edges, stamps the
day, and writes control characters that nothing reads back. Elements are in the order of the GEXF 1.3 schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from kg.export.fields import EDGE_FIELDS, NODE_FIELDS, edge_rows, node_rows
from kg.files import atomic_write
from kg.tables import KnowledgeGraph

__all__ = ["write_gexf"]

_TYPES = {str: "string", int: "integer", float: "double"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
  <meta>
    <creator>kg</creator>
    <description>Papers and what they name</description>
  </meta>
  <graph mode="static" defaultedgetype="directed" idtype="string">
"""
_FOOT = """  </graph>
</gexf>
"""


def write_gexf(graph: KnowledgeGraph, path: Path) -> None:
    """Write the graph as GEXF 1.3 with typed attributes, places, colours by type and sizes by degree.

    An edge's weight is its score, its `kind` its predicate: parallel edges stay apart.
    """
    with atomic_write(path) as out:
        out.write(_HEAD)
        out.writelines(_declarations("node", NODE_FIELDS))
        out.writelines(_declarations("edge", EDGE_FIELDS))
        out.write("    <nodes>\n")
        out.writelines(_node(row) for row in node_rows(graph))
        out.write("    </nodes>\n    <edges>\n")
        out.writelines(_edge(row) for row in edge_rows(graph))
        out.write("    </edges>\n")
        out.write(_FOOT)


def _declarations(kind: str, fields: Mapping[str, type]) -> Iterator[str]:
    """Ids are numbers: graphology-gexf takes the id for the name where it is none."""
    yield f'    <attributes class="{kind}" mode="static">\n'
    for number, (name, type_) in enumerate(fields.items()):
        yield f'      <attribute id="{number}" title="{name}" type="{_TYPES[type_]}"/>\n'
    yield "    </attributes>\n"


def _node(row: dict[str, Any]) -> str:
    red, green, blue = bytes.fromhex(row["colour"][1:])
    return (
        f"      <node id={quoteattr(row['node'])} label={quoteattr(row['label'])}>\n"
        f"        <attvalues>\n{_values(NODE_FIELDS, row)}        </attvalues>\n"
        f'        <viz:color r="{red}" g="{green}" b="{blue}"/>\n'
        f'        <viz:position x="{row["x"]}" y="{row["y"]}" z="0.0"/>\n'
        f'        <viz:size value="{row["size"]}"/>\n'
        f"      </node>\n"
    )


def _edge(row: dict[str, Any]) -> str:
    ends = f"source={quoteattr(row['source'])} target={quoteattr(row['target'])}"
    return (
        f"      <edge id={quoteattr(row['relation'])} {ends} kind={quoteattr(row['predicate'])}"
        f' label={quoteattr(row["label"])} weight="{row["weight"]}">\n'
        f"        <attvalues>\n{_values(EDGE_FIELDS, row)}        </attvalues>\n"
        f"      </edge>\n"
    )


def _values(fields: Mapping[str, type], row: Mapping[str, Any]) -> str:
    values = ((number, row[name]) for number, name in enumerate(fields))
    return "".join(
        f'          <attvalue for="{number}" value={quoteattr(value) if isinstance(value, str) else _number(value)}/>\n'
        for number, value in values
        if value is not None and value != ""
    )


def _number(value: float) -> str:
    return f'"{value}"'
