"""A weighted graph and its communities → a place for each node, so that what belongs together stands together.

In the manner of UMAP's layout of a graph (McInnes et al. 2018): linked nodes attract, sampled others repel. The
communities are laid out first, as one node each; then each node starts within its community's disc. All forces are made
of + − × ÷ √ on arrays in a fixed order, so the same graph gives the same places on any number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from kg.views.adjacency import joined, rows_of, without_zeros

__all__ = ["SPREAD", "place_nodes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEED = 0
SPREAD = 25.0  # n nodes lie within ±SPREAD·√n: the spacing that Gephi's own layouts come to
ROUNDS = 100
SMOOTHING = 100  # steps of a lazy random walk that turn noise into a first arrangement
SAMPLES = 5  # nodes that push each node away, per round, as in UMAP
COHESION = 4.0  # how much more a link inside a community pulls than one between two
GATHER = 0.05  # how much the middle of its community pulls a node, where all its links pull 1: enough to part clouds
LONGEST_STEP = 4.0  # per round, in the distance of two linked nodes, as in UMAP
REACH = 10.0  # radius of the first arrangement, in that distance; of the same order whatever the number of nodes
BEND = 2.0  # standard deviations from which on the first arrangement is bent inwards
GAP = 1.0  # between components, where a component of m nodes has the radius √m
GOLDEN_ANGLE = 2.399963229728653  # radians; steps of it fill a ring evenly


def place_nodes(weights: sp.csr_array, labels: Ints) -> Floats:
    """Where each node goes: (n, 2), within ±SPREAD·√n, to 2 decimals.

    The largest connected component is in the middle, smaller ones around it, nodes without edges on the rim.

    Args:
        weights: Symmetric (n, n), no negative entry.
        labels: (n,) community of each node; what is linked in one community is drawn together.

    Example:
        >>> pair = sp.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
        >>> place_nodes(pair, np.zeros(2, dtype=np.int64)).shape
        (2, 2)
    """
    count = weights.shape[0]
    if count == 0:
        return np.zeros((0, 2))
    part = _by_size(connected_components(weights, directed=False)[1])
    labels = np.unique(part * (labels.max() + 2) + labels, return_inverse=True)[1]  # none spans two components
    pulls = _pulls(weights, labels)
    points = _spread(pulls, part, _start(weights, pulls, labels, part), labels=labels)
    points = _rounded_off(points, part) + _centres(np.bincount(part))[part]
    reach = np.sqrt((points**2).sum(axis=1)).max()
    scale = SPREAD * count**0.5 / reach if reach else 0.0
    return np.asarray(np.round(points * scale, 2) + 0.0)  # + 0.0: no -0.0


def _by_size(part: NDArray[np.int32]) -> Ints:
    """Components numbered from the largest, equal ones by their first node."""
    _, first, number, sizes = np.unique(part, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[number]


def _pulls(weights: sp.csr_array, labels: Ints) -> sp.csr_array:
    """How much of each node's pull comes from which neighbour: rows sum to 1, hubs and other communities count less."""
    out = without_zeros(weights)
    rows = rows_of(out)
    strength = np.bincount(rows, out.data, minlength=len(labels))
    inside = labels[rows] == labels[out.indices]
    out.data = out.data / np.sqrt(strength[out.indices]) * np.where(inside, COHESION, 1.0)
    out.data /= np.bincount(rows, out.data, minlength=len(labels))[rows]
    return out


def _start(weights: sp.csr_array, pulls: sp.csr_array, labels: Ints, part: Ints) -> Floats:
    """Each node near the place of its community, which lies in a disc of the radius REACH with the others."""
    between = joined(weights, labels)
    between.setdiag(0)
    size = between.shape[0]
    whole = np.zeros(size, dtype=np.int64)
    whole[labels] = part  # the component of each community
    coarse = _pulls(between, whole)
    centres = _rounded_off(_spread(coarse, whole, REACH * _walk(coarse, whole)), whole)
    centres *= (REACH / np.sqrt(np.bincount(whole)))[whole, None]
    inner = pulls.copy()
    inner.data *= labels[rows_of(pulls)] == labels[pulls.indices]
    radius = REACH * np.sqrt(np.bincount(labels)[labels] / np.bincount(part)[part])
    return np.asarray(centres[labels] + radius[:, None] * _walk(inner, labels))


def _walk(pulls: sp.csr_array, part: Ints) -> Floats:
    """Two slowly varying functions on each part, near its leading eigenvectors, within a disc of radius 1.

    Noise smoothed by a random walk and not an eigensolver's vectors: those hang on the order in which BLAS sums.
    """
    x, y = np.random.default_rng(SEED).random((2, len(part))) - 0.5
    for _ in range(SMOOTHING):
        x, y = ((2 * v + pulls @ v) / 3 for v in (x, y))  # halves would leave nothing of a pair
        x, y = (v - _mean(v, part) for v in (x, y))
        y = y - x * _mean(x * y, part) / (_mean(x * x, part) + 1e-30)
        x, y = (v / (np.sqrt(_mean(v * v, part)) + 1e-30) for v in (x, y))
    bend = np.sqrt(BEND**2 + x * x + y * y)  # or long tails would lie far outside
    return np.stack([x / bend, y / bend], axis=1)


def _spread(pulls: sp.csr_array, part: Ints, points: Floats, *, labels: Ints | None = None) -> Floats:
    """Rounds of attraction by links and by the middle of the community, of repulsion by others of the component."""
    rng = np.random.default_rng(SEED + 1)
    order, sizes = np.argsort(part, kind="stable"), np.bincount(part)
    begin, size = (np.cumsum(sizes) - sizes)[part], sizes[part]
    rows, flow, ones = rows_of(pulls), pulls.copy(), np.ones(len(part))
    for turn in range(ROUNDS):
        gap = points[pulls.indices] - points[rows]
        flow.data = pulls.data * (2 / (1 + gap[:, 0] ** 2 + gap[:, 1] ** 2))
        moves = flow @ points - points * (flow @ ones)[:, None]
        if labels is not None:
            gap = np.stack([_mean(v, labels) for v in points.T], axis=1) - points
            moves += gap * (2 * GATHER / (1 + gap[:, 0] ** 2 + gap[:, 1] ** 2))[:, None]
        for _ in range(SAMPLES):
            gap = points - points[order[begin + (rng.random(len(part)) * size).astype(np.int64)]]
            far = (gap[:, 0] ** 2 + gap[:, 1] ** 2)[:, None]
            moves += gap * (2 / ((0.001 + far) * (1 + far)))
        points = points + (1 - turn / ROUNDS) * np.clip(moves, -LONGEST_STEP, LONGEST_STEP)
    return points


def _rounded_off(points: Floats, part: Ints) -> Floats:
    """Each component as a disc about its own centre, of radius √m for m nodes, filled about evenly.

    A node's radius is halfway between what it was and what its rank would make it if the disc were full.
    """
    points = points - np.stack([_mean(v, part) for v in points.T], axis=1)
    radius = np.sqrt(points[:, 0] ** 2 + points[:, 1] ** 2)
    sizes = np.bincount(part)
    order = np.lexsort((radius, part))
    begin = np.cumsum(sizes) - sizes
    rank = np.empty(len(part), dtype=np.int64)
    rank[order] = np.arange(len(part)) - begin[part[order]]
    size = sizes[part]
    outer = radius[order[(begin + (sizes - 1) * 99 // 100)]][part]  # 99 % lie within
    new = (np.sqrt((rank + 0.5) / size) + np.minimum(radius / np.maximum(outer, 1e-12), 1.0)) / 2
    return np.asarray(points * (new * np.sqrt(size) / np.maximum(radius, 1e-12))[:, None])


def _centres(sizes: Ints) -> Floats:
    """Where components of these sizes (falling) go: the first in the middle, the others in rings, single nodes last."""
    discs = [*_rings(np.sqrt(sizes[sizes > 1]))]
    middle = np.array([(0.0, 0.0, 0.0), *((r * np.cos(a), r * np.sin(a), r + d) for r, a, d in discs)])
    singles = np.arange((sizes == 1).sum())
    edge = middle[:, 2].max()
    radius = np.sqrt((edge + 2 * GAP) ** 2 + singles * 2) if edge else np.sqrt(singles)
    rim = np.stack([radius * np.cos(singles * GOLDEN_ANGLE), radius * np.sin(singles * GOLDEN_ANGLE)], axis=1)
    return np.concatenate([middle[1:, :2], rim])


def _rings(discs: Floats) -> Iterator[tuple[float, float, float]]:
    """Distance from the middle, angle and own radius of discs in ring after ring around the first."""
    if not len(discs):
        return
    edge, angle, distance = float(discs[0]), 2 * np.pi, 0.0
    yield 0.0, 0.0, edge
    for disc in discs[1:].tolist():
        width = 2 * np.arcsin((disc + GAP / 2) / max(distance, disc + GAP / 2))
        if angle + width > 2 * np.pi:  # the ring is full: start the next outside it
            distance, angle = edge + GAP + disc, 0.0
            edge = distance + disc
            width = 2 * np.arcsin((disc + GAP / 2) / distance)
        yield distance, angle + width / 2, disc
        angle += width


def _mean(values: Floats, part: Ints) -> Floats:
    """For each node the mean of its component."""
    return np.asarray((np.bincount(part, values) / np.bincount(part))[part])
