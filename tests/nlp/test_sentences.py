from __future__ import annotations

import pytest

from kg.nlp.sentences import mark_sentences, split_sentences
from tests.nlp.conftest import HOSTILE


def pieces(text: str) -> list[str]:
    return [text[a:b].strip() for a, b in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We gain 14.8\\% over e.g. CORAL on VisDA.",
        "See Fig. 3 and Eq. 2 for details.",
        "The work of Smith et al. is extended here.",
        "It compares BERT vs. GPT-2 in Washington D.C. today.",
        "The method of J. Doe, i.e. FooNet, is fast.",
        "The code is at https://github.com/a/b.c for all.",
    ],
)
def test_sentences_are_not_broken_inside(sentence):
    assert pieces(f"T\n{sentence} Then another.") == ["T", sentence, "Then another."]


@pytest.mark.parametrize("end", [". ", "? ", "! ", '." ', ".) "])
def test_sentences_end_at(end):
    assert len(pieces(f"T\nIt is so{end}We go on.")) == 3


def test_sentences_title_is_one_whatever_it_holds():
    assert pieces("What is it? A question. Yes! No.\nBody.")[0] == "What is it? A question. Yes! No."


@pytest.mark.parametrize("text", HOSTILE)
def test_sentences_cover_hostile_text(nlp, text):
    bounds = split_sentences(text)
    assert "".join(text[a:b] for a, b in bounds) == text
    assert all(a < b for a, b in bounds)
    doc = mark_sentences(nlp.make_doc(text))
    assert "".join(s.text_with_ws for s in doc.sents) == doc.text


def test_sentences_marked_in_the_doc_are_those_found(nlp):
    text = "A title\nFirst one. Second one."
    doc = mark_sentences(nlp.make_doc(text))
    assert [s.text.strip() for s in doc.sents] == ["A title", "First one.", "Second one."]
