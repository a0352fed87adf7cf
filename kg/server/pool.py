"""Queries → answers, by a few worker processes; one that takes too long is ended, and the next query gets a new one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.export.rdf.terms import GRAPH_PREFIXES

__all__ = ["Limits", "Pool", "Reply"]

_WORKER = Path(__file__).with_name("worker.py")
_START = 20.0  # seconds that a worker may take to open the store
_HEAD = 1 << 16  # bytes of the line before an answer


@dataclass(frozen=True)
class Limits:
    """What one query, and all together, may take.

    Attributes:
        seconds: Of one query, and of waiting for its turn.
        result: Bytes of one answer.
        memory: Bytes of one worker.
        workers: Queries answered at the same time.
        waiting: Queries that may wait for their turn.
    """

    seconds: float = 30.0
    result: int = 64 << 20
    memory: int = 2 << 30
    workers: int = 4
    waiting: int = 64


@dataclass(frozen=True)
class Reply:
    """What became of a query.

    Attributes:
        status: `ok`; `syntax`, `failed`, `large`, `unacceptable` as the worker says; `timeout`, `busy` or `died`.
        kind: `select`, `ask` or `construct`, if it was found out.
        detail: The engine's complaint.
        body: The answer.
    """

    status: str
    kind: str = ""
    detail: str = ""
    body: bytes = b""


class Pool:
    """The workers, started when first needed; `close` ends them."""

    def __init__(self, store: Path, limits: Limits):
        self.store, self.limits = store, limits
        self._turns = asyncio.Semaphore(limits.workers)
        self._idle: deque[Process | None] = deque([None] * limits.workers)  # None: to be started
        self._busy: set[Process] = set()
        self._waiting = 0

    async def open(self) -> None:
        """Start one worker, so that a store that cannot be read is known at once.

        Raises:
            GraphError: If it cannot be read.
        """
        self._idle.pop()
        self._idle.append(await self._start())

    async def close(self) -> None:
        """End all workers."""
        for process in [*self._idle, *self._busy]:
            if process is not None:
                await _end(process)

    async def ask(self, query: str, *, bindings: str = "", triples: str = "") -> Reply:
        """Ask one query, in its turn.

        Args:
            query: SPARQL that `check_query` has let pass.
            bindings: Media type of the answer to SELECT and ASK; without one such a query is `unacceptable`.
            triples: The same for CONSTRUCT and DESCRIBE.
        """
        if self._waiting >= self.limits.waiting:
            return Reply("busy")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._turns.acquire(), self.limits.seconds)
        except TimeoutError:
            return Reply("busy")
        finally:
            self._waiting -= 1
        try:
            return await self._answer({"query": query, "bindings": bindings, "triples": triples})
        finally:
            self._turns.release()

    async def _answer(self, question: dict[str, Any]) -> Reply:
        process, well = self._idle.pop(), False
        try:
            process = process if process and process.returncode is None else await self._start()
            self._busy.add(process)
            async with asyncio.timeout(self.limits.seconds):
                reply = await _exchange(process, question | {"prefixes": GRAPH_PREFIXES})
            well = True
            return reply
        except TimeoutError:
            return Reply("timeout")
        except (GraphError, OSError, asyncio.IncompleteReadError, ValueError):
            return Reply("died")
        finally:  # also when the client has gone and this is cancelled: the worker must not go on for nobody
            if process is not None:
                self._busy.discard(process)
            if well:
                self._idle.append(process)
            else:
                self._idle.appendleft(None)
                if process is not None:
                    _kill(process)

    async def _start(self) -> Process:
        limits = self.limits
        sizes = (str(limits.seconds), str(limits.result), str(limits.memory))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(_WORKER), str(self.store), *sizes,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_HEAD, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(_START):
                await _read(process)
        except (TimeoutError, asyncio.IncompleteReadError, ValueError):
            await _end(process)
            raise GraphError("cannot be read", path=self.store, remedy="remove it and start again") from None
        except BaseException:
            _kill(process)
            raise
        return process


async def _exchange(process: Process, question: dict[str, Any]) -> Reply:
    assert process.stdin
    process.stdin.write(json.dumps(question).encode() + b"\n")
    await process.stdin.drain()
    return await _read(process)


async def _read(process: Process) -> Reply:
    assert process.stdout
    head = json.loads(await process.stdout.readuntil(b"\n"))
    body = await process.stdout.readexactly(head["size"])
    return Reply(head["status"], head.get("kind", ""), head.get("detail", ""), body)


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _end(process: Process) -> None:
    _kill(process)
    await process.wait()
