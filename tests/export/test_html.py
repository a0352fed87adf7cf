from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.export.html import page, show, write_html
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from tests.graph_samples import GRAPHS

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)> \u202e🦙 "quoted" & \\LaTeX{}'


def note(title: str, abstract: str, *entities: Entity, links: tuple[Link, ...] = (), **paper: object) -> Annotation:
    text = f"{title}\n{abstract}"
    mentions = tuple(
        Mention(m.start(), m.end(), e.text, e.type, e.score, "lexicon")
        for e in entities
        for m in re.finditer(re.escape(e.text), text)
    )
    results = (
        (
            Result(
                "FooNet", "BarFormer", "ImageNet", "accuracy", "2.5%", text.index("2.5%"), text.index("2.5%") + 4, 0.8
            ),
        )
        if "2.5%" in text
        else ()
    )
    end = len(title)
    fields = {"published": "2020"} | paper
    return Annotation(
        Paper(title, title, abstract, **fields),  # type: ignore[arg-type]
        mentions,
        entities,
        links,
        results,
        ((0, end), (end + 1, len(text))),
    )


def sample() -> kg.KnowledgeGraph:
    foo, image = Entity("FooNet", "Method", "proposed"), Entity("ImageNet", "Dataset", "evaluated")
    notes = [
        note(
            "FooNet: seeing 🦙 more",
            "We propose FooNet, which beats BarFormer by 2.5% accuracy on ImageNet. Code: github.com/foo/foonet",
            foo,
            image,
            Entity("BarFormer", "Method", "compared"),
            Entity("accuracy", "Metric", "reported"),
            links=(Link("https://github.com/foo/foonet", "code", 80, 101),),
            authors=("Ada Foo", "Bo Bar"),
            arxiv_id="2001.00001",
        ),
        note(
            "Training on little",
            "We train FooNet on CIFAR-10 for image classification.",
            Entity("FooNet", "Method", "used"),
            Entity("CIFAR-10", "Dataset", "evaluated"),
            Entity("image classification", "Task", "addressed"),
            published="2022-05",
        ),
        note(HOSTILE, "عربي FooNet", Entity("FooNet", "Method", "mentioned"), url="javascript:alert(1)"),
    ]
    many = [
        note(f"Study {n} of images", "ImageNet and image classification.", image,
             Entity("image classification", "Task", "addressed"), published=str(2015 + n % 8))
        for n in range(30)
    ]  # fmt: skip
    return kg.build([*notes, *many])


@pytest.fixture(scope="module")
def graph() -> kg.KnowledgeGraph:
    return sample()


def blocks(html: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/gzip" id="([\w-]+)">([^<]*)</script>', html)
    return {name: json.loads(gzip.decompress(base64.b64decode(text))) for name, text in found}


def test_html_holds_all_papers_and_entities(graph):
    data = blocks(page(graph))
    assert set(data["core"]["nodes"]["key"]) == {*graph.papers["paper"], *graph.entities["entity"]}
    assert len(data["core"]["edges"]["source"]) == len(graph.relations)
    assert [t["abstract"] for t in data["texts-0"]] == graph.papers.sort_values("paper")["abstract"].tolist()


def test_html_same_graph_same_bytes(graph, tmp_path):
    for name in ("a.html", "b.html"):
        write_html(sample(), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_html_asks_nothing_of_the_network(graph):
    own = re.sub(r"<script>.*?</script>|<script type=.*?</script>", "", page(graph), flags=re.S)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)", own)


def test_html_policy_names_the_hashes_of_its_own_scripts_and_style(graph):
    html = page(graph)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    inline = re.findall(r"<script>(.*?)</script>", html, re.S) + re.findall(r"<style>(.*?)</style>", html, re.S)
    assert len(inline) == 3
    for text in inline:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy


def test_html_puts_no_text_of_papers_into_markup(graph):
    assert "owned" not in page(graph)


def test_html_of_nothing_is_a_page():
    assert "<!doctype html>" in page(kg.build([]))


def test_html_shows_in_notebooks_behind_a_frame(graph):
    inline = show(graph, height=500)._repr_html_()
    assert inline.startswith("<iframe") and "height:500px" in inline and "<script>" not in inline


# In a browser


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        except api.Error as error:
            pytest.skip(f"no browser to test the page in: {str(error).splitlines()[0]}")
        yield running
        running.close()


@pytest.fixture(scope="module")
def path(graph, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("page") / "graph.html"
    write_html(graph, place)
    return place


class Tab:
    """A page that is open, with all that it said and asked for."""

    def __init__(self, browser, path: Path, fragment: str = "", **context):
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_function("performance.getEntriesByName('kg:ready').length > 0", timeout=20_000)
        self.page.wait_for_timeout(150)

    def panel(self) -> str:
        return self.page.inner_text("#panel")

    def search(self, text: str) -> None:
        self.page.fill("#search", text)
        self.page.press("#search", "Enter")
        self.page.wait_for_timeout(200)


@pytest.fixture
def tab(browser, path) -> Iterator[Tab]:
    opened = Tab(browser, path, viewport={"width": 1300, "height": 850})
    yield opened
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:", "data:"))] == []
    opened.context.close()


def test_html_page_is_usable_at_once_and_silent(tab):
    assert tab.page.evaluate("performance.getEntriesByName('kg:ready')[0].startTime") < 10_000  # no figure, a deadlock
    assert "33 papers" in tab.page.inner_text("#counts")
    assert "drawn" in tab.page.inner_text("#note")
    assert tab.page.title() == "Knowledge graph of papers"


def test_html_page_task_find_the_code_of_a_paper(tab):
    tab.search("seeing more")
    assert tab.page.get_attribute("#panel a[href*='github.com/foo/foonet']", "rel") == "noopener noreferrer"


def test_html_page_task_which_methods_were_evaluated_on_a_dataset(tab):
    tab.search("cifar-10")
    assert "Training on little" in tab.panel() and "FooNet" in tab.panel()


def test_html_page_task_what_did_a_method_beat(tab):
    tab.search("foonet")
    assert "outperforms" in tab.panel() and "BarFormer" in tab.panel()


def test_html_page_task_why_is_an_edge_there(tab):
    tab.search("barformer")
    tab.page.click("#panel li button:has-text('why?') >> nth=0")
    assert "beats BarFormer by 2.5% accuracy" in tab.page.inner_text("blockquote")


def test_html_page_task_what_links_two_things(tab):
    tab.search("barformer")
    tab.page.click("text=Compare or connect with")
    tab.search("cifar-10")
    assert "Shortest path (3 steps)" in tab.panel() and "at=method" in tab.page.url


def test_html_page_task_figures_on_a_dataset(tab):
    tab.page.click("#tabs >> text=Leaderboards")
    assert "ImageNet, accuracy (%)" in tab.page.inner_text("#sheet")
    tab.page.click("#sheet button:has-text('2.5%')")
    assert "We propose FooNet" in tab.page.inner_text("#sheet blockquote")


def test_html_page_task_papers_with_code_since_a_year(tab):
    tab.page.click("#tabs >> text=Code")
    assert "1 papers with code" in tab.page.inner_text("#sheet")


def test_html_page_task_narrow_by_type_and_undo(tab):
    tab.page.click("#tabs >> text=Table")
    tab.page.click("#filters label:has-text('Datasets') input")
    assert "2 papers and entities" in tab.page.inner_text("#sheet caption")
    tab.page.click("text=Undo all filters")
    assert "2 papers and entities" not in tab.page.inner_text("#sheet caption")


def test_html_page_task_sort_the_table(tab):
    tab.page.click("#tabs >> text=Table")
    tab.page.click("#sheet th >> text=Papers")
    assert tab.page.inner_text("#sheet tbody tr >> nth=0 >> td >> nth=0") in ("ImageNet", "image classification")


def test_html_page_task_go_back_to_where_one_was(tab):
    tab.search("foonet")
    tab.search("cifar-10")
    tab.page.go_back()
    tab.page.wait_for_timeout(200)
    assert tab.panel().startswith("FooNet")


def test_html_page_search_forgives_slips(tab):
    tab.page.fill("#search", "imge clasification")
    assert "image classification" in tab.page.inner_text("#hits")


def test_html_page_works_by_keyboard(tab):
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("barf")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_timeout(200)
    assert tab.panel().startswith("BarFormer")


def test_html_page_marks_mentions_where_they_are_behind_an_emoji(tab):
    tab.search("seeing more")
    assert tab.page.inner_text(".abstract mark >> nth=0") == "FooNet"


def test_html_page_shows_hostile_titles_as_text(tab):
    tab.search("onerror")
    assert "onerror=alert(1)" in tab.panel()
    assert tab.page.query_selector("#panel img, #panel script, #panel a[href^='javascript']") is None


def test_html_page_a_view_can_be_sent(browser, path):
    opened = Tab(browser, path, "#view=table&types=Task&at=dataset%2Fimagenet")
    assert opened.page.is_visible("#sheet") and opened.panel().startswith("ImageNet") and opened.said == []
    opened.context.close()


def test_html_page_skip_link_keeps_the_view(tab):
    tab.search("foonet")
    before = tab.page.url
    tab.page.focus(".skip")
    tab.page.keyboard.press("Enter")
    assert tab.page.url == before and tab.page.evaluate("document.activeElement.id") == "panel"


def test_html_page_filters_combine_and_their_counts_follow(tab):
    tab.page.click("#filters label:has-text('has code') input >> nth=-1")  # the first is the relation
    assert tab.page.inner_text("#filters label:has-text('Papers') small") == "1"
    tab.page.click("#filters label:has-text('Methods') input")
    tab.page.click("#tabs >> text=Table")
    assert "2 papers and entities" in tab.page.inner_text("#sheet caption")
    tab.page.go_back()
    tab.page.go_back()
    assert tab.page.is_checked("#filters label:has-text('has code') input >> nth=-1")
    assert not tab.page.is_checked("#filters label:has-text('Methods') input")


def test_html_page_click_on_the_map_opens_what_is_there(browser, path):
    opened = Tab(browser, path, "#at=dataset/imagenet&focus=1", viewport={"width": 1300, "height": 850})
    assert "drawn" in opened.page.inner_text("#note")
    box = opened.page.locator("#map canvas").bounding_box()
    opened.page.mouse.click(box["x"] + 30, box["y"] + box["height"] - 60)  # nothing there: all stays
    assert opened.panel().startswith("ImageNet") and opened.said == []
    opened.context.close()


@pytest.mark.parametrize("name", GRAPHS)
def test_html_page_opens_whatever_the_graph(browser, name, tmp_path):
    write_html(GRAPHS[name](), tmp_path / "graph.html")
    opened = Tab(browser, tmp_path / "graph.html")
    for view in ("Table", "Leaderboards", "Matrix", "Code"):
        opened.page.click(f"#tabs >> text={view}")
    assert opened.said == []
    opened.context.close()


def test_html_page_works_in_the_frame_of_a_notebook(browser, graph, tmp_path):
    (tmp_path / "cell.html").write_text(f"<!doctype html>{show(graph)._repr_html_()}", encoding="utf-8")
    tab, said = browser.new_page(), []
    tab.on("console", lambda m: said.append(m.text))
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.goto((tmp_path / "cell.html").as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(timeout=20_000)
    frame.locator("#search").fill("barformer")
    frame.locator("#search").press("Enter")
    frame.locator("#panel h2:has-text('BarFormer')").wait_for(timeout=5_000)
    assert said == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", ["", "#view=table", "#view=leaderboards", "#view=matrix", "#view=code",
                                      "#at=dataset/imagenet", "#at=paper/arxiv:2001.00001&focus=1"])  # fmt: skip
def test_html_page_has_no_accessibility_violation(browser, path, fragment, scheme):
    axe = Path(os.environ.get("KG_NODE_MODULES", "node_modules")) / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed; KG_NODE_MODULES names the folder of node packages")
    size = {"width": 390, "height": 844} if "at=" in fragment else {"width": 1300, "height": 850}
    opened = Tab(browser, path, fragment, viewport=size, color_scheme=scheme, bypass_csp=True)
    opened.page.evaluate(axe.read_text("utf-8"))
    tags = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
    found = opened.page.evaluate(f"axe.run(document, {tags})")["violations"]
    assert [(v["id"], [n["html"][:100] for n in v["nodes"][:3]]) for v in found] == []
    opened.context.close()
