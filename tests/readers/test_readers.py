"""Every format in the table gives the same papers, wherever they come from; what is none is reported or refused."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import InputError
from kg.ids import paper_id
from kg.readers import READERS, ReadReport, read_papers

LONG = " We show on three datasets that it lowers the error of the baseline by a third, and we explain why it does so."
HOSTILE = [
    ('Quotes "inside", and commas', 'It says "yes, no"; a\ttab and <script>alert(1)</script> & more.' + LONG * 3),
    ("Learning to Rank 東京 🚀 Papers", "Emoji 🚀, right-to-left שלום עולם, a dash – and an ø." + LONG * 3),
    (r"\textbf{Bold} Claims at 14.8\%", r"Costs fall to $O(n)$ and Z\"urich gains 14.8\% at 256times256." + LONG * 3),
]


def _rows() -> list[dict[str, str]]:
    return [{"title": title, "abstract": abstract} for title, abstract in HOSTILE]


def _csv(file: Path) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ["title", "abstract"])
        writer.writeheader()
        writer.writerows(_rows())


def _atom(file: Path) -> None:
    entries = "".join(
        f"<entry><title>{escape(r['title'])}</title>\n<summary>{escape(r['abstract'])}</summary></entry>\n"
        for r in _rows()
    )
    file.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    )


def _bibtex(file: Path) -> None:
    file.write_text(
        "".join(
            f"@article{{key{i},\n title={{{r['title']}}},\n abstract={{{r['abstract']}}}\n}}\n"
            for i, r in enumerate(_rows())
        )
    )


def _ris(file: Path) -> None:
    file.write_text(
        "".join(f"TY  - JOUR\nTI  - {r['title']}\nAB  - {r['abstract']}\nER  - \n\n" for r in _rows()), encoding="utf-8"
    )


WRITERS: dict[str, Callable[[Path], object]] = {
    "parquet": lambda file: pq.write_table(pa.Table.from_pylist(_rows()), file),
    "arxiv": _atom,
    "json": lambda file: file.write_text("\n".join(map(json.dumps, _rows()))),
    "ris": _ris,
    "bibtex": _bibtex,
    "csv": _csv,
    "pages": lambda file: file.write_text("\n\n".join(text for pair in HOSTILE for text in pair)),
}


def titles(source: object, **options: object) -> list[str]:
    return [paper.title for paper in read_papers(source, **options)]  # type: ignore[arg-type]


def test_readers_are_all_tested() -> None:
    assert set(WRITERS) == set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_readers_sniff_each_format_and_keep_text_as_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / "file-without-extension"
    WRITERS[name](file)
    papers = list(read_papers(file))
    assert [(p.title, p.abstract) for p in papers] == HOSTILE
    assert all(len(p.sources) == 1 and p.sources[0].startswith(f"{file.name}:") for p in papers)


def test_readers_name_a_file_without_where_it_lies(tmp_path: Path) -> None:
    inner = tmp_path / "piles" / "vision"
    inner.mkdir(parents=True)
    (inner / "a.csv").write_text("title,abstract\nMixup,We mix.\n")

    def named(source: Path | str) -> tuple[str, ...]:
        return next(read_papers(source)).sources

    assert named(tmp_path / "piles") == ("vision/a.csv:2",)
    assert named(inner / "a.csv") == named(f"{inner}/*.csv") == named(inner) == ("a.csv:2",)


@pytest.mark.parametrize("name", READERS)
def test_readers_forced_format_reads_the_same(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / "odd.name")
    assert titles(tmp_path / "odd.name", format=name) == [title for title, _ in HOSTILE]


@pytest.mark.parametrize("name", READERS)
def test_readers_read_stdin(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WRITERS[name](tmp_path / "file")
    stdin = io.TextIOWrapper(io.BytesIO((tmp_path / "file").read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    papers = list(read_papers("-"))
    assert len(papers) == 3
    assert papers[0].sources[0].startswith("-:")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_readers_unpack_compressed_files(name: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    WRITERS[name](tmp_path / "file")
    (tmp_path / "packed").write_bytes(pack((tmp_path / "file").read_bytes()))
    assert titles(tmp_path / "packed") == [title for title, _ in HOSTILE]


@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.is_text])
def test_readers_take_a_byte_order_mark_and_crlf(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / "file")
    text = (tmp_path / "file").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    (tmp_path / "dos").write_bytes(b"\xef\xbb\xbf" + text)
    assert titles(tmp_path / "dos") == [title for title, _ in HOSTILE]


def test_readers_join_gzip_members(tmp_path: Path) -> None:
    first, second = (json.dumps({"title": t, "abstract": "A."}).encode() + b"\n" for t in ("One", "Two"))
    (tmp_path / "two.gz").write_bytes(gzip.compress(first) + gzip.compress(second) + b"\0\0")
    assert titles(tmp_path / "two.gz") == ["One", "Two"]


def test_readers_take_folders_globs_and_lists_in_order_and_each_file_once(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "sub/c.jsonl", ".hidden/d.jsonl"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"title": name, "abstract": "A."}))
    assert titles(tmp_path) == ["a.jsonl", "b.jsonl", "sub/c.jsonl"]
    assert titles(str(tmp_path / "*.jsonl")) == ["a.jsonl", "b.jsonl"]
    assert titles([tmp_path / "b.jsonl", tmp_path, str(tmp_path / "b.jsonl")]) == ["b.jsonl", "a.jsonl", "sub/c.jsonl"]


def test_readers_report_what_is_no_paper_file_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,abstract\nMixup,We mix.\nAlone,\n")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    (tmp_path / "c.html").write_text("<!DOCTYPE html><html></html>")
    (tmp_path / "d.txt").write_text("")
    (tmp_path / "README.md").write_text("\n\n".join(text for pair in HOSTILE for text in pair))
    report = ReadReport()
    assert titles(tmp_path, report=report) == ["Mixup"]
    assert [(Path(i.path).name, i.line) for i in report.issues] == [
        ("README.md", 1), ("a.csv", 3), ("b.png", 3), ("c.html", 1), ("d.txt", None),
    ]  # fmt: skip
    assert (report.read, report.skipped, report.papers) == (1, 5, {"a.csv": 1})


def test_readers_strict_raises_at_the_first_bad_record(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "A", "abstract": "B."}\n{"title": "C"}\n')
    with pytest.raises(InputError, match=r"a\.jsonl:2: no 'abstract'; required are title, abstract; found: title"):
        titles(file, strict=True)
    assert titles(file) == ["A"]


def test_readers_derive_a_stable_id(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,abstract\nTidal  Networks,We look.\n")
    (paper,) = read_papers(tmp_path / "a.csv")
    assert paper.id == paper_id("Tidal Networks") == paper_id("TIDAL networks!")


BAD: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "is empty"),
    "blank.txt": (b"\n \r\n", "is empty"),
    "binary.txt": (b"text\n\x00\x01\x02", r"binary\.txt:2: is a binary file"),
    "page.txt": (b"\n<html><body>", r"page\.txt:1: is an HTML page.*save the page as text"),
    "a.zip": (b"PK\x03\x04rest", "zip archive.*unpack"),
    "a.pdf": (b"%PDF-1.7", "is a PDF"),
    "a.zst": (b"\x28\xb5\x2f\xfdrest", "zstd -d"),
    "utf16.csv": ("title,abstract\nA,B".encode("utf-16"), "UTF-16.*iconv"),
    "cut.gz": (gzip.compress(b'{"title": "A", "abstract": "B."}')[:-9], "cut short"),
    "bad.gz": (b"\x1f\x8b\x08garbage that is no deflate stream", "damaged compressed data"),
    "prose.txt": (b"Just a line.\nAnd another one.\n", "no known format.*known are parquet"),
    "no-abstract.csv": (
        b"id,Title,venue\n1,A,B\n",
        r"csv:1: no abstract column among 'id', 'Title', 'venue'.*abstracttext",
    ),
    "no-header.csv": (b"1,Some paper,Some text\n", "no title and no abstract column among '1'"),
    "open-quote.csv": (b'title,abstract\nA,"B\n' + b"x" * 200_000, r"csv:2: not valid CSV.*quote left open"),
    "latin.csv": (b"title,abstract\nA,B\nCaf\xe9,B\n", r"csv:3: byte 4 of the line \(0xe9\) is not UTF-8.*iconv"),
    "cut.jsonl": ('{"title": "A", "abstract": "é'.encode()[:-1], r"jsonl:1: byte 29 .*cut short"),
    "syntax.json": (
        b'[\n{"title": "A", "abstract": "B"},\n{"title": }\n]',
        r"json:3: not valid JSON: Expecting value at column 11",
    ),
    "comma.json": (b'[\n{"title": "A"}\n{"title": "B"}]', r"json:3: not valid JSON: a comma"),
    "cut.json": (b'[{"title": "A", "abstract": "B"},\n', r"json:2: not valid JSON.*the end of the file"),
    "depth.json": (b"[" * 200_000, "nested too deeply"),
    "all-bad.jsonl": (
        b'{"title": "A"}\n{"a": 1}\n',
        r"holds no papers \(first of 2 problems: .*jsonl:1: no 'abstract'",
    ),
    "empty-list.json": (b"[]", "holds no papers"),
    "damaged.parquet": (b"PAR1 and then nothing", "damaged Parquet file"),
    "cut.xml": (b'<feed xmlns="http://www.w3.org/2005/Atom">\n<entry><title>', r"xml:2: not well-formed XML"),
    "bomb.xml": (
        b'<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>',
        r"xml:1: a document type in a feed",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_readers_bad_file_is_a_clear_error(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"(?s){message}") as caught:
        titles(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["long.txt", "long.jsonl", "long.csv"])
def test_readers_line_of_50_megabytes_is_a_clear_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"a" * 50_000_000)
    with pytest.raises(InputError, match=rf"{name}:1: "):
        titles(tmp_path / name)


@pytest.mark.parametrize(
    "form", [name for name, reader in READERS.items() if reader.is_text and name not in ("json", "arxiv")]
)
def test_readers_forced_format_on_a_long_line_is_a_clear_error(form: str, tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"title,abstract\n" + b"a" * 17_000_000)
    with pytest.raises(InputError, match="long:2: a line of more than 16,777,216 bytes"):
        titles(tmp_path / "long", format=form)


def test_readers_missing_sources_are_errors_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source, message in (
        (tmp_path / "missing.txt", "no such file"),
        (tmp_path / "*.txt", "nothing matches"),
        (tmp_path / "empty", "holds no files"),
        ([], "no input given"),
    ):
        with pytest.raises(InputError, match=message):
            read_papers(source if isinstance(source, list) else str(source))
    with pytest.raises(InputError, match="unknown format 'xls'; known are parquet"):
        read_papers("-", format="xls")


def test_readers_folder_without_papers_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Nothing here.")
    with pytest.raises(InputError, match="holds no papers"):
        titles(tmp_path)


def test_readers_stream_without_reading_ahead(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"title": "A", "abstract": "B."}\n' * 20_000 + b"\xff")
    papers = read_papers(file)
    assert next(papers).title == "A"  # the damage at the end is not met yet
    with pytest.raises(InputError, match=":20001: byte 1"):
        list(papers)
