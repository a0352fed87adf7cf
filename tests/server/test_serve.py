"""`kg serve` from start to end."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.cli import main
from kg.errors import ServerError
from kg.server import _listen, serve
from kg.server.find import _filled
from tests.server.conftest import serving


def said(capsys, *arguments: object) -> str:
    assert main(["serve", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err
    return err


def test_serve_says_so_if_the_port_is_taken(folder, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in (err := said(capsys, folder, "--port", port)) and "--port" in err


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host", "a" * 300])
def test_serve_says_so_if_the_address_is_not_this_machines(folder, host):
    with pytest.raises(ServerError, match="cannot listen on"):
        serve(folder, host=host, port=0)


def test_serve_without_a_graph_says_how_to_make_one(tmp_path, capsys):
    assert "kg build" in said(capsys, tmp_path)


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "x"], ["--timeout", "0"], ["--timeout", "nan"], ["--workers", "0"],
                                     ["--max-result", "-1"], ["--max-memory", "10"]])  # fmt: skip
def test_serve_refuses_options_that_make_no_sense(folder, options, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["serve", str(folder), *options])
    assert stopped.value.code == 2 and options[0] in capsys.readouterr().err


def test_serve_makes_the_store_listens_on_this_machine_only_and_ends_clean(folder, tmp_path):
    shutil.copytree(folder / "tables", tmp_path / "tables")
    with serving(tmp_path) as server:
        assert server.ask("ASK { method:resnet ?p ?o }").text.endswith('"boolean":true}')
        assert (tmp_path / "store" / "CURRENT").is_file()
        listening = Path(f"/proc/{server.process.pid}/net/tcp")
        if listening.is_file():
            rows = [line.split()[1] for line in listening.read_text().splitlines()[1:]]
            assert f"0100007F:{server.port:04X}" in rows and f"00000000:{server.port:04X}" not in rows
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) is not None
    deadline = time.monotonic() + 20
    while (left := [c for c in children if Path(f"/proc/{c}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left


def test_serve_sends_answers_at_once():
    with _listen("127.0.0.1", 0) as listening:  # what it accepts has the same options
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_serve_offers_the_named_queries(server):
    found = {entry["name"]: entry for entry in json.loads(server.get("/queries").text)}
    assert len(found) >= 25
    assert found["methods-on-dataset"]["parameters"][0]["name"] == "dataset"
    assert found["methods-on-dataset"]["topic"] == "Datasets"
    text = server.get("/queries/methods-on-dataset?dataset=Flim%22set").text
    assert '"flimset"' in text or '"flim\\"set"' in text
    assert server.ask(text, "DIRECT").status == 200
    assert server.get("/queries/methods-on-dataset?nothing=1").status == 400
    assert server.get("/queries/none").status == 404
    for name in found:
        assert server.ask(server.get(f"/queries/{name}").text, "FORM").status == 200, name


def test_serve_offers_what_to_complete(server):
    found = json.loads(server.get("/terms").text)
    assert "lpwc-c:method" in found["classes"] and "kg:evaluatesOn" in found["properties"]
    assert found["prefixes"]["skos"].endswith("core#")
    assert found["colours"]["method"] == "#0072b2"


def test_serve_suggests_names_the_kind_asked_for_first(server):
    def suggested(words: str, kind: str) -> list[dict[str, str]]:
        return json.loads(server.get("/suggest?" + urlencode({"words": words, "kind": kind})).text)

    assert suggested("Flim-S", "dataset") == [{"name": "Flimset", "says": "dataset, 3 papers"}]
    kinds = [found["says"].split(",")[0] for found in suggested("e", "task")]
    assert kinds[0] == "task" and "method" in kinds and sorted(kinds, key=lambda kind: kind != "task") == kinds
    assert suggested("", "") == suggested("qqqq", "no kind") == []


@pytest.mark.parametrize(
    "words", ['" } SERVICE <http://x/> {', "\\", "$kind", "$words", "<script>", "x" * 5000, "\x00", "%"]
)
def test_serve_suggests_nothing_strange(server, words):
    got = server.get("/suggest?" + urlencode({"words": words, "kind": words}))
    assert (got.status, got.type) == (200, "application/json")


def test_serve_puts_texts_into_its_queries_all_at_once():
    assert _filled("$a $b", a="$b", b='"') == '"$b" "\\""'
