"""A catalogue and entries from elsewhere → one catalogue, with what could not be taken in, and lexicon files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.catalogue import FILES, Entry
from kg.files import atomic_write
from kg.names import surface_key

__all__ = ["Taken", "take_in", "write_catalogue"]

_COLUMNS = ("name", "aliases", "broader", "year", "home", "cues")
_METRIC_COLUMNS = (*_COLUMNS, "better", "unit")


@dataclass(frozen=True, slots=True)
class Taken:
    """The joined catalogue; how many entries are new, how many were known; and conflicts, one sentence each."""

    entries: tuple[Entry, ...]
    new: int
    known: int
    conflicts: tuple[str, ...]


def take_in(base: Sequence[Entry], others: Iterable[Entry]) -> Taken:
    """A catalogue with others' entries added; what it knows already stays as it is.

    An entry of which a name is known is known, a dataset as a benchmark too; one whose names belong to two known entries
    is a conflict and left out; so is a wider term that would make a circle.

    Example:
        >>> taken = take_in([Entry("BERT", "Method")], [Entry("BERT", "Method"), Entry("FooNet", "Method", ("BERT",))])
        >>> taken.new, taken.known, len(taken.conflicts)
        (0, 2, 0)
        >>> [e.name for e in take_in([], [Entry("FooNet", "Method")]).entries]
        ['FooNet']
    """
    owner = {(_family(e.type), _key(s)): e.name for e in base for s in e.surfaces}
    added: list[Entry] = []
    conflicts: list[str] = []
    known = 0
    for entry in others:
        keys = [(_family(entry.type), _key(s)) for s in entry.surfaces]
        owners = sorted({owner[key] for key in keys if key in owner})
        if len(owners) > 1:
            conflicts.append(f"{entry.type} {entry.name!r}: its names are those of {', '.join(map(repr, owners))}")
        elif owners:
            known += 1
        else:
            added.append(entry)
            owner.update(dict.fromkeys(keys, entry.name))
    joined = _hung(base, added, conflicts)
    return Taken(joined, len(added), known, tuple(conflicts))


def _family(kind: str) -> str:
    return "Dataset" if kind == "Benchmark" else kind


def _key(surface: str) -> str:
    return surface if surface.isupper() else surface_key(surface, whole=True)


def _hung(base: Sequence[Entry], added: Sequence[Entry], conflicts: list[str]) -> tuple[Entry, ...]:
    """All entries, the added ones under the first wider term that exists and makes no circle."""
    names = {(e.type, _key(s)): e.name for e in (*added, *base) for s in e.surfaces}
    above: dict[str, str] = {}
    fixed = {e.name: e.broader for e in base}
    out = []
    for entry in added:
        found = [n for b in entry.broader if (n := names.get((entry.type, _key(b)))) and n != entry.name]
        free = [n for n in found if not _reaches(n, entry.name, above, fixed)]
        if found and not free:
            conflicts.append(f"{entry.type} {entry.name!r}: broader {found[0]!r} would make a circle")
        if free and entry.name not in fixed:
            above[entry.name] = free[0]
        out.append(replace(entry, broader=tuple(free[:1])))
    return (*base, *out)


def _reaches(start: str, goal: str, above: Mapping[str, str], fixed: Mapping[str, tuple[str, ...]]) -> bool:
    front, seen = [start], {start}
    while front:
        name = front.pop()
        wider = {*fixed.get(name, ()), above.get(name, "")} - {""}
        if goal in wider:
            return True
        front += sorted(wider - seen)
        seen |= wider
    return start == goal


def write_catalogue(entries: Iterable[Entry], folder: Path) -> None:
    """Write lexicon files, one per type, rows sorted by name; names that such a file cannot hold raise `ValueError`."""
    rows: dict[str, list[Entry]] = {kind: [] for kind in FILES}
    for entry in entries:
        rows[entry.type].append(entry)
    for kind, name in FILES.items():
        columns = _METRIC_COLUMNS if kind == "Metric" else _COLUMNS
        with atomic_write(folder / name) as file:
            file.write("\t".join(columns) + "\n")
            for entry in sorted(rows[kind], key=lambda e: (e.name.casefold(), e.name)):
                file.write("\t".join(_cells(entry)[: len(columns)]) + "\n")


def _cells(entry: Entry) -> tuple[str, ...]:
    cues = ";".join(f"{surface}={','.join(words)}" for surface, words in entry.cues.items())
    wide = "|".join(entry.broader)
    cells = (entry.name, "|".join(entry.aliases), wide, entry.year, entry.home, cues, entry.better, entry.unit)
    if any(mark in cell for cell in cells for mark in "\t\r\n"):
        raise ValueError(f"{entry.name!r} holds a tab or a line end")
    return cells
