"""Pushing a graph to stores elsewhere: the bytes that go out, what a refusal says, and real stores that take it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import RdfFormat, parse

from kg.cli import main
from kg.errors import ExportError
from kg.export.rdf import triples
from kg.export.rdf.push import push
from kg.storage import write
from tests.rdf_samples import hostile_graph, known_graph

GRAPH = "https://example.org/a graph".replace(" ", "%20")


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Peer(NamedTuple):
    """A server that takes note of what it is sent and answers as it is told: status, headers, words."""

    address: str
    requests: list[Request]
    answers: list[tuple[int, dict[str, str], bytes]]


@pytest.fixture
def peer() -> Iterator[Peer]:
    requests: list[Request] = []
    answers: list[tuple[int, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def take(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append(Request(self.command, self.path, dict(self.headers), body))
            status, headers, words = answers.pop(0) if answers else (204, {}, b"")
            if status == 0:  # never answer
                time.sleep(1.5)
                return
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(words))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words)

        do_PUT = do_POST = take  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Peer(f"http://127.0.0.1:{server.server_port}/data", requests, answers)
    server.shutdown()
    server.server_close()


def lines(of: bytes) -> set[str]:
    return {str(quad.triple) for quad in parse(input=of, format=RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("make", [known_graph, hostile_graph])
def test_push_sends_the_whole_graph_as_ntriples(make: Callable[[], object], peer: Peer) -> None:
    graph = make()
    assert push(triples(graph), peer.address) == 1
    (request,) = peer.requests
    assert (request.method, request.path) == ("POST", "/data?default")
    assert request.headers["Content-Type"] == "application/n-triples"
    assert "Authorization" not in request.headers
    assert request.body == "".join(f"{t} .\n" for t in triples(graph)).encode()
    assert lines(request.body) == {str(t) for t in triples(graph)}


def test_push_in_parts_cuts_between_triples_and_replaces_with_the_first_alone(peer: Peer) -> None:
    sent = push(triples(known_graph()), peer.address + "?db=1#x", into=GRAPH, replace=True, part=0.01)
    assert sent == len(peer.requests) > 3
    assert [r.method for r in peer.requests] == ["PUT"] + ["POST"] * (sent - 1)
    assert {r.path for r in peer.requests} == {"/data?db=1&graph=https%3A%2F%2Fexample.org%2Fa%2520graph"}
    assert max(len(r.body) for r in peer.requests) <= 10_000
    assert all(r.body.endswith(b" .\n") for r in peer.requests)
    assert b"".join(r.body for r in peer.requests) == "".join(f"{t} .\n" for t in triples(known_graph())).encode()


def test_push_holds_no_more_than_a_part(peer: Peer) -> None:
    taken = 0

    def watched() -> Iterator[object]:
        nonlocal taken
        for triple in triples(known_graph()):
            taken += 1
            yield triple

    peer.answers.extend([(204, {}, b""), (507, {}, b"disk full")])
    with pytest.raises(ExportError, match=r"refused: 507 .*: disk full \(the 1 parts before are there\)"):
        push(watched(), peer.address, part=0.005)
    assert taken < 200 < len(list(triples(known_graph())))


def test_push_login_goes_out_as_basic_or_as_bearer(peer: Peer) -> None:
    push(triples(known_graph()), peer.address, login="ann:pass:wörd")
    push(triples(known_graph()), peer.address, token="abc")
    assert [r.headers["Authorization"] for r in peer.requests] == ["Basic YW5uOnBhc3M6d8O2cmQ=", "Bearer abc"]


def test_push_answers_a_challenge_with_a_digest_of_the_login(peer: Peer) -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm="MD5"'}
    peer.answers.extend([(401, {}, b""), (401, challenge, b"")])  # Virtuoso's first refusal names no way in
    assert push(triples(known_graph()), peer.address, login="ann:secret", part=0.1) > 1
    assert peer.requests[2].headers["Authorization"].startswith('Digest username="ann"')
    assert peer.requests[2].body == peer.requests[0].body  # rewound
    assert all("secret" not in str(r.headers) for r in peer.requests)
    assert all(r.headers["Authorization"].startswith("Digest") for r in peer.requests[2:])  # not asked for again


@pytest.mark.parametrize(
    ("answer", "login", "words"),
    [
        ((401, {"WWW-Authenticate": "Basic"}, b""), "", "401 Unauthorized; set KG_PUSH_LOGIN=user:password or"),
        ((401, {"WWW-Authenticate": "Basic"}, b""), "ann:secret", "401 Unauthorized; the login it was given is not"),
        ((403, {}, b"<h1>no\x1b[31m</h1>"), "ann:secret", "403 Forbidden: no .31m; the login"),
        ((404, {}, b""), "", "404 Not Found; give the address of its graph store: Fuseki …/DATASET/data"),
        ((413, {}, b""), "", "413 .*; it takes less than 64 MB at a time: try --part 8"),
        ((301, {"Location": "http://127.0.0.1:1/x"}, b""), "", "it has moved: give the address http://127.0.0.1:1/x"),
        ((400, {}, b"needs a default graph"), "", "400 Bad Request: needs a default graph; name a graph with --graph"),
        ((503, {}, b""), "", "503 Service Unavailable; try again, or give it less at a time"),
        ((500, {}, b"x" * 100_000), "", "500 Internal Server Error: x{300}; look into the server's log"),
    ],
)
def test_push_refusal_says_what_to_do(
    answer: tuple[int, dict[str, str], bytes], login: str, words: str, peer: Peer
) -> None:
    peer.answers.append(answer)
    with pytest.raises(ExportError, match=words) as caught:
        push(triples(known_graph()), peer.address, login=login)
    assert str(caught.value).startswith(f"{peer.address}: refused: ")
    assert "secret" not in str(caught.value) and "\x1b" not in str(caught.value)
    assert len(peer.requests) == 1  # a redirect is not followed


def test_push_to_a_server_that_is_silent_or_not_there(peer: Peer) -> None:
    peer.answers.append((0, {}, b""))
    with pytest.raises(ExportError, match=r"no answer within 0\.2 s; give it more with --timeout"):
        push(triples(known_graph()), peer.address, timeout=0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        with pytest.raises(ExportError, match="cannot be reached, or has hung up; is it running"):
            push(triples(known_graph()), f"http://127.0.0.1:{taken.getsockname()[1]}/data")


@pytest.mark.parametrize(
    ("endpoint", "options", "words"),
    [
        ("ftp://x/data", {}, "endpoint 'ftp://x/data' is no web address; such as Fuseki"),
        ("http://[x/data", {}, "is no web address"),
        ("http://ann:secret@x/data", {}, "address holds a login; set KG_PUSH_LOGIN"),
        ("http://x/data", {"into": "a b"}, "graph 'a b' is no IRI"),
        ("http://x/data", {"login": "secret"}, "KG_PUSH_LOGIN is not user:password"),
        ("http://x/data", {"token": "secret\nX: y"}, "KG_PUSH_TOKEN holds what no token can"),
        ("http://x/data", {"token": "secret", "login": "a:secret"}, "both KG_PUSH_LOGIN and KG_PUSH_TOKEN are set"),
    ],
)
def test_push_refuses_what_makes_no_sense_before_it_sends(endpoint: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(ExportError, match=words) as caught:
        push(triples(known_graph()), endpoint, **options)
    assert "secret" not in str(caught.value)


def test_push_command_takes_the_login_from_the_environment(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(known_graph(), tmp_path)
    monkeypatch.setenv("KG_PUSH_LOGIN", "ann:secret")
    assert main(["push", str(tmp_path), peer.address, "--graph", GRAPH, "--replace", "--part", "100"]) == 0
    (request,) = peer.requests
    assert request.method == "PUT" and request.headers["Authorization"].startswith("Basic ")
    peer.answers.append((403, {}, b"no"))
    assert main(["push", str(tmp_path), peer.address]) == 2
    out, err = capsys.readouterr()
    assert "pushed in 1 request\n" in err and "403 Forbidden: no" in err and "secret" not in out + err


class Store(NamedTuple):
    """A real store: address of its graphs, of its queries, and the login that it wants."""

    graphs: str
    queries: str
    login: str


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def started(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until it listens."""
    port = int(address.split(":")[2].split("/")[0])
    for _ in range(600):
        assert process.poll() is None, "the store has stopped"
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the store does not start")


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if not program:
        pytest.skip("no Oxigraph server: pip install oxigraph")
    address = f"http://127.0.0.1:{free_port()}"
    place = tmp_path_factory.mktemp("oxigraph")
    command = [program, "serve", "--location", str(place), "--bind", address.removeprefix("http://")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        started(process, address)
        yield Store(f"{address}/store", f"{address}/query", "")
        process.terminate()


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    program = shutil.which("virtuoso-t")
    if not program:
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource-7-bin")
    place, port = tmp_path_factory.mktemp("virtuoso"), free_port()
    files = {"DatabaseFile": "v.db", "ErrorLogFile": "v.log", "LockFile": "v.lck", "TransactionFile": "v.trx"}
    (place / "v.ini").write_text(
        "[Database]\n" + "".join(f"{key} = {place / name}\n" for key, name in files.items())
        + f"xa_persistent_file = {place}/v.pxa\n[TempDatabase]\nDatabaseFile = {place}/t.db\nTransactionFile = {place}/t.trx\n"
        + f"[Parameters]\nServerPort = 127.0.0.1:{free_port()}\nNumberOfBuffers = 2000\n"
        + f"[HTTPServer]\nServerPort = 127.0.0.1:{port}\n[SPARQL]\n",
        encoding="utf-8",
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    command = [program, "+configfile", str(place / "v.ini"), "+foreground"]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        started(process, address)
        yield Store(f"{address}/sparql-graph-crud-auth", f"{address}/sparql", "dba:dba")  # as it is when new
        process.terminate()


def ask(store: Store, query: str) -> str:
    """What it answers, as CSV without the head."""
    request = urllib.request.Request(
        f"{store.queries}?{urllib.parse.urlencode({'query': query})}", headers={"Accept": "text/csv"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.read().decode()).partition("\n")[2].strip()


@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_push_is_taken_by_a_real_store(name: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(name)
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
    options = {"into": GRAPH, "login": store.login, "part": 0.05}
    both = {str(t) for graph in (known_graph(), hostile_graph()) for t in triples(graph)}
    push(triples(hostile_graph()), store.graphs, **options)
    push(triples(known_graph()), store.graphs, **options)  # is added
    assert ask(store, count) == str(len(both))
    push(triples(known_graph()), store.graphs, replace=True, **options)
    assert ask(store, count) == str(len(list(triples(known_graph()))))
    title = "SELECT ?o { GRAPH ?g { <https://w3id.org/paperkg/paper/arxiv:2101.00001> <http://purl.org/dc/terms/title> ?o } }"
    assert ask(store, title).strip('"') == "Zorbnet: wide nets"


def test_push_to_a_real_store_keeps_every_triple(oxigraph: Store) -> None:
    push(triples(hostile_graph()), oxigraph.graphs, replace=True)
    with urllib.request.urlopen(
        urllib.request.Request(f"{oxigraph.graphs}?default", headers={"Accept": "application/n-triples"}), timeout=60
    ) as answer:
        assert lines(answer.read()) == {str(t) for t in triples(hostile_graph())}


def test_push_to_a_real_store_refused_without_a_login(virtuoso: Store) -> None:
    with pytest.raises(ExportError, match=r"401 .*; set KG_PUSH_LOGIN"):
        push(triples(known_graph()), virtuoso.graphs, into=GRAPH)
    with pytest.raises(ExportError, match=r"401 .*; the login it was given is not accepted"):
        push(triples(known_graph()), virtuoso.graphs, into=GRAPH, login="dba:wrong")
