"""A weighted graph → communities, and their members' names → a name for each.

The communities are those of the Louvain method (Blondel et al. 2008), with the queue of Traag et al. 2019 for the
local moves: only nodes whose surroundings have changed are looked at again, so 1 million edges take seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from kg.views.adjacency import joined, rows_of, without_zeros

__all__ = ["find_communities", "name_communities"]

SEED = 0
LEAST_GAIN = 1e-10  # of modularity times total weight; smaller gains are rounding
NAMES = 3  # how many members make a community's name
TELLING = {"Task": 2.0, "Method": 1.0, "Dataset": 1.0, "Benchmark": 1.0, "Metric": 0.25}  # of what a community is about


def find_communities(weights: sp.csr_array, *, resolution: float = 1.0) -> NDArray[np.int64]:
    """The community of each node, numbered from the largest (0) down; -1 for nodes without edges.

    Args:
        weights: Symmetric (n, n), no negative entry.
        resolution: Above 1 for more and smaller communities.

    Example:
        >>> pairs = sp.csr_array(np.kron(np.eye(2), np.ones((2, 2)) - np.eye(2)))
        >>> find_communities(pairs).tolist()
        [0, 0, 1, 1]
    """
    level = weights = without_zeros(weights)
    labels = np.arange(weights.shape[0])
    while True:
        moved = _move_nodes(level, resolution=resolution)
        names, moved = np.unique(moved, return_inverse=True)
        labels = moved[labels]
        if len(names) == level.shape[0]:
            return _by_size(labels, weights)
        level = joined(level, moved)


def _move_nodes(weights: sp.csr_array, *, resolution: float) -> NDArray[np.int64]:
    """Each node to the neighbouring community where modularity gains most, until none gains any more."""
    count = weights.shape[0]
    strength: list[float] = np.bincount(rows_of(weights), weights.data, minlength=count).tolist()
    scale = resolution / (sum(strength) or 1.0)
    total, label = strength.copy(), list(range(count))
    start, near, weight = weights.indptr.tolist(), weights.indices.tolist(), weights.data.tolist()
    queue = deque(np.random.default_rng(SEED).permutation(count).tolist())
    waiting = bytearray(b"\1") * count
    while queue:
        node = queue.popleft()
        waiting[node] = 0
        begin, end, old = start[node], start[node + 1], label[node]
        links: dict[int, float] = {old: 0.0}
        for at in range(begin, end):
            if (other := near[at]) != node:
                links[label[other]] = links.get(label[other], 0.0) + weight[at]
        pull = strength[node] * scale
        total[old] -= strength[node]
        best, gain = old, links[old] - pull * total[old] + LEAST_GAIN
        for new, link in links.items():
            if (value := link - pull * total[new]) > gain:
                best, gain = new, value
        total[best] += strength[node]
        if best != old:
            label[node] = best
            for other in near[begin:end]:
                if not waiting[other] and label[other] != best:
                    waiting[other] = 1
                    queue.append(other)
    return np.array(label, dtype=np.int64)


def _by_size(labels: NDArray[np.int64], weights: sp.csr_array) -> NDArray[np.int64]:
    alone = np.diff(weights.indptr) == 0
    kept, first, sizes = np.unique(labels[~alone], return_index=True, return_counts=True)
    rank = np.full(len(labels) + 1, -1)
    rank[kept[np.lexsort((first, -sizes))]] = np.arange(len(kept))
    return np.where(alone, -1, rank[labels])


def name_communities(
    labels: NDArray[np.int64], weights: sp.csr_array, *, types: Sequence[str], names: Sequence[str]
) -> list[str]:
    """A name per community from its most telling entities: much linked inside it, by several papers, little outside.

    Args:
        labels: (n,) as `find_communities` returns them.
        weights: (n, n) as given to it.
        types: (n,) types of the nodes; those in `TELLING` make names, others only where there is none of those.
        names: (n,) names of the nodes.

    Returns:
        For community 0, 1, …: up to three names joined by `·`.
    """
    rows, count = rows_of(weights), len(labels)
    inside = labels[rows] == labels[weights.indices]
    near = np.bincount(rows, weights.data * inside, minlength=count)
    share = near / np.maximum(np.bincount(rows, weights.data, minlength=count), 1e-12)
    papers = np.bincount(rows, inside & (np.array(types, dtype=object) == "Paper")[weights.indices], minlength=count)
    known = 1 - 0.9 / np.maximum(papers, 1)  # what one paper alone names is hardly what a community is about
    worth = near * share * known * np.array([TELLING.get(kind, 0.0) for kind in types], dtype=float)
    telling: list[list[str]] = [[] for _ in range(labels.max(initial=-1) + 1)]
    for node in np.lexsort((np.arange(count), -near, -worth.round(9))).tolist():
        if labels[node] >= 0 and _adds(telling[labels[node]], names[node], telling=worth[node] > 0):
            telling[labels[node]].append(names[node])
    return [" · ".join(found) for found in telling]


def _adds(found: list[str], name: str, *, telling: bool) -> bool:
    """Whether a further name says more: there is room, it names an entity or is the first, and none holds the other."""
    if len(found) >= (NAMES if telling else 1):
        return False
    new = f" {name.casefold()} "
    return not any(new in (old := f" {other.casefold()} ") or old in new for other in found)
