"""CSV, TSV and Parquet → papers, a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import Paper
from kg.readers.fields import COLUMNS, field_of, make_paper
from kg.readers.report import Issue
from kg.readers.source import STDIN, Stream, lines, read_bytes

__all__ = ["read", "read_parquet", "sniff", "sniff_parquet"]

DELIMITERS = (",", "\t", ";", "|")
REQUIRED = ("title", "abstract")
MAX_SHOWN = 20  # columns in a message


def sniff(head: str) -> bool:
    r"""Whether the first line names columns: a title and at least one other that is known.

    Example:
        >>> sniff("id;Title;Abstract\n1;A;B"), sniff("Title, subtitle\nText")
        (True, False)
    """
    _, columns = _header(head)
    known = _known(columns)
    return "title" in known and len(known) > 1


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a CSV or TSV file; the delimiter is the one that yields most known columns.

    Raises:
        InputError: If there is no title or abstract column, or a quote is left open.
    """
    delimiter, _ = _header(stream.head.decode(errors="replace"))
    numbers: list[int] = [0]
    rows = csv.reader(_noted(lines(stream), numbers), delimiter=delimiter)
    columns: list[str] = []
    start = 1
    try:
        for cells in rows:
            if columns and cells:
                yield _row(columns, cells, path=stream.name, line=start)
            elif cells:
                columns = cells
                _require(columns, stream.name, 1)
            start = numbers[0] + 1
    except csv.Error as error:
        raise InputError(
            f"not valid CSV: {error}", path=stream.name, line=start, remedy="is a quote left open?"
        ) from error


def _noted(rows: Iterable[tuple[int, str]], numbers: list[int]) -> Iterator[str]:
    """Lines with their ends, as the csv module wants them; the number of the last one goes into `numbers`."""
    for number, text in rows:
        numbers[0] = number
        yield text.replace("\0", "\ufffd") + "\n"


def _row(columns: list[str], cells: list[str], *, path: str, line: int) -> Paper | Issue:
    if len(cells) > len(columns):
        what = f"{len(cells)} cells under {len(columns)} columns"
        return Issue(path, line, f"{what}; put text that holds the delimiter into quotes")
    return make_paper(dict(zip(columns, cells, strict=False)), path=path, line=line)


def _header(head: str) -> tuple[str, list[str]]:
    """The delimiter that splits the first line into most known columns, then into most columns; and the columns."""
    first = next((line for line in head.lstrip("\ufeff").split("\n") if line.strip()), "").strip("\r")
    split = {d: _cells(first, d) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (len(_known(split[d])), len(split[d])))
    return best, split[best]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _known(columns: Iterable[str]) -> set[str]:
    return {known[0] for known in map(field_of, columns) if known}


def _require(columns: list[str], path: str, line: int | None) -> None:
    missing = [name for name in REQUIRED if name not in _known(columns)]
    if missing:
        shown = ", ".join(repr(c[:40]) for c in columns[:MAX_SHOWN]) + (", ..." if len(columns) > MAX_SHOWN else "")
        accepted = "; ".join(f"{name}: {', '.join(COLUMNS[name])}" for name in missing)
        raise InputError(
            f"no {' and no '.join(missing)} column among {shown}",
            path=path,
            line=line,
            remedy=f"rename one; accepted names, in any case and spacing: {accepted}",
        )


def sniff_parquet(head: str) -> bool:
    """Whether a file begins as Parquet does."""
    return head.startswith("PAR1")


def read_parquet(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a Parquet file, batch by batch; the line of a paper is its row, counted from 1.

    Raises:
        InputError: If it is damaged, or has no title or abstract column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream.name if _is_plain(stream.name) else io.BytesIO(read_bytes(stream)))
        columns = [name for name in file.schema_arrow.names if field_of(name) or name in ("paper", "versions")]
        _require(list(file.schema_arrow.names), stream.name, None)
        number = 0
        for batch in file.iter_batches(batch_size=1024, columns=columns):
            for number, row in enumerate(batch.to_pylist(), number + 1):  # noqa: B020 - goes on counting
                yield make_paper(_plain(row), path=stream.name, line=number)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"damaged Parquet file: {message}", path=stream.name, remedy="write it again") from error


def _is_plain(name: str) -> bool:
    """Whether a file lies on disk unpacked, so that its columns can be picked without reading all of it."""
    if name == STDIN or not Path(name).is_file():
        return False
    with Path(name).open("rb") as file:
        return file.read(4) == b"PAR1"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Binary columns hold text if a writer did not mark them as such."""
    return {k: v.decode(errors="replace") if isinstance(v, bytes) else v for k, v in row.items()}
