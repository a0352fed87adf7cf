from __future__ import annotations

import pytest

import kg
from kg.annotations import format_annotation, parse_annotation
from kg.declaration import find_pipeline
from kg.schema import ENTITY_TYPES

TITLE = "FooNet: Sparse Widgets for Image Classification"
ABSTRACT = (
    "Image classification with large language models (LLMs) is slow. We propose FooNet, a novel residual network that "
    "builds on ResNet. FooNet outperforms BarFormer by 2.5% accuracy on ImageNet and CIFAR-10, e.g. with few labels. "
    "LLMs profit as well. Code is available at \\url{https://github.com/foo/foonet.git}."
)
PAPER = kg.Paper("p1", TITLE, ABSTRACT)
HOSTILE = (
    "", " ", "\x00\x01\x02", "<script>alert('x')</script>", "🦙🦙🦙 \u202e عربي", "$" * 3000, "((((" * 500, "a" * 20_000,
    "We propose " * 300, "\\frac{\\alpha}{" * 50, "http://" * 100, "1.2.3.4.5.6.7.8% " * 100, "\n\n\n\t\r\n", "А́Б́В́ﬁ",
)  # fmt: skip


@pytest.fixture(scope="module", params=["fast", "full"])
def nlp(request):
    return kg.load_pipeline(fast=request.param == "fast")


@pytest.fixture(scope="module")
def note(nlp):
    return next(kg.annotate([PAPER], nlp=nlp))


def named(note: kg.Annotation) -> dict[str, tuple[str, str]]:
    return {e.text: (e.type, e.role) for e in note.entities}


def test_annotate_finds_what_the_abstract_names(note):
    found = named(note)
    assert found["FooNet"] == ("Method", "proposed")
    assert found["ImageNet"] == ("Dataset", "evaluated")
    assert {"CIFAR-10", "ResNet"} <= {surface for e in note.entities for surface in (e.text, *e.aliases)}


def test_annotate_joins_an_abbreviation_with_its_long_form(note):
    llms = [e for e in note.entities if "LLMs" in (e.text, *e.aliases)]
    assert len(llms) == 1 and "large language models" in (llms[0].text, *llms[0].aliases)


def test_annotate_mentions_are_exact_slices_in_order_without_overlap(note):
    assert note.mentions
    end = 0
    for mention in note.mentions:
        assert PAPER.text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        assert 0 <= mention.score <= 1 and mention.extractor
        end = mention.end


def test_annotate_marks_a_name_wherever_it_stands(note):
    assert sum(m.text == "FooNet" for m in note.mentions) == PAPER.text.count("FooNet")


def test_annotate_takes_an_address_for_a_mention_only_if_written_as_the_name(nlp):
    text = "We propose FooNet and compare FooNet with ResNet. Code: https://github.com/a/{} ."
    for name, count in (("FooNet", 4), ("foonet", 3), ("FOONET", 3)):
        (found,) = kg.annotate([kg.Paper("1", TITLE, text.format(name))], nlp=nlp)
        assert [m.text for m in found.mentions if m.text.lower() == "foonet"] == ["FooNet"] * count


def test_annotate_leaves_the_size_of_images_out_of_a_name(nlp):
    text = "We propose FooNet. We evaluate FooNet on ImageNet 64 × 64 with four steps."
    (found,) = kg.annotate([kg.Paper("1", TITLE, text)], nlp=nlp)
    assert [m.text for m in found.mentions if "ImageNet" in m.text] == ["ImageNet"]


def test_annotate_cleans_links(note):
    assert [(link.url, link.kind) for link in note.links] == [("https://github.com/foo/foonet", "code")]


def test_annotate_reads_the_claim(note):
    claims = {(r.method, r.value) for r in note.results}
    assert ("FooNet", "2.5%") in claims
    assert all(PAPER.text[r.start : r.end] == r.value for r in note.results)


def test_annotate_sentences_cover_the_text_and_do_not_break_at_abbreviations(note):
    assert note.sentences[0][0] == 0 and note.sentences[-1][1] == len(PAPER.text)
    assert all(a[1] == b[0] for a, b in zip(note.sentences, note.sentences[1:], strict=False))
    assert len(note.sentences) == 6


def test_annotate_gives_roles_that_their_types_allow(note):
    assert all(e.role in ENTITY_TYPES[e.type].roles for e in note.entities)


def test_annotate_round_trips_through_the_format(note):
    assert parse_annotation(format_annotation(note)) == note


def test_annotate_does_not_depend_on_neighbours(nlp, note):
    others = [kg.Paper(str(n), f"Paper {n}", "We use BERT on GLUE. " * (n + 1)) for n in range(5)]
    assert list(kg.annotate([*others, PAPER], nlp=nlp))[-1] == note


def test_annotate_survives_hostile_text(nlp):
    papers = [kg.Paper(str(n), text.replace("\n", " "), text) for n, text in enumerate(HOSTILE)]
    notes = list(kg.annotate(papers, nlp=nlp))
    assert [n.paper for n in notes] == papers
    for found in notes:
        assert all(found.paper.text[m.start : m.end] == m.text for m in found.mentions)


def test_annotate_with_two_processes_gives_the_same():
    nlp = kg.load_pipeline(fast=True)
    papers = [PAPER, *(kg.Paper(str(n), f"Paper {n}", ABSTRACT) for n in range(6))]
    assert list(kg.annotate(papers, nlp=nlp, processes=2)) == list(kg.annotate(papers, nlp=nlp))


def test_annotate_min_score_leaves_out_the_unsure(nlp, note):
    bar = sorted(m.score for m in note.mentions)[len(note.mentions) // 2]
    strict = next(kg.annotate([PAPER], nlp=nlp, min_score=bar))
    assert 0 < len(strict.mentions) < len(note.mentions)
    assert all(m.score >= bar for m in strict.mentions)


def test_annotate_the_shipped_model_is_small():
    assert (find_pipeline() / "model" / "model.onnx").stat().st_size <= 35_000_000
