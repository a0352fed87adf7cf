"""A graph → what can be computed of each node: degree, community, place, size and colour, once for all exports."""

from __future__ import annotations

import weakref

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from kg.schema import ENTITY_TYPES
from kg.tables import KnowledgeGraph
from kg.views.communities import find_communities, name_communities
from kg.views.layout import place_nodes
from kg.views.rows import edges, nodes

__all__ = ["measures"]

SMALLEST, LARGEST = 4.0, 60.0  # node sizes, in the unit of the places: about 50 from one node to the next
GROWTH = 3.0  # a node of d edges has the size SMALLEST + GROWTH·√d
OTHER_COLOUR = "#999999"
_kept: dict[int, pd.DataFrame] = {}


def measures(graph: KnowledgeGraph) -> pd.DataFrame:
    """Measures of all nodes, in the order of `nodes(graph)`; computed once per graph object, then remembered.

    Returns:
        `node` (key), `degree` (edges that start or end there), `weighted_degree` (their scores added up), `community`
        (0 is the largest; -1: no edge), `community_name` (its most telling entities; empty for -1), `x` and `y`
        (within ±25·√n, 2 decimals), `size` (4 to 60) and `colour` (`#rrggbb`, that of the type).

    Example:
        >>> from kg.graph import build
        >>> from kg.model import Annotation, Entity, Mention, Paper
        >>> paper = Paper("1", "Mixup", "We train ResNet.")
        >>> note = Annotation(paper, (Mention(15, 21, "ResNet", "Method"),), (Entity("ResNet", "Method", "used"),))
        >>> measures(build([note]))[["node", "degree", "community_name"]].values.tolist()[0]
        ['method/resnet', 1, 'ResNet']
    """
    if id(graph) not in _kept:
        _kept[id(graph)] = _measured(graph)
        weakref.finalize(graph, _kept.pop, id(graph), None)
    return _kept[id(graph)].copy()


def _measured(graph: KnowledgeGraph) -> pd.DataFrame:
    table, links = nodes(graph), edges(graph)
    place = {key: at for at, key in enumerate(table["node"])}
    ends = np.array([[place[k] for k in links[side]] for side in ("source", "target")], dtype=np.int64)
    weights = _weights(ends, links["score"].to_numpy(), len(table))
    labels = find_communities(weights)
    names = name_communities(labels, weights, types=table["type"].tolist(), names=table["label"].tolist())
    points = place_nodes(weights, labels)
    degree = np.bincount(ends.ravel(), minlength=len(table))
    strength = np.bincount(ends.ravel(), np.tile(links["score"].to_numpy(), 2), minlength=len(table))
    columns = {
        "node": table["node"],
        "degree": degree,
        "weighted_degree": strength.round(6),
        "community": labels,
        "community_name": pd.Series([names[at] if at >= 0 else "" for at in labels], dtype="object"),
        "x": points[:, 0],
        "y": points[:, 1],
        "size": np.minimum(SMALLEST + GROWTH * np.sqrt(degree), LARGEST).round(2),
        "colour": pd.Series([_colour(kind) for kind in table["type"]], dtype="object"),
    }
    return pd.DataFrame(columns)


def _weights(ends: NDArray[np.int64], scores: NDArray[np.float64], count: int) -> sp.csr_array:
    """Symmetric (n, n): the scores of all edges between two nodes added up, either way; loops left out."""
    source, target = ends[:, ends[0] != ends[1]]
    kept = scores[ends[0] != ends[1]]
    pairs = (np.concatenate([source, target]), np.concatenate([target, source]))
    out = sp.csr_array(sp.coo_array((np.tile(kept, 2), pairs), shape=(count, count)))
    out.eliminate_zeros()
    return out


def _colour(kind: str) -> str:
    return ENTITY_TYPES[kind].colour if kind in ENTITY_TYPES else OTHER_COLOUR
