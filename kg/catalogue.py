"""The catalogue of known methods, datasets, benchmarks, tasks and metrics: tab-separated files → entries, checked."""

from __future__ import annotations

import copyreg
import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kg.declaration import find_pipeline
from kg.errors import PipelineError
from kg.ids import name_key

__all__ = ["FILES", "Entry", "check_catalogue", "read_catalogue"]

FILES: dict[str, str] = {
    "Method": "methods.tsv",
    "Dataset": "datasets.tsv",
    "Benchmark": "benchmarks.tsv",
    "Task": "tasks.tsv",
    "Metric": "metrics.tsv",
}
_REQUIRED = ("name", "aliases", "broader", "year", "home", "cues")


def _read_only(cues: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(cues)


copyreg.pickle(MappingProxyType, lambda cues: (_read_only, (dict(cues),)))  # entries go to other processes


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the field knows.

    Attributes:
        name: As the field writes it.
        type: One of `schema.MENTION_TYPES`.
        aliases: Other surfaces.
        broader: Name of the next wider entry; none, or one.
        year: Of introduction; empty if not certain.
        home: `arXiv:…` or a URL; empty if not certain.
        cues: Ambiguous surface → starts of words, one of which must occur in a paper for the surface to count.
        better: For metrics: `higher`, `lower` or empty.
        unit: For metrics: `%`, `dB` … or empty.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    year: str = ""
    home: str = ""
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    better: str = ""
    unit: str = ""

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Name and aliases."""
        return (self.name, *self.aliases)


@lru_cache(maxsize=8)
def read_catalogue(folder: Path | None = None) -> tuple[Entry, ...]:
    """All entries of a folder of lexicon files, in file order; a type without a file has none.

    Args:
        folder: That of a catalogue of one's own; the one that comes with the package if not given.

    Raises:
        PipelineError: If the folder is missing, or a line has not the columns that its header promises.
    """
    folder = folder or find_pipeline() / "lexicon"
    if not folder.is_dir():
        raise PipelineError("no lexicon folder", path=folder, remedy="a pipeline keeps its lexicon in lexicon/*.tsv")
    return tuple(
        entry for kind, name in FILES.items() if (folder / name).exists() for entry in _read_file(folder / name, kind)
    )


def _read_file(path: Path, kind: str) -> Iterable[Entry]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(rows, [])
        if missing := [c for c in _REQUIRED if c not in header]:
            raise PipelineError(f"columns missing: {', '.join(missing)}", path=path, line=1)
        for number, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise PipelineError(f"{len(row)} columns instead of {len(header)}", path=path, line=number)
            yield _entry(dict(zip(header, row, strict=True)), kind)


def _entry(row: Mapping[str, str], kind: str) -> Entry:
    return Entry(
        name=row["name"],
        type=kind,
        aliases=_split(row["aliases"], "|"),
        broader=_split(row["broader"], "|"),
        year=row["year"],
        home=row["home"],
        cues=MappingProxyType(dict(_cue(part) for part in _split(row["cues"], ";"))),
        better=row.get("better", ""),
        unit=row.get("unit", ""),
    )


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _cue(text: str) -> tuple[str, tuple[str, ...]]:
    surface, _, words = text.rpartition("=")
    return surface.strip(), _split(words.casefold(), ",")


def check_catalogue(entries: Iterable[Entry]) -> list[str]:
    """What is wrong with a catalogue, one sentence each; empty if nothing is.

    Checked: no surface in two entries of one type without a cue in all of them; none written alike in entries of two types
    without a cue in all but one; every entry has one broader term at most, which exists; no cycle;
    years are years, homes addresses; cues belong to
    surfaces of their entry.

    Example:
        >>> check_catalogue([Entry("a", "Task", broader=("b",))])
        ["Task 'a': broader 'b' is not in the catalogue"]
    """
    entries = list(entries)
    return [
        *_shared_surfaces(entries),
        *_shared_by_types(entries),
        *_broken_broader(entries),
        *_cycles(entries),
        *_odd_fields(entries),
    ]


def _shared_surfaces(entries: list[Entry]) -> Iterable[str]:
    owners: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for surface in {s if s.isupper() else name_key(s) for s in entry.surfaces}:
            owners[entry.type, surface].append(entry)
    for (kind, surface), group in sorted(owners.items()):
        cued = [any(name_key(c) == name_key(surface) for c in e.cues) for e in group]
        if len(group) > 1 and not all(cued):
            yield f"{kind} {surface!r} names {', '.join(repr(e.name) for e in group)} without a cue in each"


def _shared_by_types(entries: list[Entry]) -> Iterable[str]:
    """Surfaces written alike in several types: the type that a paper gives a name is no sure sign, so a cue must decide."""
    owners: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        for surface in dict.fromkeys(entry.surfaces):
            owners[re.sub(r"[\s_-]", "", surface)][entry.type].append(surface in entry.cues)
    for surface, kinds in sorted(owners.items()):
        free = [kind for kind, cued in kinds.items() if not all(cued)]
        if len(free) > 1:
            yield f"{' and '.join(free)} both have {surface!r} without a cue"


def _broken_broader(entries: list[Entry]) -> Iterable[str]:
    names = {e.name for e in entries}
    for e in entries:
        if len(e.broader) > 1:
            yield f"{e.type} {e.name!r}: {len(e.broader)} broader terms; the hierarchy is a forest"
        for wider in e.broader:
            if wider not in names:
                yield f"{e.type} {e.name!r}: broader {wider!r} is not in the catalogue"


def _cycles(entries: list[Entry]) -> Iterable[str]:
    wider = {e.name: e.broader for e in entries}
    for name in wider:
        seen, front = set(), list(wider[name])
        while front:
            above = front.pop()
            if above == name:
                yield f"{name!r} is broader than itself"
                break
            if above not in seen:
                seen.add(above)
                front.extend(wider.get(above, ()))


def _odd_fields(entries: list[Entry]) -> Iterable[str]:
    for e in entries:
        if e.year and not re.fullmatch(r"1[89]\d\d|20\d\d", e.year):
            yield f"{e.type} {e.name!r}: year {e.year!r}"
        if e.home and not re.fullmatch(r"arXiv:(\d{4}\.\d{4,5}|[a-z-]+/\d{7})|https?://\S+", e.home):
            yield f"{e.type} {e.name!r}: home {e.home!r}"
        for surface in e.cues:
            if surface not in e.surfaces:
                yield f"{e.type} {e.name!r}: cue for {surface!r}, which is none of its surfaces"
