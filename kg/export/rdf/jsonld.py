"""A stream of nodes → framed JSON-LD 1.1 with its context inside: papers with what they name, their evidence and results."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import IO, Any, NamedTuple

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
_EDGES = {f"kg:{name}" for name in RELATIONS}
_BEHIND = {name: {"@reverse": "prov:wasDerivedFrom"} for name in ("results", "statements")}  # what a paper holds
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
    """The context: every prefix, for each property whether its values are nodes or of which datatype, and two terms.

    `statements` and `results` of a paper are those nodes that are derived from it, read backwards.

    Example:
        >>> context()["@context"]["kg:proposes"]
        {'@id': 'kg:proposes', '@type': '@id'}
    """
    terms = {name: {"@id": name, "@type": kind} for name, kind in sorted(_coerced().items())}
    return {"@context": {"@version": 1.1, **dict(sorted(GRAPH_PREFIXES.items())), **terms, **_BEHIND}}


def _coerced() -> dict[str, str]:
    """Property → `@id` if its values are nodes, or their datatype; what is not here is text or says its type itself."""
    nodes = {*_NODES, *_EDGES, *(row.broader for row in RELATIONS.values())}
    return dict.fromkeys(nodes, "@id") | _TYPED


def write_nodes(nodes: Iterable[Node], file: IO[bytes]) -> None:
    """Write a document, one top-level object a line; `nodes` come as `kg.export.rdf.nodes` gives them.

    An entity is an object of its own, and in short (types and name) wherever a paper or a result names it; a statement or
    a result is inside the paper that it was read in. No more than a paper is held at a time, and what entities are called.
    """
    file.write(b'{"@context": ' + _dump(context()["@context"]) + b',\n"@graph": [')
    for number, item in enumerate(_framed(nodes)):
        file.write((b",\n" if number else b"\n") + _dump(item))
    file.write(b"\n]}\n")


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class _Named(NamedTuple):
    """What is said of an entity wherever it is named."""

    types: tuple[str, ...]
    label: str

    def at(self, name: str) -> dict[str, Any]:
        """The object that stands for it."""
        return {"@id": name, "@type": list(self.types), "rdfs:label": self.label}


def _framed(nodes: Iterable[Node]) -> Iterator[dict[str, Any]]:
    coerced = _coerced()
    named: dict[str, _Named] = {}
    paper: dict[str, Any] = {}
    ends = {name for name, kind in coerced.items() if kind == "@id"}
    for item in nodes:
        shown = _object(item, coerced)
        types = shown.get("@type", [])
        if paper and shown.get("prov:wasDerivedFrom") == paper["@id"]:
            del shown["prov:wasDerivedFrom"]  # its place says so
            is_result = "mls:ModelEvaluation" in types
            inside = paper.setdefault("results" if is_result else "statements", [])
            inside.append(_with_names(shown, ends, named) if is_result else shown)
            continue
        if paper:
            yield paper
        paper = _with_names(shown, _EDGES, named) if "lpwc-c:paper" in types else {}
        if "skos:prefLabel" in shown:
            named[shown["@id"]] = _Named(tuple([types] if isinstance(types, str) else types), shown["rdfs:label"])
        if not paper:
            yield shown
    if paper:
        yield paper


def _with_names(shown: dict[str, Any], ends: Container[str], named: dict[str, _Named]) -> dict[str, Any]:
    """An object with the entities at the given ends said in short."""

    def brief(value: Any) -> Any:
        return named[value].at(value) if isinstance(value, str) and value in named else value

    return {
        key: value if key not in ends else [brief(v) for v in value] if isinstance(value, list) else brief(value)
        for key, value in shown.items()
    }


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
