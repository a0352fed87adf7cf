"""The errors that `kg` raises, each with a message that names file, line, value and remedy.

KGError                 anything a user can cause and mend; the command line prints it and exits with 2
├── InputError          a file that cannot be read as papers
├── AnnotationError     a line that is not an annotation as the format asks
├── PipelineError       a pipeline declaration, lexicon or model that is missing or wrong
├── GraphError          a graph folder that is missing, damaged or of another version
├── QueryError          a SPARQL query that does not parse, does not exist or ran too long
├── ExportError         an output that cannot be written or sent, or that its format cannot hold
└── ServerError         an address that cannot be listened on
"""

from __future__ import annotations

__all__ = [
    "AnnotationError",
    "ExportError",
    "GraphError",
    "InputError",
    "KGError",
    "PipelineError",
    "QueryError",
    "ServerError",
]


class KGError(Exception):
    """Root of all errors that a user can cause and mend.

    Args:
        message: What is wrong, with the offending value.
        path: The file it was found in, if any.
        line: Its line number there, counted from 1, if any.
        remedy: What to do about it.

    Example:
        >>> str(KGError("no 'title'", path="a.jsonl", line=17, remedy="required are title, abstract"))
        "a.jsonl:17: no 'title'; required are title, abstract"
    """

    def __init__(self, message: str, *, path: object = None, line: int | None = None, remedy: str | None = None):
        self.message, self.path, self.line, self.remedy = message, path, line, remedy
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(place + message + (f"; {remedy}" if remedy else ""))


class InputError(KGError):
    """A file that cannot be read as papers."""


class AnnotationError(KGError):
    """A line that is not an annotation as the format asks."""


class PipelineError(KGError):
    """A pipeline declaration, lexicon or model that is missing or wrong."""


class GraphError(KGError):
    """A graph folder that is missing, damaged or of another version."""


class QueryError(KGError):
    """A SPARQL query that does not parse, does not exist or ran too long."""


class ExportError(KGError):
    """An output that cannot be written or sent, or something that its format cannot hold."""


class ServerError(KGError):
    """An address that cannot be listened on."""
