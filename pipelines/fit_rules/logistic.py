"""Feature dictionaries and labels to the weights of a logistic regression (L2, L-BFGS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


def fit(
    rows: Sequence[Mapping[str, float]], labels: Sequence[float], *, l2: float = 1.0, least: int = 5
) -> dict[str, float]:
    """Weights by feature name; features seen in fewer than `least` rows are left out."""
    names = _names(rows, least)
    matrix, target = _matrix(rows, names), np.asarray(labels, float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ weights
        error = 1 / (1 + np.exp(-odds)) - target
        value = np.logaddexp(0, odds).sum() - (odds * target).sum() + l2 / 2 * (weights**2).sum()
        return value, matrix.T @ error + l2 * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(found.x[column]), 4) for name, column in names.items()}


def _names(rows: Sequence[Mapping[str, float]], least: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return {name: column for column, name in enumerate(sorted(n for n, count in counts.items() if count >= least))}


def _matrix(rows: Sequence[Mapping[str, float]], names: Mapping[str, int]) -> csr_matrix:
    data, columns, starts = [], [], [0]
    for row in rows:
        for name, value in row.items():
            if name in names:
                data.append(value)
                columns.append(names[name])
        starts.append(len(columns))
    return csr_matrix((data, columns, starts), shape=(len(rows), len(names)))
