"""Names → nodes: what the catalogue knows of a name, and disjoint sets of names of which each holds one known thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from kg.catalogue import Entry
from kg.names import is_short, surface_key

__all__ = ["Groups", "KnownNames"]

_EMPTY_STARTS = ("model", "network")  # "network pruning" is pruning
TYPO_LENGTH = 12  # letters from which on a name one letter off a known one is taken for a slip of the pen


class KnownNames:
    """The catalogue by key: a full name gives one entry of a type, an abbreviation perhaps several, with their cues."""

    def __init__(self, catalogue: Sequence[Entry]):
        self.full: dict[str, dict[str, Entry]] = defaultdict(dict)
        self.short: dict[str, list[tuple[Entry, tuple[str, ...]]]] = defaultdict(list)
        for entry in catalogue:
            for surface in entry.surfaces:
                cues = entry.cues.get(surface, ())
                if is_short(surface) or cues:
                    self.short[surface_key(surface)].append((entry, cues))
                if not cues:
                    self.full[surface_key(surface, whole=True)].setdefault(entry.type, entry)
        headless = [(surface_key(s), e) for e in catalogue for s in e.surfaces if s not in e.cues]
        for key, entry in headless:  # after the whole names: "GAN loss" must not take GAN's place
            self.full[key].setdefault(entry.type, entry)
        self.full.default_factory = None
        self.typos = _typo_blocks(self.full)

    def entry(self, node: str) -> Entry | None:
        """The entry that a node made by `node` stands for."""
        key, _, kind = node.partition("/")
        entries = self.full.get(key, {})
        return entries.get(kind) or next(iter(entries.values()), None)

    def node(self, surface: str, kind: str) -> str:
        """The node of a full name: its key; with a type behind it where things of several types are called so."""
        key = surface_key(surface, whole=True)
        if key not in self.full:
            key = self._known_key(surface_key(surface))
        entries = self.full.get(key, {})
        if len(entries) < 2:
            return key
        return f"{key}/{kind if kind in entries else next(iter(entries))}"

    def _known_key(self, key: str) -> str:
        """The key under which the catalogue knows the name: as it is, without an empty first word, or a letter off."""
        if key in self.full:
            return key
        for word in _EMPTY_STARTS:
            if key.startswith(word) and key[len(word) :] in self.full:
                return key[len(word) :]
        if len(key) < TYPO_LENGTH or not key.isalpha():
            return key
        near = {other for block in _blocks(key) for other in self.typos.get(block, ()) if _one_letter_off(key, other)}
        return min(near, default=key)

    def read_short(self, key: str, kind: str, context: str) -> list[Entry]:
        """Entries that the abbreviation can mean in a paper that says `context`; those of the right type if any."""
        fits = [e for e, cues in self.short.get(key, ()) if not cues or any(" " + cue in context for cue in cues)]
        return [e for e in fits if e.type == kind] or fits


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
        node = "~" + surface_key(entry.name)
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
        for block in _blocks(key) if len(key) >= TYPO_LENGTH and key.isalpha() else ():
            blocks[block].append(key)
    return dict(blocks)


def _blocks(key: str) -> tuple[str, str]:
    """One letter off leaves the first or the last half as it is."""
    return key[: TYPO_LENGTH // 2], "…" + key[-(TYPO_LENGTH // 2) :]


def _one_letter_off(left: str, right: str) -> bool:
    return bool(Levenshtein.distance(left, right, score_cutoff=1) == 1)
