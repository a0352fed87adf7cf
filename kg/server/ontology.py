"""The graph's own terms → a page with a place for each, or RDF."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.export.rdf.terms import compact
from kg.ids import expand
from kg.schema import PREFIXES
from kg.server.formats import SUFFIXES, TRIPLES, choose, content_type
from kg.server.links import Link, local
from kg.server.render import render
from kg.server.site import Site

__all__ = ["ontology"]

_SHOWN = {
    "rdf:type": "Type", "rdfs:subClassOf": "A kind of", "rdfs:subPropertyOf": "A kind of", "rdfs:domain": "From",
    "rdfs:range": "To", "owl:inverseOf": "Inverse of",
}  # fmt: skip


@dataclass
class Term:
    """A class or property of the ontology."""

    name: str
    label: str = ""
    comment: str = ""
    facts: list[tuple[str, Link]] = field(default_factory=list)


async def ontology(request: Request) -> Response:
    """The ontology, as the client prefers or the address's suffix says."""
    site: Site = request.app.state.site
    suffix = request.path_params.get("suffix", "")
    wanted = SUFFIXES.get(f".{suffix}", "") if suffix else choose(request, ["text/html", *TRIPLES])
    path = site.pipeline / "kg.ttl"
    if (suffix and not wanted) or not path.is_file():
        raise HTTPException(404, "not here")
    if not wanted:
        raise HTTPException(406, f"the ontology comes as text/html, {', '.join(TRIPLES)}")
    quads = _read(path)
    if wanted == "text/html":
        response = render("ontology.html", iri=expand("kg:").rstrip("#"), terms=_terms(quads))
    else:
        kind = RdfFormat.from_media_type(TRIPLES[wanted])
        body = serialize((quad.triple for quad in quads), format=kind) or b""
        response = Response(body, media_type=content_type(wanted))
    response.headers["Vary"] = "Accept"
    return response


def _read(path: Path) -> list[Quad]:
    return list(parse(path=path, format=RdfFormat.TURTLE))


def _terms(quads: list[Quad]) -> list[Term]:
    """The terms in the order of the file."""
    terms: dict[str, Term] = defaultdict(lambda: Term(""))
    shown = {expand(name): said for name, said in _SHOWN.items()}
    for quad in quads:
        subject, value = quad.subject, quad.object
        if not isinstance(subject, NamedNode) or not subject.value.startswith(PREFIXES["kg"]):
            continue
        term = terms[subject.value]
        term.name = subject.value.removeprefix(PREFIXES["kg"])
        if quad.predicate.value == expand("rdfs:label"):
            term.label = getattr(value, "value", "")
        elif quad.predicate.value == expand("rdfs:comment"):
            term.comment = getattr(value, "value", "")
        elif quad.predicate.value in shown and isinstance(value, NamedNode):
            term.facts.append((shown[quad.predicate.value], Link(compact(value.value), local(value.value))))
    return list(terms.values())
