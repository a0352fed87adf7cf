"""Abbreviations that a paper does not spell out → what they stand for there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.catalogue import Entry
from kg.groups import Groups, family
from kg.names import surface_key
from kg.things import Cues, Item, Place, short_surfaces

__all__ = ["Reading", "Readings"]

CLEAR_LEAD = 2.0  # a reading of an abbreviation wins if it is this much better supported than the next; tuned on train
CLOSE = 0.02  # closeness from which on two papers have something in common besides what all papers name
TELLING = 3  # letters from which on an abbreviation says anything where nobody spells it out
MOST_PAPERS = 200  # of a group that closeness looks at
_CATALOGUE_RULES = ("catalogue", "catalogue, by the paper's words")


class Reading(NamedTuple):
    """Node, rule and action (`merge` or `refuse`) for one abbreviation in one paper."""

    node: str
    rule: str
    action: str


class Readings:
    """What abbreviations stand for: by the catalogue, by papers that spell them out, by the company that a paper keeps."""

    def __init__(self, items: Sequence[Item], node_of: Mapping[Place, str], groups: Groups, cues: Cues):
        known = [item for item in items if item.place in node_of]
        self.groups, self.cues = groups, cues
        self.of = _readings(known, node_of, groups)
        self.company = _Company(known, node_of, groups)

    def read(self, item: Item) -> Reading:
        """What an item that has only an abbreviation stands for."""
        surface = short_surfaces(item)[0]
        key = surface_key(surface)
        names = self.groups.names
        entries: list[Entry] = []
        for context, rule in zip(self.cues.of(item.paper), _CATALOGUE_RULES, strict=True):
            entries = entries or names.read_cued(key, item.type, context)
            if len(entries) == 1:
                return Reading(self.groups.anchored(entries[0]), rule, "merge")
        rivals = self.of.get((key, family(item.type)), Counter())
        if not rivals and not entries:
            only = names.only_reading(surface, item.type)
            if others := [only] if only else names.read_other(surface, item.type):
                return Reading(self.groups.anchored(others[0]), "catalogue: the only reading", "merge")
        return self._among(item, names.node(surface, item.type).name, rivals)

    def _among(self, item: Item, node: str, rivals: Counter[str]) -> Reading:
        """The reading that other papers and this one's company speak for; a thing of its own if none is clear."""
        alone = f"{item.paper}#{item.local}"
        if not rivals:
            if len(surface_key(item.text)) < TELLING:
                return Reading(self.groups.add(alone, ""), "two letters, never spelled out", "refuse")
            return Reading(self.groups.add(node, node), "same abbreviation, never spelled out", "merge")
        scores = {root: (papers, self.company.closeness(item.paper, root)) for root, papers in rivals.items()}
        ranked = sorted(((n + 10 * close, root) for root, (n, close) in scores.items()), key=lambda r: (-r[0], r[1]))
        best, first = ranked[0]
        if len(ranked) > 1 and best < CLEAR_LEAD * ranked[1][0]:
            return Reading(self.groups.add(alone, ""), "several readings, none clear", "refuse")
        papers, close = scores[first]
        if len(surface_key(item.text)) < TELLING and papers == 1 and close < CLOSE and first not in self.groups.entry:
            return Reading(self.groups.add(alone, ""), "one other paper's reading, nothing in common", "refuse")
        rule = "spelled out so by other papers" if len(ranked) == 1 else "nearest in company of several readings"
        return Reading(first, rule, "merge")


def _readings(
    known: Sequence[Item], node_of: Mapping[Place, str], groups: Groups
) -> dict[tuple[str, str], Counter[str]]:
    """(abbreviation, family) → group → number of papers that spell it out so."""
    seen = {
        (surface_key(s), family(item.type), groups.find(node_of[item.place]), item.paper)
        for item in known
        for s in short_surfaces(item)
    }
    out: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for key, kind, root, _ in sorted(seen):
        out[key, kind][root] += 1
    return out


class _Company:
    """Which groups are named in the same papers: tells two readings of one abbreviation apart."""

    def __init__(self, known: Sequence[Item], node_of: Mapping[Place, str], groups: Groups):
        self.of_paper: dict[str, set[str]] = defaultdict(set)
        self.papers: dict[str, set[str]] = defaultdict(set)
        for item in known:
            root = groups.find(node_of[item.place])
            self.of_paper[item.paper].add(root)
            self.papers[root].add(item.paper)

    def closeness(self, paper: str, root: str) -> float:
        """Shared company of a paper and a group: sum over shared groups of 1 / papers that name them."""
        here = self.of_paper[paper] - {root}
        beside = {r for p in sorted(self.papers[root])[:MOST_PAPERS] if p != paper for r in self.of_paper[p]}
        return sum(1 / len(self.papers[r]) for r in sorted(here & beside))
