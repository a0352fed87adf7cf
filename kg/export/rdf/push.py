"""A graph → a store elsewhere that speaks the SPARQL 1.1 Graph Store Protocol: Fuseki, GraphDB, Virtuoso, Oxigraph, Qlever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, NamedTuple
from urllib.parse import quote, urlsplit

import requests
from pyoxigraph import NamedNode, Triple
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from kg.errors import ExportError
from kg.export.rdf.terms import safe_text

__all__ = ["LOGIN", "PART", "TIMEOUT", "TOKEN", "push"]

LOGIN, TOKEN = "KG_PUSH_LOGIN", "KG_PUSH_TOKEN"  # environment variables of the command line
PART = 64  # MB in one request; servers take more, but those before them (nginx: 1 MB unless set) often do not
TIMEOUT = 600.0  # seconds that a server may take over one part
_CONNECT = 10.0  # seconds to be reached in
_SHOWN = 300  # characters of a server's own words that are passed on
_PLACES = "Fuseki …/DATASET/data, GraphDB …/repositories/NAME/rdf-graphs/service, Oxigraph …/store, Virtuoso …/sparql-graph-crud-auth"


class _Bearer(AuthBase):
    """`Authorization: Bearer`; an object, for a header alone would give way to a `.netrc`."""

    def __init__(self, token: str):
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class _Answer(NamedTuple):
    """What matters of a server's answer, fit to be shown."""

    status: int
    reason: str
    words: str
    challenge: str
    moved: str


def push(
    triples: Iterable[Triple],
    endpoint: str,
    *,
    into: str = "",
    replace: bool = False,
    login: str = "",
    token: str = "",
    part: float = PART,
    timeout: float = TIMEOUT,
) -> int:
    """Send triples, in parts that go to a temporary file first, so that neither end has to hold more than one.

    Args:
        triples: Without blank nodes, as those of a graph are, so that they can be cut anywhere.
        endpoint: Address of the graph store, without `graph` or `default`.
        into: IRI of the graph to fill; the default graph if empty.
        replace: Let the first part take the place of what is there (PUT); else all is added to it (POST).
        login: `user:password`, for basic or digest authentication, whichever the server asks for.
        token: For bearer authentication.
        part: Size of a request, in MB.
        timeout: Seconds that the server may take over one part.

    Returns:
        How many requests it took.

    Raises:
        ExportError: If the address, the graph's name or the login is none, or the server cannot be reached or refuses.
    """
    address = _address(endpoint, into)
    lines = (f"{triple} .\n".encode() for triple in triples)
    sent = 0
    with requests.Session() as session:
        session.auth = _auth(login, token)
        for body in _parts(lines, int(part * 1e6)):
            method = "PUT" if replace and not sent else "POST"
            try:
                answer = _send(session, method, address, body=body, timeout=timeout)
            except requests.RequestException as error:
                raise _failure(
                    error, endpoint, sent=sent, timeout=timeout
                ) from None  # its text may hold what is secret
            if not 200 <= answer.status < 300:
                raise _refusal(answer, endpoint, sent=sent, part=part, known=bool(session.auth))
            sent += 1
    return sent


def _address(endpoint: str, into: str) -> str:
    """The endpoint with the graph's name in its query."""
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ExportError(f"endpoint {safe_text(endpoint)!r} is no web address", remedy=f"such as {_PLACES}")
    if "@" in parts.netloc:
        raise ExportError("the endpoint's address holds a login", remedy=f"set {LOGIN}=user:password instead")
    try:
        graph = f"graph={quote(NamedNode(into).value, safe='')}" if into else "default"
    except ValueError:
        raise ExportError(f"graph {into!r} is no IRI", remedy="such as https://example.org/papers") from None
    return parts._replace(query="&".join(filter(None, (parts.query, graph))), fragment="").geturl()


def _auth(login: str, token: str) -> AuthBase | None:
    if login and token:
        raise ExportError(f"both {LOGIN} and {TOKEN} are set", remedy="unset one")
    if token:
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise ExportError(f"{TOKEN} holds what no token can", remedy="look for a space or a line end in it")
        return _Bearer(token)
    if login:
        user, colon, password = login.partition(":")
        if not colon:
            raise ExportError(f"{LOGIN} is not user:password", remedy="put a colon between them")
        return HTTPBasicAuth(user.encode(), password.encode())
    return None


def _parts(lines: Iterable[bytes], largest: int) -> Iterator[IO[bytes]]:
    """Whole lines in temporary files of at most `largest` bytes, or one line; each is gone when the next is asked for."""
    waiting = iter(lines)
    line = next(waiting, None)
    while line is not None:
        with TemporaryFile() as file:
            size = file.write(line)
            while (line := next(waiting, None)) is not None and size + len(line) <= largest:
                size += file.write(line)
            file.seek(0)
            yield file


def _send(session: requests.Session, method: str, address: str, *, body: IO[bytes], timeout: float) -> _Answer:
    """One request; once more if the server does not take the login as such, for it may take its digest."""
    answer = _request(session, method, address, body=body, timeout=timeout)
    basic = session.auth
    if answer.status == 401 and not answer.challenge.startswith("basic") and isinstance(basic, HTTPBasicAuth):
        session.auth = HTTPDigestAuth(_text(basic.username), _text(basic.password))
        body.seek(0)
        answer = _request(session, method, address, body=body, timeout=timeout)
    return answer


def _text(part: str | bytes) -> str:
    return part.decode() if isinstance(part, bytes) else part


def _request(session: requests.Session, method: str, address: str, *, body: IO[bytes], timeout: float) -> _Answer:
    """A redirect is not followed: it would lose the body, and could take the login elsewhere."""
    with session.request(
        method,
        address,
        data=body,
        headers={"Content-Type": "application/n-triples", "Accept": "text/plain, */*;q=0.1"},
        timeout=(_CONNECT, timeout),
        allow_redirects=False,
        stream=True,
    ) as found:
        start = next(found.iter_content(1 << 16), b"").decode("utf-8", "replace")  # an answer may have no end
        words = " ".join(safe_text(re.sub(r"<[^>]*>", " ", start)).split())
        named = (found.headers.get(name, "") for name in ("WWW-Authenticate", "Location"))
        challenge, moved = (safe_text(value) for value in named)
        return _Answer(found.status_code, safe_text(found.reason or ""), words[:_SHOWN], challenge.lower(), moved)


def _failure(error: requests.RequestException, endpoint: str, *, sent: int, timeout: float) -> ExportError:
    done = _so_far(sent)
    if isinstance(error, requests.ConnectTimeout):
        return ExportError(f"not reached within {_CONNECT:g} s{done}", path=endpoint, remedy="is it running?")
    if isinstance(error, requests.Timeout):
        remedy = "give it more with --timeout, or less at a time with --part"
        return ExportError(f"no answer within {timeout:g} s{done}", path=endpoint, remedy=remedy)
    if isinstance(error, requests.exceptions.SSLError):
        return ExportError(f"its certificate is not trusted{done}", path=endpoint, remedy="set REQUESTS_CA_BUNDLE")
    if isinstance(error, requests.ConnectionError):
        remedy = "is it running? a server that wants a login or smaller parts may also hang up"
        return ExportError(f"cannot be reached, or has hung up{done}", path=endpoint, remedy=remedy)
    return ExportError(f"cannot be asked ({type(error).__name__}){done}", path=endpoint)


def _refusal(answer: _Answer, endpoint: str, *, sent: int, part: float, known: bool) -> ExportError:
    said = f"{answer.status} {answer.reason}".strip() + (f": {answer.words}" if answer.words else "")
    return ExportError(f"refused: {said}{_so_far(sent)}", path=endpoint, remedy=_remedy(answer, part=part, known=known))


def _remedy(answer: _Answer, *, part: float, known: bool) -> str:
    status = answer.status
    if status in (401, 403):
        return "the login it was given is not accepted" if known else f"set {LOGIN}=user:password or {TOKEN}"
    if status in (404, 405, 501):
        return f"give the address of its graph store: {_PLACES}"
    if status == 413:
        return f"it takes less than {part:g} MB at a time: try --part {part / 8:g}"
    if status in (408, 502, 503, 504):
        return "try again, or give it less at a time with --part"
    if 300 <= status < 400:
        return f"it has moved: give the address {answer.moved}"
    return "name a graph with --graph IRI" if "default" in answer.words else "look into the server's log"


def _so_far(sent: int) -> str:
    return f" (the {sent} parts before are there)" if sent else ""
