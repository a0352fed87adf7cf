"""A weighted graph and its communities → a place for each node, so that what belongs together stands together.

In the manner of UMAP's layout of a graph (McInnes et al. 2018): linked nodes attract, sampled others repel. All forces
are made of + − × ÷ √ on arrays in a fixed order, so the same graph gives the same places on any number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

__all__ = ["SPREAD", "place_nodes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEED = 0
SPREAD = 25.0  # n nodes lie within ±SPREAD·√n: the spacing that Gephi's own layouts come to
ROUNDS = 100
SMOOTHING = 100  # steps of a lazy random walk that turn noise into a first arrangement
SAMPLES = 5  # nodes that push each node away, per round, as in UMAP
COHESION = 4.0  # how much more a link inside a community pulls; 1: .45, 4: .94 of near nodes share one (12k nodes)
LONGEST_STEP = 4.0  # per round, in the distance of two linked nodes, as in UMAP
FIRST_REACH, FIRST_BEND = 10.0, 2.0  # radius of the first arrangement, and from which radius (in deviations) it bends
GAP = 1.0  # between components, where a component of m nodes has the radius √m
GOLDEN_ANGLE = 2.399963229728653  # radians; steps of it fill a ring evenly


def place_nodes(weights: sp.csr_array, labels: Ints) -> Floats:
    """Where each node goes: (n, 2), within ±SPREAD·√n, to 2 decimals.

    The largest connected component is in the middle, smaller ones around it, nodes without edges on the rim.

    Args:
        weights: Symmetric (n, n), no negative entry.
        labels: (n,) community of each node; those of one community are drawn together.

    Example:
        >>> pair = sp.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
        >>> place_nodes(pair, np.zeros(2, dtype=np.int64)).shape
        (2, 2)
    """
    count = weights.shape[0]
    if count == 0:
        return np.zeros((0, 2))
    part = _by_size(connected_components(weights, directed=False)[1])
    pulls = _pulls(weights, labels)
    points = _spread(pulls, part, _start(pulls, part))
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
    out = sp.csr_array(weights, dtype=float, copy=True)
    out.eliminate_zeros()
    rows = _rows(out)
    strength = np.bincount(rows, out.data, minlength=len(labels))
    inside = labels[rows] == labels[out.indices]
    out.data = out.data / np.sqrt(strength[out.indices]) * np.where(inside, COHESION, 1.0)
    out.data /= np.bincount(rows, out.data, minlength=len(labels))[rows]
    return out


def _start(pulls: sp.csr_array, part: Ints) -> Floats:
    """A first arrangement: two slowly varying functions on each component, near its leading eigenvectors.

    Noise smoothed by a random walk and not an eigensolver's vectors: those hang on the order in which BLAS sums.
    """
    x, y = np.random.default_rng(SEED).random((2, len(part))) - 0.5
    for _ in range(SMOOTHING):
        x, y = ((2 * v + pulls @ v) / 3 for v in (x, y))  # halves would leave nothing of a pair
        x, y = (v - _mean(v, part) for v in (x, y))
        y = y - x * _mean(x * y, part) / (_mean(x * x, part) + 1e-30)
        x, y = (v / (np.sqrt(_mean(v * v, part)) + 1e-30) for v in (x, y))
    bend = FIRST_REACH / np.sqrt(FIRST_BEND**2 + x * x + y * y)  # or long tails would lie far outside
    return np.stack([x * bend, y * bend], axis=1)


def _spread(pulls: sp.csr_array, part: Ints, points: Floats) -> Floats:
    """Rounds of attraction along links and of repulsion from sampled nodes of the same component."""
    rng = np.random.default_rng(SEED + 1)
    order, sizes = np.argsort(part, kind="stable"), np.bincount(part)
    begin, size = (np.cumsum(sizes) - sizes)[part], sizes[part]
    rows, flow, ones = _rows(pulls), pulls.copy(), np.ones(len(part))
    for turn in range(ROUNDS):
        gap = points[pulls.indices] - points[rows]
        flow.data = pulls.data * (2 / (1 + gap[:, 0] ** 2 + gap[:, 1] ** 2))
        moves = flow @ points - points * (flow @ ones)[:, None]
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


def _rows(weights: sp.csr_array) -> Ints:
    return np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
