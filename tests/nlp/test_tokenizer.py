from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.tokenizer import doc_text, doc_words, split_words
from tests.nlp.conftest import HOSTILE


@given(st.text())
def test_tokenizer_loses_nothing(text):
    words, spaces = split_words(text)
    assert "".join(w + " " * s for w, s in zip(words, spaces, strict=True)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_tokenizer_keeps_hostile_text(nlp, text):
    doc = nlp.make_doc(text)
    assert doc.text == text.replace("\ud800", "\ufffd") == doc_text(doc)  # half a character cannot be kept
    assert doc_words(doc) == [t.text for t in doc]


def test_tokenizer_aligns_every_whole_word(nlp):
    text = "On CIFAR-10/100, GPT-4V(ision) gains 14.8\\% (mIoU) over $D^2O$_x; see https://a.b/c_d."
    doc = nlp.make_doc(text)
    for found in re.finditer(r"\w+", text):
        assert doc.char_span(*found.span()) is not None
    assert doc.char_span(text.index("GPT"), text.index(" gains")) is not None


def test_tokenizer_aligns_reference_mentions(nlp, shared):
    from kg.annotations import read_annotations

    for note in read_annotations(shared / "gold" / "dev.jsonl"):
        doc = nlp.make_doc(note.paper.text)
        assert all(doc.char_span(m.start, m.end) is not None for m in note.mentions)
