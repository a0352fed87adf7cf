"""A graph and how its files were read → `report.md`, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kg.ids import clean_text
from kg.readers import Merge, ReadReport
from kg.schema import ENTITY_TYPES, RELATIONS
from kg.tables import KnowledgeGraph

__all__ = ["render_report"]

TOP = 15  # rows of the tables of most named things
LISTED = 200  # skipped records and merges that are listed one by one


def render_report(graph: KnowledgeGraph, read: ReadReport, merges: Sequence[Merge]) -> str:
    """The report as Markdown; it depends on the input alone."""
    parts = [
        "# Report",
        _reading(graph, read, merges),
        _counts(graph),
        *(_top(graph, kind) for kind in ENTITY_TYPES if kind not in ("Paper", "Repository", "Resource")),
        _links(graph),
        _listed("Skipped", (f"- {_inline(str(issue))}" for issue in read.issues), read.skipped),
        _listed("Merged papers", (f"- {_inline(_merge(merge))}" for merge in merges), len(merges)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _merge(merge: Merge) -> str:
    return f"{merge.title} ({merge.id}): {', '.join(merge.sources)} by {', '.join(merge.reasons)}"


def _reading(graph: KnowledgeGraph, read: ReadReport, merges: Sequence[Merge]) -> str:
    files = _table(("file", "papers"), sorted(read.papers.items()))
    noun = "file" if len(read.papers) == 1 else "files"
    words = (
        f"{read.read} records were read from {len(read.papers)} {noun}; {len(merges)} merges of copies left "
        f"{len(graph.papers)} papers. {read.skipped} records or files were skipped."
    )
    return f"## Read\n\n{words}\n\n{files}"


def _counts(graph: KnowledgeGraph) -> str:
    of_type = graph.entities["type"].value_counts()
    things = [("Paper", len(graph.papers)), *((k, int(of_type.get(k, 0))) for k in ENTITY_TYPES if k != "Paper")]
    edges = graph.relations["predicate"].value_counts()
    links = [(name, int(edges.get(name, 0)), row.doc) for name, row in RELATIONS.items()]
    claims = f"{len(graph.claims)} numeric claims were found."
    return (
        f"## Graph\n\n{_table(('type', 'count'), things)}\n\n"
        f"{_table(('relation', 'count', 'meaning'), links)}\n\n{claims}"
    )


def _top(graph: KnowledgeGraph, kind: str) -> str:
    rows = graph.entities[graph.entities["type"] == kind]
    rows = rows.sort_values(["papers", "mentions", "entity"], ascending=[False, False, True]).head(TOP)
    aliases = graph.aliases[graph.aliases["entity"].isin(rows["entity"])]
    names = aliases.sort_values(["papers", "surface"], ascending=[False, True]).groupby("entity")["surface"]
    also = {key: _also(names, key, name) for key, name in zip(rows["entity"], rows["name"], strict=True)}
    body = [(r.name_, r.papers, also[r.entity]) for r in rows.rename(columns={"name": "name_"}).itertuples()]
    return f"## {ENTITY_TYPES[kind].plural}\n\n{_table(('name', 'papers', 'also written'), body)}" if body else ""


def _also(names: Any, key: str, name: str) -> str:
    surfaces: list[str] = list(names.get_group(key)) if key in names.groups else []
    return ", ".join([s for s in surfaces if s != name][:4])


def _links(graph: KnowledgeGraph) -> str:
    rows = graph.mentions[graph.mentions["extractor"] == "links"]
    titles = dict(zip(graph.papers["paper"], graph.papers["title"], strict=True))
    body = [
        (role, f"<{name}>", titles[p]) for p, role, name in zip(rows["paper"], rows["role"], rows["name"], strict=True)
    ]
    return _listed("Links", [_table(("kind", "address", "paper"), sorted(set(body))[:LISTED])], len(rows))


def _listed(heading: str, lines: Iterable[str], total: int) -> str:
    if not total:
        return ""
    shown = list(lines)[:LISTED]
    more = f"\n\nThe first {LISTED} of {total}." if total > LISTED else ""
    return f"## {heading}\n\n" + "\n".join(shown) + more


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_inline(str(cell)) for cell in line) + " |" for line in lines)


def _inline(text: str) -> str:
    """Text that stays text in Markdown, on one line, as a table's cell too."""
    return clean_text(text).replace("\\", "\\\\").replace("|", "\\|").replace("<script", "&lt;script")
