"""A service → its SPARQL 1.1 Service Description."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.export.rdf.terms import term
from kg.server.formats import TRIPLES, choose, content_type
from kg.server.site import Site

__all__ = ["describe"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip


def describe(request: Request, site: Site) -> Response:
    """The service description; whoever prefers HTML is sent to the query page."""
    wanted = choose(request, [*TRIPLES, "text/html"])
    if wanted == "text/html":
        return RedirectResponse("/", 303, {"Vary": "Accept"})
    if not wanted:
        raise HTTPException(406, f"the description comes as {', '.join(TRIPLES)}")
    try:
        endpoint = NamedNode(str(request.url.replace(query="", fragment="")))
    except ValueError:
        raise HTTPException(400, "Host is not one") from None
    kind = RdfFormat.from_media_type(TRIPLES[wanted])
    body = serialize(_description(endpoint, site), format=kind) or b""
    return Response(body, media_type=content_type(wanted), headers={"Vary": "Accept"})


def _description(endpoint: NamedNode, site: Site) -> list[Triple]:
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    facts: list[tuple[BlankNode, str, NamedNode | BlankNode]] = [
        (service, "endpoint", endpoint),
        (service, "supportedLanguage", NamedNode(_SD + "SPARQL11Query")),
        *((service, "resultFormat", NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
        *([(service, "feature", NamedNode(_SD + "BasicFederatedQuery"))] if site.federate else []),
        (service, "defaultDataset", dataset),
        (dataset, "defaultGraph", graph),
    ]
    types = ((service, "Service"), (dataset, "Dataset"), (graph, "Graph"))
    return [
        *(Triple(node, term("rdf:type"), NamedNode(_SD + name)) for node, name in types),
        *(Triple(subject, NamedNode(_SD + name), value) for subject, name, value in facts),
        Triple(service, term("rdfs:label"), Literal("SPARQL over a knowledge graph of papers")),
    ]
