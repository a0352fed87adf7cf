import hashlib
import math
import os
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.spatial import cKDTree

from kg.errors import GraphError
from kg.schema import ENTITY_TYPES
from kg.views import edges, measures, nodes, to_networkx
from kg.views.communities import find_communities, name_communities
from kg.views.layout import place_nodes
from tests.graph_samples import GRAPHS, HOSTILE, entity, hostile, make_graph, paper, two_topics

COLUMNS = ["node", "degree", "weighted_degree", "community", "community_name", "x", "y", "size", "colour"]


def planted(groups: int, size: int, *, inside: float = 0.2, between: float = 0.002) -> sp.csr_array:
    """A graph of groups that are denser inside than between."""
    count = groups * size
    rng = np.random.default_rng(7)
    same = np.arange(count)[:, None] // size == np.arange(count) // size
    upper = np.triu(rng.random((count, count)) < np.where(same, inside, between), 1)
    return sp.csr_array((upper | upper.T).astype(float))


def reach(points: np.ndarray) -> float:
    return float(np.sqrt((points**2).sum(axis=1)).max())


@pytest.mark.parametrize("name", GRAPHS)
def test_views_measures_has_a_row_per_node(name):
    graph = GRAPHS[name]()
    rows = measures(graph)
    assert rows.columns.tolist() == COLUMNS
    assert rows["node"].tolist() == nodes(graph)["node"].tolist() == sorted(rows["node"])
    assert rows[["x", "y", "size"]].map(math.isfinite).all(axis=None)
    assert reach(rows[["x", "y"]].to_numpy()) <= 25 * len(rows) ** 0.5 + 0.01 if len(rows) else True


@pytest.mark.parametrize("name", GRAPHS)
def test_views_networkx_attributes_are_plain(name):
    graph = to_networkx(GRAPHS[name]())
    for data in [*graph.nodes.values(), *graph.edges.values()]:
        assert {type(value) for value in data.values()} <= {str, int, float, bool}


def test_views_networkx_has_what_the_tables_have():
    graph = to_networkx(two_topics())
    assert graph.nodes["paper/speech1"] == {
        "type": "Paper",
        "label": "On speech 1",
        "papers": 1,
        "year": 2021,
        "url": "",
    }
    assert "year" not in graph.nodes["paper/alone"]
    assert sorted(graph["paper/speech2"]["method/conformer"]) == ["proposes", "usesMethod"]
    edge = graph.edges["paper/speech2", "method/conformer", "proposes"]
    assert (edge["label"], edge["score"], edge["sentence"]) == ("proposes", 0.7, "A sentence.")


def test_views_edges_show_the_surest_sentence_with_words():
    graph = make_graph([paper("1", "P")], [entity("Task", "T")], [("paper/1", "addresses", "task/t", 0.4)])
    row = graph.evidence.iloc[0].to_dict()
    for at, (score, sentence) in enumerate([(0.9, ""), (0.8, "Sure."), (0.8, "Later."), (0.3, "Doubtful.")]):
        graph.evidence.loc[at] = row | {"score": score, "sentence": sentence, "sentence_start": at}
    assert edges(graph)["sentence"].tolist() == ["Sure."]


def test_views_edges_refuse_a_relation_without_an_end():
    graph = make_graph([paper("1", "P")], [], [("paper/1", "addresses", "task/gone", 0.4)])
    with pytest.raises(GraphError, match="task/gone"):
        edges(graph)


def test_views_measures_count_edges_and_scores():
    rows = measures(two_topics()).set_index("node")
    assert rows.loc["paper/speech2", ["degree", "weighted_degree"]].tolist() == [3, 2.4]
    assert rows.loc["paper/alone", ["degree", "community", "community_name"]].tolist() == [0, -1, ""]
    assert rows["size"].idxmax() == rows["degree"].idxmax()
    assert rows.loc["method/yolo", "colour"] == ENTITY_TYPES["Method"].colour


def test_views_measures_name_communities_by_what_is_theirs():
    rows = measures(two_topics()).set_index("node")
    assert rows.loc["paper/speech3", "community_name"] == "Speech recognition · Conformer"
    assert rows.loc["paper/vision3", "community_name"] == "Object detection · YOLO"
    assert rows.loc["paper/pair", "community_name"]
    assert rows.loc["paper/speech3", "community"] != rows.loc["paper/vision3", "community"]


def test_views_measures_are_computed_once_and_handed_out_as_copies(monkeypatch):
    graph = two_topics()
    first = measures(graph)
    monkeypatch.setattr("kg.views.rows.RELATIONS", None)  # computing again would fail
    first.loc[:, "x"] = 0.0
    assert measures(graph)["x"].abs().sum() > 0


def test_views_measures_do_not_mix_graphs_up():
    for count in range(1, 30):
        assert len(measures(make_graph([paper(str(i), "P") for i in range(count)]))) == count


def test_views_communities_find_planted_groups_as_networkx_does():
    weights = planted(8, 50)
    labels = find_communities(weights)
    assert [len(set(labels[i : i + 50])) for i in range(0, 400, 50)] == [1] * 8
    whole = nx.from_scipy_sparse_array(weights)
    theirs = nx.community.modularity(whole, nx.community.louvain_communities(whole, seed=0))
    ours = nx.community.modularity(whole, [set(np.flatnonzero(labels == c).tolist()) for c in range(8)])
    assert ours >= theirs - 0.01


def test_views_communities_are_numbered_by_size():
    blocks = [np.ones((n, n)) - np.eye(n) for n in (2, 5, 3)]
    labels = find_communities(sp.csr_array(sp.block_diag([*blocks, np.zeros((1, 1))])))
    assert labels.tolist() == [2, 2, 0, 0, 0, 0, 0, 1, 1, 1, -1]


def test_views_community_names_are_not_what_one_paper_alone_names():
    links = np.zeros((6, 6))
    for a, b, weight in ((0, 3, 1.0), (1, 3, 1.0), (0, 4, 3.0), (4, 5, 3.0)):
        links[a, b] = links[b, a] = weight
    names = ["P", "Q", "R", "shared", "own", "own too"]
    found = name_communities(np.zeros(6, int), sp.csr_array(links), types=["Paper"] * 3 + ["Method"] * 3, names=names)
    assert found[0].split(" · ")[0] == "shared"


def test_views_community_names_do_not_hold_each_other():
    links = np.zeros((5, 5))
    for at in (2, 3, 4):
        links[0, at] = links[at, 0] = links[1, at] = links[at, 1] = 5 - at / 10
    names = ["P", "Q", "adaptation", "domain adaptation", "adaptations"]
    found = name_communities(np.zeros(5, int), sp.csr_array(links), types=["Paper"] * 2 + ["Task"] * 3, names=names)
    assert found == ["adaptation · adaptations"]


def test_views_community_names_prefer_what_is_linked_inside_only():
    links = np.zeros((6, 6))
    for a, b in ((0, 2), (0, 3), (1, 2), (1, 3), (4, 3), (5, 3)):
        links[a, b] = links[b, a] = 1
    types = ["Paper", "Paper", "Method", "Method", "Paper", "Paper"]
    names = ["P", "Q", "Ours", "Everywhere", "R", "S"]
    found = name_communities(np.array([0, 0, 0, 0, 1, 1]), sp.csr_array(links), types=types, names=names)
    assert found == ["Ours · Everywhere", "R"]


def test_views_layout_keeps_groups_together():
    weights, group = planted(8, 50), np.arange(400) // 50
    points = place_nodes(weights, find_communities(weights))
    _, near = cKDTree(points).query(points, 6)
    assert (group[near[:, 1:]] == group[:, None]).mean() > 0.9


def test_views_layout_keeps_leaves_with_their_group_where_most_links_lead_out_of_it():
    core, leaves = planted(8, 100, inside=0.05, between=0.01), 2
    count = core.shape[0] * (1 + leaves)
    leaf = np.arange(core.shape[0], count)
    owner = (leaf - core.shape[0]) % core.shape[0]
    links = sp.coo_array((np.ones(2 * len(leaf)), (np.r_[leaf, owner], np.r_[owner, leaf])), shape=(count, count))
    weights = sp.csr_array(sp.block_diag([core, sp.csr_array((len(leaf), len(leaf)))]) + links)
    labels = find_communities(weights)
    points = place_nodes(weights, labels)
    _, near = cKDTree(points).query(points, 6)
    assert (labels[near[:, 1:]] == labels[:, None]).mean() > 0.9


def test_views_layout_fills_its_disc_and_sets_nodes_apart():
    weights = planted(8, 50)
    points = place_nodes(weights, find_communities(weights))
    assert reach(points) == pytest.approx(25 * 400**0.5, abs=0.02)
    assert len({tuple(p) for p in points.tolist()}) > 390
    assert np.median(np.sqrt((points**2).sum(axis=1))) > 0.4 * reach(points)


def test_views_layout_packs_components_side_by_side_and_loners_on_the_rim():
    sizes = [40, 10, 10, 5, 2, 2, 1, 1, 1]
    weights = sp.csr_array(sp.block_diag([np.ones((n, n)) - np.eye(n) for n in sizes]))
    part = np.repeat(np.arange(len(sizes)), sizes)
    points = place_nodes(weights, part)
    centre = np.array([points[part == i].mean(axis=0) for i in range(len(sizes))])
    radius = np.array([reach(points[part == i] - centre[i]) for i in range(len(sizes))])
    for i in range(len(sizes)):
        for j in range(i):
            assert np.linalg.norm(centre[i] - centre[j]) > radius[i] + radius[j]
    assert np.linalg.norm(centre[0]) < 1
    assert np.linalg.norm(centre[-3:], axis=1).min() > np.linalg.norm(centre[:-3], axis=1).max()


def test_views_layout_packs_thousands_of_pairs():
    points = place_nodes(
        sp.csr_array(sp.kron(sp.eye_array(3000), np.array([[0, 1], [1, 0]]))), np.repeat(np.arange(3000), 2)
    )
    gap, _ = cKDTree(points).query(points, 2)
    assert gap[:, 1].min() > 1


def test_views_measures_are_the_same_whatever_the_threads():
    code = (
        "import hashlib; from tests.graph_samples import two_topics; from kg.views import measures;"
        "print(hashlib.sha256(measures(two_topics()).to_csv().encode()).hexdigest())"
    )
    here = hashlib.sha256(measures(two_topics()).to_csv().encode()).hexdigest()
    for threads, seed in (("1", "1"), ("4", "2")):
        env = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == here


def test_views_measures_do_not_hang_on_the_order_of_rows():
    graph = two_topics()
    turned = make_graph()
    for name, rows in graph.tables().items():
        object.__setattr__(turned, name, rows.iloc[::-1].reset_index(drop=True))
    assert measures(turned).equals(measures(graph))


def test_views_keep_hostile_texts_as_they_are():
    assert set(HOSTILE.values()) <= set(nodes(hostile())["label"])
