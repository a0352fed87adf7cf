"""A query of the server's own → its rows."""

from __future__ import annotations

import json

from starlette.requests import Request

from kg.server.protocol import answer, ask_while_there
from kg.server.site import Site

__all__ = ["Binding", "is_so", "rows"]

Binding = dict[str, str]
_JSON = "application/sparql-results+json"


async def rows(request: Request, query: str) -> list[Binding]:
    """The values of each row by variable; what is unbound is missing."""
    found = json.loads(await _ask(request, query))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


async def is_so(request: Request, query: str) -> bool:
    """The answer to an ASK."""
    return bool(json.loads(await _ask(request, query))["boolean"])


async def _ask(request: Request, query: str) -> bytes:
    site: Site = request.app.state.site
    reply = await ask_while_there(request, site.pool.ask(query, bindings=_JSON))
    return bytes(answer(reply, query, media_type=_JSON, pool=site.pool).body)
