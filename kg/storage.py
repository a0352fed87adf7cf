"""KnowledgeGraph ↔ a folder of Parquet files."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import GraphError
from kg.tables import TABLES, KnowledgeGraph

__all__ = ["VERSION", "kept_licence", "read", "write"]

VERSION = 2  # of the tables; a graph folder of another version is refused


def write(graph: KnowledgeGraph, folder: Path, *, licence: str = "") -> None:
    """Write the tables as Parquet files into `folder/tables`, replacing what is there in one step.

    The licence under which the graph is given away goes with them, so that all that is made of them later can say it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".tables-", dir=folder))
    try:
        for name, table in graph.tables().items():
            data = pa.Table.from_pandas(table, schema=TABLES[name], preserve_index=False).replace_schema_metadata()
            pq.write_table(data, beside / f"{name}.parquet", compression="zstd")
        (beside / "graph.json").write_text(
            json.dumps({"version": VERSION, "licence": licence}) + "\n", encoding="utf-8"
        )
        beside.chmod(0o755)
        old = folder / ".tables-old"
        shutil.rmtree(old, ignore_errors=True)
        if (folder / "tables").exists():
            (folder / "tables").rename(old)
        beside.rename(folder / "tables")
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def read(folder: Path) -> KnowledgeGraph:
    """Read a graph that `write` has written.

    Raises:
        GraphError: If the folder holds none, a damaged one, or one of another version.
    """
    place = Path(folder) / "tables"
    if not (place / "graph.json").exists():
        raise GraphError("holds no graph", path=folder, remedy="make one with: kg build PAPERS -o FOLDER")
    version = json.loads((place / "graph.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        raise GraphError(f"graph of version {version}, this kg reads {VERSION}", path=folder, remedy="build it again")
    try:
        tables = {
            name: pq.read_table(place / f"{name}.parquet", schema=schema).to_pandas(types_mapper=pd.ArrowDtype)
            for name, schema in TABLES.items()
        }
    except (OSError, pa.ArrowInvalid) as error:
        raise GraphError(f"damaged: {error}", path=place, remedy="build it again") from error
    return KnowledgeGraph(**tables)


def kept_licence(folder: Path) -> str:
    """The licence that the graph in a folder was written with; empty if none."""
    place = Path(folder) / "tables" / "graph.json"
    return str(json.loads(place.read_text(encoding="utf-8")).get("licence", "")) if place.is_file() else ""
