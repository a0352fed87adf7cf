"""Clients that people use, and other engines, ask the endpoint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.sparql import open_store
from tests.server.conftest import Server, serving
from tests.server.test_protocol import CONSTRUCT, NAMES, SELECT

RESNET = URIRef("https://w3id.org/paperkg/method/resnet")
PREFIXED = (
    "PREFIX lpwc-c: <https://linkedpaperswithcode.com/class/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    + SELECT
)


def wrapper(server: Server, text: str, *, method: str = "GET", posted: str = "urlencoded", kind: str = "json"):
    library = pytest.importorskip("SPARQLWrapper")
    client = library.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(text)
    client.setMethod(method)
    client.setRequestMethod(posted)
    client.setReturnFormat(kind)
    return client.queryAndConvert()


@pytest.mark.parametrize(
    ("method", "posted"), [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]
)
def test_clients_sparqlwrapper(server, method, posted):
    rows = wrapper(server, PREFIXED, method=method, posted=posted)["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == NAMES
    names = wrapper(server, PREFIXED, method=method, posted=posted, kind="xml").getElementsByTagName("literal")
    assert [node.firstChild.data for node in names] == NAMES
    assert wrapper(server, PREFIXED, method=method, posted=posted, kind="csv").split() == [
        b"name",
        *map(str.encode, NAMES),
    ]
    assert wrapper(server, "ASK { ?a ?b ?c }", method=method, posted=posted)["boolean"] is True
    for kind in ("xml", "json-ld"):
        assert len(wrapper(server, _declared(CONSTRUCT), method=method, posted=posted, kind=kind)) == 1
    turtle = wrapper(server, _declared(CONSTRUCT), method=method, posted=posted, kind="turtle")
    assert len(Graph().parse(data=turtle, format="turtle")) == 1


def _declared(text: str) -> str:
    return "PREFIX kg: <https://w3id.org/paperkg/ontology#> " + text


def test_clients_sparqlwrapper_raises_on_a_bad_query(server):
    library = pytest.importorskip("SPARQLWrapper")
    with pytest.raises(library.SPARQLExceptions.QueryBadFormed, match="query:1"):
        wrapper(server, "SELECT WHERE")


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("kind", ["json", "xml", "csv", "tsv"])
def test_clients_rdflib_store(server, method, kind):
    graph = Graph(SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=kind))
    assert [str(row.name) for row in graph.query(PREFIXED)] == NAMES
    if kind in ("json", "xml"):  # the others do not say what is a node and what a string
        assert graph.value(RESNET, RDFS.label) == Literal("ResNet")
        assert (RESNET, RDFS.label, Literal("ResNet")) in graph
    if kind == "xml":  # the store's default; with the others it accepts no format of triples
        assert len(graph.query(_declared(CONSTRUCT)).graph or ()) == 1


@pytest.fixture(scope="module")
def federating(folder) -> Iterator[Server]:
    with serving(folder, "--federate") as running:
        yield running


def test_clients_federate_from_rdflib(server):
    here = Dataset()
    here.default_graph.add((RESNET, RDFS.comment, Literal("mine")))
    rows = here.query(
        "SELECT ?comment ?label { ?m rdfs:comment ?comment . "
        f"SERVICE <{server.address}/sparql> {{ SELECT ?m ?label {{ ?m rdfs:label ?label }} }} }}"
    )
    assert [(str(row.comment), str(row.label)) for row in rows] == [("mine", "ResNet")]


def test_clients_federate_from_oxigraph(server, folder):
    text = f"SELECT ?label {{ SERVICE <{server.address}/sparql> {{ <{RESNET}> <{RDFS.label}> ?label }} }}"
    assert [row["label"].value for row in open_store(folder).query(text)] == ["ResNet"]


def test_clients_federate_from_a_server_that_may(server, federating):
    text = f"SELECT ?label {{ SERVICE <{server.address}/sparql> {{ <{RESNET}> <{RDFS.label}> ?label }} }}"
    assert json.loads(federating.ask(text).text)["results"]["bindings"][0]["label"]["value"] == "ResNet"
    assert server.ask(text.replace(str(server.port), str(federating.port))).status == 403
    assert "BasicFederatedQuery" in federating.get("/sparql").text


def comunica(*arguments: str) -> list[dict[str, str]]:
    modules = Path(os.environ.get("KG_NODE_MODULES", "node_modules")).resolve()
    program = modules / "@comunica" / "query-sparql" / "bin" / "query.js"
    if not program.is_file() or not shutil.which("node"):
        pytest.skip("Comunica is not installed; KG_NODE_MODULES names the folder of node packages")
    done = subprocess.run(["node", program, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_clients_comunica(server):
    found = comunica(f"sparql@{server.address}/sparql", PREFIXED, "-t", "application/json")
    assert [row["name"].strip('"') for row in found] == NAMES


def test_clients_comunica_finds_out_by_itself_what_the_endpoint_is(server):
    found = comunica(f"{server.address}/sparql", PREFIXED, "-t", "application/json")
    assert [row["name"].strip('"') for row in found] == NAMES


def test_clients_comunica_reads_the_page_of_a_thing_as_linked_data(server):
    text = f"SELECT ?label {{ <{RESNET}> <{RDFS.label}> ?label }}"
    found = comunica(f"{server.address}/entity/method/resnet", text, "-t", "application/json")
    assert found == [{"label": '"ResNet"'}]


def test_clients_comunica_federates(server, federating):
    text = f"SELECT ?label {{ SERVICE <{server.address}/sparql> {{ <{RESNET}> <{RDFS.label}> ?label }} }}"
    found = comunica(f"sparql@{federating.address}/sparql", text, "-t", "application/json")
    assert found == [{"label": '"ResNet"'}]
