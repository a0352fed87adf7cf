"""Feature dictionaries and labels to the weights of logistic and multinomial regressions (L2, L-BFGS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

MIN_ROWS = 5  # in which a feature must be seen
Rows = Sequence[Mapping[str, float]]


def fit(rows: Rows, labels: Sequence[float], *, l2: float = 1.0, least: int = MIN_ROWS) -> dict[str, float]:
    """Weights by feature name; features seen in fewer than `least` rows are left out."""
    names = columns(rows, least)
    matrix, target = to_matrix(rows, names), np.asarray(labels, float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ weights
        error = 1 / (1 + np.exp(-odds)) - target
        value = np.logaddexp(0, odds).sum() - (odds * target).sum() + l2 / 2 * (weights**2).sum()
        return value, matrix.T @ error + l2 * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(found.x[column]), 4) for name, column in names.items()}


def fit_classes(matrix: csr_matrix, labels: np.ndarray, classes: int, *, l2: float = 4.0) -> np.ndarray:
    """Weights `(features, classes)` of a multinomial regression; `labels` are class numbers."""
    rows, features = matrix.shape
    target = np.eye(classes)[labels]
    across = matrix.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(features, classes)
        logs = class_logs(matrix, weights)
        value = -logs[np.arange(rows), labels].sum() + l2 / 2 * (weights**2).sum()
        return value, (across @ (np.exp(logs) - target) + l2 * weights).ravel()

    start = np.zeros(features * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return found.x.reshape(features, classes)


def class_logs(matrix: csr_matrix, weights: np.ndarray) -> np.ndarray:
    """Log-probabilities `(rows, classes)`."""
    scores = matrix @ weights
    scores -= scores.max(1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(1, keepdims=True))


def columns(rows: Rows, least: int) -> dict[str, int]:
    """Features seen in at least `least` rows, sorted, with their column numbers."""
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return {name: column for column, name in enumerate(sorted(n for n, count in counts.items() if count >= least))}


def to_matrix(rows: Rows, names: Mapping[str, int]) -> csr_matrix:
    """The features that have a column, as a sparse matrix."""
    data, places, starts = [], [], [0]
    for row in rows:
        for name, value in row.items():
            if name in names:
                data.append(value)
                places.append(names[name])
        starts.append(len(places))
    return csr_matrix((data, places, starts), shape=(len(rows), len(names)))


def fit_choices(matrix: csr_matrix, groups: np.ndarray, chosen: np.ndarray, *, l2: float = 4.0) -> np.ndarray:
    """Weights of a conditional logit: of each group of rows one is chosen (McFadden 1974).

    Args:
        matrix: One row per option, the options of a group together.
        groups: Where each group begins.
        chosen: True for the chosen options.
        l2: Strength of the penalty.
    """
    across = matrix.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logs = choice_logs(matrix @ weights, groups)
        error = np.exp(logs) - chosen
        return -logs[chosen].sum() + l2 / 2 * (weights**2).sum(), across @ error + l2 * weights

    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return found.x


def choice_logs(scores: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Log-probability of each option within its group."""
    sizes = np.diff(np.append(groups, len(scores)))
    scores = scores - np.repeat(np.maximum.reduceat(scores, groups), sizes)
    return scores - np.repeat(np.log(np.add.reduceat(np.exp(scores), groups)), sizes)
