"""Other people's catalogues → entries: Papers with Code dumps, the Computer Science Ontology, plain tables and lists."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from kg.catalogue import FILES, Entry
from kg.errors import InputError
from kg.ids import arxiv_id, clean_text
from kg.names import is_short, surface_words

__all__ = ["SOURCES", "read_entries"]

_NO_YEAR = "2000"  # what Papers with Code gives where it knows none
_LONGEST = 100  # characters of a name
_NEEDS_CUE = 4  # letters up to which an abbreviation needs a cue
_UNFIT = re.compile(r"[|\t\r\n]")
_CSO = "cso#"
_EMPTY_CUES = frozenset(["for", "with", "from", "the", "and", "based"])


@dataclass(frozen=True, slots=True)
class Source:
    """A format: what it is, whether some text is of it, and how it is read."""

    doc: str
    is_it: Callable[[str, str], bool]  # file name, text
    read: Callable[[Path, str], Iterable[Entry]]


def read_entries(path: Path, *, kind: str = "") -> list[Entry]:
    """All entries of a file, each name once, in file order.

    Args:
        path: JSON, JSON Lines, CSV, TSV, Turtle, N-Triples or a list, each also as `.gz`.
        kind: Type of entries to which the file gives none; a Task if not given.

    Raises:
        InputError: If the file cannot be read, or is of no known format.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error})", path=path, remedy="give a text file in UTF-8") from None
    name = path.name.removesuffix(".gz").casefold()
    for source in SOURCES.values():
        if source.is_it(name, text):
            return _each_once(_fit(entry, kind) for entry in source.read(path, text))
    raise InputError("no known catalogue format", path=path, remedy=f"known are {', '.join(SOURCES)}")


def _fit(entry: Entry, kind: str) -> Entry:
    """An entry with names that a lexicon file can hold, cues for its short ones, and a type."""
    surfaces = [" ".join(clean_text(s).split()) for s in entry.surfaces]
    surfaces = [s for s in dict.fromkeys(surfaces) if s and len(s) <= _LONGEST and not _UNFIT.search(s)]
    full = [s for s in surfaces if not is_short(s)]
    cues = {s: _cue(full[0]) for s in surfaces if full and is_short(s) and len(s) <= _NEEDS_CUE and s not in entry.cues}
    return replace(
        entry,
        name=surfaces[0] if surfaces else "",
        type=entry.type or kind or "Task",
        aliases=tuple(surfaces[1:]),
        cues=MappingProxyType({**{s: c for s, c in cues.items() if c}, **entry.cues}),
    )


def _cue(full: str) -> tuple[str, ...]:
    """Words of the full name, one of which must stand in a paper for the abbreviation to count."""
    words = [w for w in surface_words(full) if len(w) > 3 and w not in _EMPTY_CUES and w.isalpha()]
    return tuple(dict.fromkeys(words))[:4]


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    once: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.name:
            once.setdefault((entry.type, entry.name), entry)
    return list(once.values())


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a JSON list or of JSON Lines."""
    rows = json.loads(text) if text.lstrip()[:1] == "[" else [json.loads(x) for x in text.split("\n") if x.strip()]
    yield from (row for row in rows if isinstance(row, dict))


def _has(*keys: str) -> Callable[[str, str], bool]:
    """Whether a text is JSON whose first object has the keys."""

    def is_it(name: str, text: str) -> bool:
        if text.lstrip()[:1] not in ("[", "{"):
            return False
        try:
            first: Mapping[str, Any] = next(_objects(text), {})
        except ValueError:
            return False
        return all(any(key in first for key in either.split("|")) for either in keys)

    return is_it


def _texts(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _home(*addresses: object) -> str:
    for address in addresses:
        if isinstance(address, str) and "arxiv.org" in address and (found := arxiv_id(address)):
            return f"arXiv:{found}"
    return next((a for a in addresses if isinstance(a, str) and re.fullmatch(r"https://\S+", a)), "")


def _year(value: object) -> str:
    found = re.match(r"(?:19|20)\d\d", str(value or ""))
    return found[0] if found and found[0] != _NO_YEAR else ""


def _pwc_methods(path: Path, text: str) -> Iterator[Entry]:
    for row in _objects(text):
        name, full = str(row.get("name") or ""), str(row.get("full_name") or "")
        groups = [str(c.get("collection", "")) for c in row.get("collections") or [] if isinstance(c, dict)]
        year, home = _year(row.get("introduced_year")), _home(row.get("source_url"))
        yield Entry(full or name, "Method", (name,), tuple(groups[:1]), year, home)


def _pwc_datasets(path: Path, text: str) -> Iterator[Entry]:
    for row in _objects(text):
        name = str(row.get("name") or row.get("id") or "")
        others = [str(row.get("full_name") or "")]
        home = _home(row.get("source_url"), row.get("homepage"))
        yield Entry(name, "Dataset", tuple(others), (), _year(row.get("introduced_date") or row.get("year")), home)


def _pwc_tables(path: Path, text: str) -> Iterator[Entry]:
    front: list[tuple[Mapping[str, Any], str]] = [(row, "") for row in _objects(text)]
    while front:
        row, above = front.pop(0)
        name = str(row.get("task") or "")
        yield Entry(name, "Task", tuple(_texts(row.get("synonyms"))), (above,) if above else ())
        front += [(sub, name) for sub in row.get("subtasks") or [] if isinstance(sub, dict)]
        for data in (d for d in row.get("datasets") or [] if isinstance(d, dict)):
            yield Entry(str(data.get("dataset") or ""), "Dataset")
            yield from (Entry(m, "Metric") for m in _texts((data.get("sota") or {}).get("metrics")))


def _table(path: Path, text: str) -> Iterator[Entry]:
    """A table with a header: name, and what else of type, aliases, broader, year, home, cues, better, unit it has."""
    rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text))
    rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or []]
    for row in rows:
        get = {key: (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        kind = get.get("type", "").capitalize()
        if kind and kind not in FILES:
            raise InputError(
                f"type {get['type']!r}", path=path, line=rows.line_num, remedy=f"one of {', '.join(FILES)}, or empty"
            )
        aliases, broader = (tuple(p.strip() for p in get.get(c, "").split("|")) for c in ("aliases", "broader"))
        year, home = _year(get.get("year")), get.get("home", "")
        yield Entry(get.get("name", ""), kind, aliases, broader, year, home, better=get.get("better", ""))


def _delimiter(text: str) -> str:
    return "\t" if "\t" in text.split("\n", 1)[0] else ","


def _is_table(name: str, text: str) -> bool:
    header = [c.strip().strip('"').casefold() for c in text.split("\n", 1)[0].split(_delimiter(text))]
    return "name" in header


def _cso(path: Path, text: str) -> Iterator[Entry]:
    """Topics with their narrower topics and equivalent names; the preferred one of equivalents is the name."""
    same: dict[str, set[str]] = defaultdict(set)
    preferred: dict[str, str] = {}
    above: dict[str, set[str]] = defaultdict(set)
    topics: set[str] = set()
    for left, relation, right in _triples(path, text):
        if relation == "superTopicOf":
            above[right].add(left)
        elif relation == "relatedEquivalent":
            same[left].add(right)
        elif relation == "preferentialEquivalent":
            preferred[left] = right
            same[right].add(left)
        else:
            continue
        topics |= {left, right}
    for topic in sorted(topics):
        if preferred.get(topic, topic) == topic:
            aliases = tuple(sorted(same[topic] - {topic}))
            yield Entry(topic, "", aliases, tuple(sorted({preferred.get(t, t) for t in above[topic]} - {topic})))


def _triples(path: Path, text: str) -> Iterator[tuple[str, str, str]]:
    """Label, local name of the relation, label."""
    if path.name.removesuffix(".gz").casefold().endswith((".ttl", ".nt")):
        from pyoxigraph import RdfFormat, parse

        form = RdfFormat.TURTLE if ".ttl" in path.name.casefold() else RdfFormat.N_TRIPLES
        try:
            rows = [(str(q.subject), str(q.predicate), str(q.object)) for q in parse(text.encode(), format=form)]
        except SyntaxError as error:
            raise InputError(f"no valid RDF ({error})", path=path, remedy="give Turtle or N-Triples") from None
    else:
        rows = [(r[0], r[1], r[2]) for r in csv.reader(io.StringIO(text)) if len(r) == 3]
    yield from ((_local(s), _local(p), _local(o)) for s, p, o in rows)


def _local(address: str) -> str:
    """The last part of an IRI, as words.

    Example:
        >>> _local("<https://cso.kmi.open.ac.uk/topics/neural_networks>")
        'neural networks'
    """
    return unquote(re.split(r"[/#]", address.strip(" .<>\"'"))[-1]).replace("_", " ")


def _list(path: Path, text: str) -> Iterator[Entry]:
    """One name a line, perhaps in quotes."""
    yield from (Entry(line.strip().strip('"'), "") for line in text.splitlines())


SOURCES: dict[str, Source] = {
    "pwc-methods": Source("methods.json of Papers with Code", _has("full_name", "collections"), _pwc_methods),
    "pwc-datasets": Source("datasets.json of Papers with Code", _has("variants"), _pwc_datasets),
    "pwc-tables": Source("evaluation-tables.json of Papers with Code", _has("task", "datasets|subtasks"), _pwc_tables),
    "cso": Source("Computer Science Ontology, CSV, Turtle or N-Triples", lambda _, text: _CSO in text, _cso),
    "table": Source("CSV or TSV with a column name", lambda name, text: _is_table(name, text), _table),
    "list": Source("one name a line", lambda name, _: name.endswith(".txt"), _list),
}
