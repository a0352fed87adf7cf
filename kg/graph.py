"""Annotations → KnowledgeGraph: how the tables are built, merged and compared.

A graph is tables and nothing else. Three of them hold what was read (`papers`, `mentions`, `claims`); the others are
computed from those by `assemble`, so `merge(build(a), build(b))` equals `build(a + b)`: merging is joining the
first three and computing the rest again.
"""

from __future__ import annotations

import json
import logging
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from kg.catalogue import Entry
from kg.derive import derive
from kg.ids import content_hash, repository, slug
from kg.linking import link
from kg.model import Annotation, Paper, Result
from kg.overrides import Override, apply_overrides
from kg.readers.dedupe import merge_papers, paper_keys
from kg.schema import CLAIM_PARTS
from kg.tables import TABLES, KnowledgeGraph, table
from kg.things import Item, Thing
from kg.values import claim_kind, is_cost, parse_value

__all__ = ["TABLES", "KnowledgeGraph", "assemble", "build", "diff", "merge", "paper_key", "part"]

log = logging.getLogger(__name__)

_READ = ("papers", "mentions", "claims")
_AT_ONCE = 10_000  # papers whose rows are Python objects, which take many times what a table does
_HALF = re.compile("[\ud800-\udfff]")  # of a character: no file can hold it


def build(
    annotations: Iterable[Annotation], *, catalogue: Sequence[Entry] = (), overrides: Sequence[Override] = ()
) -> KnowledgeGraph:
    """The graph of some annotated papers; halves of characters in their texts become U+FFFD, with a warning.

    Args:
        annotations: One per paper, each paper once (see `readers.merge_papers`), in any order.
        catalogue: Known things with their names, see `catalogue.read_catalogue`.
        overrides: A user's corrections, see `overrides.read_overrides`.

    Returns:
        The same tables whatever the order of the annotations.
    """
    stream = map(_whole, annotations)
    parts = [_read_tables([])]
    while some := list(islice(stream, _AT_ONCE)):
        parts.append(_read_tables(some))
    joined = {name: table(name, pd.concat([tables.pop(name) for tables in parts])) for name in _READ}
    return assemble(joined, catalogue, overrides)


def _read_tables(annotations: Iterable[Annotation]) -> dict[str, pd.DataFrame]:
    """Those tables that hold what was read."""
    keyed = [(paper_key(annotation.paper), annotation) for annotation in annotations]
    return {
        "papers": table("papers", (_paper_row(key, annotation.paper) for key, annotation in keyed)),
        "mentions": table("mentions", (row for pair in keyed for row in _mention_rows(*pair))),
        "claims": table("claims", (row for pair in keyed for row in _claim_rows(*pair))),
    }


def _whole(annotation: Annotation) -> Annotation:
    """The annotation with U+FFFD for each half of a character, as long as before, so that offsets stay true."""
    text = json.dumps(annotation.to_dict(), ensure_ascii=False)
    if not _HALF.search(text):
        return annotation
    made = Annotation.from_dict(json.loads(_HALF.sub("\ufffd", text)))
    log.warning("paper %s: halves of characters became U+FFFD", made.paper.id)
    return made


def merge(
    *graphs: KnowledgeGraph, catalogue: Sequence[Entry] = (), overrides: Sequence[Override] = ()
) -> KnowledgeGraph:
    """One graph of all papers of several: the same as building them together with that catalogue and those overrides.

    Copies of one paper become one, as in reading (see `readers.merge_papers`); what was annotated in the text that is
    kept is kept.
    """
    rows = [(number, row) for number, graph in enumerate(graphs) for row in graph.papers.to_dict("records")]
    papers, _ = merge_papers(_paper(row) for _, row in rows)
    kept = {key: paper for paper in papers for key in (*paper_keys(paper), *paper.same_as)}
    new_key: dict[tuple[int, str], str] = {}  # of the first row that holds the text which is kept
    taken: set[str] = set()
    for number, row in rows:
        paper = kept[paper_keys(_paper(row))[-1]]
        key = paper_key(paper)
        if (row["title"], row["abstract"]) == (paper.title, paper.abstract) and key not in taken:
            taken.add(key)
            new_key[number, row["paper"]] = key
    tables = {name: _renamed([getattr(g, name) for g in graphs], new_key) for name in ("mentions", "claims")}
    paper_rows = [_paper_row(paper_key(paper), paper) for paper in papers]
    return assemble({"papers": table("papers", paper_rows), **tables}, catalogue, overrides)


def part(
    graph: KnowledgeGraph,
    papers: Collection[str],
    *,
    catalogue: Sequence[Entry] = (),
    overrides: Sequence[Override] = (),
) -> KnowledgeGraph:
    """The graph of some of the papers, by their keys: as if only they had been built, with that catalogue and those overrides."""
    tables = {name: getattr(graph, name) for name in _READ}
    kept = {name: rows[rows["paper"].isin(papers)].reset_index(drop=True) for name, rows in tables.items()}
    return assemble(kept, catalogue, overrides)


def _paper(row: Mapping[Any, Any]) -> Paper:
    return Paper(**{name: _frozen(row[name]) for name in Paper.__dataclass_fields__})


def _frozen(value: Any) -> Any:
    return value if isinstance(value, str) else tuple(value)


def _renamed(parts: Sequence[pd.DataFrame], new_key: dict[tuple[int, str], str]) -> pd.DataFrame:
    """The rows of several tables whose papers are kept, under the papers' new keys."""
    kept = []
    for number, part in enumerate(parts):
        keys = [new_key.get((number, key)) for key in part["paper"]]
        rows = part.assign(paper=pd.Series(keys, index=part.index, dtype="object"))
        kept.append(rows[rows["paper"].notna()])
    return pd.concat(kept, ignore_index=True)


def assemble(
    read_tables: dict[str, pd.DataFrame], catalogue: Sequence[Entry] = (), overrides: Sequence[Override] = ()
) -> KnowledgeGraph:
    """Compute all other tables from `papers`, `mentions` and `claims`, as `table` gives them."""
    papers = read_tables["papers"]
    mentions, things, ledger = _linked_mentions(read_tables["mentions"], _texts(papers), catalogue, overrides)
    dropped = mentions["entity"] == ""
    kept = mentions[~dropped] if dropped.any() else mentions
    claims = _linked_claims(read_tables["claims"], kept, things)
    relations, evidence = derive(kept, claims, things)
    return KnowledgeGraph(
        papers=papers,
        mentions=table("mentions", mentions),
        claims=table("claims", claims),
        entities=table("entities", _entity_table(kept, things)),
        relations=table("relations", relations),
        evidence=table("evidence", _with_sentences(evidence, papers)),
        **ledger,
    )


def _linked_mentions(
    mentions: pd.DataFrame, texts: Mapping[str, str], catalogue: Sequence[Entry], overrides: Sequence[Override]
) -> tuple[pd.DataFrame, Sequence[Thing], dict[str, pd.DataFrame]]:
    """Mentions with their entities, what these are, and the tables that say why."""
    mentions = mentions.sort_values(["paper", "local", "start", "end"], ignore_index=True)
    items = list(_items(mentions))
    linked = apply_overrides(link(items, catalogue=catalogue, texts=texts), items, overrides)
    ledger = {"aliases": table("aliases", linked.aliases), "decisions": table("decisions", linked.decisions)}
    return mentions.assign(entity=_entities_of_mentions(mentions, linked.entity_of)), linked.things, ledger


def paper_key(paper: Paper) -> str:
    """The key of a paper in every graph: its arXiv id, else its DOI, else its title and opening.

    Example:
        >>> paper_key(Paper("7", "Mixup", "...", arxiv_id="1710.09412")), paper_key(Paper("7", "Mixup", "..."))
        ('paper/arxiv:1710.09412', 'paper/mixup-f27731a2')
    """
    if paper.arxiv_id:
        return f"paper/arxiv:{paper.arxiv_id}"
    if paper.doi:
        return f"paper/doi:{paper.doi}"
    start = " ".join(paper.title.split()[:8])
    return f"paper/{slug(start)}-{paper_keys(paper)[-1][-8:]}"


def _paper_row(key: str, paper: Paper) -> dict[str, Any]:
    year = paper.published[:4]
    row = {name: getattr(paper, name) for name in TABLES["papers"].names if name not in ("paper", "year")}
    return row | {"paper": key, "year": int(year) if year.isdigit() else None}


def _mention_rows(key: str, annotation: Annotation) -> Iterable[dict[str, Any]]:
    """One row per mention of an in-paper entity, then one per link; a mention that no entity claims is left out."""
    owner = {
        (entity.type, surface): (local, entity)
        for local, entity in reversed(list(enumerate(annotation.entities)))
        for surface in (entity.text, *entity.aliases)
    }
    for mention in annotation.mentions:
        if found := owner.get((mention.type, mention.text)):
            local, entity = found
            yield {
                "paper": key,
                "local": local,
                "type": entity.type,
                "role": entity.role,
                "name": entity.text,
                "surface": mention.text,
                "extractor": mention.extractor,
                "score": mention.score * entity.role_score,
                **_place(annotation, mention.start, mention.end),
            }
    for local, link_ in enumerate(annotation.links, start=len(annotation.entities)):
        yield {
            "paper": key,
            "local": local,
            "type": "Repository" if repository(link_.url) else "Resource",
            "role": link_.kind,
            "name": link_.url,
            "surface": annotation.paper.text[link_.start : link_.end],
            "extractor": "links",
            "score": 1.0,
            **_place(annotation, link_.start, link_.end),
        }


def _place(annotation: Annotation, start: int, end: int) -> dict[str, int]:
    """Offsets of a span and of the sentence around it; the whole text where sentences are not known."""
    sentences = annotation.sentences or ((0, len(annotation.paper.text)),)
    at = max(0, bisect_right(sentences, (start, len(annotation.paper.text) + 1)) - 1)
    first, last = sentences[at]
    return {"start": start, "end": end, "sentence_start": first, "sentence_end": max(last, end)}


def _claim_rows(key: str, annotation: Annotation) -> Iterable[dict[str, Any]]:
    for result in annotation.results:
        number, unit = parse_value(result.value)
        names = {name: getattr(result, name) for name in ("method", "baseline", "dataset", "metric", "value")}
        yield {
            "claim": content_hash(key, *names.values(), str(result.start)),
            "paper": key,
            **names,
            "number": number,
            "unit": unit,
            "kind": _kind(annotation, result),
            "score": result.score,
            **_place(annotation, result.start, result.end),
        }


def _kind(annotation: Annotation, result: Result) -> str:
    """Whether a figure is a level or a difference, by what stands around it in its sentence."""
    place, text = _place(annotation, result.start, result.end), annotation.paper.text
    before = text[max(place["sentence_start"], 0) : max(result.start, 0)]
    return claim_kind(before, result.value, text[max(result.end, 0) : place["sentence_end"]])


def _items(mentions: pd.DataFrame) -> Iterable[Item]:
    """In-paper entities from their mentions; links are no matter of linking, their address is their identity."""
    named = mentions[~mentions["type"].isin(("Repository", "Resource"))]
    for (paper, local), rows in _runs(named):
        kind, role, name = rows[0][:3]
        surfaces = sorted({row[3] for row in rows} - {name})
        yield Item(paper, local, kind, role, name, tuple(surfaces))


def _runs(mentions: pd.DataFrame) -> Iterable[tuple[tuple[str, int], list[tuple[str, str, str, str]]]]:
    key: tuple[str, int] | None = None
    rows: list[tuple[str, str, str, str]] = []
    seen: dict[str, str] = {}  # one object for all equal texts
    for local, *texts in _rows(mentions, "local", "paper", "type", "role", "name", "surface"):
        paper, kind, role, name, surface = (seen.setdefault(text, text) for text in texts)
        if (paper, local) != key:
            if key is not None:
                yield key, rows
            key, rows = (paper, local), []
        rows.append((kind, role, name, surface))
    if key is not None:
        yield key, rows


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Values row by row, of which few are Python objects at a time."""
    for start in range(0, len(frame), _AT_ONCE):
        some = frame.iloc[start : start + _AT_ONCE]
        yield from zip(*(some[column].tolist() for column in columns), strict=True)


def _entities_of_mentions(mentions: pd.DataFrame, entity_of: dict[tuple[str, int], str]) -> list[str]:
    return [
        entity_of[paper, local] if (paper, local) in entity_of else _address_key(name)
        for paper, local, name in _rows(mentions, "paper", "local", "name")
    ]


def _address_key(url: str) -> str:
    """The key of what a URL leads to.

    Example:
        >>> _address_key("https://github.com/Owner/Repo"), _address_key("https://x.org/demo")
        ('repository/github.com/owner/repo', 'resource/https-x.org-demo-0e384d6b')
    """
    if place := repository(url):
        return f"repository/{place}"
    return f"resource/{slug(url, limit=60)}-{content_hash(url, size=4)}"


def _linked_claims(claims: pd.DataFrame, mentions: pd.DataFrame, things: Sequence[Thing]) -> pd.DataFrame:
    """Claims with the entity keys of the surfaces that they name, where these are of the types that a claim has there; a
    metric only where the figure can be its value.
    """
    entity = dict(zip(zip(mentions["paper"], mentions["surface"], strict=True), mentions["entity"], strict=True))
    filled = {
        f"{name}_entity": [entity.get(pair, "") for pair in zip(claims["paper"], claims[name], strict=True)]
        for name in CLAIM_PARTS
    }
    type_of = {thing.id: thing.type for thing in things}
    for name, types in CLAIM_PARTS.items():
        filled[f"{name}_entity"] = [key if type_of.get(key) in types else "" for key in filled[f"{name}_entity"]]
    unit_of = {thing.id: thing.entry.unit for thing in things if thing.entry and thing.type == "Metric"}
    metrics = zip(filled["metric_entity"], claims["metric"], claims["unit"], claims["kind"], strict=True)
    filled["metric_entity"] = [
        "" if _misfits(unit, unit_of.get(key, "")) or (kind == "saving" and not is_cost(name)) else key
        for key, name, unit, kind in metrics
    ]
    return claims.assign(**filled)


def _misfits(unit: str, metric_unit: str) -> bool:
    """Whether a figure's unit shows that it is of another measure: 78 FPS are no average precision."""
    return bool(metric_unit) and unit not in ("", "%", "points", metric_unit)


def _entity_table(mentions: pd.DataFrame, things: Sequence[Thing]) -> pd.DataFrame:
    counts = mentions.groupby("entity").agg(papers=("paper", "nunique"), mentions=("paper", "size"))
    first = mentions.drop_duplicates("entity").set_index("entity")
    by_id = {thing.id: thing for thing in things}
    rows = []
    for key, papers, total in counts.itertuples(name=None):
        thing = by_id.get(key)
        row = {"entity": key, "papers": papers, "mentions": total, "known": False}
        if thing is None:
            url = str(first.at[key, "name"])
            place = key.removeprefix("repository/")
            url = url if "://" in url else f"https://{url}"
            row |= {"type": first.at[key, "type"], "name": url if place == key else place, "url": url}
        else:
            row |= {"type": thing.type, "name": thing.name, "known": thing.entry is not None}
        rows.append(row | _from_catalogue(thing.entry if thing else None, row.get("url", "")))
    return pd.DataFrame(rows, columns=TABLES["entities"].names)


def _from_catalogue(entry: Entry | None, url: str) -> dict[str, str]:
    if entry is None:
        return {"year": "", "url": url, "better": "", "unit": ""}
    home = entry.home.replace("arXiv:", "https://arxiv.org/abs/", 1) if entry.home.startswith("arXiv:") else entry.home
    return {"year": entry.year, "url": home, "better": entry.better, "unit": entry.unit}


def _texts(papers: pd.DataFrame) -> dict[str, str]:
    """Paper → title and abstract, as offsets count."""
    return {key: f"{t}\n{a}" for key, t, a in zip(papers["paper"], papers["title"], papers["abstract"], strict=True)}


def _with_sentences(evidence: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    texts = _texts(papers)
    bounds = zip(evidence["paper"], evidence["sentence_start"], evidence["sentence_end"], strict=True)
    return evidence.assign(sentence=[texts.get(paper, "")[max(a, 0) : max(b, 0)].strip() for paper, a, b in bounds])


def diff(old: KnowledgeGraph, new: KnowledgeGraph) -> pd.DataFrame:
    """What one graph has and the other has not: rows `(change, table, key, detail)`.

    A change is `added`, `removed` or `changed`.

    Papers, entities and relations are compared; a relation's detail is its edge, an entity's its type and name.
    """
    rows: list[tuple[str, str, str, str]] = []
    for name, key in (("papers", "paper"), ("entities", "entity"), ("relations", "relation")):
        a, b = _details(getattr(old, name), key), _details(getattr(new, name), key)
        rows += [("removed", name, k, a[k]) for k in a.keys() - b.keys()]
        rows += [("added", name, k, b[k]) for k in b.keys() - a.keys()]
        rows += [("changed", name, k, f"{a[k]} → {b[k]}") for k in a.keys() & b.keys() if a[k] != b[k]]
    return pd.DataFrame(sorted(rows), columns=["change", "table", "key", "detail"])


def _details(rows: pd.DataFrame, key: str) -> dict[str, str]:
    columns = {"paper": ["title"], "entity": ["type", "name"], "relation": ["source", "predicate", "target"]}[key]
    texts = list(rows[columns].astype("string").agg(" ".join, axis=1)) if len(rows) else []
    return dict(zip(rows[key], texts, strict=True))
