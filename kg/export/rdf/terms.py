"""Strings and numbers of the tables → RDF terms that every format can hold, and every engine gives back unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from kg.ids import expand, iri
from kg.schema import BASE, ENTITY_TYPES, PREFIXES

__all__ = [
    "GRAPH_PREFIXES",
    "LARGEST",
    "Node",
    "address",
    "boolean",
    "compact",
    "date",
    "decimal",
    "integer",
    "literal",
    "node",
    "safe_text",
    "term",
    "thing",
    "uri_literal",
]

# `method:resnet` reads better than the whole IRI; used in Turtle, TriG, RDF/XML and JSON-LD, and known to every query.
GRAPH_PREFIXES: dict[str, str] = PREFIXES | {
    name: f"{BASE}{name}/" for name in (*map(str.lower, ENTITY_TYPES), "claim", "evidence", "extractor", "run")
}

# What XML 1.0 cannot hold, or cannot hold unchanged: a carriage return is read back as a line feed.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z0-9/:+~@._-]+").fullmatch  # what `iri` would not change; most keys are such
_CLEAN = re.compile(r"[A-Za-z0-9/:?@!$&'()*+,;=~._-]+(?:#[A-Za-z0-9/:?@!$&'()*+,;=~._-]*)?").fullmatch
_HOST = re.compile(r"((?:[A-Za-z]+://)?[^/?#]*)(.*)", re.DOTALL).fullmatch
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "/:?@!$&'()*+,;=%~"
_DATES = (
    (re.compile(r"(?!0000)\d{4}"), "xsd:gYear"),
    (re.compile(r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile(r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"), "xsd:date"),
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PLACES = 12  # decimal places kept; Oxigraph holds 18, and no paper states more
LARGEST = 1e15  # digits before the point that a double still gives exactly; Oxigraph's decimals hold 1e20


class Node(NamedTuple):
    """One subject with all that is said of it; a graph is a stream of these, each subject once."""

    subject: NamedNode
    facts: list[tuple[NamedNode, NamedNode | Literal]]

    def triples(self) -> Iterator[Triple]:
        """One triple per fact, in order."""
        for predicate, value in self.facts:
            yield Triple(self.subject, predicate, value)


@lru_cache(maxsize=4096)
def term(name: str) -> NamedNode:
    """The class, property or datatype that a CURIE names.

    Example:
        >>> term("skos:broader").value
        'http://www.w3.org/2004/02/skos/core#broader'
    """
    return NamedNode(expand(name))


@lru_cache(maxsize=1 << 17)
def thing(key: str) -> NamedNode:
    """The node of a graph key such as `method/resnet`."""
    return NamedNode(BASE + key if _PLAIN(key) else iri(safe_text(key)))


def node(*parts: str) -> NamedNode:
    """A node of the graph's own bookkeeping, e.g. `evidence/0a1b`."""
    key = "/".join(parts)
    return NamedNode(BASE + key if _PLAIN(key) else iri(key))


def safe_text(text: str) -> str:
    r"""Text with everything that some format cannot hold replaced one for one, so that offsets stay true.

    Example:
        >>> safe_text("a\x00b\r\n")
        'a b \n'
    """
    return _UNSAFE.sub(" ", text)


def literal(text: str) -> Literal:
    """A plain string; no language tag, for a name belongs to no language and an abstract may be in any."""
    return Literal(safe_text(text))


def integer(number: int) -> Literal:
    """An `xsd:integer`."""
    return Literal(str(int(number)), datatype=term("xsd:integer"))


def decimal(number: float) -> Literal:
    """An `xsd:decimal` in the one spelling that Oxigraph gives back; its size is at most `LARGEST`.

    Example:
        >>> decimal(14.80).value, decimal(1.0).value, decimal(1e-7).value, decimal(-0.0).value
        ('14.8', '1', '0.0000001', '0')
    """
    text = format(round(Decimal(repr(float(number))), _PLACES), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Literal("0" if text == "-0" else text, datatype=term("xsd:decimal"))


def boolean(value: bool) -> Literal:
    """An `xsd:boolean`."""
    return Literal("true" if value else "false", datatype=term("xsd:boolean"))


def date(text: str) -> Literal | None:
    """A year, month or day, typed as what it is; None if it is none of them.

    Example:
        >>> [date(t) and date(t).datatype.value[-10:] for t in ("2021", "2021-06", "2021-02-30", "soon")]
        ['hema#gYear', 'gYearMonth', None, None]
    """
    text = text.strip()[:10]
    for pattern, name in _DATES:
        if pattern.fullmatch(text):
            return Literal(text, datatype=term(name)) if _exists(text) else None
    return None


def _exists(text: str) -> bool:
    """Whether a well-formed day is in the calendar."""
    if len(text) < 10:
        return True
    year, month, day = (int(part) for part in text.split("-"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _DAYS[month - 1] - (month == 2 and not leap)


def address(url: str) -> NamedNode | None:
    """A web address as a node, what no IRI may hold escaped; None if it is no http or https address.

    Example:
        >>> address("https://x.org/a b<c>").value, address("javascript:alert(1)")
        ('https://x.org/a%20b%3Cc%3E', None)
    """
    url = safe_text(url).strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        return NamedNode(_escape(url)) if usable else None
    except ValueError:  # an IPv6 host that is none, or an IRI that Oxigraph refuses
        return None


def uri_literal(url: str) -> Literal:
    """A web address as `xsd:anyURI`, what no IRI may hold escaped."""
    return Literal(_escape(safe_text(url).strip()), datatype=term("xsd:anyURI"))


def _escape(url: str) -> str:
    """What no IRI may hold escaped: a bracket beyond the host, a second `#`, a `%` that escapes nothing, and the like."""
    if _CLEAN(url):
        return url
    found = _HOST(url)
    host, rest = found.groups() if found else ("", url)
    rest, mark, fragment = _PERCENT.sub("%25", rest).partition("#")
    return quote(host, safe=f"[]{_KEPT}") + quote(rest, safe=_KEPT) + mark + quote(fragment, safe=_KEPT)


_BY_NAMESPACE = {namespace: prefix for prefix, namespace in GRAPH_PREFIXES.items()}


def compact(address: str) -> str:
    """The shortest name of an IRI that gives the IRI again when expanded: prefix and rest, else the IRI itself.

    Example:
        >>> compact("https://w3id.org/paperkg/repository/github.com/x/y"), compact("https://x.org/y")
        ('repository:github.com/x/y', 'https://x.org/y')
    """
    end = address.find("#") if "#" in address else address.rfind("/")
    while end > 0:
        prefix, local = _BY_NAMESPACE.get(address[: end + 1]), address[end + 1 :]
        if prefix:
            return address if local.startswith("//") else f"{prefix}:{local}"
        end = address.rfind("/", 0, end)
    return address
