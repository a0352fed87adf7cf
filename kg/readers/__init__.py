"""Files → papers: finds the files, tells their formats apart by content, reads them one paper at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from kg.errors import InputError
from kg.model import Paper
from kg.readers import arxiv, bibtex, jsonl, pages, table, tagged
from kg.readers.dedupe import Merge, merge_papers
from kg.readers.report import Issue, ReadReport
from kg.readers.source import HEAD_BYTES, Source, Stream, find_files, open_stream

__all__ = ["READERS", "Issue", "Merge", "ReadReport", "Reader", "merge_papers", "read_papers"]


@dataclass(frozen=True, slots=True)
class Reader:
    """One input format.

    Attributes:
        sniff: Beginning of a file → whether it is in this format.
        read: File → its papers, and an issue for each record that is none.
        extensions: Of file names; they decide only if no format knows the content.
        about: For messages and help.
        is_text: Whether it is UTF-8 text.
    """

    sniff: Callable[[str], bool]
    read: Callable[[Stream], Iterator[Paper | Issue]]
    extensions: tuple[str, ...]
    about: str
    is_text: bool = True


# Asked in this order: what shows its format most clearly comes first.
READERS: dict[str, Reader] = {
    "parquet": Reader(table.sniff_parquet, table.read_parquet, (".parquet",), "Parquet table", is_text=False),
    "arxiv": Reader(arxiv.sniff, arxiv.read, (".atom", ".xml"), "Atom feed of the arXiv API"),
    "json": Reader(jsonl.sniff, jsonl.read, (".jsonl", ".ndjson", ".json"), "JSON Lines, JSON array or annotations"),
    "ris": Reader(tagged.sniff, tagged.read, (".ris", ".nbib"), "RIS, or MEDLINE as PubMed exports it"),
    "bibtex": Reader(bibtex.sniff, bibtex.read, (".bib",), "BibTeX with abstracts"),
    "csv": Reader(table.sniff, table.read, (".csv", ".tsv", ".tab"), "table with a header line (CSV, TSV)"),
    "pages": Reader(
        pages.sniff, pages.read, (".txt", ".text", ""), "text of a search page: titles and abstracts in turn"
    ),
}
_BY_CONTENT_ONLY = "pages"  # any text could be taken for one, so its extension alone proves nothing
_PACKED = (".gz", ".bz2", ".xz")


def read_papers(
    source: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    format: str | None = None,  # noqa: A002 - the name that users expect
    strict: bool = False,
    report: ReadReport | None = None,
) -> Iterator[Paper]:
    r"""The papers in files, one at a time; copies of one paper are not merged (see `merge_papers`).

    A bad record is reported and skipped, and so is a file in a folder or glob that is no paper file. A paper's
    `sources` name its file as seen from the folder that was given, so that no private path reaches a graph; issues
    and errors name it in full.

    Args:
        source: A file, a folder, a glob, `-` for stdin, or several of these.
        format: A name in `READERS`; by default each file's content decides.
        strict: Makes a bad record an error.
        report: Filled while the papers are consumed.

    Raises:
        InputError: If a source does not exist, a file named by itself cannot be read, a source holds no papers, or, if
            strict, at the first bad record.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.csv").write_text("title,abstract\nMixup,We mix.\nNothing,")
        ...     report = ReadReport()
        ...     [paper.title for paper in read_papers(folder, report=report)], report.skipped
        (['Mixup'], 1)
    """
    if format is not None and format not in READERS:
        raise InputError(f"unknown format {format!r}", remedy=f"known are {', '.join(READERS)}")
    sources = find_files(source)
    return _read_all(sources, format, strict, ReadReport() if report is None else report)


def _read_all(sources: list[Source], form: str | None, strict: bool, report: ReadReport) -> Iterator[Paper]:
    for source in sources:
        papers, issues = report.read, len(report.issues)
        for file in source.files:
            shown = source.shown(file)
            for item in _read_file(file, form, named=source.named, strict=strict):
                if isinstance(item, Paper):
                    report.papers[shown] = report.papers.get(shown, 0) + 1
                    yield replace(item, sources=tuple(shown + s.removeprefix(file) for s in item.sources))
                elif strict and item.line is not None:
                    raise InputError(
                        item.message, path=item.path, line=item.line, remedy="mend it, or read without strict"
                    )
                else:
                    report.issues.append(item)
        if report.read == papers:
            _fail_empty(source, report.issues[issues:])


def _read_file(file: str, form: str | None, *, named: bool, strict: bool) -> Iterator[Paper | Issue]:
    """The records of one file; what is wrong with a file as a whole is an error only if it was named by itself."""
    recognised = False
    try:
        with open_stream(file) as stream:
            reader = _reader(stream, form, named=named)
            recognised = True
            yield from reader.read(stream)
    except InputError as error:
        if named or (strict and recognised):
            raise
        remedy = f"; {error.remedy}" if error.remedy else ""
        yield Issue(file, error.line, f"{error.message}{remedy}")


def _reader(stream: Stream, form: str | None, *, named: bool) -> Reader:
    """The reader that was asked for, else the first that knows the content, else the one of the file's extension."""
    head = stream.head.decode(errors="replace")
    if form is not None:
        _refuse(stream, head, READERS[form])
        return READERS[form]
    extension = _extension(stream.name)
    for name, reader in READERS.items():
        is_prose = name == _BY_CONTENT_ONLY and not named and extension not in reader.extensions  # a README.md, say
        if reader.sniff(head) and not is_prose:
            _refuse(stream, head, reader)
            return reader
    by_name = next((r for n, r in READERS.items() if extension in r.extensions and n != _BY_CONTENT_ONLY), None)
    _refuse(stream, head, by_name)
    if by_name is None:
        raise _unknown(stream)
    return by_name


def _extension(name: str) -> str:
    path = Path(name)
    return Path(path.stem if path.suffix.lower() in _PACKED else path).suffix.lower()


def _refuse(stream: Stream, head: str, reader: Reader | None) -> None:
    """Raises for what no text format can hold."""
    if reader is not None and not reader.is_text:
        return
    if "\0" in head:
        line = head.count("\n", 0, head.index("\0")) + 1
        remedy = "give text (UTF-8), JSON, CSV, BibTeX or Parquet"
        raise InputError("is a binary file: it holds a zero byte", path=stream.name, line=line, remedy=remedy)
    if head.lstrip("\ufeff \t\r\n")[:200].lower().startswith(("<!doctype html", "<html")):
        remedy = "save the page as text, or export its papers as JSON, CSV or BibTeX"
        raise InputError("is an HTML page", path=stream.name, line=1, remedy=remedy)


def _unknown(stream: Stream) -> InputError:
    known = "; ".join(f"{name} ({reader.about})" for name, reader in READERS.items())
    what = "no known format"
    if b"\n" not in stream.head and len(stream.head) == HEAD_BYTES:
        what = f"no known format: the first line is longer than {HEAD_BYTES:,} bytes"
    return InputError(what, path=stream.name, line=1, remedy=f"known are {known}; one of them can be forced")


def _fail_empty(source: Source, issues: list[Issue]) -> None:
    first = f" (first of {len(issues)} problems: {issues[0]})" if issues else ""
    remedy = "each paper needs a title and an abstract"
    raise InputError(f"holds no papers{first}", path=source.name, remedy=remedy)
