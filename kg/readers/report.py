"""What was read and what was not: a list of issues and a count of papers per file."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Issue", "ReadReport"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One record or file that was skipped.

    Attributes:
        path: The file, as the user named it.
        line: Where in it, counted from 1; in Parquet the row; None for the whole file.
        message: What is wrong, and what to do about it.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A ledger that `read_papers` fills while its papers are consumed.

    Attributes:
        issues: What was skipped, in reading order.
        papers: Papers read, per file.

    Example:
        >>> report = ReadReport(papers={"a.csv": 2})
        >>> report.issues.append(Issue("a.csv", 4, "no 'title'"))
        >>> report.read, report.skipped, str(report.issues[0])
        (2, 1, "a.csv:4: no 'title'")
    """

    issues: list[Issue] = field(default_factory=list)
    papers: dict[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """How many papers were read, copies of one paper counted each time."""
        return sum(self.papers.values())

    @property
    def skipped(self) -> int:
        """How many records or files were skipped."""
        return len(self.issues)
