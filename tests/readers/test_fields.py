from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from kg.model import Paper
from kg.readers import read_papers
from kg.readers.fields import make_paper
from kg.readers.report import Issue


def paper(**row: Any) -> Paper:
    made = make_paper({"title": "T", "abstract": "A.", **row}, path="f", line=1)
    assert isinstance(made, Paper)
    return made


@pytest.mark.parametrize(
    "columns",
    [("Title", "Abstract"), ("TITLE", "abstractText"), ("Article Title", "Summary"), ("paper_title", "Description")],
)
def test_make_paper_knows_the_usual_columns(columns: tuple[str, str]) -> None:
    made = make_paper({columns[0]: "T", columns[1]: "A."}, path="f", line=7)
    assert isinstance(made, Paper)
    assert (made.title, made.abstract, made.sources) == ("T", "A.", ("f:7",))


def test_make_paper_prefers_the_first_name_that_holds_something() -> None:
    assert paper(description="D", summary="S").abstract == "A."
    assert paper(abstract=float("nan"), summary="S").abstract == "S"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Doe, Jane and Roe, Richard", ("Jane Doe", "Richard Roe")),
        ("Jane Doe; Richard Roe", ("Jane Doe", "Richard Roe")),
        ("Jane Doe, Richard Roe (MIT, Boston) and X. Y. Z", ("Jane Doe", "Richard Roe", "X. Y. Z")),
        (["Jane Doe", {"name": "Richard Roe"}, {"first": "X.", "last": "Y"}], ("Jane Doe", "Richard Roe", "X. Y")),
        ("['Jane Doe', \"Pat O'Neil\"]", ("Jane Doe", "Pat O'Neil")),
        ([["Doe", "Jane", ""]], ("Jane Doe",)),
        (float("nan"), ()),
        (7, ()),
    ],
)
def test_make_paper_splits_authors(value: object, names: tuple[str, ...]) -> None:
    assert paper(authors=value).authors == names


@pytest.mark.parametrize(
    ("column", "value", "date"),
    [
        ("published", "2017-06-12T17:57:34Z", "2017-06-12"),
        ("year", 2017, "2017"),
        ("year", 2017.0, "2017"),
        ("date", "Mar 3, 2024", "2024-03-03"),
        ("date", "June 2021", "2021-06"),
        ("date", datetime.datetime(2020, 2, 1, 3), "2020-02-01"),
        ("date", "forthcoming", ""),
        (
            "versions",
            [{"created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"created": "Tue, 3 Apr 2008 1:1:1 GMT"}],
            "2007-04-02",
        ),
    ],
)
def test_make_paper_reads_dates(column: str, value: object, date: str) -> None:
    assert paper(**{column: value}).published == date


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": "1710.09412v2"}, ("1710.09412", "1710.09412", "")),
        ({"id": "http://arxiv.org/abs/cs/0112017v1"}, ("cs/0112017", "cs/0112017", "")),
        ({"id": "key", "eprint": "1710.09412"}, ("key", "1710.09412", "")),
        ({"url": "https://arxiv.org/pdf/1710.09412"}, ("1710.09412", "1710.09412", "")),
        (
            {"doi": "https://doi.org/10.48550/arXiv.1710.09412"},
            ("1710.09412", "1710.09412", "10.48550/arxiv.1710.09412"),
        ),
        ({"url": "https://doi.org/10.1109/ABC"}, ("10.1109/abc", "", "10.1109/abc")),
        ({"id": 17}, ("17", "", "")),
        ({"id": "2099.12345"}, ("2099.12345", "", "")),  # no month 99
    ],
)
def test_make_paper_finds_identifiers(row: dict[str, Any], expected: tuple[str, str, str]) -> None:
    made = paper(**row)
    assert (made.id, made.arxiv_id, made.doi) == expected


def test_make_paper_puts_the_title_on_one_line_and_mends_half_characters() -> None:
    made = paper(title=" A\n  B\u2028C ", abstract=" x \ud800 y\nz ")
    assert (made.title, made.abstract) == ("A B C", "x \ufffd y z")


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), [], {"a": 1}, True])
def test_make_paper_without_a_title_is_an_issue(value: object) -> None:
    made = make_paper({"title": value, "abstract": "A.", "venue": "V"}, path="f", line=3)
    assert made == Issue("f", 3, "'title' holds no text; required are title, abstract")


def test_make_paper_joins_wrapped_lines_and_keeps_paragraphs() -> None:
    wrapped = "We train a neural\n  network. It\r\nlearns \n well.\n\nIt is fast.\r\n\r\nIt ends."
    assert paper(abstract=wrapped).abstract == (
        "We train a neural network. It learns well.\n\nIt is fast.\r\n\r\nIt ends."
    )


def test_make_paper_splits_categories() -> None:
    assert paper(categories="cs.LG stat.ML").categories == ("cs.LG", "stat.ML")
    assert paper(categories="['cs.LG', 'cs.CV']").categories == ("cs.LG", "cs.CV")
    assert paper(categories="Computer Science; Graphs").categories == ("Computer Science", "Graphs")


def test_read_papers_takes_annotations_as_papers(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "title": "T",
        "abstract": "A.",
        "mentions": [],
        "entities": [],
        "source": "pages",
        "same_as": ["doi:10.1/x"],
    }
    (tmp_path / "annotations.jsonl").write_text(json.dumps(row))
    (made,) = read_papers(tmp_path / "annotations.jsonl")
    assert (made.id, made.sources, made.same_as) == ("a1", ("annotations.jsonl:1",), ("doi:10.1/x",))
