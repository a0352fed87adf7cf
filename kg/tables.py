"""The tables that a graph is: their columns, types and order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pandas as pd
import pyarrow as pa

__all__ = ["TABLES", "KnowledgeGraph", "table"]

_TEXT = pa.large_string()  # an array of `string` ends at 2 GiB: the abstracts of two million papers are more
_TEXTS = pa.list_(pa.string())

TABLES: dict[str, pa.Schema] = {
    "papers": pa.schema(
        [
            ("paper", _TEXT),  # key, e.g. paper/arxiv:1512.03385
            ("id", _TEXT),  # as its source calls it
            ("title", _TEXT),
            ("abstract", _TEXT),
            ("authors", _TEXTS),
            ("published", _TEXT),
            ("year", pa.int32()),  # null if unknown
            ("url", _TEXT),
            ("arxiv_id", _TEXT),
            ("doi", _TEXT),
            ("categories", _TEXTS),
            ("sources", _TEXTS),
            ("same_as", _TEXTS),  # keys of copies that were merged into it
        ]
    ),
    "mentions": pa.schema(
        [
            ("paper", _TEXT),
            ("local", pa.int32()),  # number of the in-paper entity; links count on after the entities
            ("type", _TEXT),  # as this paper uses it
            ("role", _TEXT),  # or the kind of a link
            ("name", _TEXT),  # fullest name in this paper, or the URL
            ("surface", _TEXT),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("sentence_start", pa.int32()),
            ("sentence_end", pa.int32()),
            ("extractor", _TEXT),
            ("score", pa.float64()),
            ("entity", _TEXT),  # computed: key of the entity it is linked to
        ]
    ),
    "claims": pa.schema(
        [
            ("claim", _TEXT),  # content hash
            ("paper", _TEXT),
            ("method", _TEXT),  # surfaces …
            ("baseline", _TEXT),
            ("dataset", _TEXT),
            ("metric", _TEXT),
            ("value", _TEXT),  # as stated
            ("number", pa.float64()),  # null if the value is not one
            ("unit", _TEXT),  # %, x, points, dB … or empty
            ("kind", _TEXT),  # score, gain, loss, ratio or saving, see `values.claim_kind`
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("sentence_start", pa.int32()),
            ("sentence_end", pa.int32()),
            ("score", pa.float64()),
            ("method_entity", _TEXT),  # … and computed: keys, empty if not stated
            ("baseline_entity", _TEXT),
            ("dataset_entity", _TEXT),
            ("metric_entity", _TEXT),
        ]
    ),
    "entities": pa.schema(
        [
            ("entity", _TEXT),  # key, e.g. method/resnet
            ("type", _TEXT),
            ("name", _TEXT),
            ("papers", pa.int32()),  # how many name it
            ("mentions", pa.int32()),
            ("year", _TEXT),  # from the catalogue
            ("url", _TEXT),  # its home: from the catalogue, or the repository itself
            ("better", _TEXT),  # metrics: higher, lower or empty
            ("unit", _TEXT),
            ("known", pa.bool_()),  # in the catalogue
        ]
    ),
    "relations": pa.schema(
        [
            ("relation", _TEXT),  # content hash
            ("source", _TEXT),
            ("predicate", _TEXT),  # name in schema.RELATIONS
            ("target", _TEXT),
            ("score", pa.float64()),  # probability that it holds, from all of its evidence
            ("evidence", pa.int32()),  # how many rows of evidence
            ("papers", pa.int32()),  # how many papers they are from
        ]
    ),
    "evidence": pa.schema(
        [
            ("relation", _TEXT),
            ("paper", _TEXT),
            ("surface", _TEXT),
            ("start", pa.int32()),  # code points in title + newline + abstract
            ("end", pa.int32()),
            ("sentence", _TEXT),
            ("sentence_start", pa.int32()),
            ("extractor", _TEXT),
            ("score", pa.float64()),
        ]
    ),
    "aliases": pa.schema(
        [
            ("entity", _TEXT),
            ("surface", _TEXT),
            ("reason", _TEXT),
            ("papers", pa.int32()),
        ]
    ),
    "decisions": pa.schema(
        [
            ("action", _TEXT),  # merge, refuse, split
            ("left", _TEXT),
            ("right", _TEXT),
            ("rule", _TEXT),
            ("papers", _TEXTS),
            ("entity", _TEXT),  # computed: what the left name has become, empty if nothing
            ("other", _TEXT),  # what the right name has become
        ]
    ),
}


@dataclass(frozen=True, eq=False)
class KnowledgeGraph:
    """A graph of papers and what they name, as tables (see `TABLES`), each sorted by its key columns.

    Example:
        >>> from kg.graph import build
        >>> from kg.model import Annotation, Entity, Mention, Paper
        >>> paper = Paper("1", "Mixup", "We train ResNet.")
        >>> note = Annotation(paper, (Mention(15, 21, "ResNet", "Method"),), (Entity("ResNet", "Method", "used"),))
        >>> build([note]).relations[["predicate", "target"]].values.tolist()
        [['usesMethod', 'method/resnet']]
    """

    papers: pd.DataFrame
    mentions: pd.DataFrame
    claims: pd.DataFrame
    entities: pd.DataFrame
    relations: pd.DataFrame
    evidence: pd.DataFrame
    aliases: pd.DataFrame
    decisions: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name → table, in the order of `TABLES`."""
        return {name: getattr(self, name) for name in TABLES}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KnowledgeGraph):
            return NotImplemented
        mine, theirs = self.tables(), other.tables()
        return all(mine[name].equals(theirs[name]) for name in TABLES)

    __hash__ = None  # type: ignore[assignment]

    def show(self, *, height: int = 700) -> Any:
        """The explorer in a notebook's cell, `height` pixels high: `kg.show` of this graph."""
        return import_module("kg").show(self, height=height)  # a public name: tables know nothing of pages

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table)} {name}" for name, table in self.tables().items())
        return f"KnowledgeGraph({counts})"


def table(name: str, rows: pd.DataFrame | Iterable[Any]) -> pd.DataFrame:
    """Rows (dicts, dataclasses or a frame) as a table of the declared columns and types, sorted by them in order."""
    schema = TABLES[name]
    if not isinstance(rows, pd.DataFrame):
        rows = pd.DataFrame([r if isinstance(r, dict) else _as_dict(r) for r in rows], columns=schema.names)
    columns = {}
    for field in schema:
        values = rows[field.name] if field.name in rows else pd.Series([None] * len(rows), index=rows.index)
        if pa.types.is_list(field.type):
            columns[field.name] = pd.Series(
                [list(v) for v in values], index=rows.index, dtype=pd.ArrowDtype(field.type)
            )
        else:
            columns[field.name] = values.astype(pd.ArrowDtype(field.type))
    frame = pd.DataFrame(columns)
    keys = [f.name for f in schema if not pa.types.is_list(f.type)]
    return frame.sort_values(keys, ignore_index=True)


def _as_dict(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
