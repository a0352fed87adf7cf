from __future__ import annotations

import pytest

from kg.nlp.coined import RULES, find_names, has_name_shape
from kg.nlp.evidence import RELIABILITY
from kg.nlp.phrases import PHRASE_RULES, find_phrases
from kg.nlp.sentences import split_sentences
from tests.nlp.conftest import HOSTILE

EXAMPLES = {
    "called": ("It is a loss, termed QuuxLoss, for nets.", "QuuxLoss", "Method"),
    "propose": ("Here we propose QuuxNet to learn.", "QuuxNet", "Method"),
    "paper proposes": ("This paper introduces QuuxNet for it.", "QuuxNet", "Method"),
    "propose a": ("They introduce a new way of training, QuuxNet, for nets.", "QuuxNet", "Method"),
    "propose a kind": ("We present a simple data pipeline QuuxNet to fill gaps.", "QuuxNet", "Method"),
    "propose titled": ("We propose a novel Quux Bar Search to learn.", "Quux Bar Search", "Method"),
    "our": ("Our method QuuxNet learns.", "QuuxNet", "Method"),
    "proposed": ("The proposed QuuxNet learns.", "QuuxNet", "Method"),
    "apposition": ("QuuxBench, a new benchmark, is built.", "QuuxBench", "Benchmark"),
    "is a": ("QuuxNet is a new model.", "QuuxNet", "Method"),
    "subject": ("QuuxNet outperforms all.", "QuuxNet", "Method"),
    "versus": ("It is better than BarNet and BazNet.", "BazNet", "Method"),
    "on data": ("Tests on the QuuxQA dataset.", "QuuxQA", "Dataset"),
    "on test": ("Tests on the QuuxEval benchmark.", "QuuxEval", "Benchmark"),
    "evaluated on": ("Experiments on QuuxQA, BarQA, and BazQA.", "BazQA", "Dataset"),
    "with model": ("We train with the BarNet model.", "BarNet", "Method"),
    "such as": ("Strong models such as BarNet and BazNet fail.", "BazNet", "Method"),
    "metric": ("It is best in terms of mQUX score.", "mQUX", "Metric"),
}


@pytest.mark.parametrize("rule", RULES)
def test_coined_rule_finds_its_example(rule):
    sentence, name, type_ = EXAMPLES[rule]
    text = "Some title\n" + sentence
    found = find_names(text, split_sentences(text))
    assert (name, type_, rule) in {(text[f.start : f.end], f.type, f.rule) for f in found}


def test_coined_title_names_the_method():
    text = "QuuxNet: learning to foo\nBody."
    assert ("QuuxNet", "title") in {(text[f.start : f.end], f.rule) for f in find_names(text, split_sentences(text))}


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("GTA5/SYNTHIA", {"GTA5", "SYNTHIA"}),
        ("CIFAR-10/100", {"CIFAR-10"}),
        ("FooNet-S/B", {"FooNet-S"}),
        ("FooLM-V1/V2", {"FooLM-V1"}),
    ],
)
def test_coined_slash_stands_between_names(written, names):
    text = f"T\nWe run experiments on {written} here."
    assert {text[f.start : f.end] for f in find_names(text, split_sentences(text)) if f.start > 1} == names


@pytest.mark.parametrize("word", ["LoRA", "GPT-4", "ResNet", "mIoU", "iBOT", "CIFAR-10", "XLM-R", "word2Vec"])
def test_coined_names_have_shape(word):
    assert has_name_shape(word)


@pytest.mark.parametrize(
    "word", ["Deep", "GPU", "GPUs", "BERT-based", "Self-Supervised", "the", "2021", "IV", "SOTA", "A"]
)
def test_coined_other_words_have_none(word):
    assert not has_name_shape(word)


PHRASES = {
    "title by": ("Pruning via Soft Foo Search\nBody.", "Soft Foo Search"),
    "title head": ("Soft Foo Search for Nets\nBody.", "Soft Foo Search"),
    "called phrase": ("T\nThere are two parts, namely soft foo and hard bar.", "hard bar"),
    "quoted phrase": ('T\nIt is the "soft foo" of it.', "soft foo"),
    "proposed phrase": ("T\nWe propose a novel soft foo loss to learn.", "soft foo loss"),
    "capitalised": ("T\nIt uses the Soft Foo Search of old.", "Soft Foo Search"),
}


@pytest.mark.parametrize("rule", PHRASE_RULES)
def test_phrases_rule_finds_its_example(rule):
    text, phrase = PHRASES[rule]
    assert (phrase, rule) in {(text[a:b], r) for a, b, r in find_phrases(text, split_sentences(text))}


def test_coined_every_rule_has_its_reliability():
    assert {*RULES, *PHRASE_RULES, "shape", "title", "title phrase"} == set(RELIABILITY)
    assert all(0 < p < 1 for p in RELIABILITY.values())


@pytest.mark.parametrize("text", HOSTILE)
def test_coined_survives_hostile_text(text):
    for found in find_names(text, split_sentences(text)):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip() == text[found.start : found.end]
