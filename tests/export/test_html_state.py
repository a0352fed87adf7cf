"""What is shown lives in the address: it can be sent, and back and forward lead through it."""

from __future__ import annotations

import pytest

from kg.views import measures


def test_html_state_a_view_can_be_sent(open_tab):
    tab = open_tab("#view=table&types=Task&at=dataset%2Fimagenet")
    assert tab.page.is_visible("#sheet") and tab.panel().startswith("ImageNet")
    assert "2 papers and entities" in tab.page.inner_text("#sheet caption")


def test_html_state_back_and_forward(tab):
    tab.search("foonet")
    tab.search("cifar-10")
    tab.page.go_back()
    tab.settle()
    assert tab.panel().startswith("FooNet")
    tab.page.go_forward()
    tab.settle()
    assert tab.panel().startswith("CIFAR-10")


def test_html_state_pins_what_is_hidden_and_expanded_are_sent_too(tab, open_tab):
    tab.search("glue")
    tab.click("#panel >> text=Pin")
    assert tab.page.get_attribute("#panel button:has-text('Pin')", "aria-pressed") == "true"
    tab.search("baznet reads")
    tab.click("#panel >> text=Expand")
    tab.search("cifar-10")
    tab.click("#panel >> text=Hide")
    assert "1 hidden" in tab.page.inner_text("#note")
    sent = open_tab(tab.page.evaluate("location.hash"), viewport={"width": 1300, "height": 850})
    assert sent.page.inner_text("#note") == tab.page.inner_text("#note")
    assert {"pins", "open", "hidden"} <= {part.split("=")[0] for part in sent.page.url.split("#")[1].split("&")}
    sent.search("glue")
    assert sent.page.get_attribute("#panel button:has-text('Pin')", "aria-pressed") == "true"
    sent.search("baznet reads")
    assert sent.page.get_attribute("#panel button:has-text('Expand')", "aria-pressed") == "true"
    sent.click("#note >> text=Show again")
    assert "hidden" not in sent.page.inner_text("#note")


def test_html_state_pinned_and_expanded_stay_drawn_whatever_is_filtered(tab):
    tab.to("#types=Metric")
    assert tab.page.inner_text("#note") == "1 drawn"
    tab.to("#types=Metric&pins=0:0:benchmark/glue")
    assert tab.page.inner_text("#note") == "2 drawn"
    tab.to("#types=Metric&open=benchmark/glue")
    assert tab.page.inner_text("#note") == "2 drawn"  # its paper is no metric
    tab.to("#types=Metric,Paper&papers=99&open=benchmark/glue&spot=99999,99999,1")
    assert tab.page.inner_text("#note") == "2 drawn"  # itself and its paper, far from what is in sight


def test_html_state_hidden_is_not_taken_away(tab):
    tab.to("#types=Dataset&hidden=dataset/imagenet")
    text = tab.taken("CSV").decode()
    assert "dataset/cifar-10" in text and "dataset/imagenet" not in text


def test_html_state_dragging_pins_a_node_where_it_is_dropped(tab, graph):
    places = measures(graph).set_index("node")
    x, y = (round(places.loc["metric/accuracy", axis]) for axis in "xy")
    tab.to(f"#types=Metric&spot={x},{y},1")
    box = tab.page.locator("#map").bounding_box()
    tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.page.mouse.down()
    for step in (20, 60, 100):
        tab.page.mouse.move(box["x"] + box["width"] / 2 + step, box["y"] + box["height"] / 2 + step / 2)
    tab.page.mouse.up()
    tab.settle()
    pin = tab.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('pins')")
    at, down, key = pin.split(":", 2)
    assert key == "metric/accuracy" and abs(int(at) - x - 100) < 12 and abs(int(down) - y - 50) < 12


def test_html_state_place_of_the_map_is_noted_without_a_step_back(tab, open_tab):
    tab.search("foonet")
    tab.page.focus("#map")
    for key in ("+", "+", "ArrowLeft", "ArrowDown"):
        tab.page.keyboard.press(key)
    tab.page.wait_for_url("**spot=*")
    sent = open_tab(tab.page.evaluate("location.hash"), viewport={"width": 1300, "height": 850})
    assert sent.page.inner_text("#note") == tab.page.inner_text("#note")
    tab.page.go_back()
    tab.settle()
    assert "spot=" not in tab.page.url and "FooNet" not in tab.panel().split("\n")[0]


@pytest.mark.parametrize(
    "fragment",
    ["#view=nope", "#at=gone&with=gone&focus=1", "#hops=x&community=99&from=a&to=-1&sure=1e9", "#pins=a,%,1:2:gone&hidden=%25,,&open=x",
     "#spot=a,b,c", "#spot=1,2,-1", "#sort=zzz&view=table", "#types=Nope&roles=nope", "#view=compare", "#%E0%A4%A"],
)  # fmt: skip
def test_html_state_survives_any_fragment(tab, fragment):
    tab.to(fragment)
    assert tab.panel() and (
        tab.page.is_visible("#sheet")
        or "drawn" in tab.page.inner_text("#note")
        or "left" in tab.page.inner_text("#note")
    )


def test_html_state_skip_link_keeps_the_view(tab):
    tab.search("foonet")
    before = tab.page.url
    tab.page.focus(".skip")
    tab.page.keyboard.press("Enter")
    assert tab.page.url == before and tab.page.evaluate("document.activeElement.id") == "panel"


def test_html_state_escape_leaves_focus_and_comparison(tab):
    tab.to("#at=method/foonet&with=method/baznet&view=compare")
    tab.page.keyboard.press("Escape")
    tab.settle()
    assert tab.panel().startswith("FooNet") and tab.page.is_visible("#map")


def test_html_state_click_beside_everything_changes_nothing(tab):
    tab.to("#at=dataset/imagenet&focus=1")
    box = tab.page.locator("#map").bounding_box()
    tab.page.mouse.click(box["x"] + 4, box["y"] + box["height"] - 60)
    tab.settle()
    assert tab.panel().startswith("ImageNet")
