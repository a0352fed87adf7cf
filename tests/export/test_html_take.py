"""What is taken away holds what it should, in a form that other programs read, whatever the titles hold."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bibtexparser import parse_string
from pyoxigraph import Quad, Store

import kg
from kg.export.rdf import triples
from kg.ids import iri
from tests.export.explorer import ARABIC, FORMULA, HOSTILE
from tests.graph_samples import HOSTILE as TEXTS
from tests.graph_samples import entity, make_graph, paper

SVG = "{http://www.w3.org/2000/svg}"


def rows_of(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def store(graph) -> Store:
    filled = Store()
    filled.bulk_extend(Quad(*triple) for triple in triples(graph))
    return filled


def test_html_take_csv_has_every_node_of_the_selection(tab, graph):
    rows = rows_of(tab.taken("CSV"))
    assert {row["key"] for row in rows} == {*graph.papers["paper"], *graph.entities["entity"]}
    assert all(row["iri"] == iri(row["key"]) for row in rows)
    by_name = {row["name"]: row for row in rows}
    assert by_name["FooNet"]["type"] == "Method" and by_name["FooNet"]["papers"] == "5"
    assert ARABIC in by_name


def test_html_take_csv_runs_no_formula(tab):
    names = [row["name"] for row in rows_of(tab.taken("CSV"))]
    assert f"'{FORMULA}".replace("$x_i$", "x_i") in names
    assert not [name for name in names if name.strip()[:1] in tuple("=+-@")]


def test_html_take_json_has_nodes_and_the_edges_among_them(tab, graph):
    tab.to("#types=Paper,Method")
    data = json.loads(tab.taken("JSON"))
    keys = {node["key"] for node in data["nodes"]}
    wanted = graph.relations[graph.relations["source"].isin(keys) & graph.relations["target"].isin(keys)]
    ours = sorted((e["source"], e["relation"], e["target"]) for e in data["edges"])
    assert ours == sorted(zip(wanted["source"], wanted["predicate"], wanted["target"], strict=True)) and ours
    assert data["selection"] == "papers, methods" and "types=Paper" in data["view"]
    assert any("</script>" in node["name"] for node in data["nodes"])


def test_html_take_svg_draws_what_the_map_draws(tab):
    drawing = ET.fromstring(tab.taken("SVG"))
    shapes = [
        e for e in drawing.iter() if e.tag in (f"{SVG}circle", f"{SVG}polygon") and e.find(f"{SVG}title") is not None
    ]
    drawn = int(tab.page.inner_text("#note").split()[0])
    titles = [shape.find(f"{SVG}title").text for shape in shapes]
    assert len(shapes) == drawn and "ImageNet" in titles and any("</script>" in t for t in titles)
    names = [e.text for e in drawing.iter(f"{SVG}text")]
    assert "ImageNet" in names and len(names) == len(set(names))
    assert {e.tag.removeprefix(SVG) for e in drawing.iter()} <= {
        "svg", "rect", "g", "circle", "polygon", "line", "text", "title",
    }  # fmt: skip


def test_html_take_png_is_a_picture_of_the_map(tab):
    data = tab.taken("PNG")
    size = tab.page.evaluate(
        "[document.querySelector('#map canvas').width, document.querySelector('#map canvas').height]"
    )
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)] == size


def test_html_take_bibtex_can_be_read_whatever_the_titles_hold(tab, graph):
    library = parse_string(tab.taken("BibTeX").decode())
    assert not library.failed_blocks and len(library.entries) == len(graph.papers)
    titles = {entry.fields_dict["title"].value for entry in library.entries}
    assert "{BazNet reads and sees}" in titles
    assert any("\\textbraceleft{}half a brace, 100\\% of x\\_i" in title for title in titles)
    assert any("\\textbackslash{}LaTeX\\textbraceleft{}\\textbraceright{}" in title for title in titles)
    first = next(e for e in library.entries if "eprint" in e.fields_dict)
    assert first.fields_dict["author"].value == "Ada Foo and {Bo Bar and Sons, \\textbraceleft{}Ltd}"
    assert (first.fields_dict["eprint"].value, first.fields_dict["archiveprefix"].value) == ("2001.00001", "arXiv")
    assert first.fields_dict["year"].value == "2020"
    assert "javascript" not in "".join(f.value for e in library.entries for f in e.fields if f.key == "url")


def test_html_take_bibtex_of_the_papers_of_a_method(tab):
    tab.search("baznet")
    with tab.page.expect_download() as saved:
        tab.page.click("text=BibTeX of these")
    library = parse_string(Path(saved.value.path()).read_text("utf-8"))
    assert len(library.entries) == 2


@pytest.mark.parametrize(
    "fragment",
    ["", "#types=Dataset,Paper", "#roles=comparesWith,evaluatesOn", "#code=1", "#from=2021", "#from=2016&to=2020&code=1",
     "#to=2017&types=Task,Paper", "#sure=80", "#sure=60&papers=2", "#papers=3", "#papers=2&types=Dataset&code=1&from=2020",
     "#community=0", "#at=method/foonet&focus=1", "#at=method/foonet&with=method/baznet&view=compare",
     "#types=Method&hidden=method/foonet", "#view=code", "#view=table&types=Metric"],
)  # fmt: skip
def test_html_take_sparql_gives_the_rows_of_the_table(tab, store, fragment):
    tab.to(fragment)
    wanted = {row["iri"]: row["name"].removeprefix("'") for row in rows_of(tab.taken("CSV"))}
    answer = kg.query(store, tab.taken("SPARQL").decode())
    found = [(row[0].value, row[2].value) for row in answer.rows]
    assert wanted and len(found) == len(wanted)
    assert dict(found) == wanted


def test_html_take_sparql_of_keys_and_titles_that_are_hostile(open_tab, tmp_path):
    things = [entity("Task", text or "blank", entity=f"task/{name}-{text}") for name, text in TEXTS.items()]
    papers = [paper(f"{name} <{text}>", f"T {text}") for name, text in TEXTS.items() if name != "surrogate"]
    edges = [
        (papers[0]["paper"], "addresses", thing["entity"], 0.9)
        for thing in things
        if "surrogate" not in thing["entity"]
    ]
    graph = make_graph(papers, [t for t in things if "surrogate" not in t["entity"]], edges)
    kg.EXPORTERS["html"].write(graph, tmp_path / "graph.html")
    filled = Store()
    filled.bulk_extend(Quad(*triple) for triple in triples(graph))
    tab = open_tab("#community=0", of=tmp_path / "graph.html")
    wanted = {row["iri"] for row in rows_of(tab.taken("CSV"))}
    found = [row[0].value for row in kg.query(filled, tab.taken("SPARQL").decode()).rows]
    assert sorted(found) == sorted(wanted) and len(wanted) > 5


def test_html_take_says_what_is_taken_and_where_it_can_be_found_again(tab):
    tab.to("#types=Dataset&papers=2")
    tab.click("#open-take")
    assert "1 node: datasets, in at least 2 papers." in tab.page.inner_text("#take")
    assert tab.page.input_value("#address") == tab.page.url
    assert tab.page.locator("#take [data-take=BibTeX]").count() == 0  # no papers among them
    tab.page.keyboard.press("Escape")
    assert tab.page.is_hidden("#take")
    assert tab.page.evaluate("document.activeElement.id") == "open-take"


def test_html_take_titles_stay_text_in_the_dialog(tab):
    tab.search("onerror")
    tab.click("#panel >> text=Focus")
    tab.click("#open-take")
    assert HOSTILE.split("\u202e")[0].strip() in tab.page.inner_text("#take")
    assert tab.page.query_selector("#take img, #take script") is None
