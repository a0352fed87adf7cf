"""The query page and what it asks for; the explorer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response

from kg.errors import GraphError, QueryError
from kg.export.rdf.terms import GRAPH_PREFIXES, compact
from kg.queries import bind, by_topic
from kg.schema import BASE, ENTITY_TYPES
from kg.server.pool import Pool
from kg.server.render import render
from kg.server.site import Site

__all__ = ["Explorer", "named_queries", "named_query_text", "query_page", "terms", "vis_network"]

_CLASSES = "SELECT ?term (COUNT(*) AS ?count) WHERE { ?s a ?term } GROUP BY ?term ORDER BY DESC(?count) LIMIT 500"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?count) WHERE { ?s ?term ?o } GROUP BY ?term ORDER BY DESC(?count) LIMIT 500"


async def query_page(request: Request) -> Response:
    """The page to ask queries on."""
    site: Site = request.app.state.site
    return render("query.html", here="query", topics=by_topic(site.queries.values()), count=len(site.queries))


async def named_queries(request: Request) -> Response:
    """The named queries with their parameters."""
    site: Site = request.app.state.site
    shown = ("name", "title", "description", "topic", "parameters")
    return JSONResponse([{name: asdict(entry)[name] for name in shown} for entry in site.queries.values()])


async def named_query_text(request: Request) -> Response:
    """A named query with its parameters, given as such, in their places."""
    site: Site = request.app.state.site
    entry = site.queries.get(request.path_params["name"])
    if entry is None:
        raise HTTPException(404, f"no such query; known are {', '.join(site.queries)}")
    try:
        text = bind(entry, dict(request.query_params))
    except QueryError as error:
        raise HTTPException(400, str(error)) from None
    return PlainTextResponse(text)


async def terms(request: Request) -> Response:
    """What the page completes: prefixes, classes and properties, the frequent first; the colours of types."""
    pool = request.app.state.site.pool
    found = {"classes": await _names(pool, _CLASSES), "properties": await _names(pool, _PROPERTIES)}
    colours = {name.lower(): row.colour for name, row in ENTITY_TYPES.items()}
    return JSONResponse({"base": BASE, "prefixes": GRAPH_PREFIXES, "colours": colours} | found)


async def _names(pool: Pool, query: str) -> list[str]:
    reply = await pool.ask(query, bindings="application/sparql-results+json")
    rows = json.loads(reply.body)["results"]["bindings"] if reply.status == "ok" else []
    return [compact(row["term"]["value"]) for row in rows]


async def vis_network(request: Request) -> Response:
    """The drawing library, as the installed pyvis package has it."""
    return FileResponse(await asyncio.to_thread(_engine), media_type="text/javascript")


def _engine() -> Path:
    from kg.export.html import ENGINE

    return ENGINE


class Explorer:
    """Serves the explorer's page: the built one, or one made of the graph when it is first asked for."""

    def __init__(self, folder: Path):
        self.folder, self.made = folder, ""
        self.turn = asyncio.Lock()

    async def show(self, request: Request) -> Response:
        """The page; its own policy forbids it everything but itself."""
        headers = {"Content-Security-Policy": "frame-ancestors 'none'"}
        built = self.folder / "graph.html"
        if built.is_file():
            return FileResponse(built, media_type="text/html; charset=utf-8", headers=headers)
        async with self.turn:
            try:
                self.made = self.made or await asyncio.to_thread(_make, self.folder)
            except GraphError as error:
                raise HTTPException(404, str(error)) from None
        return HTMLResponse(self.made, headers=headers)


def _make(folder: Path) -> str:
    from kg.export.html import page
    from kg.storage import read

    return page(read(folder))
