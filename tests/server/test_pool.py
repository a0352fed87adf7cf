"""The worker processes behind the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kg.errors import GraphError
from kg.server.pool import Limits, Pool, Reply
from kg.sparql import build_store
from tests.graph_samples import GRAPHS
from tests.rdf_samples import empty_graph, known_graph

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    build_store(known_graph(), tmp_path / "store")
    return tmp_path / "store"


def run(store: Path, task: Callable[[Pool], Awaitable[None]], **limits: float) -> None:
    async def go() -> None:
        pool = Pool(store, Limits(**{"seconds": 30, "workers": 1} | limits))  # type: ignore[arg-type]
        try:
            await pool.open()
            await task(pool)
        finally:
            await pool.close()

    asyncio.run(go())


def count(pool: Pool) -> Awaitable[Reply]:
    return pool.ask(COUNT, bindings="text/csv")


def processes(pool: Pool) -> list[int]:
    return [worker.process.pid for worker in pool._idle if worker]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_pool_takes_the_same_worker_again(store):
    async def task(pool: Pool) -> None:
        before = processes(pool)
        assert (await count(pool)).status == (await count(pool)).status == "ok"
        assert processes(pool) == before

    run(store, task)


def test_pool_opens_a_replaced_store_anew(store):
    async def task(pool: Pool) -> None:
        before = (await count(pool)).body
        build_store(empty_graph(), store)
        after = await count(pool)
        assert after.status == "ok" and int(after.body.split()[1]) < int(before.split()[1])

    run(store, task)


def test_pool_without_a_store_says_so_and_goes_on_when_it_is_back(store):
    async def task(pool: Pool) -> None:
        shutil.rmtree(store)
        os.kill(processes(pool)[0], 9)
        await asyncio.sleep(0.2)
        assert {(await count(pool)).status for _ in range(3)} <= {"died", "gone"}
        assert (await count(pool)).status == "gone"
        build_store(known_graph(), store)
        assert (await count(pool)).status == "ok"

    run(store, task)


def test_pool_refuses_a_damaged_store_at_once(store):
    for file in store.glob("MANIFEST*"):
        file.write_bytes(b"no manifest")
    with pytest.raises(GraphError, match="cannot be opened"):
        run(store, count)


def test_pool_ends_a_query_at_its_limit_and_its_worker_with_it(store):
    async def task(pool: Pool) -> None:
        pid = processes(pool)[0]
        assert (await pool.ask(FOREVER, bindings="text/csv")).status == "timeout"
        await asyncio.sleep(0.5)
        assert not alive(pid)
        pool.limits = Limits()
        assert (await count(pool)).status == "ok"

    run(store, task, seconds=1)


def test_pool_has_a_queue_that_ends(store):
    async def task(pool: Pool) -> None:
        replies = await asyncio.gather(*(pool.ask(FOREVER, bindings="text/csv") for _ in range(5)))
        statuses = [reply.status for reply in replies]
        assert statuses.count("timeout") >= 1 and set(statuses) == {"timeout", "busy"}

    run(store, task, seconds=1, waiting=2)


def test_pool_leaves_no_process_behind(store):
    found: list[int] = []

    async def task(pool: Pool) -> None:
        asking = [asyncio.ensure_future(pool.ask(FOREVER, bindings="text/csv")) for _ in range(2)]
        await asyncio.sleep(0.5)
        found.extend(worker.process.pid for worker in pool._busy)
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    run(store, task, workers=2)
    deadline = time.monotonic() + 20
    while any(map(alive, found)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found and not any(map(alive, found))


@pytest.mark.parametrize("name", GRAPHS)
def test_pool_answers_over_any_graph(name, tmp_path):
    build_store(GRAPHS[name](), tmp_path / "store")

    async def task(pool: Pool) -> None:
        assert (await count(pool)).status == "ok"
        assert (await pool.ask("CONSTRUCT WHERE { ?s ?p ?o }", triples="application/n-triples")).status == "ok"

    run(tmp_path / "store", task)
