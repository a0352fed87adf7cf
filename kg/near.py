"""Names of all papers → pairs of different names that are one thing: a word left out, a slip, one abbreviation for both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from kg.groups import is_slip, slip_blocks
from kg.names import is_coined, same_roots, surface_words

__all__ = ["Named", "Near", "near_names"]

_LEFT_OUT = (
    "model",
    "system",
)  # "conditional diffusion" is a conditional diffusion model, "dialogue" a dialogue system
_WRONG_TYPE = 4  # times as many papers must give a name the other type
_MOST_READINGS = 60  # of one abbreviation: with more, nothing follows from it


class Named(NamedTuple):
    """What the pile says of one node: its surface, its types, the papers that name it, its abbreviations, who proposes it."""

    surface: str
    types: frozenset[str]
    papers: frozenset[str]
    short: frozenset[str]
    proposed: bool


class Near(NamedTuple):
    """Two nodes that are probably one thing, by which rule, and the papers that name the rarer."""

    left: str
    right: str
    rule: str
    papers: tuple[str, ...]


def near_names(named: Mapping[str, Named]) -> list[Near]:
    """Pairs of nodes that are one thing, sorted.

    Args:
        named: Node of a full name → what the pile says of it.

    Example:
        >>> def used(name, *short):
        ...     return Named(name, frozenset(["Task"]), frozenset(["p"]), frozenset(short), False)
        >>> near_names({"texttospeech": used("text-to-speech", "tts"),
        ...             "texttospeechgeneration": used("text-to-speech generation", "tts")})[0].rule
        'same abbreviation, like names'
    """
    pairs = [*_left_out(named), *_slips(named), *_same_abbreviation(named), *_wrong_types(named)]
    return sorted({Near(min(a, b), max(a, b), rule, _rarer(named[a], named[b])) for a, b, rule in pairs})


def _rarer(left: Named, right: Named) -> tuple[str, ...]:
    few: frozenset[str] = min(left.papers, right.papers, key=lambda papers: (len(papers), sorted(papers)))
    return tuple(sorted(few))


def _left_out(named: Mapping[str, Named]) -> Iterable[tuple[str, str, str]]:
    for node, one in named.items():
        for head in _LEFT_OUT if _has_words(node, one.surface) else ():
            other = named.get(node + head)
            if other and one.types & other.types and not (one.proposed and other.proposed):
                yield node, node + head, f"last word left out: {head}"


def _has_words(node: str, surface: str) -> bool:
    """Whether a node is a name of several words, none of them taken off: "meta-algorithms" is not "meta"."""
    words = surface_words(surface)
    return len(words) > 1 and "".join(words) == node


def _slips(named: Mapping[str, Named]) -> Iterable[tuple[str, str, str]]:
    """Long names one letter apart, of which the rarer occurs in one paper only."""
    blocks: dict[str, list[str]] = defaultdict(list)
    words = Counter(word for one in named.values() for word in surface_words(one.surface))
    for node, one in named.items():
        for block in slip_blocks(node) if not is_coined(one.surface) else ():
            blocks[block].append(node)
    for group in blocks.values():
        for a, b in combinations(sorted(set(group))[:_MOST_READINGS], 2):
            if is_slip(a, b) and named[a].types & named[b].types and _misspelt(named[a], named[b], words):
                yield a, b, "one letter off"


def _misspelt(left: Named, right: Named, words: Mapping[str, int]) -> bool:
    """Whether the rarer of two names, in one paper only, has a word that no other name has."""
    few = min(left, right, key=lambda named: (len(named.papers), named.surface))
    return len(few.papers) == 1 and any(words[word] == 1 for word in surface_words(few.surface))


def _same_abbreviation(named: Mapping[str, Named]) -> Iterable[tuple[str, str, str]]:
    """Full names that papers abbreviate alike and that differ little."""
    spelled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node, one in named.items():
        for short in one.short:
            for kind in one.types:
                spelled[short, kind].append(node)
    for group in spelled.values():
        for a, b in combinations(sorted(set(group))[:_MOST_READINGS], 2):
            if _alike(surface_words(named[a].surface), surface_words(named[b].surface)):
                yield a, b, "same abbreviation, like names"


def _alike(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether names that share an abbreviation are forms of one: other forms of the words, or one word more at the end."""
    few, many = sorted((tuple(left), tuple(right)), key=len)
    return same_roots(few, many) or (len(few) > 1 and len(many) == len(few) + 1 and many[: len(few)] == few)


def _wrong_types(named: Mapping[str, Named]) -> Iterable[tuple[str, str, str]]:
    """Data called a method, or the other way round, in few papers, none of which claims it."""
    for node, data in named.items():
        key, _, mark = node.partition("/")
        other = named.get(key) if mark == "data" else None
        if other:
            few, many = sorted((data, other), key=lambda n: len(n.papers))
            if not few.proposed and len(many.papers) >= _WRONG_TYPE * len(few.papers):
                yield node, key, "type of few papers taken for a slip"
