"""The catalogue's names to marked names: a token trie finds each in its variants of case, number, hyphens and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.catalogue import Entry, read_catalogue
from kg.nlp.tokenizer import doc_text, doc_words, split_words

__all__ = ["LexiconMatcher", "Trie", "build_trie", "make_lexicon", "match_names"]


@dataclass(slots=True)
class _Leaf:
    """One name at the end of a path: how it must be written, its entry, what must stand beside it."""

    exact: tuple[str, ...]  # per token the only spelling, "" where case is free
    entry: int
    cue: re.Pattern[str] | None


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    leaves: list[_Leaf] = field(default_factory=list)


@dataclass(slots=True)
class Trie:
    """Entries and their names by token, folded to lower case, hyphens left out."""

    root: _Node
    entries: tuple[Entry, ...]


_SKIP = frozenset("-‐‑–_ ~")


def build_trie(entries: Iterable[Entry]) -> Trie:
    """Index entries for `match_names`."""
    trie = Trie(_Node(), tuple(entries))
    for index, entry in enumerate(trie.entries):
        for surface in dict.fromkeys(entry.surfaces):
            _insert(trie.root, index, entry, surface)
    return trie


_BRITISH = re.compile(r"(?<=[a-z]{3})(?:is(?=ation|ing$|ed$|e$|es$|er$)|our(?=$|s$|al)|ll(?=ing$|ed$))")
_AMERICAN = {"is": "iz", "our": "or", "ll": "l"}


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    """A token as the trie knows it: lower case, American spelling.

    Both sides are folded, so it does no harm that some words are folded that are no British spelling.
    """
    return _BRITISH.sub(lambda found: _AMERICAN[found[0]], word.lower())


def _insert(root: _Node, index: int, entry: Entry, surface: str) -> None:
    words = [w for w in split_words(surface)[0] if w not in _SKIP]
    if not words:
        return
    exact = _case_rule(words, entry.type)
    cue = _cue_pattern(entry, surface)
    for last in _numbers(words[-1]):
        spelt = last if exact[-1] else ""
        node = root
        for word in [*words[:-1], last]:
            node = node.children.setdefault(_fold(word), _Node())
        node.leaves.append(_Leaf((*exact[:-1], spelt), index, cue))


def _case_rule(words: list[str], type_: str) -> tuple[str, ...]:
    """Per token the spelling that is asked for, "" for any case: see the rules in the documentation of the lexicon.

    A token with capitals inside, or with capitals and digits, is always spelt exactly. A capitalised word is so
    where it stands alone (Adam) or names data (Open Images), since its lower case is then another thing.
    """
    free = len(words) > 1 and type_ not in ("Dataset", "Benchmark")
    plain = all(w.islower() or not w.isalpha() for w in words)
    return tuple(
        "" if plain or w.islower() or (free and w.istitle() and len(w) > 1) or (not w.isalpha() and w.islower()) else w
        for w in words
    )


def _numbers(word: str) -> tuple[str, ...]:
    """A name's last word in singular and plural, as far as spelling tells."""
    if not word[-1].isalpha() or len(word) < 2:
        return (word,)
    low = word.lower()
    if low.endswith("s") and not low.endswith(("ss", "us", "is", "ics", "as", "os")) and len(word) > 3:
        singular = (
            word[:-3] + "y"
            if low.endswith("ies")
            else word[:-2]
            if low.endswith(("sses", "xes", "shes", "ches"))
            else word[:-1]
        )
        return (word, singular)
    if word[-1] == "S" and word.isupper():
        return (word, word + "es")
    if low.endswith(("ing", "ness", "ics", "s")) or (not word[-1].islower() and not word[-1].isupper()):
        return (word,)
    plural = (
        word[:-1] + "ies"
        if low.endswith("y") and low[-2:-1] not in "aeiou"
        else word + ("es" if low.endswith(("x", "ch", "sh")) else "s")
    )
    return (word, plural)


def _cue_pattern(entry: Entry, surface: str) -> re.Pattern[str] | None:
    words = entry.cues.get(surface)
    if words is None:
        return None
    longer = [s for s in entry.surfaces if s != surface and len(s) > len(surface) and s not in entry.cues]
    return _any_word((*words, *longer))


@lru_cache(maxsize=4096)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(w) for w in sorted(words)) + ")", re.I)


def match_names(trie: Trie, words: list[str], text: str) -> list[tuple[int, int, int]]:
    """Names in a tokenised text: `(first token, end token, entry number)`, longest first at each place, no overlaps.

    A span that names several entries (of different types) is given once for each.
    """
    low = [*map(_fold, words), ""]
    out: list[tuple[int, int, int]] = []
    at, size, first = 0, len(words), trie.root.children
    while at < size:
        node = first.get(low[at])
        if node is None or not (node.leaves or low[at + 1] in node.children or low[at + 1] in _SKIP):
            at += 1
            continue
        end, leaves = _longest(node, words, low, at, text)
        out += [(at, end, entry) for entry in leaves]
        at = max(end, at + 1)
    return out


def _longest(node: _Node | None, words: list[str], low: list[str], at: int, text: str) -> tuple[int, list[int]]:
    best: tuple[int, list[int]] = (at, [])
    path, position, size = [at], at + 1, len(words)
    while node is not None:
        if node.leaves:
            spelt = [words[i] for i in path]
            found = [leaf.entry for leaf in node.leaves if _agrees(leaf, spelt, text)]
            best = (position, list(dict.fromkeys(found))) if found else best
        while position < size and words[position] in _SKIP and position + 1 < size:
            position += 1
        if position >= size:
            break
        node = node.children.get(low[position])
        path.append(position)
        position += 1
    return best


def _agrees(leaf: _Leaf, spelt: list[str], text: str) -> bool:
    if any(rule and rule != word for rule, word in zip(leaf.exact, spelt, strict=True)):
        return False
    return leaf.cue is None or bool(leaf.cue.search(text))


class LexiconMatcher:
    """Writes `doc.spans["lexicon"]`: label = type, kb_id = the entry's name."""

    def __init__(self, trie: Trie):
        self.trie = trie

    def __call__(self, doc: Doc) -> Doc:
        """The document with the names that the catalogue knows."""
        entries = self.trie.entries
        found = match_names(self.trie, doc_words(doc), doc_text(doc))
        spans = [Span(doc, a, b, label=entries[i].type, kb_id=entries[i].name) for a, b, i in found]
        doc.spans["lexicon"] = SpanGroup(doc, name="lexicon", spans=spans)
        return doc


@lru_cache(maxsize=4)
def _trie(path: str) -> Trie:
    return build_trie(read_catalogue(Path(path)))


@Language.factory("kg_lexicon", default_config={"path": ""}, assigns=["doc.spans"])
def make_lexicon(nlp: Language, name: str, path: str) -> LexiconMatcher:
    """The component as `config.cfg` declares it; `path` is the folder of the name lists.

    Raises:
        PipelineError: If there is no such folder, or a file in it is not a name list.
    """
    return LexiconMatcher(_trie(path) if path else build_trie(()))
