"""Two methods or two papers side by side, on a wide screen and on a phone."""

from __future__ import annotations

import pytest

METHODS = "#at=method/foonet&with=method/baznet&view=compare"
PAPERS = "#at=paper/arxiv:2001.00001&view=compare&with="


def cells(tab, heading: str) -> list[str]:
    return tab.page.locator(f"#sheet h3:text-is('{heading}') + .sides > div").all_inner_texts()


def test_html_compare_tells_what_methods_share_and_where_they_differ(tab):
    tab.to(METHODS)
    left, both, right = cells(tab, "Datasets")
    assert ("CIFAR-10" in left, "ImageNet" in both, "none" in right) == (True, True, True)
    left, both, right = cells(tab, "Tasks")
    assert "image classification" in left and "text classification" in both  # a paper on it names both
    assert "GLUE" in cells(tab, "Benchmarks")[1] and "accuracy" in cells(tab, "Metrics")[1]


def test_html_compare_tells_figures_and_papers_of_both(tab):
    tab.to(METHODS)
    assert "BazNet over FooNet on ImageNet: 1.25% gain" in tab.sheet()
    row = tab.page.locator("#sheet table.claims tbody tr").all_inner_texts()[0]
    assert row.split("\t") == ["ImageNet", "accuracy gain", "2.5%", "1.25%"]
    assert "Papers that name both (1)" in tab.sheet()


def test_html_compare_tells_two_papers_apart(tab):
    tab.search("baznet reads")
    other = tab.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('at')")
    tab.to(PAPERS + other)
    left, both, right = cells(tab, "Methods")
    assert ("BarFormer" in left, "FooNet" in both, "BazNet" in right) == (True, True, True)
    assert "Papers that name both" not in tab.sheet()


def test_html_compare_is_reached_in_three_actions_and_swaps(tab):
    tab.search("foonet")
    tab.click("text=Compare or connect with")
    tab.search("baznet")
    assert tab.page.locator("#sheet .heads .name").all_inner_texts() == ["FooNet", "BazNet"]
    tab.click("#sheet >> text=Swap")
    assert tab.page.locator("#sheet .heads .name").all_inner_texts() == ["BazNet", "FooNet"]
    tab.click("#sheet >> text=Show the path")
    assert tab.page.is_visible("#map") and "drawn" in tab.page.inner_text("#note")


@pytest.mark.parametrize(("size", "columns"), [((1300, 850), 3), ((390, 844), 2)])
def test_html_compare_stands_side_by_side_on_any_screen(open_tab, size, columns):
    tab = open_tab(METHODS, viewport={"width": size[0], "height": size[1]})
    row = tab.page.locator("#sheet h3:text-is('Datasets') + .sides")
    left, both, right = (row.locator(f".{name}").bounding_box() for name in ("left", "both", "right"))
    assert left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    assert (both["y"] == left["y"]) == (columns == 3)
    assert min(left["width"], right["width"]) > 120
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
