"""A page and RDF for every IRI of the graph."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kg.ids import iri
from kg.schema import BASE
from kg.server.formats import SUFFIXES, TRIPLES
from kg.server.links import local
from kg.sparql import open_store
from tests.rdf_samples import HOSTILE, hostile_graph

SPECIAL = {"script", "iframe", "object", "embed", "img", "svg", "style", "base", "form"}


class Tags(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.data = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.data += data


def test_things_page_says_what_the_graph_knows(server):
    got = server.get("/entity/dataset/flimset", Accept="text/html")
    text = " ".join(Tags(got.text).data.split())
    assert got.type == "text/html" and got.headers["link"] == f'<{BASE}dataset/flimset>; rel="describes"'
    assert "What introduces it 1 Flimset: pictures of moths 2022" in text
    assert "What evaluates on it 2" in text and "On Flimset it beats Zorbnet by 4.1 points." in text
    assert "<mark>Flimset</mark>" in got.text and "Krellformer" in text and "4.1 points" in text
    assert 'href="/entity/paper/krellformer-' in got.text


def test_things_page_of_a_paper_has_its_record_and_edges(server):
    text = " ".join(Tags(server.get("/entity/paper/arxiv:2101.00001", Accept="text/html").text).data.split())
    for said in ("Zorbnet: wide nets paper", "We propose Zorbnet for image", "Ann Bee", "What it proposes 1 Zorbnet",
                 "What it has as code 1", "What builds on it", "arXiv 2101.00001"):  # fmt: skip
        assert said in text


def test_things_page_shows_wider_and_narrower(server):
    page = server.get("/entity/task/image-classification", Accept="text/html").text
    assert "What is a kind of it" in page and "/entity/task/fine-grained-image-classification" in page
    page = server.get("/entity/task/fine-grained-image-classification", Accept="text/html").text
    assert "What it is a kind of" in page and 'href="/entity/task/image-classification"' in page


@pytest.mark.parametrize("kind", TRIPLES)
def test_things_come_as_rdf_by_negotiation(server, kind):
    got = server.get("/entity/method/resnet", Accept=kind)
    triples = list(parse(got.body, RdfFormat.from_media_type(TRIPLES[kind])))
    node = NamedNode(BASE + "method/resnet")
    assert got.type == kind and got.headers["vary"].startswith("Accept")
    assert {t.subject == node for t in triples} == {True, False}  # what it says, and what is said of it


def test_things_come_by_suffix_too(server):
    for suffix, kind in SUFFIXES.items():
        got = server.get(f"/entity/method/resnet{suffix}", Accept="image/png")
        assert (got.status, got.type) == (200, kind)
    assert server.get("/entity/method/resnet", Accept="image/png").status == 406


def test_things_every_iri_of_the_namespace_has_a_page(server, folder):
    nodes = {
        term.value
        for quad in open_store(folder)
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(BASE)
    }
    assert len(nodes) > 90
    for place in [*sorted(nodes)[::7], BASE + "ontology#proposes"]:
        path, _, term = local(place).partition("#")
        got = server.get(path, Accept="text/html")
        assert got.status == 200 and (f'id="{term}"' if term else place) in got.text, place


def test_things_page_leads_only_to_pages(server):
    for start in ("/entity/method/zorbnet", "/entity/paper/arxiv:2101.00001"):
        for href in re.findall(r'href="(/entity/[^"#]+)"', server.get(start, Accept="text/html").text):
            assert server.get(href).status == 200, href


def test_things_unknown_is_said_as_text(server):
    got = server.get("/entity/method/" + quote("<script>alert(1)</script>"), Accept="text/html")
    assert got.status == 404 and "<script>" not in got.text and "&lt;script&gt;" in got.text
    assert server.get("/entity/method/none.ttl").status == 404


@pytest.mark.parametrize("path", ["/entity/../app.py", "/entity/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py", "/static/..%2fapp.py",
                                  "/static/%2e%2e/worker.py", "/static//etc/passwd", "/graph/../tables", "/entity/%00", "/entity/%ff", "/entity/"])  # fmt: skip
def test_things_no_path_leads_out(server, path):
    got = server.get(path)
    assert got.status == 404 and "import" not in got.text and "root:" not in got.text


def test_things_redirect_cannot_be_split_or_led_away(server):
    for name in ("x\r\nSet-Cookie: a=b", "//evil.example", "https://evil.example/", "ResNet\r\n"):
        got = server.get("/find?name=" + quote(name))
        assert "set-cookie" not in got.headers
        assert got.headers.get("location", "/entity/").startswith("/entity/")


def test_things_are_found_by_any_name(server):
    assert server.get("/find?name=RES-net").headers["location"] == "/entity/method/resnet"
    many = server.get("/find?name=net").text
    assert "/entity/method/zorbnet" in many and "/entity/paper/arxiv:2101.00001" in many
    assert "Nothing found" in server.get("/find?name=qqqq").text
    assert server.get("/find").status == 200


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_things_hostile_names_are_shown_as_text(hostile, number):
    keys = sorted({*hostile_graph().papers["paper"], *hostile_graph().entities["entity"]})
    for key in keys[number :: len(HOSTILE)]:
        got = hostile.get(local(iri(key)), Accept="text/html")
        page = Tags(got.text)
        assert got.status == 200 and not (set(page.tags) - {"form", "script"}) & SPECIAL
        assert page.tags.count("form") == page.tags.count("script") == 1  # ours
        assert not [v for k, v in page.attributes if k.startswith("on") or (v or "").lower().startswith("javascript:")]
        assert hostile.get(local(iri(key)) + ".nt").status == 200


def test_things_hostile_titles_keep_their_words(hostile):
    keys = [k for k, t in hostile_graph().papers[["paper", "title"]].values.tolist() if "<script>" in t]
    page = Tags(hostile.get(local(iri(keys[0])), Accept="text/html").text)
    assert "<script>alert(1)</script> & &amp;" in page.data


def test_things_policy_of_pages_runs_only_our_scripts(server):
    for path in ("/", "/entity/method/resnet", "/find?name=net"):
        policy = server.get(path, Accept="text/html").headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy


def test_things_explorer_is_made_if_it_was_not_built(server, folder):
    assert not (folder / "graph.html").exists()
    got = server.get("/graph")
    assert got.type == "text/html" and "vis" in got.text and 'id="core"' in got.text
    assert not (folder / "graph.html").exists()


def test_things_explorer_is_the_built_one_if_there_is_one(server, folder):
    (folder / "graph.html").write_text("<!doctype html><p>built</p>", encoding="utf-8")
    try:
        assert server.get("/graph").text.endswith("built</p>")
    finally:
        (folder / "graph.html").unlink()


def test_things_ontology_comes_as_page_and_rdf(server):
    page = server.get("/entity/ontology", Accept="text/html").text
    assert '<section id="evaluatesOn"' in page and "lpwc-p:usesDataset" in page
    terms = {t.subject.value for t in parse(server.get("/entity/ontology.ttl").body, RdfFormat.TURTLE)}
    assert BASE + "ontology#Benchmark" in terms
    assert server.get("/entity/ontology", Accept="application/ld+json").type == "application/ld+json"
    assert server.get("/entity/ontology.exe").status == 404
