"""`/sparql` as the SPARQL 1.1 Protocol and its clients expect it, and as strangers abuse it."""

from __future__ import annotations

import json
import socket
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, parse

from kg.server.formats import BINDINGS, TRIPLES

METHODS = ("GET", "FORM", "DIRECT")
SELECT = "SELECT ?name WHERE { ?m a lpwc-c:method ; skos:prefLabel ?name } ORDER BY ?name"
NAMES = ["Krellformer", "ResNet", "Zorbnet"]
CONSTRUCT = "CONSTRUCT { ?a kg:broader ?b } WHERE { ?a kg:broader ?b }"
DESCRIBE = "DESCRIBE method:resnet"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SD = "http://www.w3.org/ns/sparql-service-description#"


def names(body: bytes, kind: str) -> list[str]:
    if kind.endswith("json"):
        return [row["name"]["value"] for row in json.loads(body)["results"]["bindings"]]
    if kind.endswith("xml"):
        return [node.text or "" for node in ET.fromstring(body).iter("{http://www.w3.org/2005/sparql-results#}literal")]
    return [line.strip('"') for line in body.decode().splitlines()[1:]]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", BINDINGS)
def test_protocol_select_and_ask_in_every_way_and_format(server, method, kind):
    got = server.ask(SELECT, method, Accept=kind)
    assert (got.status, got.type) == (200, kind)
    assert names(got.body, BINDINGS[kind]) == NAMES
    assert "true" in server.ask("ASK { ?a ?b ?c }", method, Accept=kind).text


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", TRIPLES)
def test_protocol_construct_and_describe_in_every_way_and_format(server, method, kind):
    expected = {str(quad.triple) for quad in parse(server.ask(CONSTRUCT).body, RdfFormat.TURTLE)}
    got = server.ask(CONSTRUCT, method, Accept=kind)
    assert (got.status, got.type) == (200, kind)
    assert {str(q.triple) for q in parse(got.body, RdfFormat.from_media_type(TRIPLES[kind]))} == expected != set()
    assert b"resnet" in server.ask(DESCRIBE, method, Accept=kind).body


@pytest.mark.parametrize(
    ("accept", "select", "construct"),
    [
        ("", "application/sparql-results+json", "text/turtle"),
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json", "text/turtle"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9, text/turtle;q=0.1", "application/sparql-results+xml", "text/turtle"),
        ("text/*", "text/csv", "text/turtle"),
        ("text/csv, application/rdf+xml", "text/csv", "application/rdf+xml"),
        ("application/sparql-results+json;q=0, text/csv;q=0.001, application/ld+json", "text/csv", "application/ld+json"),
        ("image/png", None, None),
        ("text/turtle", None, "text/turtle"),
        ("text/csv", "text/csv", None),
        ("*/*;q=0", None, None),
    ],
)  # fmt: skip
def test_protocol_gives_what_the_client_prefers(server, accept, select, construct):
    headers = {"Accept": accept} if accept else {}
    for query, kind in ((SELECT, select), (CONSTRUCT, construct)):
        got = server.ask(query, **headers)
        if kind is None:
            assert got.status == 406 and "text/turtle" in got.text and "text/csv" in got.text
        else:
            assert (got.status, got.type, got.headers["vary"].split(",")[0]) == (200, kind, "Accept")


@pytest.mark.parametrize("accept", ["nonsense", "a/b/c", ";;;", "text/csv" * 1000])
def test_protocol_says_so_if_accept_cannot_be_read(server, accept):
    got = server.ask(SELECT, Accept=accept)
    assert got.status == 400 and got.text.startswith("Accept is ")


def test_protocol_head_has_no_body(server):
    got = server.send("HEAD", "/sparql?" + urlencode({"query": SELECT}))
    assert (got.status, got.body, got.type) == (200, b"", "application/sparql-results+json")


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status", "said"),
    [
        ("POST", "/sparql", "", "application/x-www-form-urlencoded", 400, "one query"),
        ("POST", "/sparql", "query=ASK{}&query=ASK{}", "application/x-www-form-urlencoded", 400, "one query"),
        ("POST", "/sparql?query=ASK{}", "ASK {}", "application/sparql-query", 400, "one query"),
        ("GET", "/sparql?query=ASK{}&query=ASK{}", None, "", 400, "one query"),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=http://x/", None, "", 400, "default graph"),
        ("GET", "/sparql?query=ASK{}&named-graph-uri=http://x/", None, "", 400, "default graph"),
        ("POST", "/sparql?default-graph-uri=http://x/", "ASK {}", "application/sparql-query", 400, "default graph"),
        ("POST", "/sparql", "update=CLEAR+ALL", "application/x-www-form-urlencoded", 403, "only read"),
        ("POST", "/sparql", "CLEAR ALL", "application/sparql-update", 403, "only read"),
        ("GET", "/sparql?update=CLEAR+ALL", None, "", 403, "only read"),
        ("POST", "/sparql", "ASK {}", "text/plain", 415, "application/sparql-query"),
        ("POST", "/sparql", "ASK {}", "", 415, "application/sparql-query"),
        ("POST", "/sparql", "ASK {}", "multipart/form-data; boundary=x", 415, "application/sparql-query"),
        ("POST", "/sparql", "ASK {}", "application/sparql-query; charset=utf-16", 415, "UTF-8"),
        ("POST", "/sparql", b"ASK { ?s ?p '\xff' }", "application/sparql-query", 400, "not UTF-8"),
        ("GET", "/sparql?query=ASK%20%FF", None, "", 400, "not UTF-8"),
        ("GET", "/sparql?query=%ED%A0%80", None, "", 400, "not UTF-8"),
        ("GET", "/sparql?" + "a=1&" * 200 + "query=ASK{}", None, "", 400, "too many"),
        ("POST", "/sparql", "query=%FF", "application/x-www-form-urlencoded", 400, "not UTF-8"),
        ("PUT", "/sparql", "", "text/turtle", 405, ""),
        ("DELETE", "/sparql", None, "", 405, ""),
        ("PATCH", "/sparql", "", "application/sparql-update", 405, ""),
    ],
)  # fmt: skip
def test_protocol_refuses_what_it_does_not_know(server, method, path, body, kind, status, said):
    got = server.send(method, path, body, **({"Content_Type": kind} if kind else {}))
    assert got.status == status and said in got.text and got.type == "text/plain"
    if status == 405:
        assert "GET" in got.headers["allow"]


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <b:b> <c:c> }", "DELETE WHERE { ?s ?p ?o }", "DROP ALL", "LOAD <http://x/>"]
)
def test_protocol_refuses_updates_posted_as_queries(server, text):
    before = server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
    for method in METHODS:
        assert server.ask(text, method).status == 400
    assert server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body == before


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { sErViCe<http://127.0.0.1:1/>{?s ?p ?o} }",
        "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { \\U00000053\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { # '\nSERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #'\n}",
    ],
)
def test_protocol_lets_no_query_out_however_it_is_spelt(server, text):
    for method in METHODS:
        got = server.ask(text, method)
        assert got.status == 403 and "SERVICE" in got.text


def test_protocol_error_names_the_line(server):
    got = server.ask("SELECT ?x WHERE {\n  ?x a\n}")
    assert got.status == 400 and got.text.startswith("query:3: ")


def test_protocol_refuses_a_giant_query_without_reading_it_all(server):
    for chunked in (False, True):
        with socket.create_connection(("127.0.0.1", server.port), 30) as line:
            size = "Transfer-Encoding: chunked" if chunked else "Content-Length: 9999999999"
            head = (
                f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n{size}\r\n\r\n"
            )
            line.sendall(head.encode())
            for _ in range(300 if chunked else 0):
                try:
                    line.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                except OSError:  # it has hung up, as it may
                    break
            assert b" 413 " in line.recv(4096)


def test_protocol_long_queries_are_posted(server):
    query = SELECT + " #" + "x" * 500_000
    assert names(server.ask(query, "DIRECT").body, "json") == NAMES
    assert server.ask(SELECT + " #" + "x" * 2_000_000, "DIRECT").status == 413


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } # \r\nSet-Cookie: a=b",
        "ASK { ?s ?p '\x00' }",
        "SELECT ?x { BIND('<script>alert(1)</script>\r\nX: y' AS ?x) }",
        "(" * 5000,
        "ASK { " * 5000,
        "SELECT * { ?a " + "kg:broader/" * 3000 + "kg:broader ?b }",
    ],
)
def test_protocol_survives_hostile_queries(strict, text):
    got = strict.ask(text, "DIRECT")
    assert got.status in (200, 400, 500, 503) and "set-cookie" not in got.headers and "x" not in got.headers
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert names(strict.ask(SELECT).body, "json") == NAMES


def test_protocol_stops_what_would_run_forever_and_stays_up(strict):
    with ThreadPoolExecutor(4) as clients:
        stopped = list(clients.map(lambda _: strict.ask(FOREVER), range(3)))
    assert {got.status for got in stopped} == {503}
    assert all("3 s" in got.text or "too many" in got.text for got in stopped)
    assert names(strict.ask(SELECT).body, "json") == NAMES


def test_protocol_refuses_a_giant_answer_and_stays_up(strict):
    got = strict.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert got.status == 500 and "LIMIT" in got.text
    assert names(strict.ask(SELECT).body, "json") == NAMES


def test_protocol_stops_what_eats_memory_and_stays_up(strict):
    for _ in range(3):
        got = strict.ask("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f")
        assert (got.status, "memory" in got.text) in ((500, True), (503, False))
    assert names(strict.ask(SELECT).body, "json") == NAMES


def test_protocol_frees_its_worker_when_the_client_goes(strict):
    for _ in range(4):
        with socket.create_connection(("127.0.0.1", strict.port), 30) as line:
            line.sendall(f"GET /sparql?query={quote(FOREVER)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert names(strict.ask(SELECT).body, "json") == NAMES


def test_protocol_pages_elsewhere_may_read_answers(server):
    got = server.ask(SELECT, Origin="https://query.example")
    assert got.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://query.example", "Access_Control_Request_Method": "POST"}
    got = server.send("OPTIONS", "/sparql", **asked, Access_Control_Request_Headers="content-type,accept")
    assert got.status == 200 and "POST" in got.headers["access-control-allow-methods"]
    assert "content-type" in got.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in got.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("localhost:99", 200), ("127.0.0.1:8000", 200), ("[::1]:80", 200), ("evil.example", 400),
     ("localhost.evil.example", 400), ('x"><script>', 400), ("", 400)],
)  # fmt: skip
def test_protocol_answers_only_to_its_own_names(server, host, status):
    for path in ("/sparql?query=ASK{}", "/sparql", "/entity/method/resnet", "/"):
        assert server.get(path, Host=host).status == status


def test_protocol_describes_itself_without_a_query(server):
    facts = {(str(q.predicate.value), q.object.value) for q in parse(server.get("/sparql").body, RdfFormat.TURTLE)}
    assert (SD + "endpoint", f"{server.address}/sparql") in facts
    assert (SD + "supportedLanguage", SD + "SPARQL11Query") in facts
    assert (SD + "resultFormat", "http://www.w3.org/ns/formats/SPARQL_Results_JSON") in facts
    assert (SD + "feature", SD + "BasicFederatedQuery") not in facts
    for kind, known in TRIPLES.items():
        got = server.get("/sparql", Accept=kind)
        assert got.type == kind and len(list(parse(got.body, RdfFormat.from_media_type(known)))) == len(facts)
    assert server.get("/sparql", Accept="image/png").status == 406
    browser = server.get("/sparql", Accept="text/html,*/*;q=0.8")
    assert (browser.status, browser.headers["location"]) == (303, "/")


def test_protocol_answers_many_at_once(server):
    with ThreadPoolExecutor(16) as clients:
        found = list(clients.map(lambda at: server.ask(SELECT, METHODS[at % 3]), range(60)))
    assert all(names(got.body, "json") == NAMES for got in found)
