"""A graph → an Oxigraph store on disk, ready to be asked."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pyoxigraph import Quad, Store

from kg.errors import ExportError
from kg.export.rdf import triples
from kg.tables import KnowledgeGraph

__all__ = ["STORE", "build_store"]

STORE = "store"  # folder of the store inside a graph's folder


def build_store(graph: KnowledgeGraph, folder: Path, *, licence: str = "") -> None:
    """Load a graph into a store; what is at `folder` gives way only when all has been loaded.

    Its bytes differ from run to run: it is a database, with a name and a log of its own. That is why a build leaves it
    out unless it is asked for.

    Raises:
        ExportError: If the store cannot be written, or something else than a store is in its place.
    """
    folder = Path(folder)
    if folder.exists() and not _replaceable(folder):
        raise ExportError("is there, and no store", path=folder, remedy="choose another place")
    beside = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        _fill(beside / "new", graph, licence)
        if folder.exists():
            folder.rename(beside / "old")
        (beside / "new").rename(folder)
    except OSError as error:
        raise ExportError(f"cannot be written ({error})", path=folder, remedy="choose another place") from error
    finally:
        if beside:
            shutil.rmtree(beside, ignore_errors=True)


def _replaceable(folder: Path) -> bool:
    """Whether it is a store, be it a damaged one, or empty: nothing else is to be lost."""
    return folder.is_dir() and ((folder / "LOG").is_file() or not any(folder.iterdir()))


def _fill(place: Path, graph: KnowledgeGraph, licence: str) -> None:
    """A store that is closed when this returns."""
    store = Store(place)
    store.bulk_extend(Quad(*triple) for triple in triples(graph, licence=licence))
    store.optimize()
