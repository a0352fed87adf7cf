"""The named queries of a pipeline: `.rq` files with title, sentence and typed parameters → SPARQL with values bound.

A query file begins with comments that describe it, and uses each parameter as `$name`; everything else is `?name`::

    # title: Methods on a dataset
    # description: Which methods papers evaluate on it, most papers first.
    # topic: Datasets
    # param: dataset name "ImageNet" The dataset, under any of its names.
    SELECT …  WHERE { ?dataset kg:nameKey $dataset … }

What makes a query fast in Oxigraph, in standard SPARQL:

- Sorting by text fetches both texts for each comparison. So a query sorts by numbers first, then by the first letters,
  `SUBSTR(?name, 1, 16)`, which are worked out once per row and held in place, then by the whole text: the same order.
  A query over all of a graph looks up the names of the first 400.
- A pattern that is joined is looked up once per row. Where most of a graph is read, two sub-SELECTs are better: each is
  read in one go, and both are joined by hash. An OPTIONAL of one sub-SELECT likewise; after a LIMIT the plain one is.
- `sameTerm` compares nodes without fetching their addresses, which `=` and `!=` do.

A value takes the place of its variable as a term, never as text, so that no value can change the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.declaration import find_pipeline
from kg.errors import PipelineError, QueryError
from kg.export.rdf.terms import address, date, decimal, integer, literal
from kg.ids import expand
from kg.names import surface_key

__all__ = ["TOKENS", "NamedQuery", "Parameter", "bind", "by_topic", "named_queries", "named_query", "read_query"]

# What a query is made of, as far as it matters to find parameters and keywords: strings, addresses, comments,
# variables and the local parts of names are passed over.
TOKENS = re.compile(
    r"""(?P<skip>\\.
        |\"\"\"(?:[^"\\]|\\.|"(?!\"\"))*\"\"\" |'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*" |'(?:[^'\\\n\r]|\\.)*'
        |<(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*>
        |\#[^\n\r]*
        |[?:][\w%-]*)
      |\$(?P<parameter>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)
_HEADER = re.compile(r"#\s*(title|description|topic|param):\s*(.*\S)\s*")
_PARAMETER = re.compile(r'(\w+)\s+(\w+)\s+"([^"]*)"\s*(.*)')


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query: its type (see `TYPES`), what it is unless told otherwise, and one line about it."""

    name: str
    type: str
    default: str
    doc: str


@dataclass(frozen=True)
class NamedQuery:
    """A query that ships with a pipeline; its topic groups it with others in lists."""

    name: str
    title: str
    description: str
    topic: str
    parameters: tuple[Parameter, ...]
    text: str

    def summary(self) -> str:
        """Name, title, parameters with their defaults, and description, for a list."""
        settings = " ".join(f"--set {p.name}={p.default!r}" for p in self.parameters)
        return f"{self.name}: {self.title}\n    {self.description}" + (f"\n    {settings}" if settings else "")


def _iri(value: str) -> NamedNode | None:
    try:
        return NamedNode(expand(value))
    except KeyError:
        return address(value)


# Type of a parameter → the term that a value becomes; None if it is not of that type.
TYPES: dict[str, Callable[[str], Literal | NamedNode | None]] = {
    "text": literal,  # may be empty, as may a name
    "name": lambda value: literal(surface_key(value)),  # any name of a thing, however it is spelt: matches kg:nameKey
    "integer": lambda value: integer(int(value)) if re.fullmatch(r"[+-]?\d{1,15}", value) else None,
    "decimal": lambda value: decimal(float(value)) if re.fullmatch(r"[+-]?\d{1,15}(\.\d+)?", value) else None,
    "year": lambda value: date(value) if len(value) == 4 else None,
    "iri": _iri,
}


def named_queries(pipeline: str | Path = "abstracts") -> list[NamedQuery]:
    """All named queries of a pipeline, sorted by name.

    Raises:
        PipelineError: If the pipeline does not exist, or a query's header is wrong.
    """
    return [read_query(path) for path in sorted((find_pipeline(pipeline) / "queries").glob("*.rq"))]


def by_topic(queries: Iterable[NamedQuery]) -> dict[str, list[NamedQuery]]:
    """Queries under their topics, topics and titles in order of the alphabet."""
    topics: dict[str, list[NamedQuery]] = {}
    for entry in sorted(queries, key=lambda entry: (entry.topic, entry.title)):
        topics.setdefault(entry.topic, []).append(entry)
    return topics


def named_query(name: str, *, parameters: Mapping[str, str] | None = None, pipeline: str | Path = "abstracts") -> str:
    """The text of a named query with its parameters bound, ready to ask.

    Args:
        name: As `kg queries` lists it.
        parameters: Values by name; a missing one takes its default.
        pipeline: Name or folder of the pipeline.

    Raises:
        QueryError: If there is no such query or parameter, or a value is not of the parameter's type.
    """
    entries = {entry.name: entry for entry in named_queries(pipeline)}
    if name not in entries:
        raise QueryError(f"no query {name!r}", remedy=f"known are {', '.join(entries)}")
    return bind(entries[name], parameters or {})


def bind(entry: NamedQuery, values: Mapping[str, str]) -> str:
    """The text of a query with values, or else defaults, in the places of its parameters."""
    known = {parameter.name: parameter for parameter in entry.parameters}
    for name in values:
        if name not in known:
            remedy = f"it takes {', '.join(known)}" if known else "it takes none"
            raise QueryError(f"{entry.name!r} has no parameter {name!r}", remedy=remedy)
    terms = {name: _term(p, values.get(name, p.default)) for name, p in known.items()}

    def replace(found: re.Match[str]) -> str:
        return str(terms.get(found["parameter"] or "", found[0]))

    return TOKENS.sub(replace, entry.text)


def _term(parameter: Parameter, value: str) -> Literal | NamedNode:
    term = TYPES[parameter.type](value)
    if term is None:
        raise QueryError(f"{parameter.name}={value!r} is not of type {parameter.type}", remedy=parameter.doc)
    return term


def read_query(path: Path) -> NamedQuery:
    """Read one `.rq` file.

    Raises:
        PipelineError: If title or description is missing, or a parameter is not declared as it should be.
    """
    text = path.read_text(encoding="utf-8")
    fields: dict[str, str] = {}
    parameters = []
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.fullmatch(line):
            if found[1] == "param":
                parameters.append(_read_parameter(found[2], path, number))
            else:
                fields[found[1]] = found[2]
    for field in ("title", "description"):
        if field not in fields:
            raise PipelineError(f"no {field!r}", path=path, line=1, remedy=f"begin the file with: # {field}: …")
    topic = fields.get("topic", "Other")
    return NamedQuery(path.stem, fields["title"], fields["description"], topic, tuple(parameters), text)


def _read_parameter(text: str, path: Path, line: int) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    if not found or found[2] not in TYPES:
        remedy = f'write: # param: NAME TYPE "DEFAULT" Sentence.; types are {", ".join(TYPES)}'
        raise PipelineError(f"parameter {text!r} is not declared as it should be", path=path, line=line, remedy=remedy)
    return Parameter(found[1], found[2], found[3], found[4])
