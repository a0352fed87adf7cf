"""In-paper entities with a full name, and proposals → their first nodes: a name meets itself, a contested one does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kg.catalogue import Entry
from kg.groups import Groups, KnownNames
from kg.names import is_narrower, is_short, surface_key
from kg.things import Cues, Decision, Item, Place, short_surfaces

__all__ = ["full_nodes", "seed"]

_Pair = tuple[str, str, str]  # type, two nodes


def full_nodes(item: Item, names: KnownNames) -> list[str]:
    """Nodes of the item's full names: the fullest first, or the known one that it shortens ("detection" of objects)."""
    written = [s for s in item.surfaces if not is_short(s)]
    nodes = [names.node(s, item.type, own=item.own).name for s in written]
    if nodes and not names.entry(nodes[0]):
        known = (n for n, s in zip(nodes, written, strict=True) if _is_fuller(s, written[0]) and names.entry(n))
        nodes = [*known, *nodes]
    return list(dict.fromkeys(nodes))


def _is_fuller(surface: str, text: str) -> bool:
    return len(surface) > len(text) and is_narrower(surface, text)


def _short_nodes(item: Item, names: KnownNames) -> list[str]:
    return list(dict.fromkeys(names.node(s, item.type, own=item.own).name for s in short_surfaces(item)))


def seed(items: Sequence[Item], groups: Groups, ledger: list[Decision], *, cues: Cues) -> dict[Place, str]:
    """The first node of every item that has a full name, and of every proposal."""
    contested = _contested(items, groups.names)
    same_pair: dict[_Pair, str] = {}
    node_of: dict[Place, str] = {}
    waiting: list[Item] = []
    for item in items:
        nodes = full_nodes(item, groups.names) or (_short_nodes(item, groups.names)[:1] if item.own else [])
        if not nodes:
            continue
        if entry := _by_cue(item, nodes[0], groups.names, cues):
            node_of[item.place] = groups.anchored(entry)
            ledger.append(Decision("merge", item.text, groups.anchored(entry), "catalogue, by its cue", (item.paper,)))
            continue
        if not any(node in contested for node in nodes):
            node_of[item.place] = nodes[0]
            groups.add(nodes[0], nodes[0])
        elif item.own:
            node_of[item.place] = _seed_proposal(item, groups, same_pair, ledger)
        else:
            waiting.append(item)
    for item in waiting:
        node_of[item.place] = _attach(item, contested, groups, same_pair, ledger)
    return node_of


def _by_cue(item: Item, node: str, names: KnownNames, cues: Cues) -> Entry | None:
    """The entry of a name that counts only where one of its cues stands: a full name, or all that a proposal gives."""
    if names.entry(node) is None:
        for surface in [s for s in item.surfaces if not is_short(s)] or item.surfaces:
            for context in cues.of(item.paper):
                if len(entries := names.read_cued(surface_key(surface), item.type, context)) == 1:
                    return entries[0]
    return None


def _contested(items: Sequence[Item], names: KnownNames) -> dict[str, list[Item]]:
    """Names that several papers propose as their own → those proposals; common terms of the catalogue are none."""
    proposals: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        for node in {*full_nodes(item, names), *_short_nodes(item, names)} if item.own else ():
            proposals[node].append(item)
    return {
        node: group
        for node, group in proposals.items()
        if names.entry(node) is None and len({item.paper for item in group}) > 1
    }


def _pairs(item: Item, names: KnownNames) -> list[_Pair]:
    """Pairs of names that the item equates: two papers with one pair in common mean the same thing."""
    nodes = sorted({*full_nodes(item, names), *_short_nodes(item, names)})
    return [(item.type, a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :]]


def _seed_proposal(item: Item, groups: Groups, same_pair: dict[_Pair, str], ledger: list[Decision]) -> str:
    node = f"{item.paper}#{item.local}"
    groups.add(node, "")
    ledger.append(Decision("split", node, item.paper, "proposed by several papers", (item.paper,)))
    for pair in _pairs(item, groups.names):
        groups.join(node, same_pair.setdefault(pair, node))
    return node


def _attach(
    item: Item,
    contested: Mapping[str, Sequence[Item]],
    groups: Groups,
    same_pair: Mapping[_Pair, str],
    ledger: list[Decision],
) -> str:
    """A paper that names what several others propose: the one it spells out alike, else a thing of that name apart."""
    for pair in _pairs(item, groups.names):
        if pair in same_pair:
            return same_pair[pair]
    nodes = full_nodes(item, groups.names)
    node = next((n for n in nodes if n not in contested), nodes[0])
    groups.add(node, node)
    if node in contested:
        rivals = tuple(sorted({i.paper for i in contested[node]}))
        ledger.append(Decision("refuse", node, item.paper, "name proposed by several papers", rivals))
    return node
