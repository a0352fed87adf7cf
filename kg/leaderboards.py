"""A graph → result tables as the abstracts state them: one per dataset, measure and unit, the best first."""

from __future__ import annotations

import pandas as pd

from kg.tables import KnowledgeGraph

__all__ = ["COLUMNS", "leaderboards"]

COLUMNS = ["dataset", "task", "metric", "better", "unit", "rank", "method", "value", "number", "paper", "score"]
_BOARD = ["dataset", "metric", "unit"]


def leaderboards(graph: KnowledgeGraph, *, min_score: float = 0.0) -> pd.DataFrame:
    """Levels that papers state for a method on a dataset, by a measure.

    Differences ("2 % better") and ratios are no levels and left out; measures and units are never mixed: 0.81 and 81 %
    stand on two boards. Ranks are given only where the catalogue knows which way is better. The task is what the paper
    addresses most surely, for a dataset may serve several.

    Args:
        graph: Any.
        min_score: Leave out claims that are less probable.

    Returns:
        `COLUMNS`; dataset, task, metric and method are names, `rank` is null where no way is better.
    """
    claims = graph.claims
    stated = claims["dataset_entity"].ne("") & claims["metric_entity"].ne("") & claims["method_entity"].ne("")
    rows = claims[stated & claims["kind"].eq("score") & claims["number"].notna() & claims["score"].ge(min_score)]
    names = dict(zip(graph.entities["entity"], graph.entities["name"], strict=True))
    better = dict(zip(graph.entities["entity"], graph.entities["better"], strict=True))
    tasks = _tasks(graph, names)
    out = pd.DataFrame(
        {
            **{
                part: [names.get(key, "") for key in rows[f"{part}_entity"]] for part in ("dataset", "metric", "method")
            },
            "task": [tasks.get(paper, "") for paper in rows["paper"]],
            "better": [better.get(key, "") for key in rows["metric_entity"]],
            **{name: rows[name].tolist() for name in ("unit", "value", "number", "paper", "score")},
        },
        columns=[c for c in COLUMNS if c != "rank"],
    ).drop_duplicates(["dataset", "metric", "method", "number", "unit", "paper"])
    return _ranked(out)[COLUMNS]


def _tasks(graph: KnowledgeGraph, names: dict[str, str]) -> dict[str, str]:
    """Paper → the task that it most surely addresses."""
    edges = graph.relations[graph.relations["predicate"] == "addresses"]
    best = edges.sort_values(["score", "target"], ascending=[False, True]).drop_duplicates("source")
    return {paper: names.get(task, "") for paper, task in zip(best["source"], best["target"], strict=True)}


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    goodness = rows["number"].where(rows["better"] != "lower", -rows["number"])
    ranks = goodness.groupby([rows[c] for c in _BOARD]).rank(method="min", ascending=False)
    rows = rows.assign(rank=ranks.where(rows["better"] != "").astype("Int64"), goodness=goodness)
    order = [*_BOARD, "goodness", "method", "paper"]
    return rows.sort_values(order, ascending=[c != "goodness" for c in order], ignore_index=True)
