"""Relations of a graph → the edges that say them: own terms, the known ones above them, and what follows from both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import pandas as pd

from kg.ids import expand
from kg.schema import RELATIONS
from kg.tables import KnowledgeGraph

__all__ = ["edge_table", "rows", "taker"]

T = TypeVar("T")

_STEP = 1 << 14  # rows that are Python values at a time; a table as a whole would take many times its memory
_PROPOSING = ("proposes", "introduces")
_PRECISE = {"usesMethod": "cito:usesMethodIn", "evaluatesOn": "cito:usesDataFrom"}


def rows(table: pd.DataFrame, *columns: str) -> Iterator[Any]:
    """Tuples of the named columns as plain Python values, some thousand at a time."""
    for start in range(0, len(table), _STEP):
        part = table.iloc[start : start + _STEP]
        yield from zip(*(part[column].tolist() for column in columns), strict=True)


def taker(pairs: Iterable[tuple[str, T]]) -> Callable[[str], list[T]]:
    """Pairs sorted by key → what takes those of one key; keys are to be asked for in ascending order, others are lost.

    Example:
        >>> take = taker([("a", 1), ("a", 2), ("b", 3), ("d", 4)])
        >>> take("a"), take("c"), take("d")
        ([1, 2], [], [4])
    """
    left = iter(pairs)
    here = next(left, None)

    def take(key: str) -> list[T]:
        nonlocal here
        found = []
        while here is not None and here[0] <= key:
            if here[0] == key:
                found.append(here[1])
            here = next(left, None)
        return found

    return take


def edge_table(graph: KnowledgeGraph) -> pd.DataFrame:
    """Columns `source`, `predicate` (a CURIE), `target`: each edge once, sorted by source, predicate's IRI and target."""
    said = graph.relations[["source", "predicate", "target"]]
    kinds = graph.entities.set_index("entity")["type"]
    new = said[said["predicate"].isin(_PROPOSING)]
    broader = said[said["predicate"] == "broader"]
    tasks = broader[(broader["source"].map(kinds) == "Task") & (broader["target"].map(kinds) == "Task")]
    parts = [
        _named(said, {name: f"kg:{name}" for name in RELATIONS}),
        _named(said, {name: row.broader for name, row in RELATIONS.items()}),
        _reversed(new, "lpwc-p:introducedBy"),
        _reversed(tasks, "lpwc-p:hasSubtask"),
        _citations(said, new),
    ]
    found = pd.concat(parts, ignore_index=True).drop_duplicates()
    order = {name: at for at, name in enumerate(sorted(found["predicate"].unique(), key=expand))}
    found["order"] = found["predicate"].map(order)
    return found.sort_values(["source", "order", "target"], ignore_index=True).drop(columns="order")


def _named(edges: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return edges.assign(predicate=edges["predicate"].map(names))


def _reversed(edges: pd.DataFrame, name: str) -> pd.DataFrame:
    return pd.DataFrame({"source": edges["target"], "predicate": name, "target": edges["source"]})


def _citations(said: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """`buildsOn` said more precisely: the method of the other paper is used, or its data."""
    homes = new[["source", "target"]].set_axis(["home", "entity"], axis=1)
    joined = said[said["predicate"] == "buildsOn"][["source", "target"]].set_axis(["source", "home"], axis=1)
    uses = said[said["predicate"].isin(_PRECISE)].rename(columns={"target": "entity"})
    hits = uses.merge(homes, on="entity").merge(joined, on=["source", "home"])
    return _named(hits.rename(columns={"home": "target"})[["source", "predicate", "target"]], _PRECISE)
