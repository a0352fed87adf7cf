"""A site → the application that answers HTTP requests for it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.server.find import find, suggest
from kg.server.ontology import ontology
from kg.server.pages import Explorer, named_queries, named_query_text, query_page, terms, vis_network
from kg.server.protocol import sparql
from kg.server.render import PAGE
from kg.server.site import Site
from kg.server.things import thing

__all__ = ["make_app"]

# What is not a page of ours needs nothing; a page says itself what it needs.
_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(site: Site, *, hosts: Sequence[str] = ("*",), origins: Sequence[str] = ("*",)) -> Starlette:
    """The application.

    Args:
        site: What it serves.
        hosts: Names that a request may call this server by. A server on the loopback must not answer to others: a page
            elsewhere whose name is made to point at 127.0.0.1 would be of the same origin (DNS rebinding).
        origins: Whose pages may read the answers.
    """
    app = Starlette(
        routes=[
            Route("/", query_page),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/queries", named_queries),
            Route("/queries/{name}", named_query_text),
            Route("/terms", terms),
            Route("/find", find),
            Route("/suggest", suggest),
            Route("/entity/ontology", ontology),
            Route("/entity/ontology.{suffix}", ontology),
            Route("/entity/{key:path}", thing),
            Route("/graph", Explorer(site.folder).show),
            Route("/static/vis-network.js", vis_network),
            Mount("/static", StaticFiles(directory=PAGE)),
        ],
        middleware=[
            Middleware(_Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
                allow_private_network=True,
                max_age=86400,
            ),
        ],
    )
    app.state.site = site
    return app


class _Headers:
    """Gives every answer the headers that it does not set itself."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
