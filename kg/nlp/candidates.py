"""What all components found in one paper to candidates: every surface that may be a name, with all its occurrences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Doc, Span

from kg.nlp.figures import is_size
from kg.nlp.tokenizer import doc_text, doc_words, split_words

__all__ = ["Candidate", "Terms", "candidate_key", "find_candidates", "fold", "known_terms", "occurrences"]

Bounds = tuple[int, int]  # first token, end token

_HYPHENS = frozenset("-‐‑–_")


@dataclass(frozen=True, slots=True)
class Terms:
    """What training texts say of names: in how many a name occurs, and in how many it was annotated, by type.

    Attributes:
        counts: Candidate key → `seen` and types → papers.
        firsts: First words of names, lower case.
        beginnings: What longer names begin with: their first word, their first two words and so on.
    """

    counts: Mapping[str, Mapping[str, float]]
    firsts: frozenset[str]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, counts: Mapping[str, Mapping[str, float]]) -> Terms:
        """The counts, indexed by their first words."""
        names = [key.split() for key in counts]
        return cls(
            counts,
            firsts=frozenset(name[0].lower() for name in names),
            beginnings=frozenset(" ".join(name[:size]) for name in names for size in range(1, len(name))),
        )


@dataclass(slots=True)
class Candidate:
    """One possible name in one paper, its variants in case, number and hyphens included.

    Attributes:
        surface: As first found.
        spans: Token spans of all its occurrences.
        lexicon: Type → names of the known things that it may be.
        rules: Type → rules that found it.
        ner: Type → (highest score, how many occurrences) by the trained tagger.
        partners: Other forms that the paper defines it by; `(candidate key, "short" or "long")`, what this one is.
    """

    surface: str
    spans: list[Bounds] = field(default_factory=list)
    lexicon: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ner: dict[str, tuple[float, int]] = field(default_factory=dict)
    partners: list[tuple[str, str]] = field(default_factory=list)
    variants: set[str] = field(default_factory=set)
    named: dict[str, float] = field(default_factory=dict)

    def types(self) -> set[str]:
        """Types that something speaks for."""
        return {*self.lexicon, *self.rules, *self.ner}


def fold(words: Iterable[str]) -> tuple[str, ...]:
    """Tokens as a key that plural, case and hyphen variants share.

    Example:
        >>> fold(["Vision", "-", "Language", "Models"]) == fold(["vision", "language", "model"])
        True
    """
    low = [w.lower() for w in words if w not in _HYPHENS and not w.isspace()]
    if low:
        low[-1] = _singular(low[-1])
    return tuple(low)


@lru_cache(maxsize=20_000)
def _singular(word: str) -> str:
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


@lru_cache(maxsize=20_000)
def candidate_key(surface: str) -> str:
    """Surfaces with the same key are one candidate: variants of a phrase, or of a name but for its case."""
    words = split_words(surface)[0]
    if len(words) == 1 and not surface.islower():
        return surface[:-1] if len(surface) > 2 and surface[-1] == "s" and surface[-2:] != "ss" else surface
    return " ".join(fold(words))


def find_candidates(doc: Doc, terms: Terms) -> dict[str, Candidate]:
    """All candidates of an annotated `Doc` by key, in order of first evidence."""
    found: dict[str, Candidate] = {}

    def at(span: Span) -> Candidate:
        surface = text[span.start_char : span.end_char]
        key = candidate_key(surface)
        candidate = found.get(key)
        if candidate is None:
            candidate = found[key] = Candidate(surface)
        candidate.variants.add(surface)
        return candidate

    text, words = doc_text(doc), doc_words(doc)
    for span in doc.spans.get("lexicon", ()):
        if not _ends_in_size(text, span):
            at(span).lexicon[span.label_].add(span.kb_id_)
    for span in doc.spans.get("coined", ()):
        if not _ends_in_size(text, span):
            at(span).rules[span.label_].add(span.id_)
    _add_tagged(doc, at)
    for start, end in known_terms(words, terms):
        at(doc[start:end])
    flat = list(doc.spans.get("abbreviations", ()))
    for short, long in zip(flat[::2], flat[1::2], strict=True):
        at(short).partners.append((candidate_key(long.text), "short"))
        at(long).partners.append((candidate_key(short.text), "long"))
    _add_occurrences(words, found)
    return found


def _ends_in_size(text: str, span: Span) -> bool:
    """True for "ImageNet 64" in "ImageNet 64 × 64": the size is no part of the name."""
    return len(span) > 1 and span[-1].is_digit and is_size(text, (span[-1].idx, span.end_char))


def known_terms(words: list[str], terms: Terms) -> list[Bounds]:
    """Token spans of the names that training texts know, nested ones included."""
    bare = [(i, w.lower()) for i, w in enumerate(words) if w not in _HYPHENS and not w.isspace()]
    out = []
    for at, (start, word) in enumerate(bare):
        if word not in terms.firsts and _singular(word) not in terms.firsts:
            continue
        if candidate_key(words[start]) in terms.counts:
            out.append((start, start + 1))
        begun, after = word, at + 1
        while begun in terms.beginnings and after < len(bare):
            last, word = bare[after]
            if f"{begun} {_singular(word)}" in terms.counts:
                out.append((start, last + 1))
            begun, after = f"{begun} {word}", after + 1
    return out


def _add_tagged(doc: Doc, at: Callable[[Span], Candidate]) -> None:
    if "ner" not in doc.spans:
        return
    group = doc.spans["ner"]
    for span, score in zip(group, group.attrs.get("scores", ()), strict=True):
        candidate = at(span)
        best, count = candidate.ner.get(span.label_, (0.0, 0))
        candidate.ner[span.label_] = (max(best, float(score)), count + 1)


def _add_occurrences(words: list[str], found: dict[str, Candidate]) -> None:
    asked = (_folded(variant) for candidate in found.values() for variant in candidate.variants)
    places: dict[str, list[int]] = {form: [] for own, key in asked if key for form in (own[0].lower(), key[0])}
    for index, word in enumerate(words):
        for form in _forms(word):
            if form in places:
                places[form].append(index)
    for candidate in found.values():
        candidate.spans = sorted({s for v in candidate.variants for s in occurrences(v, words, places)})


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """Under what a token is looked up: lower case, and that in singular."""
    low = word.lower()
    return tuple(dict.fromkeys((low, _singular(low))))


def occurrences(surface: str, words: list[str], places: dict[str, list[int]]) -> list[Bounds]:
    """Token spans of a surface and of its plural, case and hyphen variants.

    Args:
        surface: A name as it stands in the text.
        words: Tokens of the text.
        places: Folded first word → token numbers.
    """
    own, key = _folded(surface)
    if not key:
        return []
    out = []
    for start in sorted({*places.get(own[0].lower(), ()), *places.get(key[0], ())}):
        end = _match(key, words, start)
        if end and _same_case(own, words[start:end]):
            out.append((start, end))
    return out


@lru_cache(maxsize=20_000)
def _folded(surface: str) -> tuple[list[str], tuple[str, ...]]:
    words = split_words(surface)[0]
    return words, fold(words)


def _match(key: tuple[str, ...], words: list[str], start: int) -> int:
    """End of the token span from `start` that folds to `key`, else 0."""
    at, last = start, len(key) - 1
    for index, part in enumerate(key):
        while index and at < len(words) and (words[at] in _HYPHENS or words[at].isspace()):
            at += 1
        if at >= len(words):
            return 0
        low = words[at].lower()
        if low != part and (index < last or _singular(low) != part):
            return 0
        at += 1
    return at


def _same_case(own: list[str], other: list[str]) -> bool:
    """Words with capitals inside must agree in case; so must single capitalised words, which are names."""
    if own == other:
        return True
    if len(own) == len(other) == 1:
        return own[0].islower() or own[0].rstrip("s") == other[0].rstrip("s")
    ours, theirs = ([w for w in part if w not in _HYPHENS and not w.isspace()] for part in (own, other))
    if len(ours) == 1 and not ours[0].islower():
        return ours[0].rstrip("s") == theirs[0].rstrip("s")
    return all(a.islower() or a.istitle() or a.rstrip("s") == b.rstrip("s") for a, b in zip(ours, theirs, strict=False))
