"""A graph → an Oxigraph store on disk, ready to be asked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.errors import ExportError
from kg.export.rdf import triples
from kg.tables import KnowledgeGraph

__all__ = ["STORE", "build_store", "load"]

STORE = "store"  # folder of the store inside a graph's folder
_LINES = 1 << 14  # triples that are loaded at a time, some 3 MB


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
    load(store, (f"{triple} .\n".encode() for triple in triples(graph, licence=licence)))
    store.optimize()


def load(store: Store, lines: Iterable[bytes]) -> None:
    """Fill a store from lines of valid N-Triples without blank nodes, which can be cut anywhere.

    Oxigraph loads what it is given on one core; so it is given parts, one more at a time than there are cores, for one
    may wait for the disk.
    """
    workers, waiting = (os.cpu_count() or 1) + 1, iter(lines)
    loading: deque[Future[None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        while part := b"".join(islice(waiting, _LINES)):
            loading.append(pool.submit(store.bulk_load, part, RdfFormat.N_TRIPLES, lenient=True))
            if len(loading) > workers:  # a graph may be larger than memory
                loading.popleft().result()
        for each in loading:
            each.result()
