"""JSON Lines, a JSON array, or a JSON object that holds one → papers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.errors import InputError
from kg.model import Paper
from kg.readers.fields import field_of, make_paper
from kg.readers.report import Issue
from kg.readers.source import Stream, lines, read_bytes

__all__ = ["read", "sniff"]

_OPENING = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_SPACE = re.compile(r"\s*")
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN stands for a missing value


def sniff(head: str) -> bool:
    """Whether a text begins like JSON."""
    return bool(_OPENING.match(head))


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a JSON file; JSON Lines are streamed, one bad line is an issue.

    Raises:
        InputError: If a file that is one JSON document does not parse, or holds no list of records.
    """
    if _is_lines(stream.head.decode(errors="replace")):
        for number, line in lines(stream):
            if line.strip():
                yield from _line(line, number, stream.name)
    else:
        yield from _document(stream)


def _is_lines(head: str) -> bool:
    """One object per line: the first line is one, or it is damaged and a later one is."""
    first, *others = [line for line in head.split("\n") if line.strip()]
    if not first.lstrip("\ufeff").startswith("{"):
        return False
    return not others or _is_object(first) or any(line.startswith("{") and _is_object(line) for line in others)


def _is_object(line: str) -> bool:
    try:
        return isinstance(_DECODER.decode(line.strip("\ufeff \t\r\n")), dict)
    except (ValueError, RecursionError):
        return False


def _line(line: str, number: int, path: str) -> Iterator[Paper | Issue]:
    try:
        record = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        yield Issue(path, number, f"not valid JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        yield Issue(path, number, "not a record: nested too deeply")
    except ValueError as error:
        yield Issue(path, number, f"not valid JSON: {error}")
    else:
        for item in _records(record):
            yield _paper(item, number, path)


def _records(record: Any) -> list[Any]:
    """A record as it is; an object without a title that holds a list of objects → that list."""
    if not isinstance(record, dict) or any((field_of(name) or ("",))[0] == "title" for name in record):
        return [record]
    inside = (v for v in record.values() if isinstance(v, list) and v and isinstance(v[0], dict))
    return next(inside, [record])


def _paper(record: Any, number: int, path: str) -> Paper | Issue:
    if isinstance(record, Mapping):
        return make_paper(record, path=path, line=number)
    return Issue(path, number, f"not a record but a {_kind(record)}; give objects with title and abstract")


def _kind(value: Any) -> str:
    return {list: "list", str: "text", bool: "truth value", type(None): "null"}.get(type(value), "number")


def _document(stream: Stream) -> Iterator[Paper | Issue]:
    """Papers of a file that is one JSON value, each with the line that it begins at."""
    text, path = _text(stream), stream.name
    start = _space(text, 0)
    if text[start] == "[":
        yield from _array(text, start, path)
        return
    members = {key: (at, value) for key, at, value in _members(text, start, path)}
    whole = {key: value for key, (_, value) in members.items()}
    found = _records(whole)
    if found == [whole]:
        yield _paper(whole, 1, path)
    else:
        yield from _array(text, next(at for at, value in members.values() if value is found), path)


def _text(stream: Stream) -> str:
    data = read_bytes(stream)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start + 1} of the file (0x{data[error.start]:02x}) is not UTF-8",
            path=stream.name,
            line=data.count(b"\n", 0, error.start) + 1,
            remedy="the file is cut short, or in another encoding: iconv -f LATIN1 -t UTF-8",
        ) from error


def _array(text: str, start: int, path: str) -> Iterator[Paper | Issue]:
    """The papers of the array whose bracket opens at `start`; memory holds one decoded record at a time."""
    at, line, counted = _space(text, start + 1), 1, 0
    while text[at : at + 1] != "]":
        record, end = _value(text, at, path)
        line, counted = line + text.count("\n", counted, at), at
        yield _paper(record, line, path)
        at = _after_comma(text, end, path)


def _members(text: str, start: int, path: str) -> Iterator[tuple[str, int, Any]]:
    """Key, place and value of each member of the object whose brace opens at `start`."""
    at = _space(text, start + 1)
    while text[at : at + 1] != "}":
        key, end = _value(text, at, path)
        at = _space(text, end)
        if text[at : at + 1] != ":" or not isinstance(key, str):
            raise _broken("a name and a colon expected", text, at, path)
        at = _space(text, at + 1)
        value, end = _value(text, at, path)
        yield key, at, value
        at = _after_comma(text, end, path)


def _value(text: str, at: int, path: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(error.msg, text, error.pos, path) from error
    except RecursionError as error:
        raise _broken("nested too deeply", text, at, path) from error
    except ValueError as error:  # a number of thousands of digits
        raise _broken(str(error), text, at, path) from error


def _after_comma(text: str, at: int, path: str) -> int:
    at = _space(text, at)
    if text[at : at + 1] == ",":
        return _space(text, at + 1)
    if text[at : at + 1] in ("]", "}"):
        return at
    raise _broken("a comma or the end of the list expected", text, at, path)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _broken(what: str, text: str, at: int, path: str) -> InputError:
    line = text.count("\n", 0, at) + 1
    where = "the end of the file" if at >= len(text) else f"column {at - text.rfind(chr(10), 0, at)}"
    return InputError(f"not valid JSON: {what} at {where}", path=path, line=line, remedy="see that the file is whole")
