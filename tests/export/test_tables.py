import csv

import pytest

from kg.export import tables
from kg.export.fields import clean_text
from kg.export.tables import write_csv
from kg.views import edges, measures, nodes
from tests.graph_samples import GRAPHS, HOSTILE, hostile, make_graph, paper, two_topics


def read_back(graph, folder):
    write_csv(graph, folder / "nodes.csv")
    out = []
    for name in ("nodes.csv", "edges.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            out.append(list(csv.DictReader(file)))
    return out


@pytest.mark.parametrize("name", GRAPHS)
def test_tables_have_a_row_per_node_and_edge(name, tmp_path):
    graph = GRAPHS[name]()
    first, second = read_back(graph, tmp_path)
    assert [row["Id"] for row in first] == nodes(graph)["node"].tolist()
    assert [row["Id"] for row in second] == edges(graph)["relation"].tolist()
    assert {row["Type"] for row in second} <= {"Directed"}
    lines = (tmp_path / "nodes.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(first) + 1


def test_tables_have_the_columns_that_gephi_imports(tmp_path):
    graph = two_topics()
    first, second = read_back(graph, tmp_path)
    node = next(row for row in first if row["Id"] == "paper/speech2")
    place = measures(graph).set_index("node").loc["paper/speech2"]
    assert list(node)[:2] == ["Id", "Label"]
    assert (node["Label"], node["type"], node["year"]) == ("On speech 2", "Paper", "2022")
    assert (float(node["x"]), float(node["y"]), float(node["size"])) == (place["x"], place["y"], place["size"])
    assert list(second[0])[:7] == ["Source", "Target", "Type", "Id", "Label", "Kind", "Weight"]
    kinds = [(e["Kind"], e["Weight"]) for e in second if e["Source"] == "paper/speech2" and "conformer" in e["Target"]]
    assert kinds == [("proposes", "0.7"), ("usesMethod", "0.8")]


def test_tables_leave_an_unknown_year_empty(tmp_path):
    first, _ = read_back(two_topics(), tmp_path)
    assert next(row["year"] for row in first if row["Id"] == "paper/alone") == ""


@pytest.mark.parametrize("key", HOSTILE)
def test_tables_keep_hostile_texts_on_one_line(key, tmp_path):
    first, _ = read_back(hostile(), tmp_path)
    label = next(row["Label"] for row in first if row["Id"] == f"paper/{key}")
    assert label.removeprefix("'") == " ".join(clean_text(HOSTILE[key]).split())


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(1)", "  =1", "\t=1", "\x01=1"])
def test_tables_disarm_formulas(title, tmp_path):
    first, _ = read_back(make_graph([paper("1", title)]), tmp_path)
    assert first[0]["Label"].startswith("'")
    assert not any(cell.startswith(("=", "+", "@")) for cell in first[0].values())


def test_tables_write_both_files_or_none(tmp_path, monkeypatch):
    read_back(two_topics(), tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    monkeypatch.setattr(tables, "edge_rows", lambda graph: iter([{"broken": 1}]))
    with pytest.raises(KeyError):
        write_csv(hostile(), tmp_path / "nodes.csv")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", GRAPHS)
def test_tables_are_the_same_bytes_twice(name, tmp_path):
    for folder in ("a", "b"):
        write_csv(GRAPHS[name](), tmp_path / folder / "nodes.csv")
    for name in ("nodes.csv", "edges.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
