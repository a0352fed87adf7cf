"""Servers as a user starts them, over a small graph, and a plain client."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.sparql import build_store
from kg.storage import write
from tests.rdf_samples import hostile_graph, known_graph

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers["content-type"].split(";")[0]


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Got:
        """One request; header names are given with `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body.encode() if isinstance(body, str) else body, named)
            answer = connection.getresponse()
            return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Got:
        return self.send("GET", path, **headers)

    def ask(self, query: str, method: str = "GET", **headers: str) -> Got:
        """A query, by one of the three ways of the protocol: GET, FORM or DIRECT."""
        form = urlencode({"query": query})
        if method == "GET":
            return self.get(f"/sparql?{form}", **headers)
        kind = "x-www-form-urlencoded" if method == "FORM" else "sparql-query"
        body = form if method == "FORM" else query
        return self.send("POST", "/sparql", body, Content_Type=f"application/{kind}", **headers)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """`kg serve` of a folder on a free port."""
    code = "import sys; from kg.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", str(folder), "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE)
    assert process.stdout
    with process, process.stdout:
        try:
            line = process.stdout.readline().decode()
            found = re.search(r":(\d+)/", line)
            assert found, f"no address in {line!r}"
            yield Server(int(found[1]), process)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built graph, without its explorer."""
    place = tmp_path_factory.mktemp("served")
    write(known_graph(), place)
    build_store(known_graph(), place / "store")
    return place


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="session")
def strict(folder: Path) -> Iterator[Server]:
    """A server that allows little."""
    with serving(folder, "--timeout", "3", "--workers", "2", "--max-result", "1", "--max-memory", "256") as running:
        yield running


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of names made of what breaks formats."""
    place = tmp_path_factory.mktemp("hostile")
    write(hostile_graph(), place)
    build_store(hostile_graph(), place / "store")
    with serving(place) as running:
        yield running
