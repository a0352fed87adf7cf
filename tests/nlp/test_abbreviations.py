from __future__ import annotations

import pytest

from kg.nlp.abbreviations import find_abbreviations, mark_abbreviations
from tests.nlp.conftest import HOSTILE


def pairs(text: str) -> list[tuple[str, str]]:
    return [(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("large language models (LLMs) are", ("LLMs", "large language models")),
        ("a mixture of experts (MoE) layer", ("MoE", "mixture of experts")),
        ("we call LoRA (Low-Rank Adaptation) it", ("LoRA", "Low-Rank Adaptation")),
        ("source-free domain adaptation (SFDA; see below)", ("SFDA", "source-free domain adaptation")),
        ("Test-Time Adaptation (abbreviated as TTA) is", ("TTA", "Test-Time Adaptation")),
        ("multi-modal large language models (MLLMs)", ("MLLMs", "multi-modal large language models")),
        ("text-to-image (T2I) models", ("T2I", "text-to-image")),
        ("Distributional Dispreference Optimization (D^2O) is", ("D^2O", "Distributional Dispreference Optimization")),
        ("explainable AI (XAI) is", ("XAI", "explainable AI")),
        ("bidirectional long short-term memory (BiLSTM)", ("BiLSTM", "bidirectional long short-term memory")),
    ],
)
def test_abbreviations_are_found(text, expected):
    assert pairs(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "we test three models (see Table 2)",
        "results (left)",
        "it works (e.g. here)",
        "deep nets (2021)",
        "foo bar (XYZ)",
        "()",
        "the SGD (SGD) method",
    ],
)
def test_abbreviations_are_not_invented(text):
    assert pairs(text) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_abbreviations_survive_hostile_text(nlp, text):
    doc = mark_abbreviations(nlp.make_doc(text))
    assert len(doc.spans["abbreviations"]) % 2 == 0
