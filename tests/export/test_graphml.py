import networkx as nx
import pytest

from kg.export.fields import EDGE_FIELDS, NODE_FIELDS, clean_text
from kg.export.graphml import write_graphml
from kg.views import edges, measures, nodes
from tests.graph_samples import GRAPHS, HOSTILE, hostile, two_topics


def read_back(graph, folder):
    path = folder / "graph.graphml"
    write_graphml(graph, path)
    return nx.read_graphml(path, force_multigraph=True)


@pytest.mark.parametrize("name", GRAPHS)
def test_graphml_is_read_by_networkx(name, tmp_path):
    graph = GRAPHS[name]()
    read = read_back(graph, tmp_path)
    assert list(read) == nodes(graph)["node"].tolist()
    assert sorted(key for _, _, key in read.edges(keys=True)) == sorted(edges(graph)["relation"])
    assert read.is_directed()


def test_graphml_types_what_gephi_reads(tmp_path):
    graph = two_topics()
    read = read_back(graph, tmp_path)
    row = measures(graph).set_index("node").loc["method/yolo"]
    node = read.nodes["method/yolo"]
    assert (node["label"], node["x"], node["y"], node["size"]) == ("YOLO", row["x"], row["y"], row["size"])
    assert (node["r"], node["g"], node["b"]) == tuple(bytes.fromhex(row["colour"][1:]))
    looks = {"label": str, "x": float, "y": float, "size": float, "r": int, "g": int, "b": int}
    for values in read.nodes.values():
        assert {name: type(value) for name, value in values.items()}.items() <= (looks | NODE_FIELDS).items()
    for values in read.edges.values():
        kinds = {"label": str, "weight": float} | EDGE_FIELDS
        assert {name: type(value) for name, value in values.items() if name != "id"}.items() <= kinds.items()


def test_graphml_keeps_parallel_edges(tmp_path):
    found = read_back(two_topics(), tmp_path)["paper/speech2"]["method/conformer"]
    assert sorted((e["predicate"], e["weight"]) for e in found.values()) == [("proposes", 0.7), ("usesMethod", 0.8)]


@pytest.mark.parametrize("key", HOSTILE)
def test_graphml_keeps_hostile_texts(key, tmp_path):
    read = read_back(hostile(), tmp_path)
    assert read.nodes[f"paper/{key}"].get("label", "") == clean_text(HOSTILE[key])


@pytest.mark.parametrize("name", GRAPHS)
def test_graphml_is_the_same_bytes_twice(name, tmp_path):
    for path in (tmp_path / "a", tmp_path / "b"):
        write_graphml(GRAPHS[name](), path)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
