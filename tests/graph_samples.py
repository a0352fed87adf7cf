"""Small graphs made by hand, one of them full of hostile texts, for the tests of views and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kg.tables import TABLES, KnowledgeGraph, table

HOSTILE = {
    "markup": "<script>alert('x')</script> & \"quoted\" ]]>",
    "control": "a\x00b\x07c\x1b[31m\x7f",
    "surrogate": "half \ud83d of a pair",
    "latex": r"$\alpha_{t}$ \emph{net} 14.8\% Z\"urich",
    "emoji": "🤗 Transformers 👩‍💻",
    "arabic": "شبكة \u202eعصبية",
    "lines": "one\ntwo\r\nthree\tfour",
    "formula": '=HYPERLINK("http://example.org","x")',
    "blank": "",
}


def make_graph(
    papers: Sequence[dict[str, Any]] = (),
    entities: Sequence[dict[str, Any]] = (),
    relations: Sequence[tuple[str, str, str, float]] = (),
    *,
    sentences: dict[int, str] | None = None,
) -> KnowledgeGraph:
    """A graph of rows with defaults; relation number i has one row of evidence, with the sentence given for i if any.

    Text columns are of plain objects: an Arrow column could not hold what the hostile texts hold.
    """
    edges = [
        {"relation": f"r{i:03}", "source": a, "predicate": p, "target": b, "score": s, "evidence": 1, "papers": 1}
        for i, (a, p, b, s) in enumerate(relations)
    ]
    evidence = [
        {"relation": e["relation"], "paper": e["source"], "surface": "x", "start": 0, "end": 1, "extractor": "t"}
        | {"sentence": (sentences or {}).get(i, "A sentence."), "sentence_start": 0, "score": e["score"]}
        for i, e in enumerate(edges)
    ]
    given = {"papers": list(papers), "entities": list(entities), "relations": edges, "evidence": evidence}
    tables = {name: table(name, []) for name in TABLES if name not in given}
    return KnowledgeGraph(**tables, **{name: _plain(name, rows) for name, rows in given.items()})


def _plain(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    defaults = {"papers": {"year": None}, "entities": {"papers": 1, "mentions": 1, "known": False}}.get(name, {})
    full = [dict.fromkeys(TABLES[name].names, "") | defaults | row for row in rows]
    return pd.DataFrame({c: pd.Series([row[c] for row in full], dtype="object") for c in TABLES[name].names})


def paper(key: str, title: str, **more: Any) -> dict[str, Any]:
    return {"paper": f"paper/{key}", "title": title, **more}


def entity(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"entity": f"{kind.lower()}/{name.lower().replace(' ', '-')}", "type": kind, "name": name, **more}


def two_topics() -> KnowledgeGraph:
    """Two groups of three papers, each about its own task, joined by one; a lone pair, a lone paper, parallel edges."""
    papers = [
        paper(f"{topic}{i}", f"On {topic} {i}", year=2020 + i) for topic in ("speech", "vision") for i in (1, 2, 3)
    ]
    papers += [paper("pair", "A paper with nothing but code"), paper("alone", "A paper that names nothing")]
    names = [("Task", "Speech recognition"), ("Method", "Conformer"), ("Task", "Object detection"), ("Method", "YOLO")]
    things = [entity(kind, name) for kind, name in names]
    things.append(entity("Repository", "github.com/o/r", url="https://github.com/o/r"))
    edges = []
    for topic, task, method in (("speech", "speech-recognition", "conformer"), ("vision", "object-detection", "yolo")):
        for i in (1, 2, 3):
            edges += [
                (f"paper/{topic}{i}", "addresses", f"task/{task}", 0.9),
                (f"paper/{topic}{i}", "usesMethod", f"method/{method}", 0.8),
            ]
    edges.append(("paper/speech1", "mentions", "task/object-detection", 0.5))
    edges.append(("paper/pair", "hasCode", "repository/github.com/o/r", 1.0))
    edges.append(("paper/speech2", "proposes", "method/conformer", 0.7))
    return make_graph(papers, things, edges)


def hostile() -> KnowledgeGraph:
    """Each hostile text as a title, a name, an address and a sentence."""
    papers = [paper(key, text, url=text) for key, text in HOSTILE.items()]
    things = [{"entity": f"method/{key}", "type": "Method", "name": text} for key, text in HOSTILE.items()]
    edges = [(f"paper/{key}", "usesMethod", f"method/{key}", 0.0) for key in HOSTILE]
    return make_graph(papers, things, edges, sentences=dict(enumerate(HOSTILE.values())))


GRAPHS = {
    "empty": make_graph,
    "one": lambda: make_graph([paper("1", "Alone")]),
    "pair": lambda: make_graph([paper("1", "A")], [entity("Task", "T")], [("paper/1", "addresses", "task/t", 0.4)]),
    "topics": two_topics,
    "hostile": hostile,
}
