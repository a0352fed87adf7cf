"""Requests to `/sparql` → answers, as the SPARQL 1.1 Protocol asks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kg.errors import QueryError
from kg.server.describe import describe
from kg.server.formats import BINDINGS, TRIPLES, choose, content_type
from kg.server.pool import Pool, Reply
from kg.server.site import Site
from kg.sparql import check_query, syntax_error

__all__ = ["LARGEST_REQUEST", "answer", "ask_while_there", "sparql"]

LARGEST_REQUEST = 1 << 20  # bytes; bound queries that join two endpoints have some 100 kB
_DRAINED = 16 << 20  # bytes of a request too large that are read all the same: many clients hear only then
_PATIENCE = 30.0  # seconds for a request's body to arrive
_FORM, _DIRECT, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"


async def sparql(request: Request) -> Response:
    """Answer a query, or describe the service to a GET without one."""
    site: Site = request.app.state.site
    query = await _read_query(request)
    if query is None:
        return describe(request, site)
    try:
        check_query(query, federate=site.federate)
    except QueryError as error:
        raise HTTPException(403, str(error)) from None
    bindings, triples = choose(request, BINDINGS), choose(request, TRIPLES)
    if not bindings and not triples:
        raise HTTPException(406, _offer())
    reply = await ask_while_there(
        request, site.pool.ask(query, bindings=BINDINGS.get(bindings, ""), triples=TRIPLES.get(triples, ""))
    )
    return answer(reply, query, media_type=triples if reply.kind == "construct" else bindings, pool=site.pool)


def answer(reply: Reply, query: str, *, media_type: str, pool: Pool) -> Response:
    """A reply as a response.

    Raises:
        HTTPException: If there is no answer, with what is wrong and what to do about it.
    """
    if reply.status == "ok":
        return Response(reply.body, media_type=content_type(media_type), headers={"Vary": "Accept"})
    limits = pool.limits
    status, detail = {
        "syntax": (400, str(syntax_error(query, reply.detail))),
        "unacceptable": (406, _offer()),
        "failed": (500, f"cannot be answered: {reply.detail}"),
        "large": (500, f"the answer has more than {limits.result >> 20} MB; ask for less, with LIMIT"),
        "died": (500, f"the query needs more than {limits.memory >> 20} MB of memory; ask for less"),
        "timeout": (503, f"stopped after {limits.seconds:g} s; ask for less, or start the server with --timeout"),
        "gone": (503, "the store cannot be opened: if the graph has been built anew, start the server again"),
        "busy": (503, "too many queries at once; ask again later"),
    }[reply.status]
    raise HTTPException(status, detail, {"Retry-After": "5"} if reply.status == "busy" else None)


def _offer() -> str:
    return f"SELECT and ASK come as {', '.join(BINDINGS)}; CONSTRUCT and DESCRIBE as {', '.join(TRIPLES)}"


async def ask_while_there(request: Request, asking: Coroutine[Any, Any, Reply]) -> Reply:
    """The reply, unless the client goes away first: then the query is stopped.

    Raises:
        HTTPException: If the client has gone; nobody reads it.
    """
    task = asyncio.ensure_future(asking)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise HTTPException(400, "the client has gone")
    finally:
        for waiting in (task, gone):
            waiting.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read_query(request: Request) -> str | None:
    """The query of a request; None if a GET has none.

    Raises:
        HTTPException: If the request is not one that the protocol knows.
    """
    fields = _fields(request.scope["query_string"])
    kind = ""
    if request.method == "POST":
        kind, charset = _content_type(request)
        body = await _body(request)
        if kind == _DIRECT:
            fields.append(("query", _decode(body, charset)))
        elif kind == _FORM:
            fields += _fields(body)
        else:
            raise HTTPException(415, f"a query is posted as {_DIRECT} or {_FORM}, in UTF-8")
    return _query_of(fields, posted=bool(kind))


def _query_of(fields: list[tuple[str, str]], *, posted: bool) -> str | None:
    names = [name for name, _ in fields]
    if "update" in names:
        raise HTTPException(403, "a graph is only read here: no updates")
    if {"default-graph-uri", "named-graph-uri"} & set(names):
        raise HTTPException(400, "there is one graph here, the default graph; leave out default- and named-graph-uri")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) > 1 or (posted and not queries):
        raise HTTPException(400, f"one query, please, not {len(queries)}")
    return queries[0] if queries else None


def _content_type(request: Request) -> tuple[str, str]:
    """Media type and charset of what is posted, both in lower case."""
    kind, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if kind == _UPDATE:
        raise HTTPException(403, "a graph is only read here: no updates")
    charset = next((p.removeprefix("charset=").strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    return kind, charset


def _decode(body: bytes, charset: str) -> str:
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise HTTPException(415, f"charset {charset[:40]!r}: a query is in UTF-8")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the query is not UTF-8: {error.reason} at byte {error.start}") from None


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or form.

    Raises:
        HTTPException: If they are not UTF-8, or too many.
    """
    try:
        text = encoded.decode("utf-8")
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        reason = "not UTF-8, percent-encoded" if isinstance(error, UnicodeError) else "too many"
        raise HTTPException(400, f"the parameters are {reason}") from None
    return fields


async def _body(request: Request) -> bytes:
    """What is posted.

    Raises:
        HTTPException: 413 if it is too large, 408 if it does not arrive.
    """
    declared = request.headers.get("content-length", "0")
    parts, size = [], int(declared) if declared.isdecimal() and len(declared) < 20 else 0
    try:
        async with asyncio.timeout(_PATIENCE):
            if size <= _DRAINED:
                size = 0
                async for part in request.stream():
                    size += len(part)
                    if size > _DRAINED:
                        break
                    if size <= LARGEST_REQUEST:
                        parts.append(part)
    except TimeoutError:
        raise HTTPException(408, "the query did not arrive") from None
    except ClientDisconnect:
        raise HTTPException(400, "the client has gone") from None
    if size > LARGEST_REQUEST:
        raise HTTPException(413, f"a query has at most {LARGEST_REQUEST >> 10} kB", {"Connection": "close"})
    return b"".join(parts)
