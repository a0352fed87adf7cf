from __future__ import annotations

import pytest

from kg.catalogue import Entry
from kg.graph import build
from kg.leaderboards import COLUMNS, leaderboards
from kg.model import Annotation, Entity, Mention, Paper, Result

CATALOGUE = (Entry("accuracy", "Metric", better="higher", unit="%"), Entry("FID", "Metric", better="lower"))
LEVEL = "{0} reaches {1} {2} on {3}, for image generation."


def paper(method: str, value: str, metric: str, data: str = "ImageNet", *, text: str = LEVEL) -> Annotation:
    """A paper with one claim."""
    title = f"{method} {value}"
    abstract = text.format(method, value, metric, data)
    kinds = ((method, "Method", "proposed"), (metric, "Metric", "reported"), (data, "Dataset", "evaluated"))
    entities = [
        Entity(n, kind, role) for n, kind, role in (*kinds, ("image generation", "Task", "addressed")) if n in abstract
    ]
    offset = len(title) + 1
    mentions = [
        Mention(offset + abstract.index(e.text), offset + abstract.index(e.text) + len(e.text), e.text, e.type)
        for e in entities
    ]
    at = offset + abstract.index(value)
    result = Result(method, "", data, metric, value, at, at + len(value), 0.7)
    return Annotation(Paper(title, title, abstract), tuple(mentions), tuple(entities), results=(result,))


def board(*notes: Annotation) -> list[tuple[str, str, str, object]]:
    rows = leaderboards(build(notes, catalogue=CATALOGUE))
    return [
        (m, u, n, r) for m, u, n, r in rows[["metric", "unit", "method", "rank"]].itertuples(index=False, name=None)
    ]


def test_leaderboards_put_the_best_first_whichever_way_is_better():
    assert board(
        paper("Foo", "80%", "accuracy"),
        paper("Bar", "90%", "accuracy"),
        paper("Baz", "3.5", "FID"),
        paper("Qux", "2.5", "FID"),
    ) == [
        ("FID", "", "Qux", 1),
        ("FID", "", "Baz", 2),
        ("accuracy", "%", "Bar", 1),
        ("accuracy", "%", "Foo", 2),
    ]


def test_leaderboards_mix_no_units_and_no_datasets():
    rows = leaderboards(
        build(
            [paper("Foo", "80%", "accuracy"), paper("Bar", "0.9", "accuracy"), paper("Baz", "70%", "accuracy", "COCO")],
            catalogue=CATALOGUE,
        )
    )
    assert rows["rank"].tolist() == [1, 1, 1]
    assert set(rows["task"]) == {"image generation"} and list(rows.columns) == COLUMNS


@pytest.mark.parametrize("text", ["{0} improves {2} by {1} on {3}.", "{0} has an {2} drop of {1} on {3}."])
def test_leaderboards_leave_differences_out(text):
    assert board(paper("Foo", "2%", "accuracy", text=text)) == []


def test_leaderboards_do_not_rank_by_a_measure_of_unknown_direction():
    ((*_, rank),) = board(paper("Foo", "2", "odd score"))
    assert str(rank) == "<NA>"


def test_leaderboards_of_nothing_are_empty():
    assert list(leaderboards(build([])).columns) == COLUMNS
