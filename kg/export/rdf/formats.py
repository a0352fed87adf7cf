"""A stream of nodes → bytes in one of the RDF formats; nothing ever holds the whole graph."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, cast

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, serialize

from kg.export.rdf.jsonld import write_nodes as write_jsonld
from kg.export.rdf.terms import GRAPH_PREFIXES, Node, node, term
from kg.schema import PREFIXES

__all__ = ["FORMATS", "Format"]

EVIDENCE_GRAPH, FACTS_GRAPH = node("graph", "evidence"), node("graph", "facts")
_HEAD = 1 << 14  # bytes; the prefixes take 3 kB


@dataclass(frozen=True)
class Format:
    """One way to write RDF: its media type, file name extension, one-line doc, and how nodes are written."""

    name: str
    media_type: str
    extension: str
    doc: str
    write: Callable[[Iterable[Node], IO[bytes]], None]
    reified: bool = False  # wants nodes as RDF 1.2 has them

    @property
    def file_name(self) -> str:
        """What a build calls the file; programs go by its ending."""
        plain = self.extension.removesuffix("12")
        return f"graph.{plain}" if plain == self.extension else f"graph-rdf12.{plain}"


def _triples(nodes: Iterable[Node]) -> Iterator[Triple]:
    for item in nodes:
        yield from item.triples()


def _quads(nodes: Iterable[Node]) -> Iterator[Quad]:
    """Statements and evaluations in a graph of their own, so that the facts can be loaded without them."""
    kind, apart = term("rdf:type"), {term("rdf:Statement"), term("mls:ModelEvaluation")}
    for item in nodes:
        types = {value for predicate, value in item.facts if predicate == kind}
        about = term("void:Dataset") in types
        graph = EVIDENCE_GRAPH if types & apart else DefaultGraph() if about else FACTS_GRAPH
        for predicate, value in item.facts:
            yield Quad(item.subject, predicate, value, graph)


class _OrderedHead(io.RawIOBase):
    """A file that puts the prefixes at its head in order: Oxigraph writes them in a new order each time."""

    def __init__(self, file: IO[bytes]):
        self.file, self.head, self.held = file, b"", True

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if not self.held:
            return self.file.write(data)
        self.head += bytes(data)
        if len(self.head) >= _HEAD:
            self.release()
        return len(data)

    def release(self) -> None:
        """Write what has been held back."""
        if self.held:
            head = re.sub(rb"\A(?:@prefix .*\n)+", _sort_lines, self.head)
            self.file.write(re.sub(rb"(?<=<rdf:RDF )[^>]*(?=>)", _sort_attributes, head, count=1))
            self.held = False


def _sort_lines(found: re.Match[bytes]) -> bytes:
    return b"".join(sorted(found[0].splitlines(keepends=True)))


def _sort_attributes(found: re.Match[bytes]) -> bytes:
    return b" ".join(sorted(found[0].split(b" ")))


def _writer(
    kind: RdfFormat, *, quads: bool = False, prefixes: dict[str, str] | None = None
) -> Callable[[Iterable[Node], IO[bytes]], None]:
    def write(nodes: Iterable[Node], file: IO[bytes]) -> None:
        statements = _quads(nodes) if quads else _triples(nodes)
        ordered = _OrderedHead(file)
        serialize(statements, cast(IO[bytes], ordered), kind, prefixes=prefixes)
        ordered.release()

    return write


def _of_1_2(row: Format) -> Format:
    """The same with RDF 1.2's reifiers, for engines that read them; a format of its own, whose name ends in 12."""
    return replace(
        row,
        name=f"{row.name}12",
        media_type=f"{row.media_type}; version=1.2",
        extension=f"{row.extension}12",
        doc=f"{row.doc.removesuffix('.')}; the evidence as reifiers of triple terms (RDF 1.2).",
        reified=True,
    )


_SYNTAXES = (
    Format(
        "turtle",
        "text/turtle",
        "ttl",
        "Turtle, with prefixes, one block per node.",
        _writer(RdfFormat.TURTLE, prefixes=GRAPH_PREFIXES),
    ),
    Format("ntriples", "application/n-triples", "nt", "N-Triples, one triple per line.", _writer(RdfFormat.N_TRIPLES)),
    Format(
        "nquads",
        "application/n-quads",
        "nq",
        "N-Quads: facts, evidence and description in three graphs.",
        _writer(RdfFormat.N_QUADS, quads=True),
    ),
    Format(
        "trig",
        "application/trig",
        "trig",
        "TriG: facts, evidence and description in three graphs.",
        _writer(RdfFormat.TRIG, quads=True, prefixes=GRAPH_PREFIXES),
    ),
)

FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        *_SYNTAXES,
        Format(
            "jsonld",
            "application/ld+json",
            "jsonld",
            "JSON-LD 1.1, framed: papers with what they name, their evidence and results.",
            write_jsonld,
        ),
        Format(
            "rdfxml",
            "application/rdf+xml",
            "rdf",
            "RDF/XML, for older tools.",
            _writer(RdfFormat.RDF_XML, prefixes=PREFIXES),
        ),
        *map(_of_1_2, _SYNTAXES),
    )
}
