"""What a client accepts → the media type that it gets."""

from __future__ import annotations

from collections.abc import Iterable

import mimeparse
from starlette.exceptions import HTTPException
from starlette.requests import Request

__all__ = ["BINDINGS", "SUFFIXES", "TRIPLES", "choose", "content_type"]

# Media type as asked for → as Oxigraph knows it; the first is what a client gets that does not mind.
BINDINGS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
TRIPLES = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
    "application/x-turtle": "text/turtle",
}
SUFFIXES = {  # of the address of a thing
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".html": "text/html",
}
_LONGEST = 4096  # characters of an Accept header; browsers send 150, RDF libraries 400


def choose(request: Request, offered: Iterable[str]) -> str:
    """The media type among `offered`, the dearest first, that fits the request's `Accept` best; empty if none does.

    Raises:
        HTTPException: 400 if the header cannot be read.
    """
    names = list(offered)
    accept = ", ".join(request.headers.getlist("accept"))
    if not accept.strip():
        return names[0]
    if len(accept) > _LONGEST:
        raise HTTPException(400, f"Accept is longer than {_LONGEST} characters")
    try:
        return str(mimeparse.best_match(names[::-1], accept))
    except ValueError:
        raise HTTPException(400, "Accept is not a list of media types such as: text/turtle, */*;q=0.1") from None


def content_type(media_type: str) -> str:
    """The `Content-Type` of an answer: text says that it is UTF-8, the others are by definition."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
