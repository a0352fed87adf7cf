"""A graph → what its page needs: a small part to open with, and the texts in pieces that unpack when asked for."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from kg.ids import clean_text
from kg.leaderboards import ranked_claims
from kg.schema import BASE, ENTITY_TYPES, PREFIXES, RELATIONS
from kg.tables import KnowledgeGraph
from kg.views import measures, nodes

__all__ = ["CHUNK", "compress", "pack_core", "pack_texts"]

CHUNK = 250  # papers whose texts unpack together: about 150 kB, a few milliseconds
_TYPES = {name: at for at, name in enumerate(ENTITY_TYPES)}
_PREDICATES = {name: at for at, name in enumerate(RELATIONS)}
_DERIVED = [name for name, row in RELATIONS.items() if row.derived]


def compress(data: Any) -> str:
    """JSON, gzip, base64: what the browser's own `DecompressionStream` unpacks. The same data give the same text."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
    return base64.b64encode(gzip.compress(raw, compresslevel=9, mtime=0)).decode("ascii")


def pack_core(graph: KnowledgeGraph) -> dict[str, Any]:
    """Everything but texts. Papers come first among the nodes, in the order of their keys; all else gives numbers."""
    table = nodes(graph).merge(measures(graph), on="node")
    table["first"] = table["type"] != "Paper"
    table = table.sort_values(["first", "node"], ignore_index=True)
    place = {key: at for at, key in enumerate(table["node"])}
    return {
        "types": [
            {"name": t.name, "plural": t.plural, "colour": t.colour, "doc": t.doc, "class": t.classes[0]}
            for t in ENTITY_TYPES.values()
        ],
        "relations": [
            {"name": r.name, "label": r.label, "derived": r.derived, "doc": r.doc} for r in RELATIONS.values()
        ],
        "extractors": sorted(set(graph.mentions["extractor"])),
        "nodes": _nodes(table),
        "communities": _communities(table),
        "edges": _edges(graph, place),
        "aliases": _aliases(graph, place),
        "claims": _claims(graph, place),
        "reasons": _reasons(graph, place),
        "base": BASE,
        "prefixes": PREFIXES,
        "chunk": CHUNK,
    }


def _nodes(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {
        "key": table["node"].tolist(),
        "type": [_TYPES[t] for t in table["type"]],
        "label": [clean_text(t) or "(untitled)" for t in table["label"]],
        "papers": table["papers"].tolist(),
        "year": [int(y) if y == y else 0 for y in table["year"]],
        "url": table["url"].tolist(),
        "degree": table["degree"].tolist(),
        "community": table["community"].tolist(),
        "x": table["x"].round().astype(int).tolist(),
        "y": table["y"].round().astype(int).tolist(),
        "size": table["size"].round(1).tolist(),
    }


def _communities(table: pd.DataFrame) -> list[dict[str, Any]]:
    groups = table[table["community"] >= 0].groupby("community", sort=True)
    return [
        {"id": int(str(number)), "name": g["community_name"].iloc[0], "size": len(g),
         "x": round(float(g["x"].median())), "y": round(float(g["y"].median()))}
        for number, g in groups
    ]  # fmt: skip


def _edges(graph: KnowledgeGraph, place: dict[str, int]) -> dict[str, list[int]]:
    rows = graph.relations
    return {
        "source": [place[k] for k in rows["source"]],
        "target": [place[k] for k in rows["target"]],
        "predicate": [_PREDICATES[p] for p in rows["predicate"]],
        "score": [int(100 * s + 0.5 + 1e-9) for s in rows["score"]],  # halves up, as SPARQL rounds
        "evidence": rows["evidence"].tolist(),
    }


def _aliases(graph: KnowledgeGraph, place: dict[str, int]) -> list[list[Any]]:
    names: dict[int, list[str]] = {}
    for key, surface in zip(graph.aliases["entity"], graph.aliases["surface"], strict=True):
        names.setdefault(place[key], []).append(clean_text(surface))
    return [[at, *dict.fromkeys(surfaces)] for at, surfaces in sorted(names.items())]


def _claims(graph: KnowledgeGraph, place: dict[str, int]) -> list[list[Any]]:
    """Board by board, the best first.

    Paper, method, baseline, dataset, metric (numbers of nodes, -1 if not stated), value, unit, kind, which way is
    better, whether it stands on a board and its rank there (0 if none), score, place.
    """
    claims = ranked_claims(graph)
    parts = [[place.get(k, -1) for k in claims[f"{p}_entity"]] for p in ("method", "baseline", "dataset", "metric")]
    papers = [place[k] for k in claims["paper"]]
    values = [clean_text(v) for v in claims["value"]]
    boards = [claims["on_board"].astype(int).tolist(), claims["rank"].fillna(0).astype(int).tolist()]
    words = [claims[c].tolist() for c in ("unit", "kind", "better")]
    rest = [claims[c].tolist() for c in ("score", "sentence_start", "sentence_end")]
    return [list(row) for row in zip(papers, *parts, values, *words, *boards, *rest, strict=True)]


def _reasons(graph: KnowledgeGraph, place: dict[str, int]) -> list[list[Any]]:
    """What derived edges rest on: number of the edge, paper (-1 if none), start of the sentence, its length, extractor."""
    number = {name: at for at, name in enumerate(graph.relations["relation"])}
    derived = set(graph.relations["relation"][graph.relations["predicate"].isin(_DERIVED)])
    rows = graph.evidence[graph.evidence["relation"].isin(derived)]
    columns = [rows[c].tolist() for c in ("relation", "paper", "sentence_start", "sentence", "extractor")]
    return [
        [number[name], place.get(paper, -1), start, len(text), extractor]
        for name, paper, start, text, extractor in zip(*columns, strict=True)
    ]


def pack_texts(graph: KnowledgeGraph) -> Iterator[list[dict[str, Any]]]:
    """The papers' texts with their mentions, `CHUNK` papers at a time, in the order of the nodes."""
    extractors = {name: at for at, name in enumerate(sorted(set(graph.mentions["extractor"])))}
    keys = sorted(set(graph.entities["entity"]))
    papers = sorted(graph.papers["paper"])
    place = {key: at for at, key in enumerate(papers)} | {key: len(papers) + at for at, key in enumerate(keys)}
    mentions = _mentions(graph, place, extractors)
    rows = graph.papers.sort_values("paper").to_dict("records")
    for at in range(0, len(rows), CHUNK):
        yield [_text(row, mentions.get(row["paper"], [])) for row in rows[at : at + CHUNK]]


def _text(row: Mapping[Any, Any], mentions: list[list[Any]]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "abstract": row["abstract"],
        "authors": list(row["authors"]),
        "date": row["published"] or "",
        "arxiv": row["arxiv_id"] or "",
        "doi": row["doi"] or "",
        "mentions": mentions,
    }


def _mentions(graph: KnowledgeGraph, place: dict[str, int], extractors: dict[str, int]) -> dict[str, list[list[Any]]]:
    """Paper → its mentions: entity, start, end, sentence from and to, extractor, score in percent, role."""
    rows = graph.mentions[graph.mentions["entity"].isin(place)]
    names = ("paper", "entity", "start", "end", "sentence_start", "sentence_end", "extractor", "score", "role")
    out: dict[str, list[list[Any]]] = {}
    for paper, entity, start, end, first, last, extractor, score, role in _rows(rows, names):
        out.setdefault(paper, []).append(
            [place[entity], start, end, first, last, extractors[extractor], round(100 * score), role]
        )
    return out


def _rows(table: pd.DataFrame, names: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    yield from zip(*(table[name].tolist() for name in names), strict=True)
