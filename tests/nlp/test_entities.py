from __future__ import annotations

import json
import math

import pytest
from spacy.tokens import SpanGroup

from kg.errors import PipelineError
from kg.model import Paper
from kg.nlp import annotate, load_pipeline
from kg.nlp.candidates import Candidate, Terms, candidate_key, find_candidates, fold, known_terms, occurrences
from kg.nlp.entities import Vote, context_of, group_names, place
from kg.nlp.evidence import WORD_FEATURES, describe
from kg.nlp.roles import TAGGER_ROLES
from kg.nlp.tokenizer import split_words
from kg.nlp.weights import read_terms, read_weights

TITLE = "QuuxNet: Domain Adaptation with Large Language Models"
ABSTRACT = (
    "Domain adaptation (DA) is hard. We propose QuuxNet, a new method built on large language models (LLMs). "
    "An LLM guides QuuxNet in unsupervised domain adaptation. Experiments on Office-Home and VisDA show that "
    "QuuxNet outperforms CORAL by 2.1\\% in accuracy."
)


def note(nlp, title=TITLE, abstract=ABSTRACT, **options):
    return next(annotate([Paper("1", title, abstract)], nlp=nlp, **options))


def test_entities_finds_what_a_reader_would(nlp):
    found = {(e.text, e.type) for e in note(nlp).entities}
    assert {("QuuxNet", "Method"), ("Office-Home", "Dataset"), ("accuracy", "Metric")} <= found


def test_entities_joins_short_long_and_plural_forms(nlp):
    (models,) = [e for e in note(nlp).entities if "LLMs" in (e.text, *e.aliases)]
    assert {models.text, *models.aliases} == {"Large Language Models", "large language models", "LLMs", "LLM"}


def test_entities_annotates_every_occurrence(nlp):
    text = f"{TITLE}\n{ABSTRACT}"
    assert sum(m.text == "QuuxNet" for m in note(nlp).mentions) == text.count("QuuxNet")


def test_entities_mentions_are_slices_without_overlap(nlp):
    annotation = note(nlp)
    text = annotation.paper.text
    assert all(text[m.start : m.end] == m.text for m in annotation.mentions)
    assert all(a.end <= b.start for a, b in zip(annotation.mentions, annotation.mentions[1:], strict=False))


def test_entities_longer_names_keep_shorter_ones_out(nlp):
    annotation = note(nlp)
    at = annotation.paper.text.index("unsupervised domain adaptation")
    (long,) = [m for m in annotation.mentions if m.start == at]
    assert long.text == "unsupervised domain adaptation"


def test_entities_surface_has_one_type(nlp):
    types: dict[str, set[str]] = {}
    for m in note(nlp).mentions:
        types.setdefault(m.text, set()).add(m.type)
    assert all(len(t) == 1 for t in types.values())


def test_entities_scores_are_probabilities_with_a_finder(nlp):
    annotation = note(nlp)
    assert annotation.mentions
    assert all(0 < m.score <= 1 and m.extractor for m in annotation.mentions)


def test_entities_place_longest_first():
    spans = {"a b": [(0, 2), (5, 7)], "b": [(1, 2), (3, 4)], "b c d": [(1, 4)]}
    assert place(spans) == [(1, 4, "b c d"), (5, 7, "a b")]


def test_entities_own_definition_overrules_the_lexicon(nlp):
    text = "SAM trains nets. Sharpness-aware minimization (SAM) is used to segment nothing. We train nets with SAM."
    (sam,) = [e for e in note(nlp, "A title", text).entities if "SAM" in (e.text, *e.aliases)]
    assert {sam.text, *sam.aliases} == {"SAM", "Sharpness-aware minimization"}
    assert sam.type == "Method"


@pytest.mark.parametrize(
    ("names", "defined", "things"),
    [
        (("foo bar", "Foo-Bar methods"), {}, 1),  # an empty head
        (("foo-words extraction", "foo word extraction"), {}, 1),
        (("Quick Foo Bar", "QFB"), {}, 1),  # the initials agree
        (("Quick Foo Bar", "QFB"), {"QFB": "quiet fan belt"}, 2),  # but the paper says what it is
        (("QFB spotting", "quick foo bar (QFB) spotting"), {"QFB": "quick foo bar"}, 1),
        (("foo bar", "foo baz"), {}, 2),
        (("FooNet", "FooNet-2"), {}, 2),
    ],
)
def test_entities_groups_forms_of_one_name(names, defined, things):
    found = {candidate_key(n): Candidate(n) for n in (*names, *defined, *defined.values())}
    for short, long in defined.items():
        found[candidate_key(short)].partners.append((candidate_key(long), "short"))
        found[candidate_key(long)].partners.append((candidate_key(short), "long"))
    votes = dict.fromkeys(found, Vote("Method", 1.0))
    assert len(set(group_names(map(candidate_key, names), found, votes).values())) == things


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("diffusion models", "Diffusion Model", True),
        ("vision-language model", "vision language models", True),
        ("LLMs", "LLM", True),
        ("Adam", "adam", False),
        ("class", "clas", False),
        ("policies are", "policy are", False),
        ("learning policies", "learning policy", True),
    ],
)
def test_evidence_keys_join_variants_only(one, other, same):
    assert (candidate_key(one) == candidate_key(other)) is same


def test_evidence_occurrences_respect_case_of_names():
    words = split_words("ResNets and resnets and ResNet-s; LoRA, lora")[0]
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        for form in {word.lower(), *fold([word])}:
            places.setdefault(form, []).append(index)
    spans = occurrences("ResNet", words, places)
    assert ["".join(words[a:b]) for a, b in spans] == ["ResNets", "ResNet"]


def test_evidence_known_terms_are_found_nested():
    terms = Terms.of({"domain adaptation": {"seen": 3}, "adaptation": {"seen": 2}, "Adam": {"seen": 2}})
    words = split_words("Domain-adaptation by Adam, not adam")[0]
    assert {tuple(words[a:b]) for a, b in known_terms(words, terms)} == {
        ("Domain", "-", "adaptation"),
        ("adaptation",),
        ("Adam",),
    }


def test_evidence_candidates_keep_their_finders(nlp):
    doc = nlp(f"{TITLE}\n{ABSTRACT}")
    found = find_candidates(doc, Terms.of({}))
    assert "title" in found["QuuxNet"].rules["Method"]
    assert found["LLM"].partners == [("large language model", "short")]
    assert found["large language model"].partners == [("LLM", "long")]


def test_evidence_words_beside_a_name_count_only_without_the_tagger(nlp):
    doc = nlp("Tests on Quux\nWe test on Quux and in Quux.")
    found = find_candidates(doc, Terms.of({"Quux": {"seen": 1}}))
    beside = {
        n: v for n, v in describe("Quux", "Dataset", found, Terms.of({}), context_of(doc)).items() if "fore " in n
    }
    assert {name: round(value, 2) for name, value in beside.items()} == {
        "before on": 0.67, "before in": 0.33, "before on Dataset": 0.67, "before in Dataset": 0.33
    }  # fmt: skip
    doc.spans["ner"] = []
    assert not context_of(doc).words


def test_weights_must_be_there_and_whole(tmp_path):
    with pytest.raises(PipelineError, match="fit"):
        read_weights(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"a": ["b"]}')
    with pytest.raises(PipelineError):
        read_weights(tmp_path / "bad.json")
    (tmp_path / "terms.tsv").write_text("a\t2\tTask=1\nb\tmany\n")
    with pytest.raises(PipelineError, match=r"terms\.tsv:2"):
        read_terms(tmp_path / "terms.tsv")


def test_weights_are_those_the_code_asks_for(nlp):
    """Features that no weight knows would silently count for nothing."""
    weights = json.loads((load_folder() / "entities.json").read_text())
    assert {"rules", "alone", "tagger"} == set(weights)
    assert weights["alone"]["after dataset Dataset"] > 0 > weights["alone"]["after dataset Method"]
    assert not any(name.startswith(WORD_FEATURES) for name in weights["rules"])
    for name in ("rule Method", "listed Task", "shaped Method", "by shape Method", "term", "long listed", "is short"):
        assert weights["rules"][name] != 0, name
    assert weights["tagger"]["tagged"] > 0 < weights["tagger"]["rules"]


def load_folder():
    from kg.declaration import find_pipeline

    return find_pipeline("abstracts") / "weights"


def test_pipeline_of_ones_own_without_weights_is_an_error(tmp_path):
    from kg.declaration import find_pipeline

    (tmp_path / "config.cfg").write_text((find_pipeline("abstracts") / "config.cfg").read_text())
    (tmp_path / "lexicon").mkdir()
    with pytest.raises(PipelineError, match="weights"):
        load_pipeline(tmp_path, fast=True)


def test_entities_take_the_papers_own_at_half_the_odds(nlp):
    def found(role: str, score: float) -> set[str]:
        doc = nlp.make_doc("A title\nHere soft quuxing helps.")
        nlp.get_pipe("kg_sentences")(doc)
        span = doc.char_span(13, 25, label="Method")
        roles = [math.log(0.9 if each == role else 0.1 / 7) for each in TAGGER_ROLES]
        doc.spans["ner"] = SpanGroup(doc, name="ner", spans=[span], attrs={"scores": [score], "roles": [roles]})
        return {mention.text for mention in nlp.get_pipe("kg_entities")(doc).spans["mentions"]}

    scores = [n / 20 for n in range(1, 20)]
    own, used = ([bool(found(role, score)) for score in scores] for role in ("proposed", "used"))
    assert not own[0] and used[-1] and sum(own) > sum(used)
