"""A graph → a small part of it, the same each time, with all that is said of what was chosen: enough to check its RDF."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kg.schema import ENTITY_TYPES
from kg.tables import KnowledgeGraph

__all__ = ["Sample", "sample"]


@dataclass(frozen=True)
class Sample:
    """A part of a graph.

    Attributes:
        graph: The chosen, what they point to, and a paper that points to each.
        chosen: Keys of the papers and entities that were chosen; all evidence and claims in `graph` are.
        counts: Kind of node → how many were chosen, of how many.
    """

    graph: KnowledgeGraph
    chosen: frozenset[str]
    counts: dict[str, tuple[int, int]]


def sample(graph: KnowledgeGraph, largest: int) -> Sample:
    """At most `largest` papers, entities of each type, statements and claims: those whose keys have the least hash.

    The tables alone are looked at, so that it takes seconds where a look at every triple would take minutes.
    """
    papers = _least(graph.papers, ["paper"], largest)
    entities = pd.concat(
        [_least(part, ["entity"], largest) for _, part in graph.entities.groupby("type")] or [graph.entities]
    )
    evidence = _least(graph.evidence, ["relation", "paper"], largest)
    claims = _least(graph.claims, ["claim"], largest)
    chosen = frozenset([*papers["paper"], *entities["entity"]])
    relations = graph.relations
    to_chosen = relations[relations["target"].isin(chosen)].drop_duplicates("target")
    kept = relations["source"].isin(chosen) | relations["relation"].isin(
        [*evidence["relation"], *to_chosen["relation"]]
    )
    relations = relations[kept]
    columns = [column for column in claims.columns if column.endswith("_entity")]
    needed = {*chosen, *relations["source"], *relations["target"], *evidence["paper"], *claims["paper"]}
    needed |= {key for column in columns for key in claims[column]}
    found = replace(
        graph,
        papers=graph.papers[graph.papers["paper"].isin(needed)],
        entities=graph.entities[graph.entities["entity"].isin(needed)],
        aliases=graph.aliases[graph.aliases["entity"].isin(chosen)],
        relations=relations,
        evidence=evidence,
        claims=claims,
    )
    pairs = [
        ("papers", papers, graph.papers),
        ("statements", evidence, graph.evidence),
        ("results", claims, graph.claims),
    ]
    counts = {name: (len(part), len(whole)) for name, part, whole in pairs}
    for kind, whole in graph.entities["type"].value_counts().sort_index().items():
        counts[ENTITY_TYPES[str(kind)].plural.lower()] = (min(largest, whole), whole)
    return Sample(found, chosen, counts)


def _least(table: pd.DataFrame, key: list[str], largest: int) -> pd.DataFrame:
    """The rows whose keys have the least hash, in their order."""
    if len(table) <= largest:
        return table
    hashes = pd.util.hash_pandas_object(table[key].astype(object), index=False).to_numpy()
    return table.iloc[sorted(hashes.argsort(kind="stable")[:largest])]
