"""What is particular to JSON, tables, BibTeX, tagged lines and feeds."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import InputError
from kg.model import Paper
from kg.readers import ReadReport, read_papers


def read(tmp_path: Path, name: str, text: str) -> tuple[list[Paper], list[tuple[int | None, str]]]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = ReadReport()
    papers = list(read_papers(tmp_path / name, report=report))
    return papers, [(issue.line, issue.message) for issue in report.issues]


def lines_of(papers: list[Paper]) -> list[tuple[str, int]]:
    return [(p.title, int(p.sources[0].rpartition(":")[2])) for p in papers]


def test_json_lines_skips_bad_lines_and_names_them(tmp_path: Path) -> None:
    deep = '{"title": "D", "abstract": ' + "[" * 100_000
    text = f'{{"title": "A", "abstract": "B."}}\n{{"title": oops}}\n\n[1]\n{deep}\n{{"title": "E", "abstract": NaN}}\n'
    papers, issues = read(tmp_path, "a.jsonl", text + '{"title": "Z", "abstract": "Y."}')
    assert lines_of(papers) == [("A", 1), ("Z", 7)]
    assert [line for line, _ in issues] == [2, 4, 5, 6]
    assert "column 11" in issues[0][1]
    assert "a list" in issues[1][1]
    assert "nested too deeply" in issues[2][1]


def test_json_lines_survives_a_bad_first_line(tmp_path: Path) -> None:
    papers, issues = read(tmp_path, "a", '{"title": }\n{"title": "A", "abstract": "B."}\n')
    assert lines_of(papers) == [("A", 2)]
    assert [line for line, _ in issues] == [1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[\n {"title": "A",\n "abstract": "B."},\n\n {"title": "C", "abstract": "D."}\n]', 5),
        ('{"n": {"p": [{"a": 0}]},\n"p": [{"title": "A", "abstract": "B."},\n{"title": "C", "abstract": "D."}]}', 3),
        ('{"data": [{"title": "A", "abstract": "B."}, {"title": "C", "abstract": "D."}]}', 1),
    ],
)  # fmt: skip
def test_json_document_is_an_array_or_holds_one(text: str, line: int, tmp_path: Path) -> None:
    papers, issues = read(tmp_path, "a.json", text)
    assert [p.title for p in papers] == ["A", "C"]
    assert lines_of(papers)[1] == ("C", line)
    assert not issues


def test_json_document_can_be_one_paper(tmp_path: Path) -> None:
    papers, _ = read(tmp_path, "a.json", '{\n "title": "A",\n "authors": [{"name": "X Y"}],\n "abstract": "B."\n}')
    assert [(p.title, p.authors) for p in papers] == [("A", ("X Y",))]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_delimiter_is_sniffed(delimiter: str, tmp_path: Path) -> None:
    text = delimiter.join(["id", "Title", "Abstract"]) + "\n" + delimiter.join(["7", "A", '"b, c; d\te|f"']) + "\n"
    papers, _ = read(tmp_path, "table", text)
    assert [(p.id, p.title, p.abstract) for p in papers] == [("7", "A", "b, c; d\te|f")]


def test_csv_quoted_line_breaks_keep_line_numbers_right(tmp_path: Path) -> None:
    papers, issues = read(tmp_path, "a.csv", 'title,abstract\n"A\nB","x ""y""\nz"\n\nC,d,e\nD,w\n')
    assert lines_of(papers) == [("A B", 2), ("D", 7)]
    assert papers[0].abstract == 'x "y" z'
    assert issues == [(6, "3 cells under 2 columns; put text that holds the delimiter into quotes")]


def test_parquet_reads_typed_columns_and_reports_rows(tmp_path: Path) -> None:
    table = pa.table({"Title": ["A", None], "abstract": ["B.", "C."], "authors": [["X Y"], None], "year": [2020, 2021]})
    pq.write_table(table, tmp_path / "a.parquet")
    report = ReadReport()
    (paper,) = read_papers(tmp_path / "a.parquet", report=report)
    assert (paper.title, paper.authors, paper.published, paper.sources[0][-2:]) == ("A", ("X Y",), "2020", ":1")
    assert [i.line for i in report.issues] == [2]


def test_parquet_without_abstract_names_the_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": ["A"], "venue": ["B"]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="no abstract column among 'title', 'venue'"):
        list(read_papers(tmp_path / "a.parquet"))


BIB = r"""% my papers
@string{cvpr = "CVPR"}
@inproceedings{he, title = {Deep {R}esidual \emph{Nets} for Z{\"u}rich}, author = "Doe, Jane and Roe, R.",
  booktitle = cvpr, month = jun, year = 2016, eprint = {1512.03385}, abstract = {We {nest} at 5\%.}}
@article{broken, title = {Open, abstract = {x}
@article{bare, title = {No Abstract}}
@article{he, title = {Same Key}, abstract = {Another paper.}}
"""


def test_bibtex_reads_entries_and_reports_broken_ones(tmp_path: Path) -> None:
    papers, issues = read(tmp_path, "refs", BIB)
    first = papers[0]
    assert lines_of(papers) == [(r"Deep Residual \emph{Nets} for Z\"urich", 3), ("Same Key", 7)]
    assert (first.id, first.arxiv_id, first.published, first.abstract) == (
        "he",
        "1512.03385",
        "2016-06",
        r"We nest at 5\%.",
    )
    assert first.authors == ("Jane Doe", "R. Roe")
    assert [line for line, _ in issues] == [5, 6]


FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Query</title>
<entry>
<id>http://arxiv.org/abs/1710.09412v2</id><published>2017-10-25T18:30:00Z</published>
<title>Mixing
  Pairs</title><summary>We mix &lt;b&gt; &amp; match.</summary>
<author><name>X Y</name></author><author><name>Ö Z</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1/AB</arxiv:doi><category term="cs.LG"/></entry>
<entry><title>No summary</title></entry></feed>
"""


def test_arxiv_reads_a_feed(tmp_path: Path) -> None:
    (paper,), issues = read(tmp_path, "feed", FEED)
    assert (paper.id, paper.title, paper.abstract) == ("1710.09412", "Mixing Pairs", "We mix <b> & match.")
    assert (paper.authors, paper.published, paper.doi) == (("X Y", "Ö Z"), "2017-10-25", "")
    assert (paper.categories, paper.sources[0][-2:]) == (("cs.LG",), ":3")
    assert [line for line, _ in issues] == [9]


RIS = """TY  - JOUR
AU  - Foo, Ada
AU  - Bar, Bo
TI  - Soft Quuxing for
      Nets
PY  - 2021/03/04/
N2  - We propose soft quuxing.
DO  - 10.1234/quux
ER  -

TY  - JOUR
TI  - No abstract here
TY  - CONF
T1  - Hard Quuxing
AB  - It lacks the line that ends a record.
"""
MEDLINE = """PMID- 12345
TI  - Quuxing of images: a
      long title.
AB  - We quux images
      of moths.
FAU - Foo, Ada
AU  - Foo A
LID - S1-2 [pii]
LID - 10.1234/moths [doi]
DP  - 2020 Mar 2

PMID- 12346
TI  - Another.
AB  - More.
"""


def test_ris_reads_records_with_lines_that_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.ris").write_text("\ufeff" + RIS, encoding="utf-8")
    report = ReadReport()
    one, two = read_papers(tmp_path / "a.ris", report=report)
    assert (one.title, one.abstract, one.authors) == (
        "Soft Quuxing for Nets", "We propose soft quuxing.", ("Ada Foo", "Bo Bar"),
    )  # fmt: skip
    assert (one.published, one.doi, one.sources) == ("2021-03-04", "10.1234/quux", ("a.ris:1",))
    assert (two.title, two.sources) == ("Hard Quuxing", ("a.ris:13",))
    assert [(i.line, i.message[:13]) for i in report.issues] == [(11, "no 'abstract'")]


def test_ris_reads_medline(tmp_path: Path) -> None:
    (tmp_path / "a.nbib").write_text(MEDLINE, encoding="utf-8")
    one, two = read_papers(tmp_path / "a.nbib")
    assert (one.id, one.title, one.abstract) == (
        "12345",
        "Quuxing of images: a long title.",
        "We quux images of moths.",
    )
    assert (one.doi, one.published, two.title, two.id) == ("10.1234/moths", "2020-03-02", "Another.", "12346")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"id": "https://openalex.org/W1", "title": "T", "abstract_inverted_index": {"We": [0], "quux.": [1, "x"]},
             "authorships": [{"author": {"display_name": "Ada Foo"}}], "publication_year": 2021},
            ("We quux.", ("Ada Foo",), "2021", ""),
        ),
        (
            {"paperId": "a", "title": "T", "abstract": "A.", "year": 2020, "externalIds": {"ArXiv": "2001.00001", "CorpusId": 7}},
            ("A.", (), "2020", "2001.00001"),
        ),
        (
            {"id": "x", "title": "T", "abstract": "A.", "author": [{"family": "Foo", "given": "Ada"}],
             "issued": {"date-parts": [[2021, 3, 4]]}},
            ("A.", ("Ada Foo",), "2021-03-04", ""),
        ),
        ({"title": "T", "abstract": "A.", "issued": {"date-parts": [[None], 3]}, "authorships": [{"author": 3}, None]}, ("A.", (), "", "")),
    ],
)  # fmt: skip
def test_json_of_openalex_semantic_scholar_and_zotero(row: dict[str, object], expected: object, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([row]))
    (made,) = read_papers(tmp_path / "a.json")
    assert (made.abstract, made.authors, made.published, made.arxiv_id) == expected
