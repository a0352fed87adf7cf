from __future__ import annotations

import pytest

from kg.nlp.links import find_links, link_kind, mark_links
from kg.nlp.sentences import mark_sentences, split_sentences
from tests.nlp.conftest import HOSTILE


def urls(text: str) -> list[str]:
    return [f.url for f in find_links(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Code: https://github.com/a/b.", ["https://github.com/a/b"]),
        ("(https://github.com/a/b)", ["https://github.com/a/b"]),
        ("at https://github.com/a/b.git", ["https://github.com/a/b"]),
        ("at https://github.com/a/b.git{https://github.com/a/b}.", ["https://github.com/a/b"]),
        ("at https://github.com/a/b.https://github.com/a/b.", ["https://github.com/a/b"]),
        ("at https://github.com/a/b{https://github.com/a/b}", ["https://github.com/a/b"]),
        ("at url{https://a.github.io/b}.", ["https://a.github.io/b"]),
        (r"at \url{https://a.github.io/b/}", ["https://a.github.io/b/"]),
        (r"at \href{https://a.org/b}{here}", ["https://a.org/b"]),
        (r"at \href{https://a.org/b}{https://a.org/b}", ["https://a.org/b"]),
        (r"\textcolor{red}{https://github.com/a/b}", ["https://github.com/a/b"]),
        (r"\footnote{https://github.com/a/b\_c}", ["https://github.com/a/b_c"]),
        (r"https://people.edu/$\sim$joe/x", ["https://people.edu/~joe/x"]),
        ("see www.example.org/x, or not", ["www.example.org/x"]),
        ("see https://www.example.org/x", ["https://www.example.org/x"]),
        ("web noise github.com/Some/Repo", ["github.com/Some/Repo"]),
        ("page: some-name.github.io.", ["some-name.github.io"]),
        ("[Home](https://a.github.io/B/).", ["https://a.github.io/B/"]),
        ("https://a.org/x?y=1&z=youtu.be end", ["https://a.org/x?y=1&z=youtu.be"]),
        ("https://en.org/wiki/A_(b) and", ["https://en.org/wiki/A_(b)"]),
        ("https: //github.com/a/b.", ["https://github.com/a/b"]),
        ("https://github.com/a/b and https://c.org/d", ["https://github.com/a/b", "https://c.org/d"]),
        ('"https://a.org/x".', ["https://a.org/x"]),
    ],
)
def test_links_are_cleaned(text, expected):
    assert urls(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "reviews of Amazon.com and Pearch.ai",
        "the URL (URL) agents",
        "https:// nothing",
        "and/or",
        "hosted on GitHub.com, see http",
        "v1.2/x",
    ],
)
def test_links_are_not_invented(text):
    assert urls(text) == []


@pytest.mark.parametrize(
    ("url", "before", "kind"),
    [
        ("https://github.com/a/b", "Our code is available at ", "code"),
        ("https://github.com/a/b", "Code and data are at ", "code"),
        ("https://github.com/a/b", "The dataset is available at ", "data"),
        ("https://github.com/a/b", "We release the pre-trained models at ", "model"),
        ("https://anonymous.4open.science/r/X-1", "See ", "code"),
        ("https://huggingface.co/datasets/a/b", "It is at ", "data"),
        ("https://huggingface.co/a/b", "They are at ", "model"),
        ("https://youtu.be/abc", "See ", "demo"),
        ("https://a.github.io/b", "Project page: ", "project"),
        ("https://a.github.io/b", "Audio samples: ", "demo"),
        ("https://a.github.io/b", "The code is available at ", "code"),
        ("https://doi.org/10.5281/zenodo.1", "The data is at ", "data"),
    ],
)
def test_links_have_kinds(url, before, kind):
    assert link_kind(url, before) == kind


def test_links_to_an_introduced_collection_are_data():
    text = "QuuxQA: a benchmark\nWe build QuuxQA, a new benchmark of questions. QuuxQA is available at https://github.com/a/b."
    assert [f.kind for f in find_links(text, split_sentences(text))] == ["data"]


def test_links_offsets_are_where_the_link_stands():
    text = r"T\nCode at \url{https://github.com/a/b.git}."
    (found,) = find_links(text)
    assert text[found.start : found.end] == "https://github.com/a/b.git"


@pytest.mark.parametrize("text", HOSTILE)
def test_links_survive_hostile_text(nlp, text):
    doc = mark_links(mark_sentences(nlp.make_doc(text)))
    assert len(doc.spans["links"]) == len(doc.spans["links"].attrs["offsets"])


@pytest.mark.parametrize("name", ["dev.jsonl", "dev-arxiv.jsonl"])
def test_links_of_reference_papers_are_all_found(shared, name):
    from kg.annotations import read_annotations

    for note in read_annotations(shared / "gold" / name):
        assert set(urls(note.paper.text)) == {link.url for link in note.links}, note.paper.id
