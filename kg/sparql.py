"""SPARQL over a graph: the store on disk, answers as tables, and the named queries of a pipeline."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, QueryBoolean, QuerySolutions, QueryTriples, Store

from kg.answers import Answer
from kg.errors import GraphError, QueryError
from kg.export.rdf import GRAPH_PREFIXES
from kg.export.rdf.store import STORE, build_store
from kg.queries import TOKENS, NamedQuery, named_queries, named_query
from kg.storage import kept_licence, read

__all__ = [
    "STORE",
    "Answer",
    "NamedQuery",
    "build_store",
    "check_query",
    "find_store",
    "named_queries",
    "named_query",
    "open_store",
    "query",
    "syntax_error",
]

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_UPDATE = re.compile(r"\b(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.I)


def find_store(folder: str | Path) -> Path:
    """The place of a graph's store, which is made the first time.

    A build makes it if it is among its formats; else the first query does.

    Args:
        folder: What `kg build` has written, or the store in it.

    Raises:
        GraphError: If there is none.
    """
    given = Path(folder)
    place = given / STORE if (given / STORE).is_dir() else given
    if not (place / "CURRENT").is_file() and (given / "tables").is_dir():
        place = given / STORE
        build_store(read(given), place, licence=kept_licence(given))
    if not (place / "CURRENT").is_file():
        raise GraphError("holds no store of triples", path=given, remedy="make one with: kg build PAPERS -o FOLDER")
    return place


def open_store(folder: str | Path) -> Store:
    """Open the store of a graph for reading, see `find_store`; any number of processes can.

    Raises:
        GraphError: If there is none, or it is damaged.
    """
    place = find_store(folder)
    try:
        return Store.read_only(str(place))
    except (OSError, RuntimeError) as error:
        raise GraphError(f"damaged: {error}", path=place, remedy="build it again") from error


def query(
    source: Store | str | Path,
    text: str,
    *,
    limit: int | None = None,
    federate: bool = False,
) -> Answer:
    """Ask a store; the usual prefixes (`kg:`, `skos:`, `method:` …) need not be declared.

    Args:
        source: An open store, or a folder for `open_store`.
        text: SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE.
        limit: Take no more rows than this.
        federate: Let `SERVICE` go out to other endpoints.

    Raises:
        QueryError: If the query does not parse, wants to change something, or wants out where it may not.
        GraphError: If there is no store.
    """
    store = source if isinstance(source, Store) else open_store(source)
    check_query(text, federate=federate)
    try:
        return _collect(store.query(text, prefixes=GRAPH_PREFIXES), limit)
    except SyntaxError as error:
        raise syntax_error(text, str(error)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"cannot be answered: {error}") from error


def _collect(found: QuerySolutions | QueryBoolean | QueryTriples, limit: int | None) -> Answer:
    if isinstance(found, QueryBoolean):
        return Answer("ask", ("answer",), ((Literal(bool(found)),),))
    if isinstance(found, QueryTriples):
        return Answer("construct", ("subject", "predicate", "object"), tuple(tuple(t) for t in islice(found, limit)))
    columns = tuple(variable.value for variable in found.variables)
    return Answer("select", columns, tuple(tuple(solution) for solution in islice(found, limit)))


def check_query(text: str, *, federate: bool = False) -> None:
    """Refuse what would leave the store: a `SERVICE` clause, however it is spelt.

    Oxigraph needs no space around keywords, so the letters alone are refused wherever they could be one: outside
    strings, addresses, comments, variables and what follows a colon.

    Raises:
        QueryError: If there is one and `federate` is not set.

    Example:
        >>> check_query('SELECT ?service { ?service <x:y> "SERVICE" } # SERVICE')
        >>> check_query("SELECT * { service <http://x/> { ?s ?p ?o } }")
        Traceback (most recent call last):
            ...
        kg.errors.QueryError: 'SERVICE' is not allowed here; ask the other endpoint itself
    """
    if federate:
        return
    for plain in (text, _ESCAPE.sub(lambda m: chr(min(int(m[1] or m[2], 16), 0x10FFFF)), text)):
        if "SERVICE" in TOKENS.sub(" ", plain).upper():
            raise QueryError("'SERVICE' is not allowed here", remedy="ask the other endpoint itself")


def syntax_error(text: str, complaint: str) -> QueryError:
    """Oxigraph's complaint about a query's text, cut to what helps, with the line."""
    place = re.match(r"error at (\d+):(\d+): (.*)", complaint, re.DOTALL)
    if not place:
        return QueryError(f"does not parse: {complaint}")
    line, column, reason = int(place[1]), int(place[2]), place[3]
    shown = text.splitlines()[line - 1].strip() if 0 < line <= len(text.splitlines()) else ""
    for known in ("Prefix not found", "The SELECT contains a variable that is unbound"):
        reason = known if known in reason else reason
    if re.search(r"CONSTRUCT|DESCRIBE", reason) and _UPDATE.search(text):
        reason = "a graph is only read here"
    detail = f"column {column}: {reason[:120]}" + (f": {shown[:80]}" if shown else "")
    return QueryError(detail, path="query", line=line, remedy="see the named queries for examples")
