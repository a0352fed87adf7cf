"""For everyone: keyboard, screen readers, light and dark, small and large windows, paper, and text from right to left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

COMPARED = "#at=method/foonet&with=method/baznet&view=compare"
VIEWS = ["", "#view=table", "#view=leaderboards", "#view=matrix", "#view=code", COMPARED, "#community=0",
         "#at=method/foonet", "#at=dataset/imagenet&view=table&types=Dataset", "#at=paper/arxiv:2001.00001&focus=1",
         "#at=method/foonet&with=method/baznet&focus=1"]  # fmt: skip
SIZES = [(390, 844), (1280, 800), (1920, 1080)]
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"


def violations(tab) -> list[object]:
    found = tab.page.evaluate(f"axe.run(document, {RULES})")["violations"]
    return [(v["id"], [n["html"][:100] for n in v["nodes"][:3]]) for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES[:2])
def test_html_access_has_no_violation_in_any_view(open_tab, scheme, size):
    axe = Path(os.environ.get("KG_NODE_MODULES", "node_modules")) / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed; KG_NODE_MODULES names the folder of node packages")
    viewport = {"width": size[0], "height": size[1]}
    tab = open_tab(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    tab.page.evaluate(axe.read_text("utf-8"))
    for fragment in VIEWS:
        tab.to(fragment)
        assert violations(tab) == [], fragment
    tab.to("#at=method/foonet")
    tab.page.click("#panel button:has-text('why?') >> nth=0")
    tab.page.fill("#search", "net")
    assert violations(tab) == [], "evidence and search results"
    tab.click("#open-take")
    assert violations(tab) == [], "dialog"


@pytest.mark.parametrize("size", SIZES)
def test_html_access_nothing_lies_beside_the_window(open_tab, size):
    tab = open_tab(viewport={"width": size[0], "height": size[1]})
    for fragment in VIEWS:
        tab.to(fragment)
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), fragment
    assert tab.page.is_visible("#show-filters") == (size[0] < 900)


def test_html_access_search_works_by_keyboard(tab):
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("barf")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    tab.settle()
    assert tab.panel().startswith("BarFormer")
    assert tab.page.evaluate("document.activeElement.id") == "panel"


def test_html_access_every_part_is_reached_by_tab_and_its_focus_is_seen(open_tab):
    tab = open_tab(viewport={"width": 1300, "height": 850})
    seen = []
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        seen.append(
            tab.page.evaluate("""() => {
              const at = document.activeElement, style = getComputedStyle(at);
              const part = ['tabs', 'filters', 'map', 'tools', 'panel'].find((id) => at.closest('#' + id)) || at.id || at.className;
              return [part, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
            }""")
        )
    order = list(dict.fromkeys(part for part, _ in seen))
    assert order[:8] == ["skip", "search", "tabs", "open-take", "theme", "filters", "map", "tools"] and "panel" in order
    assert [part for part, visible in seen if part and not visible] == []  # the page itself has no name


def test_html_access_a_question_can_be_answered_by_keyboard_alone(tab):
    keyboard = tab.page.keyboard
    for key in ("/", *"imagenet", "Enter"):
        keyboard.press(key)
    tab.settle()
    for _ in range(40):
        keyboard.press("Tab")
        if "why?" in tab.page.evaluate("document.activeElement.textContent"):
            break
    keyboard.press("Enter")
    tab.settle()
    assert "We propose BazNet" in "".join(tab.page.locator("#panel blockquote").all_inner_texts())
    assert tab.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"


def test_html_access_dialog_keeps_the_keyboard_and_gives_it_back(tab):
    tab.page.focus("#open-take")
    tab.page.keyboard.press("Enter")
    for _ in range(20):
        tab.page.keyboard.press("Tab")
        assert tab.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#take')"
        )
    tab.page.keyboard.press("Escape")
    assert tab.page.evaluate("document.activeElement.id") == "open-take"


@pytest.mark.parametrize(("motion", "still"), [("reduce", True), ("no-preference", False)])
def test_html_access_moves_nothing_for_those_who_ask(open_tab, motion, still):
    tab = open_tab(reduced_motion=motion)
    moving = "[...document.querySelectorAll('*')].some((e) => getComputedStyle(e).transitionDuration !== '0s')"
    assert tab.page.evaluate(moving) is not still
    assert tab.page.evaluate("document.getAnimations().length") == 0


def test_html_access_text_from_right_to_left_stands_so(tab):
    tab.search("عصبية")
    direction = "getComputedStyle(document.querySelector('#panel %s')).direction"
    assert tab.page.evaluate(direction % "h2") == "rtl" and tab.page.evaluate(direction % ".abstract") == "rtl"
    tab.search("seeing more")
    assert tab.page.evaluate(direction % "h2") == "ltr"


def test_html_access_light_and_dark_can_be_chosen(open_tab):
    tab = open_tab(color_scheme="light")
    back = "getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(back)
    tab.page.click("#theme")
    assert tab.page.evaluate(back) != light
    tab.page.click("#theme")
    assert tab.page.evaluate(back) == light


def test_html_access_prints_what_is_read_and_nothing_to_press(open_tab):
    tab = open_tab("#at=method/foonet", color_scheme="dark")
    tab.page.emulate_media(media="print", color_scheme="dark")
    tab.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for gone in ("#filters", "#tools", "#tabs", ".search", ".buttons", "#note", "#panel .row"):
        assert tab.page.locator(gone).first.is_hidden(), gone
    for shown in ("h1", "#map canvas", "#panel h2", "#panel table.claims", "#panel .papers li"):
        assert tab.page.locator(shown).first.is_visible(), shown
    assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.page.evaluate("getComputedStyle(document.querySelector('#panel')).overflowY") == "visible"
    tab.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.page.evaluate("document.documentElement.dataset.theme") is None
    tab.to("#view=leaderboards")
    assert tab.page.is_visible("#sheet table") and tab.page.is_hidden("#panel")


def test_html_access_prints_to_pages(open_tab):
    tab = open_tab("#at=method/foonet")
    assert tab.page.pdf().startswith(b"%PDF")
    assert tab.page.evaluate("document.documentElement.dataset.theme") is None  # as it was before
