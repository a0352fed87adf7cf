"""What papers name → which things there are: one entity per thing, two for two, and a ledger that says why.

Linking sees all in-paper entities at once and nothing else, so it is a pure function of the mention table. It goes from
sure to unsure, and never chains through an abbreviation:

1. *Seeds* (`seeds`). A full name meets itself under its key (`names.surface_key`). Where several papers propose one name,
   each proposal is a seed of its own, unless they agree on a second full name.
2. *Aliases.* Full names that one paper equates are joined, unless one is a narrower thing's, or both are known things.
3. *Near names* (`near`). A name with a word left out, a letter off, or the same abbreviation and like words.
4. *Abbreviations* (`readings`). A paper that gives only the short form is resolved by the catalogue, else by what other
   papers of the pile abbreviate so, else by the company that the paper keeps; in doubt it stays apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.catalogue import Entry
from kg.groups import Groups, KnownNames
from kg.ids import content_hash, slug
from kg.names import is_narrower, is_short, is_version, surface_key
from kg.near import Named, near_names
from kg.readings import Readings
from kg.seeds import seed
from kg.things import Alias, Cues, Decision, Item, Linked, Place, Thing, short_surfaces

__all__ = ["link"]


def link(items: Iterable[Item], *, catalogue: Sequence[Entry] = (), texts: Mapping[str, str] | None = None) -> Linked:
    """Link in-paper entities across papers.

    Args:
        items: In any order; `(paper, local)` is unique.
        catalogue: Known things; two entries of it are never joined.
        texts: Paper → its title and abstract, to look for an abbreviation's cues in.

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
    groups = Groups(KnownNames(catalogue))
    cues = Cues(items, texts or {})
    node_of = seed(items, groups, ledger, cues=cues)
    _join_aliases(items, node_of, groups, ledger)
    _join_near(items, node_of, groups, ledger)
    _resolve_short(node_of, Readings(items, node_of, groups, cues), items, ledger)
    linked = _collect(items, node_of, groups, ledger)
    return replace(linked, things=_climb(linked.things, catalogue))


def _join_aliases(items: Sequence[Item], node_of: Mapping[Place, str], groups: Groups, ledger: list[Decision]) -> None:
    """Join full names that papers equate, the best supported first."""
    support = _equated(items, node_of, groups.names)
    primary = {node for node in node_of.values() if "#" not in node}
    for (left, right), said in sorted(support.items(), key=lambda kv: (-len(kv[1]), kv[0])):
        if right not in primary and groups.names.entry(right) is None:
            continue
        groups.add(right, right)
        action, rule = _equate(left, right, sorted(said)[0][1:], groups)
        papers = tuple(sorted(paper for paper, *_ in said))
        ledger.append(Decision(action, left, right, rule, papers))


def _equated(
    items: Sequence[Item], node_of: Mapping[Place, str], names: KnownNames
) -> dict[tuple[str, str], set[tuple[str, str, str]]]:
    """Pairs of nodes that papers equate → the papers, with both names as written there."""
    support: dict[tuple[str, str], set[tuple[str, str, str]]] = defaultdict(set)
    for item in items:
        node = node_of.get(item.place, "#")
        if "#" not in node:
            written = {names.node(s, item.type, own=item.own).name: s for s in item.surfaces if not is_short(s)}
            for key, surface in written.items():
                if key != node:
                    support[node, key].add((item.paper, written.get(node, item.text), surface))
    return support


def _equate(left: str, right: str, written: Sequence[str], groups: Groups) -> tuple[str, str]:
    """Join two nodes if nothing speaks against it: action and rule."""
    if groups.find(left) == groups.find(right):
        return "merge", "one paper gives both names"
    if groups.known(left) and groups.known(right):
        return "refuse", "two things in the catalogue"
    if is_narrower(*written):
        return "refuse", "one name is narrower: a paper may shorten it"
    if is_version(*written):
        return "refuse", "one name is a version of the other"
    groups.join(left, right)
    return "merge", "one paper gives both names"


def _join_near(items: Sequence[Item], node_of: Mapping[Place, str], groups: Groups, ledger: list[Decision]) -> None:
    for left, right, rule, papers in near_names(_named(items, node_of)):
        if groups.find(left) != groups.find(right):
            action = "merge" if groups.join(left, right) else "refuse"
            ledger.append(Decision(action, left, right, rule, papers))


def _named(items: Sequence[Item], node_of: Mapping[Place, str]) -> dict[str, Named]:
    """What the pile says of every full name that is a node."""
    members: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        node = node_of.get(item.place, "#")
        if "#" not in node:
            members[node].append(item)
    return {
        node: Named(
            next((s for s in group[0].surfaces if not is_short(s)), group[0].text),
            frozenset(i.type for i in group),
            frozenset(i.paper for i in group),
            frozenset(surface_key(s) for i in group for s in short_surfaces(i)),
            any(i.own for i in group),
        )
        for node, group in members.items()
    }


def _resolve_short(
    node_of: dict[Place, str], readings: Readings, items: Sequence[Item], ledger: list[Decision]
) -> None:
    """Give every item that has only an abbreviation its node."""
    for item in items:
        if item.place not in node_of:
            node, rule, action = readings.read(item)
            node_of[item.place] = node
            left = short_surfaces(item)[0] if action == "merge" else node
            ledger.append(Decision(action, left, node if action == "merge" else item.paper, rule, (item.paper,)))


def _collect(items: Sequence[Item], node_of: Mapping[Place, str], groups: Groups, ledger: list[Decision]) -> Linked:
    members: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        members[groups.find(node_of[item.place])].append(item)
    things = _name_things(members, groups)
    entity_of = {item.place: things[root].id for root, group in members.items() for item in group}
    aliases = [alias for root, group in members.items() for alias in _aliases(things[root], group, groups.names)]
    return Linked(
        entity_of,
        tuple(sorted(things.values(), key=lambda t: t.id)),
        tuple(sorted(aliases, key=lambda a: (a.entity, -a.papers, a.surface))),
        _settled(
            ledger,
            _written(items, node_of, groups),
            {node: things[groups.find(node)].id for node in groups.parent if groups.find(node) in things},
        ),
    )


def _written(items: Sequence[Item], node_of: Mapping[Place, str], groups: Groups) -> dict[str, str]:
    """Node → a name as people write it."""
    out = {root: entry.name for root, entry in groups.entry.items()}
    out |= {f"~{root[1:]}": entry.name for root, entry in groups.entry.items()}
    for item in items:
        out.setdefault(node_of[item.place], item.text)
        for surface in item.surfaces:
            out.setdefault(groups.names.node(surface, item.type, own=item.own).name, surface)
    return out


def _settled(ledger: Iterable[Decision], written: Mapping[str, str], entity: Mapping[str, str]) -> tuple[Decision, ...]:
    """The ledger with names and entities for nodes; what was decided alike for several papers is one line."""
    papers: dict[Decision, set[str]] = defaultdict(set)
    for d in ledger:
        names = {"left": written.get(d.left, d.left), "right": written.get(d.right, d.right)}
        ends = {"entity": entity.get(d.left, ""), "other": entity.get(d.right, "")}
        papers[replace(d, papers=(), **names, **ends)].update(d.papers)
    lines = (replace(d, papers=tuple(sorted(where))) for d, where in papers.items())
    return tuple(sorted(lines, key=lambda d: (d.action, d.left, d.right, d.rule, d.entity, d.other, d.papers)))


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


def _aliases(thing: Thing, group: Sequence[Item], names: KnownNames) -> Iterable[Alias]:
    papers: dict[str, set[str]] = defaultdict(set)
    for item in group:
        for surface in item.surfaces:
            papers[surface].add(item.paper)
    known = thing.entry.surfaces if thing.entry else ()
    for surface, where in papers.items():
        yield Alias(thing.id, surface, _reason(surface, thing, known, names), len(where))


def _reason(surface: str, thing: Thing, known: Sequence[str], names: KnownNames) -> str:
    """Why a surface is taken for a name of a thing."""
    if surface_key(surface) == surface_key(thing.name):
        return "spelling"
    if surface in known:
        return "catalogue"
    if is_short(surface):
        return "abbreviation"
    node = names.node(surface, thing.type)
    return node.rule if node.rule and names.entry(node.name) == thing.entry else "in-paper"
