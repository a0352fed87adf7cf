"""What a query gives, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pandas as pd
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.errors import QueryError
from kg.export.rdf.terms import GRAPH_PREFIXES, compact

__all__ = ["Answer"]

_WIDEST = 60  # characters of a cell in a text table


@dataclass(frozen=True)
class Answer:
    """What a query gives: rows of terms (SELECT), yes or no (ASK), or triples (CONSTRUCT, DESCRIBE).

    Attributes:
        kind: `select`, `ask` or `construct`.
        columns: Variables; `subject predicate object` of triples, `answer` of yes or no.
        rows: One term per column, None where unbound.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object | None, ...], ...]

    def values(self) -> list[tuple[str | None, ...]]:
        """Rows as text: literals as they are, nodes shortened by the known prefixes."""
        return [tuple(_shown(term) for term in row) for row in self.rows]

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a data frame: whole numbers as `Int64`, others as `float64`, all else as text; NA where unbound.

        Nodes are shortened by the known prefixes, as in `values`.
        """
        columns = dict(zip(self.columns, zip(*self.values(), strict=True), strict=True)) if self.rows else {}
        frame = pd.DataFrame(columns, columns=list(self.columns), dtype="string")
        for number, name in enumerate(self.columns):
            if kinds := _number_kinds(self, number):
                frame[name] = frame[name].astype("float64" if kinds - {"integer"} else "Int64")
        return frame

    def render(self, format: str = "table") -> str:  # noqa: A002 - the word that users know
        """The answer as `table`, `csv`, `json` (SPARQL 1.1 results; triples as JSON-LD) or, for triples, `turtle`.

        Raises:
            QueryError: If the format does not fit.
        """
        if format == "table":
            return _to_text(self)
        if format == "csv":
            return _to_csv(self)
        if format == "json":
            return _to_json(self)
        if format == "turtle" and self.kind == "construct":
            return _to_rdf(self, RdfFormat.TURTLE)
        raise QueryError(
            f"no {format!r} of a {self.kind}", remedy="known are table, csv, json; of a construct also turtle"
        )


def _shown(term: object | None) -> str | None:
    if term is None:
        return None
    return compact(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def _to_text(answer: Answer) -> str:
    rows = [answer.columns, *(tuple(_cell(value) for value in row) for row in answer.values())]
    widths = [max(len(row[i]) for row in rows) for i in range(len(answer.columns))]
    numeric = [bool(_number_kinds(answer, i)) for i in range(len(answer.columns))]
    lines = [
        "  ".join(v.rjust(w) if n else v.ljust(w) for v, w, n in zip(row, widths, numeric, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines) + "\n"


def _cell(value: str | None) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in value or "").split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _number_kinds(answer: Answer, column: int) -> set[str]:
    """Datatypes of a column that holds numbers alone; empty if it holds anything else."""
    bound = [term for row in answer.rows if (term := row[column]) is not None]
    kinds = {term.datatype.value.rsplit("#", 1)[-1] if isinstance(term, Literal) else "" for term in bound}
    return kinds if kinds <= {"integer", "decimal", "double", "float"} else set()


def _to_csv(answer: Answer) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow("" if term is None else getattr(term, "value", str(term)) for term in row)
    return out.getvalue()


def _to_json(answer: Answer) -> str:
    if answer.kind == "construct":
        return _to_rdf(answer, RdfFormat.JSON_LD)
    if answer.kind == "ask":
        return json.dumps({"head": {}, "boolean": answer.rows[0][0] == Literal(True)}) + "\n"
    bindings = [
        {name: _json_term(term) for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    head = {"vars": list(answer.columns)}
    return json.dumps({"head": head, "results": {"bindings": bindings}}, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: object) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if not isinstance(term, Literal):
        return {"type": "bnode", "value": str(getattr(term, "value", term))}
    out = {"type": "literal", "value": term.value}
    if term.language:
        return out | {"xml:lang": term.language}
    kind = term.datatype.value
    return out if kind == GRAPH_PREFIXES["xsd"] + "string" else out | {"datatype": kind}


def _to_rdf(answer: Answer, kind: RdfFormat) -> str:
    return bytes(serialize([Triple(*row) for row in answer.rows], format=kind) or b"").decode() + "\n"  # type: ignore[arg-type]
