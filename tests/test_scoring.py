from __future__ import annotations

import math

import pytest

from kg.errors import AnnotationError
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.scoring import score

TEXT = "QuuxNet beats BarNet on QuuxQA by 2% of accuracy"
PAPER = Paper("1", TEXT, "")


def mention(text: str, type_: str, value: float = 1.0) -> Mention:
    return Mention(TEXT.index(text), TEXT.index(text) + len(text), text, type_, value)


GOLD = Annotation(
    PAPER,
    (
        mention("QuuxNet", "Method"),
        mention("BarNet", "Method"),
        mention("QuuxQA", "Dataset"),
        mention("accuracy", "Metric"),
    ),
    (
        Entity("QuuxNet", "Method", "proposed", ("quux nets",)),
        Entity("BarNet", "Method", "compared"),
        Entity("QuuxQA", "Dataset", "evaluated"),
        Entity("accuracy", "Metric", "reported"),
    ),
    (Link("https://a.b/c", "code", 0, 0),),
    (Result("QuuxNet", "BarNet", "QuuxQA", "accuracy", "2%", 0, 0),),
)


def test_scoring_itself_is_perfect():
    result = score([GOLD], [GOLD], bootstrap=0)
    for row in result.rows:
        assert row.gold == row.correct
        assert row.f1 == 1 or math.isnan(row.f1), row
    assert result.calibration.error == 0


def test_scoring_nothing_found_is_zero():
    result = score([GOLD], [Annotation(PAPER)], bootstrap=0)
    assert (
        result.row("mentions").f1
        == result.row("entities").f1
        == result.row("links").f1
        == result.row("results").f1
        == 0
    )
    assert result.row("proposed found").recall == 0
    assert math.isnan(result.row("role accuracy").f1)


def test_scoring_counts_spans_and_types():
    found = Annotation(
        PAPER,
        (
            mention("QuuxNet", "Method"),
            mention("BarNet", "Task"),
            mention("QuuxQA", "Benchmark"),
            mention("beats", "Method"),
        ),
    )
    result = score([GOLD], [found], bootstrap=0)
    row = result.row("mentions")
    assert (row.gold, row.predicted, row.correct) == (4, 4, 1)
    assert row.precision == row.recall == row.f1 == 0.25
    assert result.row("mentions folded").correct == 2
    assert result.row("mentions Method").precision == 0.5


def test_scoring_entities_match_by_any_surface_once():
    found = Annotation(PAPER, (), (Entity("Quux Nets", "Method", "used"), Entity("quuxnet", "Method", "proposed")))
    row = score([GOLD], [found], bootstrap=0).row("entities")
    assert (row.gold, row.predicted, row.correct) == (4, 2, 1)


def test_scoring_roles_are_of_matched_entities():
    found = Annotation(PAPER, (), (Entity("QuuxNet", "Method", "used"), Entity("BarNet", "Method", "compared")))
    result = score([GOLD], [found], bootstrap=0)
    assert result.row("role accuracy").f1 == 0.5
    assert result.row("proposed found").recall == 0


def test_scoring_own_method_is_the_most_mentioned_of_those_proposed():
    part = Entity("beats", "Method", "proposed")
    gold = Annotation(
        PAPER,
        (mention("QuuxNet", "Method"), mention("beats", "Method"), mention("beats", "Method")),
        (*GOLD.entities, part),
    )
    found = Annotation(PAPER, (), (part,))
    assert score([gold], [found], bootstrap=0).row("own method found").recall == 1
    assert score([gold], [GOLD], bootstrap=0).row("own method found").recall == 0
    assert score([gold], [GOLD], bootstrap=0).row("proposed found").recall == 0.5


def test_scoring_folds_benchmark_into_dataset():
    found = Annotation(PAPER, (), (Entity("QuuxQA", "Benchmark", "evaluated"),))
    result = score([GOLD], [found], bootstrap=0)
    assert result.row("entities").correct == 0
    assert result.row("entities folded").correct == 1


def test_scoring_links_with_and_without_kind():
    found = Annotation(PAPER, links=(Link("https://a.b/c", "data", 0, 0),))
    result = score([GOLD], [found], bootstrap=0)
    assert result.row("links").f1 == 1
    assert result.row("links with kind").f1 == 0


@pytest.mark.parametrize(
    ("changed", "right"),
    [
        ({"method": "quux nets"}, 1),
        ({"baseline": ""}, 1),
        ({"metric": ""}, 1),
        ({"method": "BarNet"}, 0),
        ({"dataset": ""}, 0),
        ({"value": "3%"}, 0),
    ],
)
def test_scoring_results_need_method_dataset_value(changed, right):
    names = {
        "method": "QuuxNet",
        "baseline": "BarNet",
        "dataset": "QuuxQA",
        "metric": "accuracy",
        "value": "2%",
    } | changed
    found = Annotation(PAPER, results=(Result(**names, start=0, end=0),))
    assert score([GOLD], [found], bootstrap=0).row("results").correct == right


def test_scoring_min_score_leaves_out():
    found = Annotation(PAPER, (mention("QuuxNet", "Method", 0.9), mention("BarNet", "Method", 0.4)))
    row = score([GOLD], [found], min_score=0.5, bootstrap=0).row("mentions")
    assert (row.predicted, row.correct) == (1, 1)


def test_scoring_calibration_is_the_gap():
    found = Annotation(PAPER, (mention("QuuxNet", "Method", 0.85), mention("beats", "Method", 0.85)))
    calibration = score([GOLD], [found], bootstrap=0).calibration
    assert calibration.error == pytest.approx(0.35)
    assert calibration.bins == (pytest.approx((0.85, 0.5, 2)),)


def test_scoring_pairs_papers_by_title_too():
    other = Annotation(Paper("other id", TEXT.upper(), ""), links=GOLD.links)
    assert score([GOLD], [other], bootstrap=0).row("links").f1 == 1


def test_scoring_paper_without_prediction_is_an_error():
    with pytest.raises(AnnotationError, match="'1'"):
        score([GOLD], [Annotation(Paper("2", "Another", ""))])


def test_scoring_intervals_are_the_same_each_time_and_hold_the_value():
    empty = Annotation(Paper("2", "Another", ""), (Mention(0, 7, "Another", "Method"),))
    gold, found = [GOLD, empty], [GOLD, Annotation(empty.paper)]
    first, second = (score(gold, found, bootstrap=200) for _ in range(2))
    assert first == second or first.to_text() == second.to_text()
    row = first.row("mentions")
    assert row.low <= row.f1 <= row.high
    assert row.low < row.high


def test_scoring_no_papers_is_no_error():
    assert score([], []).papers == 0


def test_scoring_text_names_every_row():
    result = score([GOLD], [GOLD], bootstrap=10)
    text = result.to_text()
    assert all(row.name in text for row in result.rows)
    with pytest.raises(KeyError):
        result.row("nothing")
