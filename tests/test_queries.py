"""Every named query: its header, its parameters, and the rows that it gives on a graph that is known by heart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Quad, Store
from rdflib import Graph

from kg.errors import PipelineError, QueryError
from kg.export.rdf import triples, write_rdf
from kg.export.rdf.terms import compact
from kg.queries import TYPES, named_queries, named_query, read_query
from kg.sparql import query
from tests.export.test_rdf_terms import NAMESPACES, unknown
from tests.rdf_samples import empty_graph, known_graph

QUERIES = {entry.name: entry for entry in named_queries()}

ROWS: dict[str, tuple[dict[str, str], list[tuple[str | None, ...]]]] = {
    "across-tasks": (
        {},
        [
            ("Zorbnet", "2", "method:zorbnet"),
            ("ResNet", "1", "method:resnet"),
        ],
    ),
    "baselines-of-task": (
        {},
        [
            ("Krellformer", "1"),
            ("ResNet", "1"),
            ("Zorbnet", "1"),
        ],
    ),
    "beaten-by": (
        {"method": "Zorbnet"},
        [
            ("ResNet", "ImageNet", "accuracy", "2.3", "%", "gain", "Zorbnet: wide nets"),
            ("Krellformer", "Flimset", "accuracy", "1.2", "points", "gain", "Revisiting Krellformer"),
        ],
    ),
    "builds-on": (
        {"words": "ZORBNET: w"},
        [
            (
                "Revisiting Krellformer",
                "2023",
                "For image classification we find that Zorbnet beats Krellformer on Flimset by 1.2 points with ResNet.",
            ),
            ("Flimset: pictures of moths", "2022", "We train Zorbnet and reach 71.5% accuracy on Flimset."),
        ],
    ),
    "code-of-method": (
        {"method": "krellformer"},
        [
            ("Krellformer", "https://github.com/y/krell"),
        ],
    ),
    "contradictions": (
        {},
        [
            ("Krellformer", "Zorbnet", "Flimset", "Krellformer", "Flimset", "Revisiting Krellformer"),
        ],
    ),
    "data-for-task": (
        {"task": "depth estimation"},
        [
            ("Quillbench", "Quillbench: a test of everything", "1"),
            ("Nobodyset", "Quillbench: a test of everything", "0"),
        ],
    ),
    "datasets-by-year": (
        {},
        [
            ("2023", "Flimset", "2"),
            ("2021", "ImageNet", "1"),
        ],
    ),
    "datasets-of-method": (
        {},
        [
            ("Flimset", "2"),
            ("ImageNet", "2"),
            ("Quillbench", "1"),
        ],
    ),
    "datasets-together": (
        {},
        [
            ("Quillbench", "1"),
        ],
    ),
    "evidence": (
        {"name": "Quillbench"},
        [
            ("On Quillbench", "kg:evaluatesOn", "On Quillbench", "ner", "0.9"),
            ("Quillbench: a test of everything", "kg:introduces", "Quillbench: a test of everything", "ner", "0.9"),
        ],
    ),
    "extractors": (
        {},
        [
            ("ner", "40"),
            ("links", "4"),
            ("results", "3"),
            ("head", "1"),
        ],
    ),
    "least-sure": (
        {"below": "0.805"},
        [
            ("0.8", "Krellformer", "kg:outperforms", "Zorbnet", "On Flimset it beats Zorbnet by 4.1 points."),
            (
                "0.8",
                "Zorbnet",
                "kg:outperforms",
                "Krellformer",
                "For image classification we find that Zorbnet beats Krellformer on Flimset by 1.2 points with ResNet.",
            ),
            ("0.8", "Zorbnet", "kg:outperforms", "ResNet", "Zorbnet beats ResNet on ImageNet by 2.3% accuracy."),
        ],
    ),
    "lineage": (
        {"words": "revisiting"},
        [
            ("Zorbnet: wide nets", "2021"),
            ("Flimset: pictures of moths", "2022"),
        ],
    ),
    "methods-by-year": (
        {},
        [
            ("2023", "ResNet", "2"),
            ("2023", "Zorbnet", "2"),
            ("2023", "Krellformer", "1"),
            ("2021", "ResNet", "1"),
        ],
    ),
    "methods-on-dataset": (
        {"dataset": "flimset"},
        [
            ("Krellformer", "2", "1"),
            ("ResNet", "2", "0"),
            ("Zorbnet", "2", "0"),
        ],
    ),
    "names": (
        {},
        [
            ("method:resnet", "ResNet", None),
        ],
    ),
    "narrower": (
        {},
        [
            ("fine-grained image classification", "1", "task:fine-grained-image-classification"),
        ],
    ),
    "only-one-paper": (
        {},
        [
            ("Nobodyset", "data", "Quillbench: a test of everything", "2022"),
        ],
    ),
    "paper": (
        {"words": "bench: a"},
        [
            ("Quillbench: a test of everything", "kg:addresses", "depth estimation", "0.9"),
            ("Quillbench: a test of everything", "kg:introduces", "Nobodyset", "0.9"),
            ("Quillbench: a test of everything", "kg:introduces", "Quillbench", "0.9"),
            ("Quillbench: a test of everything", "kg:mentions", "ResNet", "0.9"),
        ],
    ),
    "papers-by-year": (
        {},
        [
            ("2023", "2", "2"),
            ("2022", "2", "0"),
            ("2021", "1", "1"),
        ],
    ),
    "papers-of-author": (
        {"author": "émile"},
        [
            ("Zorbnet: wide nets", "2021", "Émile Cé", "Zorbnet"),
        ],
    ),
    "papers-with-code": (
        {},
        [
            ("Krellformer", "2023", "https://github.com/y/krell"),
            ("Revisiting Krellformer", "2023", "https://github.com/x/zorb"),
            ("Zorbnet: wide nets", "2021", "https://github.com/x/zorb"),
        ],
    ),
    "proposed-for-task": (
        {},
        [
            ("Krellformer", "Krellformer", "2023"),
            ("Zorbnet", "Zorbnet: wide nets", "2021"),
        ],
    ),
    "results-of-method": (
        {"method": "Zorbnet"},
        [
            ("Flimset", "accuracy", "71.5", "%", "score", None, "Flimset: pictures of moths"),
            ("Flimset", "accuracy", "1.2", "points", "gain", "Krellformer", "Revisiting Krellformer"),
            ("ImageNet", "accuracy", "2.3", "%", "gain", "ResNet", "Zorbnet: wide nets"),
        ],
    ),
    "results-on-dataset": (
        {"dataset": "Flimset"},
        [
            ("Zorbnet", "accuracy", "71.5", "%", "score", None, "Flimset: pictures of moths", "2022"),
            ("Krellformer", "accuracy", "4.1", "points", "gain", "Zorbnet", "Krellformer", "2023"),
            ("Zorbnet", "accuracy", "1.2", "points", "gain", "Krellformer", "Revisiting Krellformer", "2023"),
        ],
    ),
    "search": (
        {"words": "ZORB"},
        [
            ("Zorbnet", "method:zorbnet"),
            ("github.com/x/zorb", "repository:github.com/x/zorb"),
            ("Zorbnet: wide nets", "paper:arxiv:2101.00001"),
            ("https://zorb.example.org/demo", "resource:https-zorb.example.org-demo-2d0bb797"),
        ],
    ),
    "shared-code": (
        {},
        [
            ("https://github.com/x/zorb", "2"),
        ],
    ),
    "top-datasets": (
        {},
        [
            ("Flimset", "2", "dataset:flimset"),
            ("ImageNet", "2", "dataset:imagenet"),
            ("Quillbench", "1", "benchmark:quillbench"),
        ],
    ),
    "top-methods": (
        {},
        [
            ("ResNet", "4", "method:resnet"),
            ("Zorbnet", "3", "method:zorbnet"),
            ("Krellformer", "1", "method:krellformer"),
        ],
    ),
    "top-metrics": (
        {},
        [
            ("accuracy", "2", "higher"),
        ],
    ),
    "top-tasks": (
        {},
        [
            ("image classification", "3", "task:image-classification"),
            ("depth estimation", "1", "task:depth-estimation"),
            ("fine-grained image classification", "1", "task:fine-grained-image-classification"),
        ],
    ),
    "unused-data": (
        {},
        [
            ("Nobodyset", "Quillbench: a test of everything", "2022"),
        ],
    ),
    "used-together": (
        {},
        [
            ("Zorbnet", "2"),
            ("Krellformer", "1"),
        ],
    ),
    "what-beats": (
        {"method": "zorb-net", "dataset": "FLIMSET"},
        [
            (
                "Krellformer",
                "Flimset",
                "accuracy",
                "4.1",
                "points",
                "gain",
                "Krellformer",
                "On Flimset it beats Zorbnet by 4.1 points.",
            ),
        ],
    ),
}


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples(known_graph()))
    return store


@pytest.mark.parametrize("name", ROWS)
def test_queries_give_the_known_rows(name: str, store: Store) -> None:
    values, rows = ROWS[name]
    assert query(store, named_query(name, parameters=values)).values() == rows


def test_queries_about_tells_size_and_run(store: Store) -> None:
    ((title, text, count, run),) = query(store, named_query("about")).values()
    assert title == "Knowledge graph of 6 papers"
    assert text and "3 methods" in text and "1 benchmark" in text
    assert (int(count or 0), str(run)[:4]) == (len(store), "run:")


def test_queries_around_gives_edges_with_the_names_of_their_ends(store: Store) -> None:
    found = set(query(store, named_query("around", parameters={"name": "flim-set"})).values())
    assert ("paper:arxiv:2101.00001", "kg:evaluatesOn", "dataset:flimset") not in found
    edges = {row for row in found if row[1] != "rdfs:label"}
    assert {row[1] for row in edges} == {"kg:introduces", "kg:evaluatesOn"}
    assert all(row[2] == "dataset:flimset" for row in edges) and len(edges) == 3
    assert {row[0] for row in found if row[1] == "rdfs:label"} == {end for row in edges for end in (row[0], row[2])}


def test_queries_are_many_and_all_tested() -> None:
    assert len(QUERIES) >= 25
    assert set(QUERIES) == {*ROWS, "about", "around"}
    assert {"At a glance", "Datasets"} < {entry.topic for entry in QUERIES.values()} and len(
        QUERIES["around"].topic
    ) > 5


@pytest.mark.parametrize("name", QUERIES)
def test_queries_answer_an_empty_graph(name: str) -> None:
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples(empty_graph()))
    rows = query(store, named_query(name)).values()
    assert rows == [] or name == "about"


@pytest.mark.parametrize("name", QUERIES)
def test_queries_use_known_terms_and_typed_parameters(name: str) -> None:
    entry = QUERIES[name]
    body = re.sub(r'#.*|"[^"]*"|<[^>]*>', " ", entry.text[re.search("SELECT|CONSTRUCT", entry.text).start() :])
    used = {NAMESPACES[p] + local for p, local in re.findall(r"\b([a-z-]+):(\w+)", body)}
    assert used and unknown(used) == []
    declared = {parameter.name for parameter in entry.parameters}
    assert declared == set(re.findall(r"\$(\w+)", body))
    assert not declared & set(re.findall(r"\?(\w+)", body))  # `?x` and `$x` are one variable to SPARQL
    assert all(p.type in TYPES and p.doc.endswith(".") for p in entry.parameters)
    assert entry.description.endswith(".") and entry.title


@pytest.mark.parametrize("name", ROWS)
def test_queries_mean_the_same_to_rdflib(name: str, tmp_path: Path) -> None:
    write_rdf(known_graph(), tmp_path / "g.ttl")
    values, rows = ROWS[name]
    found = Graph().parse(tmp_path / "g.ttl").query(named_query(name, parameters=values))
    assert [tuple(None if cell is None else compact(str(cell)) for cell in row) for row in found] == rows


@pytest.mark.parametrize(
    "value",
    ['" } #', "x' . ?s ?p ?o", "\\", "\\u0022 } SERVICE <http://x> {", "$method", "?x", "<x>", "\n}", '"""', "\u202e"],
)
def test_queries_values_stay_values(value: str, store: Store) -> None:
    for name, parameter in (("evidence", "name"), ("search", "words"), ("papers-of-author", "author")):
        assert query(store, named_query(name, parameters={parameter: value})).rows == ()


def test_queries_find_a_thing_however_its_name_is_written(store: Store) -> None:
    for name in ("Zorbnet", "zorb-net", "ZORBNET", " zorbnets "):
        assert query(store, named_query("names", parameters={"name": name})).values()[0][1] == "Zorbnet"


def test_queries_unknown_name_and_parameter_are_refused_with_what_there_is() -> None:
    with pytest.raises(QueryError, match="no query 'top-cats'; known are about, across-tasks"):
        named_query("top-cats")
    with pytest.raises(QueryError, match="'what-beats' has no parameter 'metod'; it takes method, dataset"):
        named_query("what-beats", parameters={"metod": "x"})
    with pytest.raises(QueryError, match="below='much' is not of type decimal; Only edges less likely than this"):
        named_query("least-sure", parameters={"below": "much"})


def test_queries_header_slips_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    path.write_text("# title: A\nSELECT * {}\n", encoding="utf-8")
    with pytest.raises(PipelineError, match=r"x\.rq:1: no 'description'"):
        read_query(path)
    path.write_text("# title: A\n# description: B.\nSELECT * {}\n", encoding="utf-8")
    assert read_query(path).topic == "Other"
    path.write_text('# title: A\n# description: B.\n# param: n number "1" C.\nSELECT * {}\n', encoding="utf-8")
    with pytest.raises(PipelineError, match=r"x\.rq:3: parameter 'n number .* types are text, name"):
        read_query(path)


def test_queries_parameter_types_make_terms_or_refuse() -> None:
    made = {kind: str(TYPES[kind](v)) for kind, v in (("integer", "3"), ("year", "2021"), ("iri", "skos:broader"))}
    assert made["integer"].startswith('"3"') and made["year"].endswith("gYear>")
    assert made["iri"] == "<http://www.w3.org/2004/02/skos/core#broader>"
    for kind, value in (("integer", "1.5"), ("decimal", "1e9"), ("year", "21"), ("iri", "no iri")):
        assert TYPES[kind](value) is None


def test_queries_summary_shows_what_to_type() -> None:
    text = QUERIES["what-beats"].summary()
    assert text.startswith("what-beats: What beats a method\n") and "--set method='ResNet'" in text
