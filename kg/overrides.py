"""A user's corrections of linking: `overrides.csv` → a linked result with them applied last, each in the ledger."""

from __future__ import annotations

import csv
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import InputError
from kg.files import atomic_write
from kg.ids import content_hash, slug
from kg.schema import MENTION_TYPES
from kg.things import Alias, Decision, Item, Linked, Thing

__all__ = ["ACTIONS", "Override", "apply_overrides", "read_overrides", "write_overrides"]

log = logging.getLogger(__name__)
_HEADER = ["action", "entity", "value"]


@dataclass(frozen=True, slots=True)
class Override:
    """One correction: what to do, with which entity, and the value that the action needs (see `ACTIONS`)."""

    action: str
    entity: str
    value: str


ACTIONS: dict[str, str] = {
    "merge": "value: key of the entity that it is the same as",
    "split": "value: key of the paper in which the name means something else",
    "rename": "value: its new name",
    "retype": f"value: its type, one of {', '.join(MENTION_TYPES)}",
    "drop": "value: empty; the entity leaves the graph",
}


def read_overrides(path: Path) -> tuple[Override, ...]:
    """The corrections in a CSV file with the columns action, entity, value, in file order.

    Raises:
        InputError: If the file cannot be read, the header, an action or a type is unknown, or a value is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return _read_rows(csv.reader(lines), path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"cannot be read ({error})",
            path=path,
            remedy=f"give a CSV file in UTF-8 with the columns {','.join(_HEADER)}",
        ) from None


def _read_rows(rows: Iterator[list[str]], path: Path) -> tuple[Override, ...]:
    header = [c.strip().casefold() for c in next(rows, [])]
    if header[:3] != _HEADER:
        raise InputError(f"header {','.join(header)!r}", path=path, line=1, remedy=f"must be {','.join(_HEADER)}")
    return tuple(
        _check(Override(*(c.strip() for c in [*row, "", ""][:3])), path, number)
        for number, row in enumerate(rows, start=2)
        if any(c.strip() for c in row)
    )


def _check(override: Override, path: Path, line: int) -> Override:
    def wrong(message: str, remedy: str) -> InputError:
        return InputError(message, path=path, line=line, remedy=remedy)

    if override.action not in ACTIONS:
        raise wrong(f"unknown action {override.action!r}", f"one of {', '.join(ACTIONS)}")
    if not override.entity:
        raise wrong("no entity", "give the key that `kg explain` shows, such as method/resnet")
    if override.action != "drop" and not override.value:
        raise wrong(f"{override.action} without a value", ACTIONS[override.action])
    if override.action == "merge" and override.value == override.entity:
        raise wrong(f"{override.entity} cannot be merged with itself", ACTIONS["merge"])
    if override.action == "retype" and override.value not in MENTION_TYPES:
        raise wrong(f"unknown type {override.value!r}", ACTIONS["retype"])
    return override


def write_overrides(overrides: Iterable[Override], path: Path) -> None:
    """Write corrections as `read_overrides` reads them."""
    with atomic_write(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_HEADER)
        rows.writerows((o.action, o.entity, o.value) for o in overrides)


def apply_overrides(linked: Linked, items: Sequence[Item], overrides: Sequence[Override]) -> Linked:
    """The linked result with all corrections that find their entity; the others are logged and left out."""
    for override in overrides:
        known = {t.id for t in linked.things}
        wanted = [override.entity, override.value] if override.action == "merge" else [override.entity]
        missing = [key for key in wanted if key not in known]
        if missing:
            log.warning("override %s %s: no entity %s in this graph", override.action, override.entity, missing[0])
            continue
        decision = Decision(override.action, override.entity, override.value, "override", (), override.entity)
        linked = _APPLY[override.action](replace(linked, decisions=(*linked.decisions, decision)), items, override)
    return linked


def _move(linked: Linked, old: str, new: Thing) -> Linked:
    """Give all that is `old` to `new`."""
    things = {t.id: t for t in linked.things if t.id != old}
    things.setdefault(new.id, new)
    return replace(
        linked,
        entity_of={place: new.id if key == old else key for place, key in linked.entity_of.items()},
        things=tuple(things[key] for key in sorted(things)),
        aliases=_gather(replace(a, entity=new.id) if a.entity == old else a for a in linked.aliases),
        decisions=tuple(_moved(d, old, new.id) for d in linked.decisions),
    )


def _moved(decision: Decision, old: str, new: str) -> Decision:
    left, right = (new if key == old else key for key in (decision.entity, decision.other))
    return replace(decision, entity=left, other=right)


def _merge(linked: Linked, items: Sequence[Item], override: Override) -> Linked:
    return _move(linked, override.entity, _thing(linked, override.value))


def _rename(linked: Linked, items: Sequence[Item], override: Override) -> Linked:
    old = _thing(linked, override.entity)
    return _move(linked, old.id, replace(old, id=f"{old.type.lower()}/{slug(override.value)}", name=override.value))


def _retype(linked: Linked, items: Sequence[Item], override: Override) -> Linked:
    old = _thing(linked, override.entity)
    return _move(linked, old.id, replace(old, id=f"{override.value.lower()}/{slug(old.name)}", type=override.value))


def _split(linked: Linked, items: Sequence[Item], override: Override) -> Linked:
    """A thing of its own for what one paper means by the name."""
    old = _thing(linked, override.entity)
    own = replace(old, id=f"{old.id}~{content_hash(override.value, size=4)}", entry=None)
    places = {i[:2] for i in items if i.paper == override.value and linked.entity_of.get(i[:2]) == old.id}
    if not places:
        log.warning("override split %s: paper %s does not name it", old.id, override.value)
        return linked
    here = {s for i in items if i[:2] in places for s in i.surfaces}
    moved = [Alias(own.id, surface, "override", 1) for surface in here]
    left = [replace(a, papers=a.papers - 1) if a.entity == old.id and a.surface in here else a for a in linked.aliases]
    return replace(
        linked,
        entity_of={place: own.id if place in places else key for place, key in linked.entity_of.items()},
        things=tuple(sorted((*linked.things, own), key=lambda t: t.id)),
        aliases=_gather([*moved, *(a for a in left if a.papers > 0)]),
    )


def _drop(linked: Linked, items: Sequence[Item], override: Override) -> Linked:
    key = override.entity
    return replace(
        linked,
        entity_of={place: "" if k == key else k for place, k in linked.entity_of.items()},
        things=tuple(t for t in linked.things if t.id != key),
        aliases=tuple(a for a in linked.aliases if a.entity != key),
    )


_APPLY: dict[str, Callable[[Linked, Sequence[Item], Override], Linked]] = {
    "merge": _merge,
    "split": _split,
    "rename": _rename,
    "retype": _retype,
    "drop": _drop,
}


def _thing(linked: Linked, key: str) -> Thing:
    return next(t for t in linked.things if t.id == key)


def _gather(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    """Aliases with those that have come to name one entity twice added up."""
    groups: dict[tuple[str, str], list[Alias]] = defaultdict(list)
    for alias in aliases:
        groups[alias.entity, alias.surface].append(alias)
    return tuple(replace(g[0], papers=sum(a.papers for a in g)) for _, g in sorted(groups.items()))
