"""Annotation files: JSON Lines of the annotation format, plain or gzipped, to and from `Annotation` objects."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import AnnotationError
from kg.model import Annotation
from kg.schema import ENTITY_TYPES, LINK_KINDS, MENTION_TYPES

__all__ = [
    "format_annotation",
    "pack_annotation",
    "parse_annotation",
    "read_annotations",
    "unpack_annotation",
    "write_annotations",
]

_REQUIRED: dict[str, tuple[str, ...]] = {
    "mentions": ("start", "end", "text", "type"),
    "entities": ("text", "type", "role"),
    "links": ("url", "kind"),
    "results": ("method", "baseline", "dataset", "metric", "value"),
}


def read_annotations(path: str | Path) -> Iterator[Annotation]:
    """Read annotations one line at a time, a file called `.gz` unpacked; empty lines are skipped.

    Raises:
        AnnotationError: If the file cannot be read, or a line is not an annotation as the format asks.
    """
    path = Path(path)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield parse_annotation(line, path=path, line=number)
    except (OSError, EOFError, zlib.error) as error:
        what = getattr(error, "strerror", None) or error
        raise AnnotationError(f"cannot be read ({what})", path=path, remedy="give a JSON Lines file") from None


def parse_annotation(text: str | bytes, *, path: object = None, line: int | None = None) -> Annotation:
    """One JSON object of the annotation format, checked.

    Raises:
        AnnotationError: If it is not one; `path` and `line` are named in the message.

    Example:
        >>> parse_annotation('{"id": "1", "title": "T", "abstract": "A."}').paper.title
        'T'
    """
    try:
        row = json.loads(text)
    except (ValueError, UnicodeDecodeError) as error:
        raise AnnotationError(f"not JSON ({error})", path=path, line=line, remedy="one object a line, UTF-8") from None
    problem = _problem(row)
    if problem:
        raise AnnotationError(problem, path=path, line=line, remedy="see the annotation format in the documentation")
    return Annotation.from_dict(row)


def write_annotations(annotations: Iterable[Annotation], path: str | Path) -> int:
    """Write annotations as JSON Lines, atomically, in the order given.

    Returns:
        How many were written.

    Raises:
        AnnotationError: If the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with part.open("w", encoding="utf-8", newline="\n", errors="surrogatepass") as file:
            for annotation in annotations:
                file.write(format_annotation(annotation) + "\n")
                count += 1
        part.replace(path)
    except OSError as error:
        raise AnnotationError(
            f"cannot be written ({error.strerror})", path=path, remedy="choose another place"
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return count


def format_annotation(annotation: Annotation) -> str:
    """One line of the annotation format, without its line end."""
    return json.dumps(annotation.to_dict(), ensure_ascii=False)


def pack_annotation(annotation: Annotation) -> bytes:
    """The annotation in a seventh of its memory, to be kept beside many others.

    Example:
        >>> from kg.model import Paper
        >>> note = Annotation(Paper("1", "T", "A."))
        >>> unpack_annotation(pack_annotation(note)) == note
        True
    """
    return zlib.compress(format_annotation(annotation).encode("utf-8", "surrogatepass"), 1)


def unpack_annotation(packed: bytes) -> Annotation:
    """What `pack_annotation` has packed."""
    return Annotation.from_dict(json.loads(zlib.decompress(packed)))


def _problem(row: Any) -> str:
    """What keeps a decoded line from being an annotation; empty if nothing does."""
    if not isinstance(row, dict):
        return f"a JSON {type(row).__name__}, not an object"
    for field in ("id", "title", "abstract"):
        if not isinstance(row.get(field), str):
            return f"no text in {field!r}; required are id, title, abstract"
    for field, required in _REQUIRED.items():
        items = row.get(field, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return f"{field!r} is not a list of objects"
        for item in items:
            problem = _item_problem(item, field, required)
            if problem:
                return problem
    return _misplaced(row)


def _item_problem(item: dict[str, Any], field: str, required: tuple[str, ...]) -> str:
    missing = [name for name in required if name not in item]
    if missing:
        return f"no {missing[0]!r} in one of {field!r}"
    if "type" in required and item["type"] not in MENTION_TYPES:
        return f"type {item['type']!r}, known are {', '.join(MENTION_TYPES)}"
    if "role" in required and item["role"] not in ENTITY_TYPES[item["type"]].roles:
        return f"role {item['role']!r} of a {item['type']}, known are {', '.join(ENTITY_TYPES[item['type']].roles)}"
    if "kind" in required and item["kind"] not in LINK_KINDS:
        return f"link kind {item['kind']!r}, known are {', '.join(LINK_KINDS)}"
    return ""


def _misplaced(row: dict[str, Any]) -> str:
    text = f"{row['title']}\n{row['abstract']}"
    for m in row.get("mentions", []):
        if not isinstance(m["start"], int) or not isinstance(m["end"], int) or text[m["start"] : m["end"]] != m["text"]:
            return f"mention {m['text']!r} is not what stands at [{m['start']}, {m['end']})"
    return ""
