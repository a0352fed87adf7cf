from __future__ import annotations

import pytest

from kg.export.html import show, write_html
from tests.export.explorer import figures
from tests.graph_samples import GRAPHS


@pytest.fixture
def task(tab):
    """What a new user wants to know must take three actions at most."""
    yield tab
    assert 0 < tab.actions <= 3


def test_html_page_is_usable_at_once_and_silent(open_tab):
    tab = open_tab(viewport={"width": 1300, "height": 850})
    assert tab.page.evaluate("performance.getEntriesByName('kg:ready')[0].startTime") > 0
    assert "36 papers" in tab.page.inner_text("#counts")
    assert "drawn" in tab.page.inner_text("#note")
    assert tab.page.title() == "Knowledge graph of papers"
    assert tab.page.get_by_role("searchbox").get_attribute("id") == "search"
    assert [url for url in tab.asked if not url.startswith(("file:", "blob:", "data:"))] == []


# Ten tasks of a new user


def test_html_page_task_find_the_code_of_a_paper(task):
    task.search("seeing more")
    assert task.page.get_attribute("#panel a[href*='github.com/foo/foonet']", "rel") == "noopener noreferrer"


def test_html_page_task_which_methods_were_evaluated_on_a_dataset(task):
    task.search("imagenet")
    assert "Methods evaluated on it (2)" in task.panel()
    assert task.page.locator("#panel h3:has-text('Methods evaluated') + ul li").all_inner_texts() == [
        "BazNet proposed 100 %, why?",
        "FooNet proposed 100 %, why?",
    ]


def test_html_page_task_what_did_a_method_beat(task):
    task.search("foonet")
    assert "outperforms (1)" in task.panel() and "BarFormer" in task.panel()
    assert "outperformed by (1)" in task.panel() and "BazNet" in task.panel()


def test_html_page_task_what_links_two_things(task):
    task.search("barformer")
    task.click("text=Compare or connect with")
    task.search("cifar-10")
    assert "Shortest path (3 steps)" in task.panel() and "at=method" in task.page.url
    assert task.page.locator("#panel ul >> nth=0 >> li").all_inner_texts()[0] == "BarFormer"


def test_html_page_task_papers_of_a_task_with_code(task):
    task.search("text classification")
    task.click("#panel [data-name=code]")
    assert task.page.locator("#panel .papers li").count() == 1
    assert task.page.get_attribute("#panel .papers a", "href") == "https://github.com/baz/baznet"


def test_html_page_task_figures_on_a_dataset(task):
    task.click("#tabs >> text=Leaderboards")
    assert "ImageNet, accuracy (%), gain, higher is better" in task.sheet()
    assert task.page.locator("#sheet tbody td.number").all_inner_texts() == ["1", "2.5%", "2", "1.25%"]
    task.click("#sheet button:has-text('2.5%') >> nth=0")
    assert "We propose FooNet" in task.page.inner_text("#sheet blockquote")


def test_html_page_task_what_is_used_together(task):
    task.search("glue")
    together = task.panel().split("Named together with")[1]
    assert "dropout" not in together  # one paper alone names it
    assert "FooNet" in together and "ImageNet" in together


def test_html_page_task_newest_papers_of_a_method(task):
    task.search("foonet")
    years = [text.split("\n")[1][:4] for text in task.page.locator("#panel .papers li").all_inner_texts()]
    assert years == sorted(years, reverse=True) and years[0] == "2023" and len(years) == 5


def test_html_page_task_why_is_an_edge_there(task):
    task.search("barformer")
    task.click("#panel .papers button:has-text('why?') >> nth=0")
    (quote,) = task.page.locator("#panel blockquote").all_inner_texts()
    assert "beats BarFormer by 2.5% accuracy" in quote and "lexicon, 100 %" in quote


def test_html_page_task_take_a_selection_away(task):
    task.click("#filters label:has-text('Datasets') input")
    assert b"dataset/imagenet" in task.taken("CSV") and task.page.is_hidden("#take")


# Boards: what has no number, dataset or direction, and what is of another kind, must not be ranked with the rest


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    place = tmp_path_factory.mktemp("boards") / "graph.html"
    write_html(figures(), place)
    return place


def boards_of(tab) -> dict[str, list[str]]:
    """Caption → its methods, as they are ranked."""
    tables = tab.page.locator("#sheet table").all()
    return {t.locator("caption").inner_text(): t.locator("tbody tr").all_inner_texts() for t in tables}


def test_html_page_boards_mix_no_kinds_and_no_units_and_lead_with_the_best(open_tab, boards):
    tab = open_tab("#view=leaderboards", of=boards, viewport={"width": 1300, "height": 850})
    rows = {caption: [row.split("\t")[:2] for row in found] for caption, found in boards_of(tab).items()}
    assert rows == {
        "ImageNet, accuracy (%), higher is better": [["1", "Bar"], ["2", "Foo"]],
        "ImageNet, FID, lower is better": [["1", "Qux"], ["2", "Baz"]],
        "ImageNet, accuracy, higher is better": [["1", "Dot"]],
        "ImageNet, odd score": [["", "Odd"]],
        "ImageNet, accuracy (%), gain, higher is better": [["1", "Gain"]],
    }
    assert tab.page.locator("#sheet h2").all_inner_texts() == ["Scores", "Gains"]


def test_html_page_claims_of_a_dataset_say_what_kind_they_are(open_tab, boards):
    tab = open_tab("#at=dataset/imagenet", of=boards, viewport={"width": 1300, "height": 850})
    rows = [" ".join(row.split()) for row in tab.page.locator("#panel table.claims tbody tr").all_inner_texts()]
    assert [row.split()[0] for row in rows] == ["Dot", "Bar", "Foo", "Qux", "Baz", "Odd", "Gain"]
    assert rows[1].endswith("90% ↑ better") and rows[3].endswith("2.5 ↓ better") and rows[-1].endswith("99% gain")


def test_html_page_compare_sets_only_figures_of_one_kind_side_by_side(open_tab, boards):
    tab = open_tab("#at=method/foo&with=method/gain&view=compare", of=boards)
    rows = [row.split("\t") for row in tab.page.locator("#sheet table.claims tbody tr").all_inner_texts()]
    assert rows == [["ImageNet", "accuracy ↑ better", "80%", ""], ["ImageNet", "accuracy gain", "", "99%"]]


# What there is at first


def test_html_page_begins_with_questions_that_lead_to_answers(tab):
    questions = tab.page.locator("#panel .question").all_inner_texts()
    assert questions[0] == "Which methods were evaluated on ImageNet?" and len(questions) == 5
    tab.click("text=How do BazNet and FooNet compare?")
    assert tab.page.is_visible("#sheet >> text=Side by side")


def test_html_page_topics_show_what_they_hold(tab):
    topic = tab.page.locator("#panel h3:has-text('Topics') ~ ul li button >> nth=0")
    name = topic.inner_text()
    topic.click()
    tab.settle()
    assert tab.panel().startswith(name) and "Papers (" in tab.panel()
    assert tab.page.is_checked("#filters details:has(summary:text-is('Topic')) input >> nth=0")
    tab.click("text=All topics")
    assert "community" not in tab.page.url


# Panels


def test_html_page_entity_has_a_timeline_where_there_are_years(tab):
    tab.search("foonet")
    assert "Papers by year, 2020–2023" in tab.panel()
    assert tab.page.get_attribute("#panel .bars", "aria-label") == "2020: 2, 2021: 1, 2022: 1, 2023: 1"


def test_html_page_entity_papers_by_role(tab):
    tab.search("foonet")
    tab.click("#panel [data-name='compares with']")
    assert tab.page.locator("#panel .papers li").count() == 1 and "BazNet reads and sees" in tab.panel()
    assert tab.page.evaluate("document.activeElement.dataset.name") == "compares with"


def test_html_page_dataset_has_a_table_of_claims(tab):
    tab.search("imagenet")
    rows = tab.page.locator("#panel table.claims tbody tr").all_inner_texts()
    assert len(rows) == 2 and "FooNet over BarFormer" in rows[0].replace("\n", " ")
    assert "seeing" in rows[0] and "accuracy" in rows[0] and "2.5%" in rows[0]
    tab.click("#panel table.claims button:has-text('2.5%')")
    assert "We propose FooNet" in tab.page.inner_text("#panel table.claims blockquote")
    tab.click("#panel table.claims button:has-text('2.5%')")
    assert tab.page.locator("#panel table.claims blockquote").count() == 0


def test_html_page_paper_names_what_joins_it_to_others(tab):
    tab.search("baznet reads")
    assert "compares with (2)" in tab.panel()  # FooNet, and the paper that proposes it
    closest = tab.panel().split("Closest papers")[1]
    assert "seeing" in closest and "both name" in closest and "FooNet" in closest


def test_html_page_marks_mentions_where_they_are_behind_an_emoji(tab):
    tab.search("seeing more")
    assert tab.page.inner_text(".abstract mark >> nth=0") == "FooNet"


def test_html_page_shows_hostile_titles_as_text(tab):
    tab.search("onerror")
    assert "onerror=alert(1)" in tab.panel()
    assert tab.page.query_selector("#panel img, #panel script, #panel a[href^='javascript']") is None


# Search


def test_html_page_search_forgives_slips(tab):
    tab.page.fill("#search", "imge clasification")
    assert "image classification" in tab.page.inner_text("#hits")


def test_html_page_search_takes_words_in_any_order_and_parts_of_words(tab):
    tab.page.fill("#search", "assification mage")
    assert tab.page.locator("#hits button span[dir]").all_inner_texts()[0] == "image classification"
    tab.page.fill("#search", "mag")
    assert "ImageNet" in tab.page.inner_text("#hits")
    tab.page.fill("#search", "ma")  # two letters must begin a word: they are inside of most
    assert tab.page.inner_text("#hits") == "Nothing found."


def test_html_page_search_finds_abstracts_once_they_are_unpacked(tab):
    tab.page.wait_for_selector("html[data-searchable]", state="attached")
    tab.page.fill("#search", "zymurgy")
    assert "HYPERLINK" in tab.page.inner_text("#hits")


# Filters


def test_html_page_filters_narrow_by_type_and_undo(tab):
    tab.click("#tabs >> text=Table")
    tab.click("#filters label:has-text('Datasets') input")
    assert "2 papers and entities" in tab.page.inner_text("#sheet caption")
    tab.click("text=Undo all filters")
    assert "2 papers and entities" not in tab.page.inner_text("#sheet caption")


def test_html_page_filters_combine_and_their_counts_follow(tab):
    tab.click("#filters label:has-text('has code') input >> nth=-1")  # the first is the relation
    assert tab.page.inner_text("#filters label:has-text('Papers') small") == "2"
    tab.click("#filters label:has-text('Methods') input")
    tab.click("#tabs >> text=Table")
    assert "4 papers and entities" in tab.page.inner_text("#sheet caption")
    tab.page.go_back()
    tab.page.go_back()
    tab.settle()
    assert tab.page.is_checked("#filters label:has-text('has code') input >> nth=-1")
    assert not tab.page.is_checked("#filters label:has-text('Methods') input")


@pytest.mark.parametrize(
    ("field", "value", "left", "gone"),
    [("sure", "80", "ImageNet", "CIFAR-10"), ("papers, at least", "2", "FooNet", "GLUE"), ("from year", "2022", "GLUE", "BarFormer")],
)  # fmt: skip
def test_html_page_filters_by_certainty_support_and_year(tab, field, value, left, gone):
    tab.click("#tabs >> text=Table")
    assert left in tab.sheet() and gone in tab.sheet()
    box = tab.page.locator(f"#filters label:has-text('{field}') input[type=number]")
    box.fill(value)
    box.press("Enter")
    tab.settle()
    assert left in tab.sheet() and gone not in tab.sheet()


# Words under the mouse


PATH = "#at=method/barformer&with=method/baznet&focus=1&hops=1"


def test_html_page_tells_what_is_under_the_mouse_and_why_an_edge_is_there(open_tab):
    tab = open_tab(PATH, viewport={"width": 1300, "height": 850})
    box = tab.page.locator("#map").bounding_box()
    x, middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    found: set[str] = set()
    for y in range(int(middle) - 200, int(middle) + 200, 8):
        tab.page.mouse.move(x, y)
        tab.settle()
        if tab.page.is_visible("#tip"):
            found.add(tab.page.inner_text("#tip").replace("\n", " "))
    words = " | ".join(sorted(found))
    assert "BarFormer Method · 1 paper" in words, words
    assert "FooNet outperforms BarFormer" in words or "compares with BarFormer" in words, words
    assert "beats BarFormer by 2.5%" in words and "click for all" in words, words
    tab.page.mouse.move(5, 5)
    tab.settle()
    assert tab.page.is_hidden("#tip")


def test_html_page_focus_names_all_around_a_hub(tab):
    tab.to("#at=dataset/imagenet&focus=1&hops=1")
    drawing = tab.taken("SVG").decode()
    assert all(f"Study {n} of images" in drawing for n in range(30))


# Views beside the map


def test_html_page_table_sorts_and_says_so_in_the_address(tab, open_tab):
    tab.click("#tabs >> text=Table")
    tab.click("#sheet th >> text=Papers")
    first = "#sheet tbody tr >> nth=0 >> td >> nth=0"
    assert tab.page.inner_text(first) in ("ImageNet", "image classification")
    tab.click("#sheet th >> text=Name")
    assert tab.page.get_attribute("#sheet th:has-text('Name')", "aria-sort") == "ascending"
    assert tab.page.evaluate("document.activeElement.textContent") == "Name"  # the keyboard stays where it was
    sent = open_tab(tab.page.evaluate("location.hash"))
    assert sent.page.inner_text(first) == tab.page.inner_text(first)


def test_html_page_papers_with_code(tab):
    tab.click("#tabs >> text=Code")
    assert "2 papers with code" in tab.sheet() and "foo/foonet" in tab.sheet()


def test_html_page_matrix_leads_to_both_side_by_side(tab):
    tab.click("#tabs >> text=Matrix")
    tab.click("#sheet button[aria-label='1 paper with BazNet and GLUE']")
    assert tab.page.is_visible("#sheet >> text=Side by side")


@pytest.mark.parametrize("name", GRAPHS)
def test_html_page_opens_whatever_the_graph(open_tab, name, tmp_path):
    write_html(GRAPHS[name](), tmp_path / "graph.html")
    opened = open_tab(of=tmp_path / "graph.html")
    for view in ("Table", "Leaderboards", "Matrix", "Code"):
        opened.page.click(f"#tabs >> text={view}")
    opened.click("#open-take")


def test_html_page_works_in_the_frame_of_a_notebook(browser, graph, tmp_path):
    (tmp_path / "cell.html").write_text(f"<!doctype html>{show(graph)._repr_html_()}", encoding="utf-8")
    tab, said = browser.new_page(), []
    tab.on("console", lambda m: said.append(m.text))
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.goto((tmp_path / "cell.html").as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(timeout=60_000)
    frame.locator("#search").fill("barformer")
    frame.locator("#search").press("Enter")
    frame.locator("#panel h2:has-text('BarFormer')").wait_for(timeout=60_000)
    frame.locator("#tools button >> nth=1").click()  # zooming notes the place, which has no address here
    tab.wait_for_timeout(300)
    assert said == []
    tab.close()
