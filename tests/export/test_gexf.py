import json
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.export.fields import EDGE_FIELDS, NODE_FIELDS, clean_text
from kg.export.gexf import write_gexf
from kg.schema import ENTITY_TYPES, RELATIONS
from kg.views import edges, measures, nodes
from tests.graph_samples import GRAPHS, HOSTILE, hostile, two_topics

NS = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}


@pytest.fixture
def read_with_graphology():
    """A function that reads a file as Gephi's web tools do."""
    modules = Path(os.environ.get("KG_NODE_MODULES", "")).absolute()
    if not os.environ.get("KG_NODE_MODULES") or not (modules / "graphology-gexf").exists():
        pytest.skip("KG_NODE_MODULES names no folder with graphology-gexf")
    if not shutil.which("node"):
        pytest.skip("no node on this machine")

    def read(path):
        command = ["node", str(Path(__file__).with_name("read_gexf.js")), str(path)]
        env = os.environ | {"NODE_PATH": str(modules)}
        run = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return read


def written(graph, folder):
    path = folder / "graph.gexf"
    write_gexf(graph, path)
    return path


@pytest.mark.parametrize("name", GRAPHS)
def test_gexf_is_read_by_networkx(name, tmp_path):
    graph = GRAPHS[name]()
    read = nx.MultiDiGraph(nx.read_gexf(written(graph, tmp_path)))
    assert sorted(read) == nodes(graph)["node"].tolist()
    pairs = sorted((a, b) for a, b, _ in read.edges(keys=True))
    assert pairs == sorted(zip(edges(graph)["source"], edges(graph)["target"], strict=True))


def test_gexf_holds_attributes_places_colours_and_sizes(tmp_path):
    graph = two_topics()
    read = nx.read_gexf(written(graph, tmp_path))
    row = measures(graph).set_index("node").loc["paper/speech2"]
    found = read.nodes["paper/speech2"]
    assert {name: type(value) for name, value in found.items() if name in NODE_FIELDS} == {
        name: kind for name, kind in NODE_FIELDS.items() if name != "url"
    }
    assert (found["label"], found["type"], found["year"]) == ("On speech 2", "Paper", 2022)
    assert found["viz"]["position"] == {"x": row["x"], "y": row["y"], "z": 0.0}
    assert found["viz"]["size"] == row["size"]
    assert "#{r:02x}{g:02x}{b:02x}".format(**found["viz"]["color"]) == ENTITY_TYPES["Paper"].colour
    assert "year" not in read.nodes["paper/alone"]


def test_gexf_keeps_parallel_edges_apart_by_kind(tmp_path):
    tree = ElementTree.parse(written(two_topics(), tmp_path))
    ends = {"source": "paper/speech2", "target": "method/conformer"}
    found = [e.attrib for e in tree.iterfind(".//g:edge", NS) if ends.items() <= e.attrib.items()]
    assert [(e["kind"], e["label"], e["weight"]) for e in found] == [
        ("proposes", "proposes", "0.7"),
        ("usesMethod", "uses", "0.8"),
    ]
    assert len({e["id"] for e in found}) == 2


def test_gexf_has_numeric_attribute_ids_and_no_name_that_readers_take_for_their_own(tmp_path):
    tree = ElementTree.parse(written(two_topics(), tmp_path))
    assert all(a.get("id").isdecimal() for a in tree.iterfind(".//g:attribute", NS))
    titles = {a.get("title") for a in tree.iterfind(".//g:attributes[@class='edge']/g:attribute", NS)}
    assert titles == set(EDGE_FIELDS)
    assert titles.isdisjoint({"type", "start", "end", "id", "label", "weight", "kind", "source", "target"})
    assert not any({"start", "end", "type"} & set(e.attrib) for e in tree.iterfind(".//g:edge", NS))


def test_gexf_names_no_day(tmp_path):
    assert "lastmodifieddate" not in written(two_topics(), tmp_path).read_text()


@pytest.mark.parametrize("key", HOSTILE)
def test_gexf_keeps_hostile_texts(key, tmp_path):
    read = nx.read_gexf(written(hostile(), tmp_path))
    assert read.nodes[f"paper/{key}"]["label"] == clean_text(HOSTILE[key])
    assert read.nodes[f"paper/{key}"].get("url", "") == clean_text(HOSTILE[key])
    edge = read.edges[f"paper/{key}", f"method/{key}"]
    assert edge.get("sentence", "") == clean_text(HOSTILE[key])
    assert edge["weight"] > 0


@pytest.mark.parametrize("name", GRAPHS)
def test_gexf_is_read_by_graphology(name, tmp_path, read_with_graphology):
    graph = GRAPHS[name]()
    read = read_with_graphology(written(graph, tmp_path))
    table, places = nodes(graph).set_index("node"), measures(graph).set_index("node")
    assert [n["key"] for n in read["nodes"]] == table.index.tolist()
    for node in read["nodes"]:
        row = places.loc[node["key"]]
        assert (node["x"], node["y"], node["size"]) == (row["x"], row["y"], row["size"])
        assert node["color"] == "rgb({},{},{})".format(*bytes.fromhex(row["colour"][1:]))
        assert node.get("label", "") == clean_text(table.loc[node["key"], "label"])
        assert node["type"] in ENTITY_TYPES
        assert node["degree"] == row["degree"]
    assert [(e["key"], e["source"], e["target"]) for e in read["edges"]] == list(
        edges(graph)[["relation", "source", "target"]].itertuples(index=False, name=None)
    )
    assert all(e["kind"] == e["predicate"] in RELATIONS and 0 <= e["score"] <= e["weight"] for e in read["edges"])


@pytest.mark.parametrize("name", GRAPHS)
def test_gexf_is_the_same_bytes_twice(name, tmp_path):
    first = written(GRAPHS[name](), tmp_path).read_bytes()
    assert written(GRAPHS[name](), tmp_path).read_bytes() == first
