"""A graph → result tables as the abstracts state them: one per dataset, measure, unit and kind, the best first."""

from __future__ import annotations

import pandas as pd

from kg.tables import KnowledgeGraph

__all__ = ["COLUMNS", "leaderboards", "ranked_claims"]

COLUMNS = ["dataset", "task", "metric", "better", "unit", "rank", "method", "value", "number", "paper", "score"]
_BOARD = ["dataset_entity", "metric_entity", "unit", "kind"]
# Which way is better, whatever the measure; a ratio does not tell.
_DIFFERENCES = {"gain": "higher", "loss": "lower", "saving": "higher"}


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
    rows = ranked_claims(graph, min_score=min_score)
    rows = rows[rows["on_board"] & rows["kind"].eq("score")]
    names = dict(zip(graph.entities["entity"], graph.entities["name"], strict=True))
    tasks = _tasks(graph, names)
    named = {part: [names.get(key, "") for key in rows[f"{part}_entity"]] for part in ("dataset", "metric", "method")}
    out = rows.assign(**named, task=[tasks.get(paper, "") for paper in rows["paper"]])
    return out.sort_values(["dataset", "metric", "unit"], kind="stable", ignore_index=True)[COLUMNS]


def ranked_claims(graph: KnowledgeGraph, *, min_score: float = 0.0) -> pd.DataFrame:
    """All claims, board by board, the best of each first.

    A board is one dataset, measure, unit and kind: a claim has a place on it if it names all of these and a method, has
    a number, and no other claim of its paper says the same.

    Args:
        graph: Any.
        min_score: Leave out claims that are less probable.

    Returns:
        The columns of the claims, `on_board`, `better` (`higher`, `lower` or empty: not known), and `rank`, null for
        what is on no board and where no way is better.
    """
    claims = graph.claims[graph.claims["score"].ge(min_score)]
    directions = dict(zip(graph.entities["entity"], graph.entities["better"], strict=True))
    better = [
        directions.get(metric, "") if kind == "score" else _DIFFERENCES.get(kind, "")
        for kind, metric in zip(claims["kind"], claims["metric_entity"], strict=True)
    ]
    rows = claims.assign(better=better)
    rows["goodness"] = rows["number"].where(rows["better"] != "lower", -rows["number"])
    order = [*_BOARD, "goodness", "method_entity", "paper", "score", "claim"]
    rows = rows.sort_values(order, ascending=[c not in ("goodness", "score") for c in order], ignore_index=True)
    same = rows.duplicated([*_BOARD, "method_entity", "number", "paper"])
    stated = rows["dataset_entity"].ne("") & rows["metric_entity"].ne("") & rows["method_entity"].ne("")
    rows["on_board"] = stated & rows["number"].notna() & ~same
    ranked = rows[rows["on_board"] & rows["better"].ne("")]
    rows["rank"] = ranked.groupby(_BOARD)["goodness"].rank(method="min", ascending=False).astype("Int64")
    return rows.drop(columns="goodness")


def _tasks(graph: KnowledgeGraph, names: dict[str, str]) -> dict[str, str]:
    """Paper → the task that it most surely addresses."""
    edges = graph.relations[graph.relations["predicate"] == "addresses"]
    best = edges.sort_values(["score", "target"], ascending=[False, True]).drop_duplicates("source")
    return {paper: names.get(task, "") for paper, task in zip(best["source"], best["target"], strict=True)}
