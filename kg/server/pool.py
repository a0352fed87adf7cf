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
        status: `ok`; `syntax`, `failed`, `large`, `unacceptable` as the worker says; `timeout`, `busy`, `died`, `gone`.
        kind: `select`, `ask` or `construct`, if it was found out.
        detail: The engine's complaint.
        body: The answer.
    """

    status: str
    kind: str = ""
    detail: str = ""
    body: bytes = b""


@dataclass(frozen=True, eq=False)
class _Worker:
    """A process, and which store it has opened."""

    process: Process
    store: int


class Pool:
    """The workers, started when first needed; `close` ends them. A store that has been replaced is opened anew."""

    def __init__(self, store: Path, limits: Limits):
        self.store, self.limits = store, limits
        self._turns = asyncio.Semaphore(limits.workers)
        self._idle: deque[_Worker | None] = deque([None] * limits.workers)  # None: to be started
        self._busy: set[_Worker] = set()
        self._ending: set[asyncio.Task[None]] = set()
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
        for worker in [*self._idle, *self._busy]:
            if worker is not None:
                self._end(worker.process)
        await asyncio.gather(*self._ending)

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
        worker, well = await self._idle_worker(), False
        if worker is None:
            return Reply("gone")
        self._busy.add(worker)
        try:
            async with asyncio.timeout(self.limits.seconds):
                reply = await _exchange(worker.process, question | {"prefixes": GRAPH_PREFIXES})
            well = True
            return reply
        except TimeoutError:
            return Reply("timeout")
        except (OSError, asyncio.IncompleteReadError, ValueError):
            return Reply("died")
        finally:  # also when the client has gone and this is cancelled: the worker must not go on for nobody
            self._busy.discard(worker)
            self._idle.append(worker) if well else self._idle.appendleft(None)
            if not well:
                self._end(worker.process)

    async def _idle_worker(self) -> _Worker | None:
        """A worker that is alive and has today's store open; None if there is none to open."""
        worker = self._idle.pop()
        if worker is not None:
            if worker.process.returncode is None and _number(self.store) in (0, worker.store):
                return worker
            self._end(worker.process)
        try:
            return await self._start()
        except BaseException as error:
            self._idle.appendleft(None)
            if isinstance(error, GraphError):
                return None
            raise

    async def _start(self) -> _Worker:
        limits, store = self.limits, _number(self.store)
        sizes = (str(limits.seconds), str(limits.result), str(limits.memory))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(_WORKER), str(self.store), *sizes,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_HEAD, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(_START):
                await _read(process)
        except BaseException as error:
            self._end(process)
            if isinstance(error, TimeoutError | asyncio.IncompleteReadError | ValueError):
                remedy = f"remove it to have it made again, or allow more than {limits.memory >> 20} MB of memory"
                raise GraphError("cannot be opened", path=self.store, remedy=remedy) from None
            raise
        return _Worker(process, store)

    def _end(self, process: Process) -> None:
        """Kill a worker at once; `close` waits until it has gone."""
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        task = asyncio.ensure_future(_wait(process))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _wait(process: Process) -> None:
    assert process.stdin
    process.stdin.close()
    with contextlib.suppress(OSError):
        await process.stdin.wait_closed()
    await process.wait()


def _number(store: Path) -> int:
    """A number that changes when the store is replaced; 0 while there is none."""
    try:
        return (store / "CURRENT").stat().st_mtime_ns
    except OSError:
        return 0


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
