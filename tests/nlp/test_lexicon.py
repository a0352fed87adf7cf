from __future__ import annotations

import pytest

from kg.catalogue import Entry
from kg.errors import PipelineError
from kg.nlp.lexicon import LexiconMatcher, build_trie, make_lexicon
from tests.nlp.conftest import HOSTILE

ENTRIES = (
    Entry("domain adaptation", "Task", aliases=("DA",), cues={"DA": ("adapt",)}),
    Entry("unsupervised domain adaptation", "Task", aliases=("UDA",)),
    Entry("Adam", "Method"),
    Entry("ResNet", "Method", aliases=("residual network",)),
    Entry("Open Images", "Dataset"),
    Entry("data summarization", "Task"),
    Entry("average precision", "Metric", aliases=("AP",), cues={"AP": ("detect",)}),
    Entry("few-shot learning", "Task"),
    Entry("ambiguous", "Task"),
    Entry("ambiguous", "Method"),
)


def found(nlp, text: str) -> list[tuple[str, str, str]]:
    doc = LexiconMatcher(build_trie(ENTRIES))(nlp.make_doc(text))
    return [(s.text, s.label_, s.kb_id_) for s in doc.spans["lexicon"]]


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("Domain Adaptation works", "Domain Adaptation", "domain adaptation"),
        ("domain-adaptation works", "domain-adaptation", "domain adaptation"),
        ("Few shot learning", "Few shot learning", "few-shot learning"),
        ("two residual networks", "residual networks", "ResNet"),
        ("two ResNets here", "ResNets", "ResNet"),
        ("data summarisation", "data summarisation", "data summarization"),
        ("by Adam we", "Adam", "Adam"),
        ("on Open Images", "Open Images", "Open Images"),
        ("DA adapts", "DA", "domain adaptation"),
        ("AP in detection", "AP", "average precision"),
        ("AP, the average precision", "AP", "average precision"),
    ],
)
def test_lexicon_finds_variants(nlp, text, surface, name):
    assert (surface, name) in {(s, n) for s, _, n in found(nlp, text)}


@pytest.mark.parametrize(
    "text", ["resnet", "adam ate", "we open images", "AP of the city", "DA of the city", "residual", "ADAM"]
)
def test_lexicon_respects_case_and_cues(nlp, text):
    assert found(nlp, text) == []


def test_lexicon_prefers_the_longest(nlp):
    assert [s for s, *_ in found(nlp, "unsupervised domain adaptation")] == ["unsupervised domain adaptation"]


def test_lexicon_gives_every_type_of_a_name(nlp):
    assert {t for _, t, _ in found(nlp, "ambiguous")} == {"Task", "Method"}


@pytest.mark.parametrize("text", HOSTILE)
def test_lexicon_survives_hostile_text(nlp, text):
    assert all(s in text for s, *_ in found(nlp, text))


def test_lexicon_without_its_folder_is_an_error(nlp, tmp_path):
    with pytest.raises(PipelineError, match="lexicon"):
        make_lexicon(nlp, "kg_lexicon", str(tmp_path / "none"))
