"""A pile of machine-learning abstracts in, a knowledge graph to open, query and trust out.

Example:
    >>> import kg
    >>> papers = [kg.Paper("1", "FooNet: a network", "We propose FooNet and evaluate it on CIFAR-10.")]
    >>> graph = kg.build(kg.annotate(papers, nlp=kg.load_pipeline(fast=True)))
    >>> sorted(graph.entities["entity"])
    ['dataset/cifar-10', 'method/foonet']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.annotations import read_annotations, write_annotations
    from kg.catalogue import read_catalogue
    from kg.declaration import find_pipeline
    from kg.errors import KGError
    from kg.explain import explain
    from kg.export import EXPORTERS
    from kg.export.html import show
    from kg.graph import build, diff, merge, part
    from kg.model import Annotation, Entity, Link, Mention, Paper, Result
    from kg.nlp import annotate, load_pipeline
    from kg.overrides import read_overrides
    from kg.queries import named_queries, named_query
    from kg.readers import merge_papers, read_papers
    from kg.run import build_folder
    from kg.scoring import score
    from kg.sparql import build_store, open_store, query
    from kg.storage import read, write
    from kg.tables import KnowledgeGraph
    from kg.views import measures, to_networkx

# Loaded when first used: spaCy, pandas and rdflib together take seconds that `kg --help` need not wait for.
_HOMES = {
    "EXPORTERS": "kg.export",
    "Annotation": "kg.model",
    "Entity": "kg.model",
    "KGError": "kg.errors",
    "KnowledgeGraph": "kg.tables",
    "Link": "kg.model",
    "Mention": "kg.model",
    "Paper": "kg.model",
    "Result": "kg.model",
    "annotate": "kg.nlp",
    "build": "kg.graph",
    "build_folder": "kg.run",
    "build_store": "kg.sparql",
    "diff": "kg.graph",
    "explain": "kg.explain",
    "find_pipeline": "kg.declaration",
    "load_pipeline": "kg.nlp",
    "measures": "kg.views",
    "merge": "kg.graph",
    "merge_papers": "kg.readers",
    "named_queries": "kg.queries",
    "named_query": "kg.queries",
    "open_store": "kg.sparql",
    "part": "kg.graph",
    "query": "kg.sparql",
    "read": "kg.storage",
    "read_annotations": "kg.annotations",
    "read_catalogue": "kg.catalogue",
    "read_overrides": "kg.overrides",
    "read_papers": "kg.readers",
    "score": "kg.scoring",
    "show": "kg.export.html",
    "to_networkx": "kg.views",
    "write": "kg.storage",
    "write_annotations": "kg.annotations",
}

__all__ = [
    "EXPORTERS",
    "Annotation",
    "Entity",
    "KGError",
    "KnowledgeGraph",
    "Link",
    "Mention",
    "Paper",
    "Result",
    "annotate",
    "build",
    "build_folder",
    "build_store",
    "diff",
    "explain",
    "find_pipeline",
    "load_pipeline",
    "measures",
    "merge",
    "merge_papers",
    "named_queries",
    "named_query",
    "open_store",
    "part",
    "query",
    "read",
    "read_annotations",
    "read_catalogue",
    "read_overrides",
    "read_papers",
    "score",
    "show",
    "to_networkx",
    "write",
    "write_annotations",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
