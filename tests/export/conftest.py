"""The explorer's page in a browser, for the tests of what it shows, gives away and lets people do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.export.html import write_html
from tests.export.explorer import FLAGS, Tab, chromium, sample


@pytest.fixture(scope="package")
def graph() -> kg.KnowledgeGraph:
    return sample()


@pytest.fixture(scope="package")
def path(graph, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("page") / "graph.html"
    write_html(graph, place)
    return place


@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        except api.Error as error:
            pytest.skip(f"no browser to test the page in: {str(error).splitlines()[0]}")
        yield running
        running.close()


@pytest.fixture(scope="package")
def shared_tab(browser, path) -> Iterator[Tab]:
    opened = Tab(browser, path, viewport={"width": 1300, "height": 850})
    yield opened
    opened.context.close()


@pytest.fixture
def tab(shared_tab) -> Iterator[Tab]:
    """The page as it opens; it must stay silent and ask the network for nothing."""
    shared_tab.reset()
    yield shared_tab
    assert shared_tab.said == []
    assert [url for url in shared_tab.asked if not url.startswith(("file:", "blob:", "data:"))] == []


@pytest.fixture
def open_tab(browser, path) -> Iterator[object]:
    """Opens the page anew with a fragment and the options of a browser's context."""
    tabs: list[Tab] = []

    def opened(fragment: str = "", *, of: Path = path, **context) -> Tab:
        tabs.append(Tab(browser, of, fragment, **context))
        return tabs[-1]

    yield opened
    for each in tabs:
        each.context.close()
        assert each.said == []
