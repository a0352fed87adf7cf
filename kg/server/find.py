"""A name, or a part of one → the things that are called so."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kg.export.rdf.terms import literal
from kg.names import surface_key
from kg.schema import BASE, ENTITY_TYPES
from kg.server.links import Link, local
from kg.server.render import render
from kg.server.rows import rows

__all__ = ["find", "suggest"]

_HITS = 50  # things that a search lists
_LONGEST = 200  # characters of a name that is looked for

_FIND = """
SELECT DISTINCT ?thing ?label ?exact WHERE {
  { ?thing kg:nameKey $key ; rdfs:label ?label . BIND(true AS ?exact) }
  UNION {
    ?thing rdfs:label ?label . FILTER(CONTAINS(LCASE(?label), LCASE($words)))
    BIND(LCASE(?label) = LCASE($words) AS ?exact)
  }
} ORDER BY DESC(?exact) STRLEN(?label) ?label LIMIT 100"""
_SUGGEST = """
SELECT ?thing ?label (MAX(?count) AS ?papers) WHERE {
  ?thing kg:nameKey ?key . FILTER(CONTAINS(?key, $key))
  ?thing rdfs:label ?label ; lpwc-p:numberPapers ?count .
} GROUP BY ?thing ?label
ORDER BY DESC(STRSTARTS(STR(?thing), $kind)) DESC(STRSTARTS(LCASE(?label), $words)) DESC(?papers) ?label LIMIT 12"""


async def find(request: Request) -> Response:
    """Things of a name, or with it in theirs; straight to the page if only one is called so."""
    words = request.query_params.get("name", "").strip()[:_LONGEST]
    query = _filled(_FIND, key=surface_key(words), words=words)
    found = await rows(request, query) if words else []
    exact = {row["thing"] for row in found if row["exact"] == "true"}
    if len(exact) == 1:
        return RedirectResponse(local(exact.pop()), 303)
    hits: dict[str, str] = {}
    for row in found:
        hits.setdefault(row["thing"], row["label"])
    links = [(Link(label, local(place)), place.removeprefix(BASE)) for place, label in hits.items()]
    return render("find.html", words=words, hits=links[:_HITS])


async def suggest(request: Request) -> Response:
    """Names with the words in them: those of the kind first, then those that begin so, then what most papers name."""
    words = request.query_params.get("words", "").strip()[:_LONGEST]
    key = surface_key(words)
    kind = request.query_params.get("kind", "")
    first = BASE + kind + "/" if kind.title() in ENTITY_TYPES else "-"
    query = _filled(_SUGGEST, kind=first, key=key, words=words.lower())
    found = await rows(request, query) if key else []
    return JSONResponse([{"name": row["label"], "says": _says(row)} for row in found])


def _says(row: dict[str, str]) -> str:
    papers = int(row["papers"])
    kind = row["thing"].removeprefix(BASE).split("/")[0]
    return f"{kind}, {papers} paper{'' if papers == 1 else 's'}"


def _filled(query: str, **values: str) -> str:
    """A query with texts in the places of its `$names`, all at once: a `$name` within a text stays text."""
    return re.sub(r"\$(\w+)", lambda found: str(literal(values[found[1]])), query)
