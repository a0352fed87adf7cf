"""A stream of nodes → compact JSON-LD 1.1: one object per node, its context inside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import IO, Any

from pyoxigraph import Literal, NamedNode

from kg.export.rdf.terms import GRAPH_PREFIXES, Node, compact
from kg.schema import RELATIONS

__all__ = ["context", "write_nodes"]

_XSD = GRAPH_PREFIXES["xsd"]
_RDF_TYPE = GRAPH_PREFIXES["rdf"] + "type"
_NODES = (
    "cito:usesDataFrom", "cito:usesMethodIn", "dcat:landingPage", "dcterms:conformsTo", "dcterms:license", "foaf:page",
    "kg:baseline", "kg:extractor", "kg:loser", "kg:method", "kg:winner", "lpwc-p:hasDataset", "lpwc-p:hasSubtask",
    "lpwc-p:introducedBy", "mls:specifiedBy", "prov:wasAssociatedWith", "prov:wasDerivedFrom", "prov:wasGeneratedBy",
    "rdf:object", "rdf:predicate", "rdf:subject", "schema:sameAs", "skos:inScheme", "void:class", "void:classPartition",
    "void:exampleResource", "void:vocabulary",
)  # fmt: skip
_TYPED = {
    "fabio:hasPublicationYear": "xsd:gYear",
    "fabio:hasURL": "xsd:anyURI",
    "kg:belief": "xsd:decimal",
    "kg:confidence": "xsd:decimal",
    "lpwc-p:introducedYear": "xsd:gYear",
    "mls:hasValue": "xsd:decimal",
    "schema:codeRepository": "xsd:anyURI",
}


def context() -> dict[str, Any]:
    """The context: every prefix, and for each property whether its values are nodes or of which datatype.

    Example:
        >>> context()["@context"]["kg:proposes"]
        {'@id': 'kg:proposes', '@type': '@id'}
    """
    nodes = {*_NODES, *(f"kg:{name}" for name in RELATIONS), *(row.broader for row in RELATIONS.values())}
    coerced = dict.fromkeys(nodes, "@id") | _TYPED
    terms = {name: {"@id": name, "@type": kind} for name, kind in sorted(coerced.items())}
    return {"@context": {"@version": 1.1, **dict(sorted(GRAPH_PREFIXES.items())), **terms}}


def write_nodes(nodes: Iterable[Node], file: IO[bytes]) -> None:
    """Write nodes one by one; each is a line of its own."""
    frame = context()
    coerced = {name: row["@type"] for name, row in frame["@context"].items() if isinstance(row, dict)}
    file.write(b'{"@context": ' + _dump(frame["@context"]) + b',\n"@graph": [')
    for number, item in enumerate(nodes):
        file.write((b",\n" if number else b"\n") + _dump(_object(item, coerced)))
    file.write(b"\n]}\n")


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _object(item: Node, coerced: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = defaultdict(list)
    for predicate, value in item.facts:
        if predicate.value == _RDF_TYPE:
            out["@type"].append(compact(value.value))
        else:
            name = compact(predicate.value)
            out[name].append(_value(value, coerced.get(name, "")))
    return {"@id": compact(item.subject.value)} | {k: v[0] if len(v) == 1 else v for k, v in out.items()}


def _value(value: NamedNode | Literal, kind: str) -> Any:
    if isinstance(value, NamedNode):
        name = compact(value.value)
        return name if kind == "@id" else {"@id": name}
    datatype = compact(value.datatype.value)
    if datatype == kind:
        return value.value
    if datatype == "xsd:string":
        return {"@value": value.value} if kind else value.value
    if datatype in ("xsd:integer", "xsd:boolean") and not kind:
        return json.loads(value.value)
    return {"@value": value.value, "@type": datatype}
