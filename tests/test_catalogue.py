from __future__ import annotations

from pathlib import Path

import pytest

from kg.catalogue import FILES, Entry, check_catalogue, read_catalogue
from kg.errors import PipelineError

LEXICON = Path(__file__).parent.parent / "pipelines" / "abstracts" / "lexicon"
HEADER = "name\taliases\tbroader\tyear\thome\tcues\n"


def folder(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    (tmp_path / FILES["Task"]).write_text(header + "".join(row + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_catalogue_of_the_project_is_sound():
    assert check_catalogue(read_catalogue(LEXICON)) == []


def test_catalogue_of_the_project_knows_thousands_of_things_of_every_type():
    entries = read_catalogue(LEXICON)
    assert len(entries) >= 4000
    assert {e.type for e in entries} == set(FILES)


def test_catalogue_reads_all_columns(tmp_path):
    (entry,) = read_catalogue(folder(tmp_path, "a task\tAT|a-task\twider\t2020\tarXiv:2001.00001\tAT=task,a ;a-task=b"))
    assert (entry.name, entry.aliases, entry.broader) == ("a task", ("AT", "a-task"), ("wider",))
    assert (entry.year, entry.home) == ("2020", "arXiv:2001.00001")
    assert dict(entry.cues) == {"AT": ("task", "a"), "a-task": ("b",)}


def test_catalogue_keeps_odd_names_as_they_are(tmp_path):
    odd = ['"quoted', "<script>alert(1)</script>", "σ-GAN 🙂", "مهمة", "$\\alpha$"]
    assert [e.name for e in read_catalogue(folder(tmp_path, *(f"{n}\t\t\t\t\t" for n in odd)))] == odd


def test_catalogue_without_a_column_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="columns missing: broader"):
        read_catalogue(folder(tmp_path, header="name\taliases\tyear\thome\tcues\n"))


@pytest.mark.parametrize(("row", "columns"), [("a\tb", 2), ("a\t\t\t\t\t\t", 7)])
def test_catalogue_with_a_row_of_wrong_length_names_the_line(tmp_path, row, columns):
    with pytest.raises(PipelineError, match=f"{columns} columns instead of 6") as caught:
        read_catalogue(folder(tmp_path, "fine\t\t\t\t\t", row))
    assert "3" in str(caught.value)


def test_catalogue_of_an_empty_file_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="columns missing"):
        read_catalogue(folder(tmp_path, header=""))


def test_catalogue_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="no lexicon folder"):
        read_catalogue(tmp_path / "none")


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ((Entry("a", "Task", broader=("gone",)),), "'gone' is not in the catalogue"),
        ((Entry("a", "Task", broader=("b",)), Entry("b", "Task", broader=("a",))), "'a' is broader than itself"),
        ((Entry("a", "Task", ("X",)), Entry("b", "Task", ("X",))), "without a cue in each"),
        ((Entry("a", "Task", ("X",), cues={"X": ("w",)}), Entry("b", "Task", ("X",))), "without a cue in each"),
        ((Entry("a", "Task", year="20"),), "year '20'"),
        ((Entry("a", "Task", cues={"X": ("w",)}),), "none of its surfaces"),
    ],
)
def test_check_catalogue_says_what_is_wrong(entries, problem):
    assert any(problem in line for line in check_catalogue(entries))


def test_check_catalogue_allows_what_cues_tell_apart():
    shared = [Entry(n, "Task", ("X",), cues={"X": (n,)}) for n in ("aa", "bb")]
    assert check_catalogue([*shared, Entry("cc", "Method", ("X",))]) == []


def test_check_catalogue_wants_a_forest_and_a_cue_where_two_types_share_a_name():
    base = [Entry("b", "Task"), Entry("c", "Task")]
    assert "2 broader terms" in check_catalogue([*base, Entry("a", "Task", broader=("b", "c"))])[0]
    twice = [Entry("FooNet", "Method"), Entry("Foo-Net", "Dataset")]
    assert "both have 'FooNet'" in check_catalogue(twice)[0]
    assert check_catalogue([twice[0], Entry("Foo-Net", "Dataset", cues={"Foo-Net": ("data",)})]) == []
    assert "home 'ftp" in check_catalogue([Entry("a", "Task", home="ftp://x")])[0]
