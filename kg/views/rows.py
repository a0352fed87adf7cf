"""A graph's tables → one table of nodes and one of edges, and both as a networkx graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd

from kg.errors import GraphError
from kg.schema import RELATIONS
from kg.tables import KnowledgeGraph

__all__ = ["edges", "nodes", "records", "to_networkx"]


def nodes(graph: KnowledgeGraph) -> pd.DataFrame:
    """Papers and entities as one table, sorted by key.

    Returns:
        `node` (key, e.g. `paper/arxiv:1512.03385`, `method/resnet`), `type` (in `schema.ENTITY_TYPES`), `label` (title
        or name), `papers` (int: how many name it; 1 for a paper), `year` (float, NaN if unknown), `url` (or empty).

    Example:
        >>> from kg.graph import build
        >>> from kg.model import Annotation, Paper
        >>> nodes(build([Annotation(Paper("1", "Mixup", "", published="2017-10"))]))[["label", "year"]].values.tolist()
        [['Mixup', 2017.0]]
    """
    papers, entities = graph.papers, graph.entities
    first: dict[str, list[Any]] = {
        "node": _texts(papers["paper"]),
        "type": ["Paper"] * len(papers),
        "label": _texts(papers["title"]),
        "papers": [1] * len(papers),
        "year": _numbers(papers["year"]),
        "url": _texts(papers["url"]),
    }
    second: dict[str, list[Any]] = {
        "node": _texts(entities["entity"]),
        "type": _texts(entities["type"]),
        "label": _texts(entities["name"]),
        "papers": entities["papers"].to_numpy(dtype=int).tolist(),
        "year": _numbers(entities["year"]),
        "url": _texts(entities["url"]),
    }
    columns = {name: first[name] + second[name] for name in first}
    return _frame(columns, numbers={"papers": "int64", "year": "float64"}).sort_values("node", ignore_index=True)


def edges(graph: KnowledgeGraph) -> pd.DataFrame:
    """Relations with what may be shown of them, sorted by source, predicate, target.

    Returns:
        `relation` (hash), `source`, `predicate`, `target`, `label` (the predicate as read), `score` (0 to 1),
        `evidence` and `papers` (counts), `paper` and `sentence` (where it is said best; empty if nowhere).

    Raises:
        GraphError: If a relation has an end that is neither a paper nor an entity.
    """
    table, best = graph.relations, _best_evidence(graph)
    names = _texts(table["relation"])
    predicates = _texts(table["predicate"])
    columns: dict[str, list[Any]] = {
        "relation": names,
        "source": _texts(table["source"]),
        "predicate": predicates,
        "target": _texts(table["target"]),
        "label": [RELATIONS[p].label if p in RELATIONS else p for p in predicates],
        "score": table["score"].to_numpy(dtype=float).tolist(),
        "evidence": table["evidence"].to_numpy(dtype=int).tolist(),
        "papers": table["papers"].to_numpy(dtype=int).tolist(),
        "paper": [best.get(name, ("", ""))[0] for name in names],
        "sentence": [best.get(name, ("", ""))[1] for name in names],
    }
    known = {*_texts(graph.papers["paper"]), *_texts(graph.entities["entity"])}
    for end in [*columns["source"], *columns["target"]]:
        if end not in known:
            raise GraphError(f"a relation names {end!r}, neither a paper nor an entity", remedy="build the graph again")
    rows = _frame(columns, numbers={"score": "float64", "evidence": "int64", "papers": "int64"})
    return rows.sort_values(["source", "predicate", "target"], ignore_index=True)


def to_networkx(graph: KnowledgeGraph) -> nx.MultiDiGraph:
    """The graph for networkx: nodes and edges as `nodes` and `edges` have them, an edge's key being its predicate.

    All attributes are plain `str`, `int` or `float`, none is None: a node whose year is unknown has no `year`.

    Example:
        >>> from kg.graph import build
        >>> from kg.model import Annotation, Entity, Mention, Paper
        >>> paper = Paper("1", "Mixup", "We train ResNet.")
        >>> note = Annotation(paper, (Mention(15, 21, "ResNet", "Method"),), (Entity("ResNet", "Method", "used"),))
        >>> [(label, key) for _, label, key in to_networkx(build([note])).edges(keys=True)]
        [('method/resnet', 'usesMethod')]
    """
    out = nx.MultiDiGraph()
    for row in records(nodes(graph)):
        key, year = row.pop("node"), row.pop("year")
        out.add_node(key, **row, **({} if year != year else {"year": int(year)}))  # NaN is not itself
    for row in records(edges(graph)):
        out.add_edge(row.pop("source"), row.pop("target"), key=row["predicate"], **row)
    return out


def records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows as dicts of plain Python values, one at a time."""
    names = [str(name) for name in table.columns]
    for values in zip(*(table[name].tolist() for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


def _best_evidence(graph: KnowledgeGraph) -> dict[str, tuple[str, str]]:
    """Relation → paper and sentence of the surest evidence that has a sentence, the first of equals."""
    rows = graph.evidence
    columns = [_texts(rows[c]) for c in ("relation", "paper", "sentence")]
    best: dict[str, tuple[float, str, int, str]] = {}
    for name, paper, sentence, score, start in zip(
        *columns,
        rows["score"].to_numpy(dtype=float).tolist(),
        rows["sentence_start"].to_numpy(dtype=int).tolist(),
        strict=True,
    ):
        found = (-float(score), paper, int(start), sentence)
        if sentence and (name not in best or found < best[name]):
            best[name] = found
    return {name: (paper, sentence) for name, (_, paper, _, sentence) in best.items()}


def _frame(columns: dict[str, list[Any]], *, numbers: dict[str, str]) -> pd.DataFrame:
    """Texts stay Python strings: they may hold what an Arrow column cannot."""
    return pd.DataFrame({name: pd.Series(v, dtype=numbers.get(name, "object")) for name, v in columns.items()})


def _texts(column: pd.Series) -> list[str]:
    values = column.to_numpy(dtype=object).tolist()  # ten times as fast as an Arrow column's own tolist
    return [value if isinstance(value, str) else "" for value in values]


def _numbers(column: pd.Series) -> list[float]:
    """Years as floats, NaN where there is none or where it is no number."""
    return [
        float(text) if (text := str(value)).isdecimal() else float("nan")
        for value in column.to_numpy(dtype=object).tolist()
    ]
