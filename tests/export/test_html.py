from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import json
import re

import pytest

import kg
from kg.export.html import page, show, write_html
from kg.schema import ENTITY_TYPES
from tests.export.explorer import sample
from tests.graph_samples import GRAPHS


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
    assert graph.show(height=500) == show(graph, height=500)


def test_html_types_of_one_shape_differ_in_lightness(graph):
    """Colours alone may look the same to some people: those that share a shape must still be light and dark."""
    shapes = dict(re.findall(r"(\w+): '(\w+)'", re.search(r"const SHAPES = \{(.*?)\};", page(graph), re.S)[1]))
    for a, b in itertools.combinations(ENTITY_TYPES.values(), 2):
        if shapes.get(a.name, "dot") == shapes.get(b.name, "dot"):
            light, dark = sorted((luminance(a.colour), luminance(b.colour)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) > 2, (a.name, b.name)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", GRAPHS)
def test_html_scores_are_percent_with_halves_up(name):
    graph = GRAPHS[name]()
    scores = blocks(page(graph))["core"]["edges"]["score"]
    assert scores == [int(100 * s + 0.5 + 1e-9) for s in graph.relations["score"]]
