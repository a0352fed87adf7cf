"""The query page in a browser."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.queries import named_queries

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
CONSTRUCT = "CONSTRUCT { ?a kg:broader ?b . ?a rdfs:label ?n } WHERE { ?a kg:broader ?b ; rdfs:label ?n }"
WIDE = {"width": 1300, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with api.sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except api.Error as error:
            pytest.skip(f"no browser to test the page in: {str(error).splitlines()[0]}")
        yield running
        running.close()


class Tab:
    """A page that is open, with all that it said and asked for."""

    def __init__(self, browser, address: str, **context):
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(**{"viewport": WIDE} | context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.goto(address)

    def ready(self) -> Tab:
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self

    def answered(self, said: str) -> None:
        self.page.wait_for_function("said => document.getElementById('status').textContent.includes(said)", arg=said)

    def rows(self) -> list[list[str]]:
        return [row.split("\t") for row in self.page.inner_text("#table tbody").splitlines()]


@pytest.fixture
def tab(browser, server) -> Iterator[Tab]:
    opened = Tab(browser, server.address + "/").ready()
    yield opened
    assert [line for line in opened.said if "400 (Bad Request)" not in line] == []
    assert [url for url in opened.asked if not url.startswith((server.address, "blob:", "data:"))] == []
    opened.context.close()


def test_page_asks_what_is_written_and_shows_a_table_that_sorts(tab):
    tab.page.fill("#query", "SELECT ?m ?papers { ?m a lpwc-c:method ; lpwc-p:numberPapers ?papers } ORDER BY ?m")
    tab.page.press("#query", "Control+Enter")
    tab.answered("3 rows")
    assert [row[0] for row in tab.rows()] == ["method:krellformer", "method:resnet", "method:zorbnet"]
    assert tab.page.get_attribute("#table tbody a >> nth=1", "href") == "/entity/method/resnet"
    for order in ("ascending", "descending"):
        tab.page.click("#table th >> text=papers")
        assert tab.page.get_attribute("#table th >> nth=1", "aria-sort") == order
        papers = [int(row[1]) for row in tab.rows()]
        assert papers == sorted(papers, reverse=order == "descending") and len(set(papers)) > 1


def test_page_query_is_in_the_address_and_comes_back(tab, browser, server):
    tab.page.fill("#query", "SELECT (1 AS ?one) {} # é&=%")
    tab.page.click("#run")
    tab.answered("1 row")
    other = Tab(browser, tab.page.url).ready()
    other.answered("1 row")
    assert other.page.input_value("#query") == "SELECT (1 AS ?one) {} # é&=%" and other.said == []
    other.page.fill("#query", "ASK { ?a ?b ?c }")
    other.page.click("#run")
    other.page.wait_for_selector("#table td >> text=yes")
    other.page.go_back()
    other.page.wait_for_selector("#table td >> text=1")
    other.context.close()


def test_page_opens_with_what_the_graph_holds_and_an_answer(tab, server):
    tab.answered("rows in")
    assert "Flimset" in tab.page.inner_text("#table tbody")
    assert tab.page.inner_text("#title") == "Knowledge graph of 6 papers"
    assert "triples. Choose a question" in tab.page.inner_text("#says")
    assert tab.page.url == f"{server.address}/"


def test_page_lists_the_questions_by_topic(tab):
    topics = tab.page.eval_on_selector_all(".topic h3", "found => found.map((h) => h.textContent)")
    titles = tab.page.eval_on_selector_all(".topic b", "found => found.map((b) => b.textContent)")
    entries = named_queries()
    assert topics == sorted({entry.topic for entry in entries}) and len(topics) > 5
    assert sorted(titles) == sorted(entry.title for entry in entries)
    assert "most papers first" in tab.page.inner_text(".topic a[data-name=methods-on-dataset]")


def test_page_searches_the_questions(tab):
    tab.page.fill("#sought", "code TASK")
    assert tab.page.inner_text(".topic li:visible b") == "Papers with code for a task"
    tab.page.fill("#sought", "qqqq")
    assert tab.page.is_visible("#unfound") and not tab.page.is_visible(".topic")
    tab.page.fill("#sought", "")
    assert tab.page.locator(".topic li:visible").count() == len(named_queries())


def test_page_named_question_with_its_parameters(tab):
    tab.page.click("text=Methods evaluated on a dataset")
    tab.page.wait_for_selector("#table td >> text=Zorbnet")  # asked at once, with its example
    assert tab.page.inner_text("#title") == "Methods evaluated on a dataset"
    assert tab.page.get_attribute(".topic a[aria-current]", "data-name") == "methods-on-dataset"
    tab.page.fill("#fields input[name=dataset]", "flim'set \"")
    tab.page.click("#parameters button")
    tab.answered("0 rows in")
    tab.answered("nothing in the graph fits")
    tab.page.fill("#fields input[name=dataset]", "Flimset")
    tab.page.press("#fields input[name=dataset]", "Enter")
    tab.answered("3 rows")
    assert 'kg:nameKey "flimset"' in tab.page.input_value("#query")
    assert not re.search("PREFIX|# title", tab.page.input_value("#query"))
    assert tab.page.url.endswith("#name=methods-on-dataset&set.dataset=Flimset")
    tab.page.press("#query", "Control+Enter")
    assert tab.page.inner_text("#title") == "Your own query" and "#query=" in tab.page.url
    assert tab.page.query_selector(".topic a[aria-current]") is None


def test_page_suggests_names_of_the_graph(tab):
    tab.page.click("text=Methods evaluated on a dataset")
    tab.page.fill("#fields input[name=dataset]", "flim")
    option = tab.page.wait_for_selector("#fields datalist option", state="attached")
    assert (option.get_attribute("value"), option.get_attribute("label")) == ("Flimset", "dataset, 3 papers")


def test_page_names_in_answers_lead_to_their_things(tab):
    tab.page.click("text=Most used datasets")
    tab.page.click("#table a.called >> text=Flimset")
    tab.page.wait_for_url("**/entity/dataset/flimset")


def test_page_copies_with_the_prefixes_that_are_used(browser, server):
    opened = Tab(browser, server.address + "/", permissions=["clipboard-read", "clipboard-write"]).ready()
    opened.page.fill("#query", "PREFIX x: <http://x/>\nSELECT * { ?s a lpwc-c:method ; x:kg-c ?c }")
    opened.page.click("#copy")
    opened.page.wait_for_selector("text=Copied")
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    own = "PREFIX lpwc-c: <https://linkedpaperswithcode.com/class/>\n"
    assert copied == own + opened.page.input_value("#query") and opened.said == []
    opened.context.close()


def test_page_says_what_is_wrong_and_where(tab):
    tab.page.fill("#query", "SELECT ?x WHERE {\n  ?x a\n}")
    tab.page.click("#run")
    tab.answered("No answer")
    assert tab.page.inner_text("#wrong").startswith("Line 3: column")
    assert tab.page.inner_text(".line.bad") == "}"
    tab.page.click(".topic a[data-name=papers-by-year]")
    tab.page.wait_for_selector("#table td")
    assert tab.page.is_hidden("#wrong") and tab.page.query_selector(".line.bad") is None


def test_page_completes_names_and_variables(tab):
    tab.page.fill("#query", "SELECT ?paper { ?paper kg:eva")
    tab.page.focus("#query")
    tab.page.keyboard.press("Control+End")
    tab.page.keyboard.type("l")
    assert tab.page.inner_text("#completions") == "kg:evaluatesOn"
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.type(" ?pa")
    tab.page.keyboard.press("ArrowDown")
    assert tab.page.get_attribute("#query", "aria-activedescendant") == "completion-0"
    tab.page.keyboard.press("Enter")
    assert tab.page.input_value("#query") == "SELECT ?paper { ?paper kg:evaluatesOn ?paper"
    tab.page.keyboard.type(" . ?x a lpwc-c:")
    assert "lpwc-c:method" in tab.page.inner_text("#completions")
    tab.page.keyboard.press("Escape")
    assert tab.page.is_hidden("#completions")
    tab.page.keyboard.press("Tab")  # the editor is no trap
    assert tab.page.evaluate("document.activeElement.id") == "run"


def test_page_colours_are_of_the_same_text(tab):
    text = "SELECT ?x # note\nWHERE { ?x rdfs:label \"a # b\" , '''long\n\ntext''' ; <http://x/> 1.5 }\n"
    tab.page.fill("#query", text)
    lines = tab.page.eval_on_selector_all("#colours .line", "found => found.map((line) => line.textContent)")
    assert "\n".join(lines) == text
    kinds = tab.page.eval_on_selector_all("#colours span", "found => found.map((s) => [s.className, s.textContent])")
    for pair in (
        ["word", "SELECT"],
        ["variable", "?x"],
        ["note", "# note"],
        ["text", '"a # b"'],
        ["name", "rdfs:label"],
    ):
        assert pair in kinds


def test_page_draws_triples_and_lists_them(browser, server):
    opened = Tab(browser, f"{server.address}/#query={quote(CONSTRUCT)}").ready()
    opened.answered("triples")
    opened.page.wait_for_selector("#canvas canvas")
    assert re.match(r"\d+ nodes, \d+ edges\.", opened.page.inner_text("#picked"))
    opened.page.click("#views >> text=Table")
    assert ["task:fine-grained-image-classification", "kg:broader", "task:image-classification"] in opened.rows()
    assert opened.page.is_hidden("#drawing") and opened.said == []
    opened.context.close()


def test_page_downloads(tab):
    tab.page.fill("#query", "SELECT ?name { ?m a lpwc-c:method ; skos:prefLabel ?name } ORDER BY ?name")
    tab.page.click("#run")
    tab.answered("3 rows")
    found = {}
    for kind in ("CSV", "JSON"):
        with tab.page.expect_download() as waiting:
            tab.page.click(f"[aria-label=Download] >> text={kind}")
        found[kind] = Path(waiting.value.path()).read_text("utf-8")
    assert [row[0] for row in csv.reader(io.StringIO(found["CSV"]))][1:] == ["Krellformer", "ResNet", "Zorbnet"]
    assert len(json.loads(found["JSON"])["results"]["bindings"]) == 3


def test_page_stops_a_query(tab):
    tab.page.fill("#query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    tab.page.click("#run")
    tab.page.click("#stop")
    tab.answered("Stopped")
    tab.page.fill("#query", "ASK {}")
    tab.page.click("#run")
    tab.answered("1 row")


def test_page_shows_hostile_names_as_text(browser, hostile):
    query = "SELECT ?name ?page { ?m rdfs:label ?name . OPTIONAL { ?m fabio:hasURL ?page } }"
    opened = Tab(browser, f"{hostile.address}/#query={quote(query)}").ready()
    opened.answered("rows")
    assert "<script>alert(1)</script>" in opened.page.inner_text("#table")
    assert opened.page.query_selector("#table script, #table img, a[href^='javascript']") is None
    opened.context.close()


def test_page_of_a_thing_leads_into_the_explorer(browser, server):
    opened = Tab(browser, f"{server.address}/entity/method/zorbnet")
    opened.page.click("text=On the map")
    opened.page.wait_for_selector("#panel h2:has-text('Zorbnet')")
    assert opened.said == []
    opened.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["/", "/#name=methods-on-dataset&set.dataset=Flimset", f"/#query={quote(CONSTRUCT)}", "/#query=SELECT",
                                  "/entity/method/zorbnet", "/entity/paper/arxiv:2101.00001", "/find?name=net", "/entity/ontology"])  # fmt: skip
def test_page_has_no_accessibility_violation(browser, server, path, size, scheme):
    axe = Path(os.environ.get("KG_NODE_MODULES", "node_modules")) / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed; KG_NODE_MODULES names the folder of node packages")
    opened = Tab(browser, server.address + path, viewport=size, color_scheme=scheme, bypass_csp=True)
    if path.startswith("/#") or path == "/":
        opened.ready()
    opened.page.evaluate(axe.read_text("utf-8"))
    tags = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
    found = opened.page.evaluate(f"axe.run(document, {tags})")["violations"]
    assert [(v["id"], [n["html"][:100] for n in v["nodes"][:3]]) for v in found] == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.context.close()
