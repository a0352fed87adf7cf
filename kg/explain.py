"""A graph and the name of an entity → why it is one thing: its surfaces, the decisions behind them, its neighbours."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kg.errors import GraphError
from kg.ids import iri
from kg.names import surface_key
from kg.tables import KnowledgeGraph

__all__ = ["explain", "find_entities"]

_SAID = {"split": "in", "rename": "to", "retype": "to"}  # what stands between the two ends of a decision; else "with"
SHOWN = 12  # rows of each part


def find_entities(graph: KnowledgeGraph, name: str) -> list[str]:
    """Keys of the entities that a key, an IRI, a name or an alias can mean; the most named first.

    Raises:
        GraphError: If there is none; the nearest names are in the message.
    """
    entities = graph.entities
    exact = entities[(entities["entity"] == name) | (entities["entity"].map(iri) == name)]
    if len(exact):
        return list(exact["entity"])
    wanted = surface_key(name)
    keys = set(graph.aliases["entity"][graph.aliases["surface"].map(surface_key) == wanted])
    keys |= set(entities["entity"][entities["name"].map(surface_key) == wanted])
    if not keys:
        raise GraphError(f"no entity {name!r}", remedy=_nearest(graph, name))
    found = entities[entities["entity"].isin(keys)].sort_values(["papers", "entity"], ascending=[False, True])
    return list(found["entity"])


def _nearest(graph: KnowledgeGraph, name: str) -> str:
    from rapidfuzz import process

    near = process.extract(name, sorted(set(graph.entities["name"])), limit=3)
    return "nearest: " + ", ".join(match for match, _, _ in near) if near else "the graph has no entities"


def explain(graph: KnowledgeGraph, name: str) -> str:
    """Text that says which surfaces were taken for the entity and why, for every entity that `name` can mean.

    Raises:
        GraphError: If there is none.
    """
    return "\n".join(_one(graph, key) for key in find_entities(graph, name))


def _one(graph: KnowledgeGraph, key: str) -> str:
    row = graph.entities.set_index("entity").loc[key]
    lines = [f"{row['name']}  ({row['type']}, in {row['papers']} papers)", f"  {iri(key)}"]
    if row["known"]:
        lines.append(f"  in the catalogue {row['year'] or ''} {row['url'] or ''}".rstrip())
    aliases = graph.aliases[graph.aliases["entity"] == key].sort_values(["papers", "surface"], ascending=[False, True])
    shown = zip(aliases["surface"], aliases["reason"], aliases["papers"], strict=True)
    lines += _part("names", (f"{surface}  [{reason}, {papers} papers]" for surface, reason, papers in shown))
    ledger = graph.decisions[(graph.decisions["entity"] == key) | (graph.decisions["other"] == key)]
    lines += _part("decisions", (_decision(d) for d in ledger.itertuples()))
    lines += _part("edges", _edges(graph, key))
    return "\n".join(lines) + "\n"


def _decision(row: object) -> str:
    papers = list(getattr(row, "papers"))  # noqa: B009 - a row of any table
    where = f" ({', '.join(papers[:3])}{' …' if len(papers) > 3 else ''})" if papers else ""
    ends = getattr(row, "left"), _SAID.get(getattr(row, "action"), "with"), getattr(row, "right")  # noqa: B009
    return f"{row.action} {ends[0]!r} {ends[1]} {ends[2]!r}: {row.rule}{where}"  # type: ignore[attr-defined]


def _edges(graph: KnowledgeGraph, key: str) -> Iterable[str]:
    edges = graph.relations
    near = edges[(edges["source"] == key) | (edges["target"] == key)].sort_values("score", ascending=False)
    sentences = graph.evidence.drop_duplicates("relation").set_index("relation")["sentence"]
    for row in near.itertuples():
        sentence = sentences.get(row.relation, "")
        said = f": “{sentence}”" if sentence and not pd.isna(sentence) else ""
        yield f"{row.source} {row.predicate} {row.target}  [{row.score:.2f}]{said}"


def _part(heading: str, rows: Iterable[str]) -> list[str]:
    rows = list(rows)
    more = [f"    … and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return [f"  {heading}:", *(f"    {row}" for row in rows[:SHOWN]), *more] if rows else []
