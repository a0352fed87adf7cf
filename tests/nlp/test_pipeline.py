from __future__ import annotations

import json
import logging

import pytest
from spacy.language import Language

from kg.annotations import parse_annotation
from kg.errors import PipelineError
from kg.model import Paper
from kg.nlp import MAX_LENGTH, annotate, load_pipeline
from tests.nlp.conftest import HOSTILE

PAPERS = [
    Paper(str(i), f"QuuxNet {i}: a net", f"We propose QuuxNet on ImageNet, {i}. See https://a.org/{i}.")
    for i in range(150)
]


@Language.component("kg_test_breaks")
def breaks(doc):
    if "break" in doc.text:
        raise RuntimeError("broken")
    return doc


def test_pipeline_annotates_in_order(nlp):
    notes = list(annotate(PAPERS, nlp=nlp))
    assert [n.paper for n in notes] == PAPERS
    assert all(n.links[0].url == f"https://a.org/{n.paper.id}" for n in notes)


def test_pipeline_streams(nlp):
    taken = []

    def papers():
        for paper in PAPERS:
            taken.append(paper)
            yield paper

    next(annotate(papers(), nlp=nlp))
    assert 0 < len(taken) < len(PAPERS)


def test_pipeline_two_processes_say_the_same(nlp):
    alone = [n.to_dict() for n in annotate(PAPERS, nlp=nlp)]
    assert [n.to_dict() for n in annotate(PAPERS, nlp=nlp, processes=2)] == alone


def test_pipeline_does_not_depend_on_neighbours(nlp):
    together = [n.to_dict() for n in annotate(PAPERS[:5], nlp=nlp)]
    assert [next(annotate([p], nlp=nlp)).to_dict() for p in PAPERS[:5]] == together


@pytest.mark.parametrize("text", HOSTILE)
def test_pipeline_survives_hostile_text(nlp, text):
    for paper in (Paper("1", text, ""), Paper("2", "", text), Paper("3", text, text)):
        (note,) = annotate([paper], nlp=nlp)
        line = json.dumps(note.to_dict())
        assert parse_annotation(line).to_dict() == json.loads(line)
        assert "".join(paper.text[a:b] for a, b in note.sentences) == paper.text


@pytest.mark.parametrize("processes", [1, 2])
def test_pipeline_paper_that_fails_comes_out_empty(caplog, processes):
    nlp = load_pipeline(fast=True)
    nlp.add_pipe("kg_test_breaks", before="kg_entities")
    nlp.batch_size = 2
    papers = [
        PAPERS[0],
        Paper("x", "break", "it"),
        Paper("y", "break", "again"),
        PAPERS[1],
        Paper("z", "break", "last"),
    ]
    with caplog.at_level(logging.WARNING, logger="kg.nlp"):
        notes = list(annotate(papers, nlp=nlp, processes=processes))
    assert [n.paper.id for n in notes] == ["0", "x", "y", "1", "z"]
    assert [bool(n.mentions) for n in notes] == [True, False, False, True, False]
    assert processes > 1 or caplog.text.count("broken") == 3  # other processes have logs of their own


def test_pipeline_skips_what_is_no_abstract(nlp, caplog):
    notes = list(annotate([Paper("1", "T", "x" * (MAX_LENGTH + 1)), PAPERS[0]], nlp=nlp))
    assert [bool(n.mentions) for n in notes] == [False, True]
    assert "skipped" in caplog.text


def test_pipeline_min_score_leaves_out_the_unsure(nlp):
    every = list(annotate(PAPERS[:20], nlp=nlp))
    scores = sorted(m.score for n in every for m in n.mentions)
    middle = scores[len(scores) // 2]
    sure = list(annotate(PAPERS[:20], nlp=nlp, min_score=middle))
    assert [m for n in sure for m in n.mentions] == [m for n in every for m in n.mentions if m.score >= middle]
    assert all({e.text for e in n.entities} <= {m.text for m in n.mentions} for n in sure)


def test_pipeline_no_papers_no_annotations(nlp):
    assert list(annotate([], nlp=nlp)) == []


def test_pipeline_without_a_model_goes_on(tmp_path, caplog):
    from kg.declaration import find_pipeline

    home = find_pipeline("abstracts")
    (tmp_path / "config.cfg").write_text((home / "config.cfg").read_text())
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "weights").symlink_to(home / "weights")
    nlp = load_pipeline(tmp_path)
    assert "kg_ner" not in nlp.pipe_names
    assert "model.onnx" in caplog.text


def test_pipeline_that_asks_for_the_unknown_is_an_error(tmp_path):
    (tmp_path / "config.cfg").write_text(
        '[nlp]\nlang = "en"\npipeline = ["nothing"]\n[components]\n[components.nothing]\nfactory = "nothing"\n'
    )
    with pytest.raises(PipelineError, match=r"config\.cfg"):
        load_pipeline(tmp_path)


@pytest.mark.parametrize(
    ("name", "mentions", "entities", "roles"), [("dev", 0.81, 0.76, 0.80), ("dev-arxiv", 0.77, 0.72, 0.82)]
)
def test_pipeline_rules_alone_reach_their_floor(nlp, shared, name, mentions, entities, roles):
    from kg.annotations import read_annotations
    from kg.scoring import score

    gold = list(read_annotations(shared / "gold" / f"{name}.jsonl"))
    reached = score(gold, annotate((g.paper for g in gold), nlp=nlp), bootstrap=0)
    assert reached.row("mentions").f1 >= mentions
    assert reached.row("entities").f1 >= entities
    assert reached.row("role accuracy").f1 >= roles
    assert reached.row("links").f1 == 1
    assert reached.calibration.error <= 0.06


@pytest.mark.parametrize(("name", "mentions", "entities"), [("dev", 0.86, 0.82), ("dev-arxiv", 0.83, 0.78)])
def test_pipeline_with_the_model_reaches_its_floor(shared, name, mentions, entities):
    from kg.annotations import read_annotations
    from kg.scoring import score

    gold = list(read_annotations(shared / "gold" / f"{name}.jsonl"))
    reached = score(gold, annotate((g.paper for g in gold), nlp=load_pipeline()), bootstrap=0)
    assert reached.row("mentions").f1 >= mentions
    assert reached.row("entities").f1 >= entities
    assert reached.row("own method found").recall >= 0.9
    assert reached.row("role accuracy").f1 >= 0.85
    assert reached.calibration.error <= 0.06
