"""What papers name → which things there are: one entity per thing, two for two, and a ledger that says why.

Linking sees all in-paper entities at once and nothing else, so it is a pure function of the mention table. It goes from
sure to unsure, and never chains through an abbreviation:

1. *Seeds.* A full name meets itself under its key (`names.surface_key`). Where several papers propose one name, each
   proposal is a seed of its own, unless they agree on a second full name.
2. *Aliases.* Full names that one paper equates are joined, unless that would join two entries of the catalogue.
3. *Abbreviations.* A paper that gives only the short form is resolved by the catalogue, else by what other papers
   of the pile abbreviate so, else by the company that the paper keeps; in doubt it stays apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.catalogue import Entry
from kg.groups import Groups, KnownNames
from kg.ids import content_hash, slug
from kg.names import is_short, surface_key

__all__ = ["Alias", "Decision", "Item", "Linked", "Thing", "link"]

_PROPOSING = ("proposed", "introduced")
CLEAR_LEAD = 2.0  # a reading of an abbreviation wins if it is this much better supported than the next; tuned on train


class Item(NamedTuple):
    """One in-paper entity: the paper's key, its number in the paper, type, role, fullest name, other surfaces."""

    paper: str
    local: int
    type: str
    role: str
    text: str
    aliases: tuple[str, ...]

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Fullest name first."""
        return (self.text, *self.aliases)


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity across papers; `entry` is its place in the catalogue, if it has one.

    `wider` names the nearest wider entries of the catalogue that papers here name too.
    """

    id: str
    type: str
    name: str
    entry: Entry | None
    wider: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A surface known to name an entity, why, and in how many papers it does."""

    entity: str
    surface: str
    reason: str
    papers: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the ledger: `merge`, `refuse` or `split` of two names, the rule, and the papers that it rests on."""

    action: str
    left: str
    right: str
    rule: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """The outcome: entity id of each `(paper, local)`, and the three tables."""

    entity_of: dict[tuple[str, int], str]
    things: tuple[Thing, ...]
    aliases: tuple[Alias, ...]
    decisions: tuple[Decision, ...]


def link(items: Iterable[Item], *, catalogue: Sequence[Entry] = ()) -> Linked:
    """Link in-paper entities across papers.

    Args:
        items: In any order; `(paper, local)` is unique.
        catalogue: Known things; two entries of it are never joined.

    Returns:
        The same result for every order of `items`.

    Example:
        >>> found = link([Item("p1", 0, "Method", "used", "LLMs", ("large language models",)),
        ...               Item("p2", 0, "Method", "used", "LLM", ())])
        >>> [(t.id, t.name) for t in found.things]
        [('method/large-language-models', 'large language models')]
    """
    items = sorted(items)
    ledger: list[Decision] = []
    names = KnownNames(catalogue)
    groups = Groups(names)
    node_of = _seed(items, groups, ledger)
    _join_aliases(items, node_of, groups, ledger)
    _resolve_short(items, node_of, groups, ledger)
    linked = _collect(items, node_of, groups, ledger)
    return replace(linked, things=_climb(linked.things, catalogue))


def _full_keys(item: Item, names: KnownNames) -> list[str]:
    """Nodes of the item's full names, the fullest first."""
    return list(dict.fromkeys(names.node(s, item.type) for s in item.surfaces if not is_short(s)))


def _short_keys(item: Item) -> list[str]:
    return list(dict.fromkeys(surface_key(s) for s in item.surfaces if is_short(s)))


def _seed(items: Sequence[Item], groups: Groups, ledger: list[Decision]) -> dict[tuple[str, int], str]:
    """The first node of every item that has a full name, and of every proposal."""
    contested = _contested(items, groups.names)
    same_pair: dict[tuple[str, str, str], str] = {}
    node_of: dict[tuple[str, int], str] = {}
    waiting: list[Item] = []
    for item in items:
        keys = _full_keys(item, groups.names) or (_short_keys(item)[:1] if item.role in _PROPOSING else [])
        if not keys:
            continue
        if not any(k in contested for k in keys):
            node_of[item[:2]] = keys[0]
            groups.add(keys[0], keys[0])
        elif item.role in _PROPOSING:
            node_of[item[:2]] = _seed_proposal(item, groups, same_pair, ledger)
        else:
            waiting.append(item)
    for item in waiting:
        node_of[item[:2]] = _attach(item, contested, groups, same_pair, ledger)
    return node_of


def _contested(items: Sequence[Item], names: KnownNames) -> dict[str, list[Item]]:
    """Names that several papers propose as their own: key → those proposals; common terms of the catalogue are none."""
    proposals: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.role in _PROPOSING:
            for key in {*_full_keys(item, names), *_short_keys(item)}:
                proposals[key].append(item)
    return {
        key: group
        for key, group in proposals.items()
        if names.entry(key) is None and len({item.paper for item in group}) > 1
    }


def _pairs(item: Item, names: KnownNames) -> list[tuple[str, str, str]]:
    """Pairs of names that the item equates: two papers with one pair in common mean the same thing."""
    keys = sorted({*_full_keys(item, names), *_short_keys(item)})
    return [(item.type, a, b) for i, a in enumerate(keys) for b in keys[i + 1 :]]


def _seed_proposal(
    item: Item, groups: Groups, same_pair: dict[tuple[str, str, str], str], ledger: list[Decision]
) -> str:
    node = f"{item.paper}#{item.local}"
    groups.add(node, "")
    ledger.append(Decision("split", item.text, item.paper, "proposed by several papers", (item.paper,)))
    for pair in _pairs(item, groups.names):
        groups.join(node, same_pair.setdefault(pair, node))
    return node


def _attach(
    item: Item,
    contested: dict[str, list[Item]],
    groups: Groups,
    same_pair: dict[tuple[str, str, str], str],
    ledger: list[Decision],
) -> str:
    """A paper that names what several others propose: the one it spells out alike, else a thing of that name apart."""
    for pair in _pairs(item, groups.names):
        if pair in same_pair:
            return same_pair[pair]
    keys = _full_keys(item, groups.names)
    key = next((k for k in keys if k not in contested), keys[0])
    groups.add(key, key)
    if key in contested:
        rivals = tuple(sorted({i.paper for i in contested[key]}))
        ledger.append(Decision("refuse", item.text, item.paper, "name proposed by several papers", rivals))
    return key


def _join_aliases(
    items: Sequence[Item], node_of: dict[tuple[str, int], str], groups: Groups, ledger: list[Decision]
) -> None:
    """Join full names that papers equate, the best supported first."""
    support: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in items:
        node = node_of.get(item[:2])
        for key in _full_keys(item, groups.names):
            if node is not None and "#" not in node and key != node:
                support[node, key].add(item.paper)
    primary = {node for node in node_of.values() if "#" not in node}
    for (left, right), papers in sorted(support.items(), key=lambda kv: (-len(kv[1]), kv[0])):
        if right not in primary and groups.names.entry(right) is None:
            continue
        groups.add(right, right)
        joined = groups.join(left, right)
        action = "merge" if joined else "refuse"
        rule = "one paper gives both names" if joined else "two things in the catalogue"
        ledger.append(Decision(action, left, right, rule, tuple(sorted(papers))))


def _resolve_short(
    items: Sequence[Item], node_of: dict[tuple[str, int], str], groups: Groups, ledger: list[Decision]
) -> None:
    """Give every item that has only an abbreviation its node."""
    known = [item for item in items if item[:2] in node_of]
    readings = _readings(known, node_of, groups)
    context = _contexts(items)
    company = _Company(known, node_of, groups)
    for item in items:
        if item[:2] in node_of:
            continue
        key = _short_keys(item)[0]
        node, rule, action = _read_short(item, readings, groups, context[item.paper], company)
        node_of[item[:2]] = node
        ledger.append(Decision(action, key, node, rule, (item.paper,)))


def _readings(
    known: Sequence[Item], node_of: dict[tuple[str, int], str], groups: Groups
) -> dict[tuple[str, str], Counter[str]]:
    """(abbreviation, type) → group → number of papers that spell it out so."""
    seen: set[tuple[str, str, str, str]] = set()
    for item in known:
        for key in _short_keys(item):
            seen.add((key, item.type, groups.find(node_of[item[:2]]), item.paper))
    out: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for key, kind, root, _ in seen:
        out[key, kind][root] += 1
    return out


def _contexts(items: Sequence[Item]) -> dict[str, str]:
    words: dict[str, list[str]] = defaultdict(list)
    for item in items:
        words[item.paper].extend(s.casefold() for s in item.surfaces)
    return {paper: " " + " ".join(w).replace("-", " ") for paper, w in words.items()}


class _Company:
    """Which groups are named in the same papers: tells two readings of one abbreviation apart."""

    def __init__(self, known: Sequence[Item], node_of: dict[tuple[str, int], str], groups: Groups):
        self.of_paper: dict[str, set[str]] = defaultdict(set)
        self.papers: dict[str, set[str]] = defaultdict(set)
        for item in known:
            root = groups.find(node_of[item[:2]])
            self.of_paper[item.paper].add(root)
            self.papers[root].add(item.paper)

    def closeness(self, paper: str, root: str) -> float:
        """Shared company of a paper and a group: sum over shared groups of 1 / papers that name them."""
        here = self.of_paper[paper] - {root}
        beside = {r for p in sorted(self.papers[root])[:200] if p != paper for r in self.of_paper[p]}
        return sum(1 / len(self.papers[r]) for r in sorted(here & beside))


def _read_short(
    item: Item,
    readings: dict[tuple[str, str], Counter[str]],
    groups: Groups,
    context: str,
    company: _Company,
) -> tuple[str, str, str]:
    """Node, rule and action for an abbreviation that its paper does not spell out."""
    key = _short_keys(item)[0]
    entries = groups.names.read_short(key, item.type, context)
    if len(entries) == 1:
        return groups.anchored(entries[0]), "catalogue", "merge"
    rivals = readings.get((key, item.type), Counter())
    if not rivals:
        return groups.add(key, key), "same abbreviation, never spelled out", "merge"
    if len(rivals) == 1:
        return next(iter(rivals)), "spelled out so by other papers", "merge"
    scores = {root: papers + 10 * company.closeness(item.paper, root) for root, papers in rivals.items()}
    (first, best), (_, second) = sorted(scores.items(), key=lambda kv: (-kv[1], kv[0]))[:2]
    if best >= CLEAR_LEAD * second:
        return first, "nearest in company of several readings", "merge"
    node = f"{item.paper}#{item.local}"
    return groups.add(node, ""), "several readings, none clear", "refuse"


def _collect(
    items: Sequence[Item], node_of: dict[tuple[str, int], str], groups: Groups, ledger: list[Decision]
) -> Linked:
    members: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        members[groups.find(node_of[item[:2]])].append(item)
    things = _name_things(members, groups)
    entity_of = {item[:2]: things[root].id for root, group in members.items() for item in group}
    aliases = [alias for root, group in members.items() for alias in _aliases(things[root], group)]
    return Linked(
        entity_of,
        tuple(sorted(things.values(), key=lambda t: t.id)),
        tuple(sorted(aliases, key=lambda a: (a.entity, -a.papers, a.surface))),
        tuple(sorted(set(ledger), key=lambda d: (d.action, d.left, d.right, d.rule, d.papers))),
    )


def _name_things(members: dict[str, list[Item]], groups: Groups) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    by_id: dict[str, list[str]] = defaultdict(list)
    for root, group in members.items():
        entry = groups.entry.get(root)
        kind = entry.type if entry else _most(Counter(i.type for i in group))
        name = entry.name if entry else _best_name(group)
        things[root] = Thing(f"{kind.lower()}/{slug(name)}", kind, name, entry)
        by_id[things[root].id].append(root)
    for key, roots in by_id.items():
        for root in roots if len(roots) > 1 else ():
            t = things[root]
            if t.entry is None:  # the catalogue's own keeps the plain name
                mark = content_hash(*sorted(f"{i.paper}#{i.local}" for i in members[root])[:1], size=4)
                things[root] = Thing(f"{key}~{mark}", t.type, t.name, None)
    return things


def _climb(things: Sequence[Thing], catalogue: Sequence[Entry]) -> tuple[Thing, ...]:
    """Fill `wider`: up the catalogue from each thing, past entries that no paper names."""
    above = {e.name: e.broader for e in reversed(catalogue)}
    named = {t.name for t in things if t.entry}
    return tuple(replace(t, wider=_nearest(t.entry, above, named)) if t.entry else t for t in things)


def _nearest(entry: Entry, above: Mapping[str, tuple[str, ...]], named: set[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    front, seen = list(entry.broader), {entry.name}
    while front:
        name = front.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in named:
            found[name] = None
        else:
            front.extend(above.get(name, ()))
    return tuple(found)


def _best_name(group: Sequence[Item]) -> str:
    """The full name that most papers use as theirs; the shortest, then the first, of equals."""
    full = Counter(i.text for i in group if not is_short(i.text)) or Counter(
        s for i in group for s in i.surfaces if not is_short(s)
    )
    return _most(full or Counter(i.text for i in group))


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], len(name), name))


def _aliases(thing: Thing, group: Sequence[Item]) -> Iterable[Alias]:
    papers: dict[str, set[str]] = defaultdict(set)
    for item in group:
        for surface in item.surfaces:
            papers[surface].add(item.paper)
    known = thing.entry.surfaces if thing.entry else ()
    own = surface_key(thing.name)
    for surface, where in papers.items():
        if surface_key(surface) == own:
            reason = "spelling"
        elif surface in known:
            reason = "catalogue"
        else:
            reason = "abbreviation" if is_short(surface) else "in-paper"
        yield Alias(thing.id, surface, reason, len(where))
