"""Every term in use is in its vocabulary, or in the ontology with label, comment, domain, range and parent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from kg.export.rdf import triples
from kg.export.rdf.terms import address, literal, node, safe_text, thing, uri_literal
from kg.schema import ENTITY_TYPES, PREFIXES, RELATIONS
from tests.rdf_samples import hostile_graph, known_graph

PIPELINE = Path(__file__).parents[2] / "pipelines" / "abstracts"
ALSO = {"dc": "http://purl.org/dc/elements/1.1/", "sh": "http://www.w3.org/ns/shacl#"}
NAMESPACES = PREFIXES | ALSO


def ontology() -> Graph:
    return Graph().parse(PIPELINE / "kg.ttl")


def unknown(addresses: set[str]) -> list[str]:
    """Those that no term list and not the ontology has."""
    own = {str(s) for s in ontology().subjects(RDFS.isDefinedBy)}
    lists = {p.stem: set(p.read_text(encoding="utf-8").split()) for p in (PIPELINE / "vocabularies").glob("*.txt")}
    known = own | {NAMESPACES[name] + local for name, terms in lists.items() for local in terms}
    return sorted(a for a in addresses if a not in known)


def test_rdf_terms_every_vocabulary_has_a_list() -> None:
    lists = {p.stem for p in (PIPELINE / "vocabularies").glob("*.txt")}
    assert lists == set(NAMESPACES) - {"kg"}


def test_rdf_terms_of_the_graph_exist() -> None:
    used: set[str] = set()
    for graph in (known_graph(), hostile_graph()):
        for triple in triples(graph):
            used.add(triple.predicate.value)
            if triple.predicate.value == str(RDF.type):
                used.add(triple.object.value)
            if hasattr(triple.object, "datatype"):
                used.add(triple.object.datatype.value)
    assert len(used) > 70
    assert unknown(used) == []


def test_rdf_terms_of_the_schema_exist() -> None:
    names = {row.broader for row in RELATIONS.values()} | {f"kg:{name}" for name in RELATIONS}
    names |= {name for row in ENTITY_TYPES.values() for name in row.classes}
    assert unknown({NAMESPACES[n.split(":")[0]] + n.split(":")[1] for n in names}) == []


@pytest.mark.parametrize("name", ["kg.ttl", "shapes.ttl"])
def test_rdf_terms_of_ontology_and_shapes_exist(name: str) -> None:
    spaces = tuple(NAMESPACES.values())
    used = {
        t.value
        for quad in parse(path=PIPELINE / name, format=RdfFormat.TURTLE)
        for t in quad.triple
        if hasattr(t, "value")
    }
    shapes = {u for u in used if re.search("#[A-Za-z]+Shape$", u)}
    assert unknown({u for u in used if u.startswith(spaces) and u not in spaces} - shapes) == []


def test_rdf_terms_unknown_finds_a_slip() -> None:
    assert unknown({PREFIXES["fabio"] + "hasArXivID"}) == [PREFIXES["fabio"] + "hasArXivID"]


def test_rdf_terms_own_are_described() -> None:
    graph = ontology()
    for term in graph.subjects(RDFS.isDefinedBy):
        is_class = (term, RDF.type, OWL.Class) in graph
        wanted = [
            RDFS.label,
            RDFS.comment,
            *([RDFS.subClassOf] if is_class else [RDFS.subPropertyOf, RDFS.domain, RDFS.range]),
        ]
        assert [p for p in wanted if not graph.value(term, p)] == [], term


def test_rdf_terms_of_relations_are_those_of_the_schema() -> None:
    graph = ontology()
    for row in RELATIONS.values():
        node = URIRef(PREFIXES["kg"] + row.name)
        prefix, local = row.broader.split(":")
        assert graph.value(node, RDFS.subPropertyOf) == URIRef(PREFIXES[prefix] + local)
        assert str(graph.value(node, RDFS.label)) == row.label
        assert str(graph.value(node, RDFS.comment)) == row.doc


@pytest.mark.parametrize("text", ["half \ud800 and \udfff", "nul \x00", "noncharacter \uffff", "esc \x1b[31m"])
def test_rdf_terms_hold_no_character_that_a_format_cannot(text: str) -> None:
    for made in (
        literal(text),
        uri_literal(f"https://x.org/{text}"),
        thing(f"method/{text}"),
        node("evidence", safe_text(text)),
    ):
        shown = f"<x:s> <x:p> {made} .".encode()  # would raise for half a character
        (quad,) = parse(input=shown, format=RdfFormat.N_TRIPLES)
        assert quad.object == made
    assert len(literal(text).value) == len(text)  # offsets stay true
    place = address(f"https://x.org/{text}")
    assert place is not None and re.fullmatch(r"https://x\.org/[!-~]+", place.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org/a b[c]{d}|e^`f\\g",
        "https://x.org/\u202e\u05d0",
        "https://[::1]/<script>",
        "https://x.org/#a#b?100%",
    ],
)
def test_rdf_terms_of_an_address_are_escaped_for_every_parser(url: str) -> None:
    place = address(url)
    assert place is not None and NamedNode(place.value) == place
    assert not re.search(r'[\s<>"{}|\\^`]', place.value) and place.value.isascii()
    assert uri_literal(url).value == place.value
