"""A process that answers queries from a store: a line of JSON in; a line of JSON and the answer's bytes out; until its input ends.

Oxigraph cannot be interrupted, but a process can be ended: the server keeps a few of these and ends one at its limit.
It is run by its path, not as a module, for it needs pyoxigraph alone and so starts in a twentieth of a second.
"""

from __future__ import annotations

import io
import json
import re
import signal
import sys
from typing import IO, Any, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

GRACE = 5.0  # seconds; the server ends a query in time, unless it has died itself: then the system's alarm does
_LONGEST = 2000  # characters of a complaint


class TooLargeError(Exception):
    """The answer is larger than may be."""


class _Bounded(io.BytesIO):
    """A file in memory that refuses to grow above a size in bytes."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.most:
            raise TooLargeError
        return super().write(data)


def answer(store: Store, question: dict[str, Any], *, most: int) -> tuple[dict[str, str], bytes]:
    """What became of a question, and the bytes of the answer.

    Args:
        store: The store to ask.
        question: `query`, `prefixes`, and the media types wanted of `bindings` and of `triples`, empty for none that fits.
        most: Bytes that an answer may have.

    Returns:
        `status` (`ok`, `syntax`, `failed`, `large`, `unacceptable`), `kind` (`select`, `ask`, `construct`) and `detail`.
    """
    kind, out = "", _Bounded(most)
    try:
        found = store.query(question["query"], prefixes=question["prefixes"])
        kind = _kind(found)
        wanted = question["triples" if kind == "construct" else "bindings"]
        if not wanted:
            return {"status": "unacceptable", "kind": kind}, b""
        _write(found, out, wanted=wanted, prefixes=question["prefixes"])
    except SyntaxError as error:
        return {"status": "syntax", "kind": kind, "detail": str(error)[:_LONGEST]}, b""
    except TooLargeError:
        return {"status": "large", "kind": kind}, b""
    except (OSError, RuntimeError, ValueError) as error:
        return {"status": "failed", "kind": kind, "detail": str(error)[:_LONGEST]}, b""
    return {"status": "ok", "kind": kind}, out.getvalue()


def _kind(found: QuerySolutions | QueryBoolean | QueryTriples) -> str:
    if isinstance(found, QueryBoolean):
        return "ask"
    return "select" if isinstance(found, QuerySolutions) else "construct"


def _write(found: Any, out: IO[bytes], *, wanted: str, prefixes: dict[str, str]) -> None:
    if not isinstance(found, QueryTriples):
        found.serialize(out, QueryResultsFormat.from_media_type(wanted))
        return
    kind = cast(RdfFormat, RdfFormat.from_media_type(wanted))
    if kind != RdfFormat.TURTLE:
        found.serialize(out, kind)
        return
    serialize(found, out, kind, prefixes=prefixes)
    head = re.match(rb"(?:@prefix .*\n)+", cast(io.BytesIO, out).getvalue())
    if head:  # Oxigraph writes the prefixes in a new order each time
        out.seek(0)
        out.write(b"".join(sorted(head[0].splitlines(keepends=True))))


def _limit_memory(most: int) -> None:
    """Let the system refuse memory above `most` bytes, where it can: Oxigraph then ends this process."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main(place: str, seconds: float, *, most: int, memory: int) -> None:
    """Answer what standard input asks of the store at `place`, `seconds` for each query at most."""
    _limit_memory(memory)
    store = Store.read_only(place)
    _say({"status": "ready"}, b"")
    for line in sys.stdin.buffer:
        _alarm(seconds + GRACE)
        _say(*answer(store, json.loads(line), most=most))
        _alarm(0)


def _say(head: dict[str, str], body: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head | {"size": len(body)}).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), most=int(sys.argv[3]), memory=int(sys.argv[4]))
