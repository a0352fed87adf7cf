"""What communities and layout both need of a sparse, symmetric (n, n) matrix of weights."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["joined", "rows_of", "without_zeros"]


def rows_of(weights: sp.csr_array) -> NDArray[np.int64]:
    """The row of each stored entry; its column is in `weights.indices`.

    Example:
        >>> rows_of(sp.csr_array(np.array([[0.0, 1.0], [1.0, 1.0]]))).tolist()
        [0, 1, 1]
    """
    return np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))


def without_zeros(weights: sp.csr_array) -> sp.csr_array:
    """A copy in floats whose stored entries are all other than 0."""
    out = sp.csr_array(weights, dtype=float, copy=True)
    out.eliminate_zeros()
    return out


def joined(weights: sp.csr_array, labels: NDArray[np.int64]) -> sp.csr_array:
    """The graph of the groups 0 … k-1 that `labels` (n,) names: (k, k), weights inside a group on the diagonal.

    Example:
        >>> joined(sp.csr_array(np.ones((3, 3))), np.array([0, 0, 1])).toarray().tolist()
        [[4.0, 2.0], [2.0, 1.0]]
    """
    size = labels.max(initial=-1) + 1
    ends = (labels[rows_of(weights)], labels[weights.indices])
    return sp.csr_array(sp.coo_array((weights.data, ends), shape=(size, size)))
