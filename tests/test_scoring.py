from __future__ import annotations

from dataclasses import replace

import pytest

import kg
from kg.annotations import read_annotations
from kg.errors import AnnotationError
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.scoring import score

PAPER = Paper("1", "FooNet", "FooNet (FN) on ImageNet gains 2% at https://github.com/a/b")
GOLD = Annotation(
    PAPER,
    mentions=(
        Mention(0, 6, "FooNet", "Method"),
        Mention(7, 13, "FooNet", "Method"),
        Mention(22, 30, "ImageNet", "Dataset"),
    ),
    entities=(Entity("FooNet", "Method", "proposed", ("FN",)), Entity("ImageNet", "Dataset", "evaluated")),
    links=(Link("https://github.com/a/b", "code", 43, 65),),
    results=(Result("FooNet", "", "ImageNet", "", "2%", 37, 39),),
)
FLOORS = {"dev.jsonl": 0.84, "dev-arxiv.jsonl": 0.80}  # strict mention F1; a little under what BENCHMARKS.md reports


def f1(row: str, found: Annotation) -> float:
    return score([GOLD], [found], bootstrap=0).row(row).f1


def test_scoring_of_the_reference_itself_is_perfect():
    for row in ("mentions", "entities", "links", "links with kind", "results"):
        assert f1(row, GOLD) == 1.0


def test_scoring_counts_a_wrong_type_as_wrong_and_folds_data():
    wrong = replace(GOLD, mentions=(*GOLD.mentions[:2], replace(GOLD.mentions[2], type="Benchmark")))
    assert f1("mentions", wrong) == pytest.approx(2 / 3)
    assert f1("mentions folded", wrong) == 1.0


def test_scoring_counts_a_wrong_bound_as_wrong():
    assert f1("mentions", replace(GOLD, mentions=(replace(GOLD.mentions[0], end=5), *GOLD.mentions[1:]))) < 1


def test_scoring_matches_an_entity_by_any_surface():
    assert f1("entities", replace(GOLD, entities=(Entity("fn", "Method", "used"), GOLD.entities[1]))) == 1.0


def test_scoring_of_roles_is_their_share_on_found_entities():
    other = replace(GOLD, entities=(replace(GOLD.entities[0], role="used"), GOLD.entities[1]))
    assert score([GOLD], [other], bootstrap=0).row("role accuracy").f1 == 0.5


def test_scoring_of_results_needs_method_data_and_value():
    assert f1("results", replace(GOLD, results=(replace(GOLD.results[0], dataset=""),))) == 0.0


def test_scoring_measures_calibration():
    sure = replace(GOLD, mentions=tuple(replace(m, score=0.9) for m in GOLD.mentions))
    assert score([GOLD], [sure], bootstrap=0).calibration.error == pytest.approx(0.1)


def test_scoring_intervals_hold_the_figure():
    row = score([GOLD] * 3, [GOLD] * 3, bootstrap=50).row("mentions")
    assert row.low <= row.f1 <= row.high


def test_scoring_asks_for_a_prediction_of_every_paper():
    with pytest.raises(AnnotationError, match="no prediction"):
        score([GOLD], [])


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_scoring_quality_has_not_slipped(name, shared):
    gold = list(read_annotations(shared / "gold" / name))
    found = list(kg.annotate((note.paper for note in gold), nlp=kg.load_pipeline()))
    scores = score(gold, found, bootstrap=0)
    assert scores.row("mentions").f1 >= FLOORS[name]
    assert scores.row("links").f1 == 1.0
    assert scores.calibration.error <= 0.06
