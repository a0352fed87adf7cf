"""The store on disk and the answers from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.errors import ExportError, GraphError, QueryError
from kg.export.rdf import triples
from kg.sparql import build_store, check_query, open_store, query
from tests.rdf_samples import hostile_graph, known_graph

NAMES = "SELECT ?name WHERE { ?m a lpwc-c:method ; skos:prefLabel ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("graph")
    build_store(known_graph(), place / "store")
    return place


def test_sparql_store_holds_the_triples_of_the_graph(tmp_path: Path) -> None:
    for make in (known_graph, hostile_graph):
        build_store(make(), tmp_path / "store")
        found = {str(quad.triple) for quad in open_store(tmp_path)}
        assert found == {str(triple) for triple in triples(make())}


def test_sparql_store_of_many_parts_holds_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.export.rdf.store._LINES", 7)
    build_store(known_graph(), tmp_path / "store")
    assert {str(quad.triple) for quad in open_store(tmp_path)} == {str(triple) for triple in triples(known_graph())}


def test_sparql_store_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_store(known_graph(), tmp_path / "store")
    before = len(open_store(tmp_path))
    monkeypatch.setattr("kg.export.rdf.store.triples", lambda graph, **_: (_ for _ in ()).throw(RuntimeError("broken")))
    with pytest.raises(RuntimeError):
        build_store(hostile_graph(), tmp_path / "store")
    assert len(open_store(tmp_path)) == before
    assert [p.name for p in tmp_path.iterdir()] == ["store"]


def test_sparql_store_takes_the_place_of_a_store_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("keep me", encoding="utf-8")
    for place in (tmp_path / "precious", tmp_path / "precious" / "letter.txt"):
        with pytest.raises(ExportError, match="is there, and no store; choose another place"):
            build_store(known_graph(), place)
    assert (tmp_path / "precious" / "letter.txt").read_text(encoding="utf-8") == "keep me"
    with pytest.raises(ExportError, match="cannot be written"):
        build_store(known_graph(), Path(sys.executable) / "x" / "store")
    (tmp_path / "empty").mkdir()
    build_store(known_graph(), tmp_path / "empty")
    assert len(open_store(tmp_path / "empty")) > 1000


def test_sparql_store_opens_twice_and_in_another_process(folder: Path) -> None:
    first, second = open_store(folder), open_store(folder / "store")
    assert len(first) == len(second) > 1000
    code = "import sys; from kg.sparql import query; print(query(sys.argv[1], sys.argv[2]).render('csv'), end='')"
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code, folder, NAMES], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout == "name\nKrellformer\nResNet\nZorbnet\n"


def test_sparql_store_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="holds no store of triples; make one with: kg build"):
        open_store(tmp_path)
    build_store(known_graph(), tmp_path / "store")
    for file in (tmp_path / "store").glob("MANIFEST*"):
        file.write_bytes(b"rubbish")
    with pytest.raises(GraphError, match="damaged"):
        open_store(tmp_path)


def test_sparql_select_in_every_format(folder: Path) -> None:
    answer = query(
        folder, "SELECT ?m ?n ?none WHERE { ?m a lpwc-c:task ; lpwc-p:numberPapers ?n } ORDER BY DESC(?n) ?m"
    )
    assert answer.columns == ("m", "n", "none")
    assert answer.values()[0] == ("task:image-classification", "3", None)
    table = answer.render().splitlines()
    assert table[0].split() == ["m", "n", "none"] and table[2].split() == ["task:image-classification", "3"]
    assert answer.render("csv").splitlines()[1] == "https://w3id.org/paperkg/task/image-classification,3,"
    found = json.loads(answer.render("json"))
    assert found["head"] == {"vars": ["m", "n", "none"]}
    assert found["results"]["bindings"][0]["n"]["datatype"].endswith("integer")
    with pytest.raises(QueryError, match="no 'turtle' of a select"):
        answer.render("turtle")


def test_sparql_answer_in_pandas_has_types(folder: Path) -> None:
    text = 'SELECT * { VALUES (?n ?s ?x) { (1 "1" 1) (2 "NA" 0.5) (UNDEF "" <https://w3id.org/paperkg/method/a>) } }'
    frame = query(folder, text).to_pandas()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {"n": "Int64", "s": "string", "x": "string"}
    assert frame["n"].isna().tolist() == [False, False, True] and frame["s"].tolist() == ["1", "NA", ""]
    assert frame["x"].tolist() == ["1", "0.5", "method:a"]
    numbers = query(folder, "SELECT ?x { VALUES ?x { 1 0.5 } }").to_pandas()
    assert numbers["x"].sum() == 1.5
    assert list(query(folder, "SELECT ?a ?b { ?a <x:none> ?b }").to_pandas().columns) == ["a", "b"]


def test_sparql_ask_and_construct(folder: Path) -> None:
    yes = query(folder, "ASK { ?x kg:proposes method:zorbnet }")
    assert yes.values() == [("true",)] and json.loads(yes.render("json"))["boolean"] is True
    assert query(folder, "ASK { ?x kg:proposes method:nothing }").values() == [("false",)]
    made = query(folder, "CONSTRUCT { ?m kg:surface ?n } WHERE { ?m a lpwc-c:method ; skos:prefLabel ?n }")
    assert (made.kind, len(made.rows)) == ("construct", 3)
    assert "<https://w3id.org/paperkg/method/zorbnet>" in made.render("turtle")
    assert len(json.loads(made.render("json"))) == 3
    assert made.render("csv").startswith("subject,predicate,object\n")


def test_sparql_limit_stops_early(folder: Path) -> None:
    assert len(query(folder, "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", limit=7).rows) == 7


def test_sparql_table_shows_hostile_text_on_one_line() -> None:
    store = Store()
    answer = query(store, 'SELECT ("a\\n\\tb\\u202e\\u0007c" AS ?x) ("' + "y" * 500 + '" AS ?y) {}')
    lines = answer.render().splitlines()
    assert len(lines) == 3 and "a b c" in lines[2].replace("  ", " ") and lines[2].endswith("…")
    assert answer.render("csv").count("\n") >= 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE {\n ?s ?p \n}", r"query:3: column 2"),
        ("SELECT ?x {\n?x foo:y ?z }", r"query:2: .*Prefix not found"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?s ?p ?o }", "variable that is unbound"),
        ("INSERT DATA { <a:b> <a:c> 1 }", "a graph is only read here"),
        ("DROP ALL", "a graph is only read here"),
        ("", "does not parse|column 1"),
        ("\x00", "query:1: column 2"),
    ],
)
def test_sparql_errors_name_line_and_cause(text: str, message: str, folder: Path) -> None:
    with pytest.raises(QueryError, match=message):
        query(folder, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . service silent ?s { ?a ?b ?c } }",
        "SELECT * { sErViCe<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE :x { ?s ?p ?o } }",
        "SELECT * { ?s kg:a\\#b ?o . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        'SELECT * { ?s ?p "x\\"" . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }',
        "SELECT * { ?s ?p '''a''b\\''' ''' . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(1<2) SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } FILTER(2>1) }",
        "SELECT * { ?s ?p 1.SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
        "SELECT * { {}SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
        "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
        "SELECT * { ?s ?p kg:a.SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
        "SELECT * { SERVICESILENT<http://127.0.0.1:1/>{ ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:1/> PREFIX service: <http://x/> SELECT * { service:a { ?s ?p ?o } }",
        "SELECT * { SERVICEkg:x { ?a ?b ?c } }",
        "SELECT * { ?s ?p <http://x/\\u0041'> . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } } #'",
        "SELECT * { # comment\rSERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    ],
)
def test_sparql_service_is_refused_however_it_is_spelt(text: str, folder: Path) -> None:
    with pytest.raises(QueryError, match="not allowed here"):
        query(folder, text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?service ?p "SERVICE <http://x>" } # SERVICE <http://x>',
        "SELECT * { ?s <http://x/SERVICE> $SERVICE }",
        "SELECT * { kg:service kg:SERVICE kg:a-SERVICE }",
        "SELECT * { _:SERVICE ?p '''\nSERVICE <http://x> {}''' }",
    ],
)
def test_sparql_service_as_a_name_is_no_service(text: str, folder: Path) -> None:
    check_query(text)
    assert query(folder, text).rows == ()
