"""Fitted numbers from files: logistic weights by feature name, counts of names in training texts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kg.errors import PipelineError
from kg.nlp.candidates import Terms

__all__ = ["Weights", "log_odds", "probability", "read_terms", "read_weights"]

Weights = Mapping[str, Mapping[str, float]]  # model → feature → weight


@lru_cache(maxsize=16)
def read_weights(path: str | Path) -> Weights:
    """Weights of one or more logistic models: `{"model": {"feature": weight}}`; an empty path gives none.

    Raises:
        PipelineError: If the file is missing or is no such object.
    """
    if not path:
        return {}
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
        return {model: {str(k): float(v) for k, v in weights.items()} for model, weights in rows.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise PipelineError(
            f"no weights ({error})", path=path, remedy="fit them anew, see pipelines/fit_rules"
        ) from None


@lru_cache(maxsize=4)
def read_terms(path: str | Path) -> Terms:
    """Counts of names in training texts: tab-separated key, papers it occurs in, then `Type=papers` cells.

    Raises:
        PipelineError: If the file is missing or a line has another form.
    """
    if not path:
        return Terms.of({})
    counts: dict[str, dict[str, float]] = {}
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise PipelineError(f"no counts ({error})", path=path, remedy="count anew, see pipelines/fit_rules") from None
    for number, line in enumerate(lines, 1):
        try:
            key, seen, *cells = line.split("\t")
            counts[key] = {"seen": float(seen)} | {t: float(n) for t, _, n in (c.partition("=") for c in cells)}
        except ValueError:
            raise PipelineError(
                f"not a count: {line!r}", path=path, line=number, remedy="see pipelines/fit_rules"
            ) from None
    return Terms.of(counts)


def log_odds(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of features; unknown ones do not count.

    Example:
        >>> log_odds({"one": 1.0, "listed": 1.0, "new": 9.0}, {"one": -1.0, "listed": 2.5})
        1.5
    """
    total = 0.0
    for name, value in features.items():  # a loop: it is called for every role of every entity
        weight = weights.get(name)
        if weight is not None:
            total += value * weight
    return total


def probability(odds: float) -> float:
    """The probability of log-odds.

    Example:
        >>> probability(0.0)
        0.5
    """
    return 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))
