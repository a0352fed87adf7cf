"""The shapes pass what is right and name what is wrong, with the place that it was read at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import GraphError
from kg.export.rdf import FORMATS, write_rdf
from kg.shapes import validate
from kg.tables import KnowledgeGraph
from tests.rdf_samples import empty_graph, hostile_graph, known_graph


def changed(table: str, column: str, value: object, row: int = 0) -> KnowledgeGraph:
    """The known graph with one cell changed."""
    graph = known_graph()
    frame = getattr(graph, table).copy()
    frame.loc[row, column] = value
    return replace(graph, **{table: frame})


@pytest.mark.parametrize("make", [known_graph, hostile_graph, empty_graph])
def test_shapes_pass_what_a_build_gives(make: object) -> None:
    assert validate(make(), largest=None).violations == ()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("papers", "title", "", "title that is not empty"),
        ("papers", "arxiv_id", "21.1", "An arXiv id has the form"),
        ("evidence", "score", 1.5, "Confidence is a probability"),
        ("evidence", "sentence", "", "Evidence quotes a sentence"),
        ("evidence", "end", 0, "kg:end"),
        ("claims", "score", -0.1, "kg:confidence"),
        ("relations", "target", "method/none", "Value"),
        ("entities", "better", "sideways", "higher"),
        ("entities", "papers", -1, "lpwc-p:numberPapers"),
    ],
)
def test_shapes_catch(table: str, column: str, value: object, words: str) -> None:
    kinds = known_graph().entities["type"].tolist()
    row = kinds.index("Metric") if column == "better" else 0
    if column == "end":  # where the words begin after the start of the text
        row = known_graph().evidence["start"].tolist().index(max(known_graph().evidence["start"]))
    found = [str(v) for v in validate(changed(table, column, value, row)).violations]
    assert any(words in text for text in found), found


def test_shapes_violation_names_node_property_value_and_line() -> None:
    (found,) = validate(changed("papers", "arxiv_id", "21.1")).violations
    assert (found.node, found.path, found.value) == ("paper:arxiv:2101.00001", "fabio:hasArXivId", "21.1")
    assert str(found) == (
        "papers.txt:1: paper:arxiv:2101.00001 fabio:hasArXivId is '21.1': "
        "An arXiv id has the form 2101.00001 or cs/0112017."
    )


def test_shapes_violation_in_evidence_names_the_papers_line() -> None:
    lines = {v.source for v in validate(changed("evidence", "score", 1.5)).violations}
    assert len(lines) == 1 and lines.pop().startswith("papers.txt:")


@pytest.mark.parametrize("kind", [name for name in FORMATS if not name.endswith("12")])
def test_shapes_check_a_file_in_any_format(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"g.{FORMATS[kind].extension}"
    write_rdf(known_graph(), path, kind=kind)
    assert validate(path).violations == ()
    write_rdf(changed("papers", "arxiv_id", "21.1"), path, kind=kind)
    assert [v.path for v in validate(path).violations] == ["fabio:hasArXivId"]


def test_shapes_of_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("this is no turtle", encoding="utf-8")
    with pytest.raises(GraphError, match=r"x\.ttl: cannot be read"):
        validate(tmp_path / "x.ttl")
    with pytest.raises(GraphError, match="cannot be read"):
        validate(tmp_path / "none.ttl")


def test_shapes_sample_is_the_same_each_time_and_says_what_it_is() -> None:
    graph = changed("evidence", "score", 1.5)
    found = validate(graph, largest=2)
    assert found == validate(graph, largest=2)
    assert found.counts["papers"] == (2, 6) and found.counts["benchmarks"] == (1, 1)
    assert found.extent().startswith("a sample was checked, by the least hash of their names: 2 of 6 papers, 2 of 48 ")
    assert validate(known_graph(), largest=None).extent() == "every node was checked"


@pytest.mark.parametrize("largest", [1, 2, 5])
def test_shapes_sample_of_what_is_right_is_right(largest: int) -> None:
    assert validate(known_graph(), largest=largest).violations == ()


def test_shapes_sample_sees_a_wrong_end_of_what_it_chose_and_the_line_of_one_that_names_it() -> None:
    names = known_graph().entities["entity"].tolist()
    wrong = changed("entities", "papers", -1, names.index("method/krellformer"))
    (found,) = validate(wrong, largest=None).violations
    assert (found.node, found.path) == ("method:krellformer", "lpwc-p:numberPapers")
    assert found.source in ("papers.txt:5", "papers.txt:7")
