"""BibTeX entries that have an abstract → papers."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

from kg.model import Paper
from kg.readers.fields import make_paper
from kg.readers.report import Issue
from kg.readers.source import Stream, lines

__all__ = ["read", "sniff"]

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of becomes an issue here

_ENTRY = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]\s*[^\s,={}]+\s*(?:,|=)", re.M)
# A command with its argument, or a brace that only protects capitals.
_BRACES = re.compile(r"(\\(?:[A-Za-z]+|[^A-Za-z\s])\s*\{[^{}]*\}|\\[{}])|[{}]")


def sniff(head: str) -> bool:
    """Whether a text holds the beginning of a BibTeX entry."""
    return bool(_ENTRY.search(head))


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a BibTeX file; braces that only protect capitals are taken out, other LaTeX stays."""
    text = "\n".join(line for _, line in lines(stream))
    for block in parse_string(text).blocks:
        yield from _read_block(block, stream.name)


def _read_block(block: Block, path: str) -> Iterator[Paper | Issue]:
    line = (block.start_line or 0) + 1
    if isinstance(
        block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock
    ):  # whether it is the same paper is decided later
        block = block.ignore_error_block or block
    if isinstance(block, Entry):
        yield make_paper(_row(block), path=path, line=line)
    elif isinstance(block, ParsingFailedBlock):
        yield Issue(path, line, "not a BibTeX entry: a brace, quote or comma is missing")


def _row(entry: Entry) -> dict[str, str]:
    row = {f.key.lower(): _BRACES.sub(r"\1", str(f.value)) for f in reversed(entry.fields)}
    if "year" in row and "date" not in row:
        month = row.get("month", "")
        row["date"] = f"{row['year']}-{int(month):02d}" if month.isdecimal() else f"{month} {row['year']}".strip()
    return {**row, "id": entry.key}
