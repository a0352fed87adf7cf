"""What linking sees and what it says: in-paper entities, the things that they are, their names, and a ledger of decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.catalogue import Entry
from kg.names import is_short

__all__ = ["Alias", "Cues", "Decision", "Item", "Linked", "Place", "Thing", "short_surfaces"]

PROPOSING = ("proposed", "introduced")  # roles of what a paper gives to the world
Place = tuple[str, int]  # paper, number of the in-paper entity


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

    @property
    def own(self) -> bool:
        """Whether the paper proposes or introduces it."""
        return self.role in PROPOSING

    @property
    def place(self) -> Place:
        """Where it is named."""
        return (self.paper, self.local)


def short_surfaces(item: Item) -> list[str]:
    """The surfaces that are abbreviations."""
    return [s for s in item.surfaces if is_short(s)]


class Cues:
    """Where to look for the cues of an ambiguous name: what its paper names, then the paper's words."""

    def __init__(self, items: Iterable[Item], texts: Mapping[str, str]):
        named: dict[str, list[str]] = defaultdict(list)
        for item in items:
            named[item.paper].extend(item.surfaces)
        self._named = {paper: " ".join(surfaces) for paper, surfaces in named.items()}
        self._texts = texts

    def of(self, paper: str) -> tuple[str, str]:
        """Both, each word behind a space."""
        return _plain(self._named[paper]), _plain(self._texts.get(paper, ""))


def _plain(text: str) -> str:
    return " " + text.casefold().replace("-", " ").replace("\n", " ").replace("(", " ")


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
    """One line of the ledger: `merge`, `refuse` or `split` of two names, the rule, and the papers that it rests on.

    `entity` and `other` are the keys of what the left and the right name have become, empty where it is none.
    """

    action: str
    left: str
    right: str
    rule: str
    papers: tuple[str, ...]
    entity: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """The outcome: entity id of each `(paper, local)`, and the three tables."""

    entity_of: dict[Place, str]
    things: tuple[Thing, ...]
    aliases: tuple[Alias, ...]
    decisions: tuple[Decision, ...]
