"""A built graph → a web server: SPARQL endpoint, query page, explorer, a page for every thing in it."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from kg.declaration import find_pipeline
from kg.errors import ServerError
from kg.queries import named_queries
from kg.server.app import make_app
from kg.server.pool import Limits, Pool
from kg.server.site import Site
from kg.sparql import find_store

__all__ = ["Limits", "serve"]

_BACKLOG = 128  # connections that may wait to be taken


def serve(
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    federate: bool = False,
    origins: Sequence[str] = ("*",),
    pipeline: str = "abstracts",
    started: Callable[[str], None] = print,
) -> None:
    """Serve a graph until interrupted.

    Args:
        folder: What `kg build` has written.
        host: Address to listen on; every machine that can reach it can ask.
        port: Port to listen on; 0 takes a free one.
        limits: What queries may take.
        federate: Let `SERVICE` go out to other endpoints.
        origins: Whose pages may read the answers; `*` for all.
        pipeline: Whose named queries to offer.
        started: Called with the server's address when it listens.

    Raises:
        GraphError: If there is no store, and none can be made.
        ServerError: If the address is taken or not this machine's.
    """
    queries = {entry.name: entry for entry in named_queries(pipeline)}
    store = find_store(folder)
    with _listen(host, port) as listening:
        asyncio.run(
            _run(
                listening,
                Site(folder, Pool(store, limits or Limits()), find_pipeline(pipeline), queries, federate),
                hosts=_hosts(host),
                origins=origins,
                started=lambda: started(_address(host, listening)),
            )
        )


async def _run(
    listening: socket.socket, site: Site, *, hosts: Sequence[str], origins: Sequence[str], started: Callable[[], None]
) -> None:
    try:
        await site.pool.open()
        app = make_app(site, hosts=hosts, origins=origins)
        config = uvicorn.Config(app, lifespan="off", log_level="warning", server_header=False, date_header=True)
        server = uvicorn.Server(config)
        started()
        await server.serve(sockets=[listening])
    finally:
        await site.pool.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer waits 40 ms for its body
        return listening
    except (OSError, OverflowError, UnicodeError) as error:
        remedy = "choose another with --port; 0 takes a free one"
        raise ServerError(f"cannot listen on {host}:{port} ({error})", remedy=remedy) from error


def _hosts(host: str) -> tuple[str, ...]:
    """Names that a request may call the server by: on the loopback only its own."""
    return ("localhost", "127.0.0.1", "[::1]", host) if _is_loopback(host) else ("*",)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/"
