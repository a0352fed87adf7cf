"""Records of tagged lines → papers: RIS, which reference managers and publishers export, and MEDLINE, which PubMed does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Paper
from kg.readers.fields import make_paper
from kg.readers.report import Issue
from kg.readers.source import Stream, lines

__all__ = ["read", "sniff"]

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9](?:  |[A-Z] |[A-Z]{2}))- ?(.*)")
_BEGINNING = re.compile(r"\s*(?:TY  - \w|PMID- \d)")
_BEGINS, _ENDS = ("TY", "PMID"), "ER"
# Tag → column; of several tags for one column the first in a record counts.
_COLUMNS = {
    "TI": "title", "T1": "title", "AB": "abstract", "N2": "abstract", "PY": "date", "Y1": "date", "DA": "date", "DP": "date",
    "DO": "doi", "UR": "url", "PMID": "id",
}  # fmt: skip
_AUTHORS = ("AU", "A1")
_DOI = re.compile(r"(10\.\S+) \[doi\]")  # MEDLINE has it among other identifiers


def sniff(head: str) -> bool:
    """Whether a text begins as a record of tagged lines does."""
    return bool(_BEGINNING.match(head.removeprefix("\ufeff")))


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a file of tagged lines; a line without a tag goes on with the one before."""
    record: list[list[str]] = []  # tag and text
    begun = 0
    for number, line in lines(stream):
        found = _TAG.match(line)
        tag = found[1].rstrip() if found else ""
        if tag in _BEGINS or tag == _ENDS:
            if record:
                yield make_paper(_row(record), path=stream.name, line=begun)
            record, begun = [], number
        if found and tag != _ENDS:
            record.append([tag, found[2].strip()])
        elif not found and record and line.strip():
            record[-1][1] += " " + line.strip()
    if record:
        yield make_paper(_row(record), path=stream.name, line=begun)


def _row(record: list[list[str]]) -> dict[str, object]:
    row: dict[str, object] = {}
    for tag, text in record:
        doi = _DOI.fullmatch(text) if tag in ("LID", "AID") else None
        if tag == "DP":
            text = " ".join(reversed(text.split()))  # "2020 Mar 2"
        column = "doi" if doi else _COLUMNS.get(tag)
        if column and text:
            row.setdefault(column, doi[1] if doi else text)
    authors = [text for tag, text in record if tag in _AUTHORS]
    return {**row, "authors": authors} if authors else row
