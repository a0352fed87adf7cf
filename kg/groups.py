"""Names → nodes: what the catalogue knows of a name, and disjoint sets of names of which each holds one known thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from kg.catalogue import Entry
from kg.names import is_coined, is_short, same_roots, surface_key, surface_words

__all__ = ["Groups", "KnownNames", "Node", "family", "is_slip", "slip_blocks"]

DATA = frozenset(["Dataset", "Benchmark"])  # what one paper calls a dataset another calls a benchmark
_EMPTY_STARTS = ("model", "network")  # "network pruning" is pruning
_LEFT_OUT_HEADS = ("learning", "model")  # "semi-supervised" is semi-supervised learning, "masked diffusion" a model
_HEADLESS = re.compile(r"(?:ed|al|ive|shot|task|view|label|diffusion)$")  # what a name that lacks its head ends in
_SCORED = re.compile(r"\bscores?$", re.I)  # what is left of these names another thing: "Inception score", "Zen-Score"
TYPO_LENGTH = 12  # letters from which on a name one letter off a known one is taken for a slip of the pen
_TELLING = 4  # letters from which on an abbreviation is seldom used for two things; of data and metrics two will do
_BRIEF = 6  # letters up to which a name may as well be an abbreviation: a metric's is no method's
_PREFIX = 3  # a letter this near to the start may make another word: "microaverage", "asymmetric"


class Node(NamedTuple):
    """A name's node, and why it is not simply that of its spelling."""

    name: str
    rule: str


def family(kind: str) -> str:
    """What types can be one thing: data with data, methods with tasks; and metrics, where only an abbreviation is given."""
    return "data" if kind in DATA else "metric" if kind == "Metric" else ""


class KnownNames:
    """The catalogue by key: a full name gives one entry of a type, an abbreviation perhaps several, with their cues."""

    def __init__(self, catalogue: Sequence[Entry]):
        self.full: dict[str, dict[str, Entry]] = defaultdict(dict)
        self.short: dict[str, list[tuple[Entry, str]]] = defaultdict(list)
        for entry in catalogue:
            for surface in entry.surfaces:
                cues = entry.cues.get(surface, ())
                if is_short(surface) or cues:
                    self.short[surface_key(surface)].append((entry, surface))
                if not cues:
                    self.full[surface_key(surface, whole=True)].setdefault(entry.type, entry)
        headless = [
            (surface_key(s), e) for e in catalogue for s in e.surfaces if s not in e.cues and not _SCORED.search(s)
        ]
        for key, entry in headless:  # after the whole names: "GAN loss" must not take GAN's place
            self.full[key].setdefault(entry.type, entry)
        self.full.default_factory = None
        self.typos = _typo_blocks(self.full)
        self.words = {word for e in catalogue for s in e.surfaces for word in surface_words(s)}
        self.roots = _root_blocks(s for e in catalogue for s in e.surfaces if s not in e.cues)
        self._nodes: dict[tuple[str, str, bool], Node] = {}

    def entry(self, node: str) -> Entry | None:
        """The entry that a node made by `node` stands for."""
        key, _, kind = node.partition("/")
        entries = self.full.get(key, {})
        return entries.get(kind) if kind else next(iter(entries.values()), None)

    def node(self, surface: str, kind: str, *, own: bool = False) -> Node:
        """The node of a name: its key; with a type or family behind it where things of several are called so.

        Args:
            surface: A name as written.
            kind: Type that its paper gives it.
            own: Whether the paper gives the name itself: then it is no known thing of another family.
        """
        found = self._nodes.get((surface, kind, own))
        if found is None:
            found = self._nodes[surface, kind, own] = self._make_node(surface, kind, own=own)
        return found

    def _make_node(self, surface: str, kind: str, *, own: bool) -> Node:
        key, rule = surface_key(surface, whole=True), ""
        if key not in self.full:
            key, rule = self._known_key(surface)
        entries = self.full.get(key, {})
        if entry := _of_kind(entries, surface, kind, own=own):
            return Node(key if len(entries) == 1 else f"{key}/{entry.type}", rule)
        mark = family(kind) if kind in DATA or len(key) <= _BRIEF else ""
        return Node(f"{key}/{mark or ('other' if entries else '')}".rstrip("/"), rule)

    def _known_key(self, surface: str) -> tuple[str, str]:
        """The key under which the catalogue knows the name, and by which rule; its own key if it does not."""
        key = surface_key(surface)
        if key in self.full:
            return key, ""
        for word in _EMPTY_STARTS:
            if key.startswith(word) and key[len(word) :] in self.full:
                return key[len(word) :], "first word says nothing"
        if _HEADLESS.search(key) and not is_short(surface):
            for head in _LEFT_OUT_HEADS:
                if key + head in self.full:
                    return key + head, "last word left out"
        words = surface_words(surface)
        alike = self.roots.get(_root_block(words), ()) if len(words) > 1 else ()
        if same := [k for other, k in alike if words[-1] == other[-1] and same_roots(words, other)]:
            return min(same), "other forms of the words"
        near = {other for block in slip_blocks(key) for other in self.typos.get(block, ()) if is_slip(key, other)}
        misspelt = near and not is_coined(surface) and not self.words.issuperset(words)
        return (min(near), "one letter off") if misspelt else (key, "")

    def read_cued(self, key: str, kind: str, context: str) -> list[Entry]:
        """Entries of the type's family that an ambiguous name can mean in a paper that says `context`."""
        cued = [(e, e.cues.get(surface, ())) for e, surface in self.short.get(key, ())]
        found = [e for e, cues in cued if not cues or any(" " + cue.replace("-", " ") in context for cue in cues)]
        fits = list({(e.type, e.name): e for e in found}.values())  # an entry may have the name in two spellings
        return [e for e in fits if e.type == kind] or [e for e in fits if family(e.type) == family(kind)]

    def read_other(self, surface: str, kind: str) -> list[Entry]:
        """Entries of other families that a long abbreviation without cues means, where its own family has none."""
        rows = self.short.get(surface_key(surface), ())
        if len(surface) < _TELLING or any(family(e.type) == family(kind) for e, _ in rows):
            return []
        return [e for e, written in rows if written == surface and written not in e.cues]

    def only_reading(self, surface: str, kind: str) -> Entry | None:
        """The one entry of the type that is written so, whatever its cues ask, if the name is long enough to tell."""
        written = {_as_written(surface, kind), _as_written(surface.removesuffix("s"), kind)}
        readings = {e.name: e for e, s in self.short.get(surface_key(surface), ()) if family(e.type) == family(kind)}
        exact = [
            e
            for e, s in self.short.get(surface_key(surface), ())
            if _as_written(s, kind) in written and e.name in readings
        ]
        long = len(surface) >= (2 if family(kind) else _TELLING)
        return exact[0] if long and len(readings) == 1 and exact else None


def _as_written(surface: str, kind: str = "") -> str:
    """The surface without spaces and hyphens; of data and metrics without case."""
    closed = re.sub(r"[\s_-]", "", surface)
    return closed.casefold() if family(kind) else closed


def _of_kind(entries: Mapping[str, Entry], surface: str, kind: str, *, own: bool) -> Entry | None:
    """The entry that a name of a type means: of its type, else of its family, else that which is written just so.

    "Spider" the benchmark is not SPIDER the measure; a common noun, and a name written as known, is the known thing
    even where its paper's annotation has another type.
    """
    if kind in entries:
        return entries[kind]
    same = [e for t, e in entries.items() if (t in DATA) == (kind in DATA)]
    sure = not own and (is_coined(surface) or is_short(surface))
    other = [
        e
        for e in entries.values()
        if (sure and _as_written(surface) in map(_as_written, e.surfaces)) or (not own and e.name == e.name.lower())
    ]
    return next(iter([*same, *other]), None)


class Groups:
    """Disjoint sets of nodes; each holds at most one catalogue entry, so that a join of two known things is refused."""

    def __init__(self, names: KnownNames):
        self.names = names
        self.parent: dict[str, str] = {}
        self.entry: dict[str, Entry] = {}

    def add(self, node: str, key: str) -> str:
        """Make a node, joined to the catalogue's entry if it is that of a known key, and give its set."""
        if node not in self.parent:
            self.parent[node] = node
            entry = self.names.entry(key) if node == key else None
            if entry:
                self._anchor(node, entry)
        return self.find(node)

    def _anchor(self, node: str, entry: Entry) -> None:
        anchor = f"={entry.type}/{entry.name}"
        if anchor not in self.parent:
            self.parent[anchor] = anchor
            self.entry[anchor] = entry
        self.parent[node] = self.find(anchor)

    def anchored(self, entry: Entry) -> str:
        """A node in the set of an entry of the catalogue."""
        node = f"~{entry.type}/{entry.name}"
        if node not in self.parent:
            self.parent[node] = node
            self._anchor(node, entry)
        return node

    def find(self, node: str) -> str:
        """The node that stands for the set."""
        root = node
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[node] != root:
            self.parent[node], node = root, self.parent[node]
        return root

    def known(self, node: str) -> Entry | None:
        """The catalogue entry of the node's set."""
        return self.entry.get(self.find(node))

    def join(self, left: str, right: str) -> bool:
        """Join two sets; False, and nothing done, if each holds an entry of its own."""
        a, b = sorted((self.find(left), self.find(right)))
        if a == b:
            return True
        if a in self.entry and b in self.entry:
            return False
        keep, drop = (b, a) if b in self.entry else (a, b)
        self.parent[drop] = keep
        return True


def _typo_blocks(keys: Iterable[str]) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for block in slip_blocks(key):
            blocks[block].append(key)
    return dict(blocks)


def slip_blocks(key: str) -> tuple[str, ...]:
    """Where to look for keys one letter off: that leaves the first or the last half of a key as it is."""
    if len(key) < TYPO_LENGTH or not key.isalpha():
        return ()
    halves = {len(key) // 2, (len(key) - 1) // 2}
    return tuple(block for half in sorted(halves) for block in (key[:half], "…" + key[-half:]))


def is_slip(left: str, right: str) -> bool:
    """Whether two long keys differ by one letter that is not among the first.

    Example:
        >>> is_slip("imageclasification", "imageclassification"), is_slip("microaverages", "macroaverages")
        (True, False)
    """
    return left[:_PREFIX] == right[:_PREFIX] and Levenshtein.distance(left, right, score_cutoff=1) == 1


def _root_blocks(surfaces: Iterable[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    blocks: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for surface in surfaces:
        words = surface_words(surface)
        blocks[_root_block(words)].append((words, surface_key(surface, whole=True)))
    return dict(blocks)


def _root_block(words: Sequence[str]) -> str:
    """Names whose words have the same roots begin their words alike."""
    return " ".join(word[:4] for word in words)
