"""What all components found in one paper to candidates: every surface that may be a name, with what speaks for each type."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Doc

from kg.nlp.coined import has_name_shape
from kg.nlp.phrases import PHRASE_RULES
from kg.nlp.tokenizer import doc_words, split_words, word_set

__all__ = [
    "RELIABILITY",
    "Candidate",
    "Terms",
    "candidate_key",
    "describe",
    "find_candidates",
    "fold",
    "known_terms",
    "likely_types",
    "occurrences",
    "tagger_features",
]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What training texts say of names: in how many a name occurs, and in how many it was annotated, by type.

    Attributes:
        counts: Candidate key → `seen` and types → papers.
        longest: First word → most words of a name that begins with it.
    """

    counts: Mapping[str, Mapping[str, float]]
    longest: Mapping[str, int]

    @classmethod
    def of(cls, counts: Mapping[str, Mapping[str, float]]) -> Terms:
        """The counts, indexed by first word."""
        longest: dict[str, int] = {}
        for key in counts:
            parts = key.split()
            longest[parts[0].lower()] = max(len(parts), longest.get(parts[0].lower(), 0))
        return cls(counts, longest)


# How often a rule's span and type are right, measured on the training part of the reference annotations.
RELIABILITY: dict[str, float] = {
    "called": 0.79,
    "propose": 0.91,
    "paper proposes": 0.92,
    "propose a": 0.83,
    "propose titled": 0.71,
    "our": 0.89,
    "proposed": 0.87,
    "apposition": 0.60,
    "is a": 0.71,
    "subject": 0.95,
    "versus": 0.80,
    "on data": 0.90,
    "on test": 0.36,
    "evaluated on": 0.66,
    "with model": 0.69,
    "such as": 0.98,
    "metric": 0.67,
    "shape": 0.62,
    "title": 0.80,
    "title phrase": 0.95,
    "title by": 0.28,
    "title head": 0.19,
    "called phrase": 0.38,
    "quoted phrase": 0.20,
    "proposed phrase": 0.30,
    "capitalised": 0.58,
}
_VAGUE = frozenset({"shape", *PHRASE_RULES})  # rules that find candidates but say little on their type
_HYPHENS = frozenset("-‐‑–_")


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
    spans: list[Span] = field(default_factory=list)
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

    def at(surface: str) -> Candidate:
        key = candidate_key(surface)
        candidate = found.setdefault(key, Candidate(surface))
        candidate.variants.add(surface)
        return candidate

    for span in doc.spans.get("lexicon", ()):
        at(span.text).lexicon[span.label_].add(span.kb_id_)
    for span in doc.spans.get("coined", ()):
        at(span.text).rules[span.label_].add(span.id_)
    _add_tagged(doc, at)
    words = doc_words(doc)
    for start, end in known_terms(words, terms):
        at("".join(t.text_with_ws for t in doc[start:end]).rstrip())
    flat = list(doc.spans.get("abbreviations", ()))
    for short, long in zip(flat[::2], flat[1::2], strict=True):
        at(short.text).partners.append((candidate_key(long.text), "short"))
        at(long.text).partners.append((candidate_key(short.text), "long"))
    _add_occurrences(words, found)
    return found


def known_terms(words: list[str], terms: Terms) -> list[Span]:
    """Token spans of the names that training texts know, nested ones included."""
    bare = [(i, w.lower()) for i, w in enumerate(words) if w not in _HYPHENS and not w.isspace()]
    out = []
    for at, (start, word) in enumerate(bare):
        longest = terms.longest.get(word) or terms.longest.get(_singular(word))
        if not longest:
            continue
        if candidate_key(words[start]) in terms.counts:
            out.append((start, start + 1))
        for size in range(2, longest + 1):
            part = bare[at : at + size]
            if len(part) == size and " ".join((*(w for _, w in part[:-1]), _singular(part[-1][1]))) in terms.counts:
                out.append((start, part[-1][0] + 1))
    return out


def _add_tagged(doc: Doc, at: object) -> None:
    if "ner" not in doc.spans:
        return
    group = doc.spans["ner"]
    for span, score in zip(group, group.attrs.get("scores", ()), strict=True):
        candidate = at(span.text)  # type: ignore[operator]
        best, count = candidate.ner.get(span.label_, (0.0, 0))
        candidate.ner[span.label_] = (max(best, float(score)), count + 1)


def _add_occurrences(words: list[str], found: dict[str, Candidate]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(words):
        for form in _forms(word):
            places[form].append(index)
    for candidate in found.values():
        candidate.spans = sorted({s for v in candidate.variants for s in occurrences(v, words, places)})


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """Under what a token is looked up: lower case, and that in singular."""
    low = word.lower()
    return tuple(dict.fromkeys((low, _singular(low))))


def occurrences(surface: str, words: list[str], places: dict[str, list[int]]) -> list[Span]:
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


def describe(
    key: str, type_: str, found: Mapping[str, Candidate], terms: Terms, context: Mapping[str, float]
) -> dict[str, float]:
    """Features of "this candidate is a `type_`", by name; absent ones are 0.

    Args:
        key: The candidate.
        type_: The type in question.
        found: All candidates of the paper.
        terms: What training texts say of the name.
        context: `title_end`: the token at which the title ends; `tokens`: how many there are.
    """
    candidate = found[key]
    named = candidate.named or _name_features(candidate, context)
    candidate.named = named
    own_features = (*named.items(), *_rule_features(candidate, type_), *_list_features(candidate, type_))
    out = named | {f"{name} {type_}": value for name, value in own_features}
    out |= _term_features(terms.counts.get(key), type_)
    for partner_key, own in candidate.partners:
        partner = found.get(partner_key)
        out[f"is {own}"] = 1.0
        if partner and own == "short":
            out |= {f"long {name}": value for name, value in _list_features(partner, type_)}
            out |= {
                f"long {name}": value for name, value in _term_features(terms.counts.get(partner_key), type_).items()
            }
            if partner.lexicon and candidate.lexicon and not _shared(candidate, partner):
                out["other thing"] = 1.0
        elif partner:
            out |= {
                f"short {name}": value
                for name, value in (*_rule_features(partner, type_), *_list_features(partner, type_))
            }
        out[f"long head {type_}"] = float(
            _head_type(candidate.surface if own == "long" else partner.surface if partner else "") == type_
        )
    return {name: value for name, value in out.items() if value}


def _shared(one: Candidate, other: Candidate) -> bool:
    return any(one.lexicon[t] & names for t, names in other.lexicon.items() if t in one.lexicon)


def _rule_features(candidate: Candidate, type_: str) -> list[tuple[str, float]]:
    own = candidate.rules.get(type_, set())
    best = max((RELIABILITY[r] for r in own if r not in _VAGUE), default=0.0)
    rivals = (r for t, found in candidate.rules.items() if t != type_ for r in found)
    against = max((RELIABILITY[r] for r in rivals if r not in _VAGUE), default=0.0)
    summary = [
        ("rule", _logit(best) + 1 if best else 0.0),
        ("rules", math.log1p(len(own - _VAGUE))),
        ("rule against", against),
    ]
    vague = {r for found in candidate.rules.values() for r in found if r in _VAGUE}
    return [*summary, *((f"by {rule}", 1.0) for rule in sorted(vague))]


def _list_features(candidate: Candidate, type_: str) -> list[tuple[str, float]]:
    listed = type_ in candidate.lexicon
    against = float(bool(candidate.lexicon) and not listed)
    return [
        ("listed", float(listed)),
        ("listed against", against),
        ("listed both", float(listed and len(candidate.lexicon) > 1)),
    ]


def _term_features(term: Mapping[str, float] | None, type_: str) -> dict[str, float]:
    """Log-odds that the name was annotated so in training texts, drawn towards none by its rarity."""
    if not term:
        return {}
    seen, hits = term["seen"], term.get(type_, 0.0)
    return {
        "term": math.log((hits + 0.5) / (seen - hits + 0.5)),
        "term known": math.log1p(seen),
        "term never": float(not hits),
    }


def _name_features(candidate: Candidate, context: Mapping[str, float]) -> dict[str, float]:
    surface, count = candidate.surface, len(candidate.spans)
    words = surface.split()
    shaped = len(words) == 1 and has_name_shape(surface)
    in_title = sum(a < context["title_end"] for a, _ in candidate.spans)
    return {
        "one": 1.0,
        "lower": float(surface.islower()),
        "lower word": float(surface.islower() and len(words) == 1),
        "shaped": float(shaped),
        "capitals": float(surface.isupper() and len(surface) <= 4),
        "titled": float(len(words) > 1 and all(w[:1].isupper() for w in words if len(w) > 3)),
        "single title": float(len(words) == 1 and surface.istitle()),
        "long name": float(len(words) >= 4),
        "two words": float(len(words) == 2),
        "count": math.log1p(count),
        "once": float(count == 1),
        "in title": float(in_title > 0),
        "title only": float(in_title == count),
        "title head": float(any(a == 0 for a, _ in candidate.spans)),
        "digits": float(any(c.isdigit() for c in surface)),
    }


_HEADS = {
    "Task": word_set(
        "learning classification detection segmentation recognition estimation generation adaptation "
        "generalization translation answering prediction retrieval reconstruction forecasting understanding "
        "synthesis tracking summarization"
    ),
    "Dataset": word_set("dataset corpus database collection"),
    "Benchmark": word_set("benchmark challenge leaderboard evaluation"),
    "Metric": word_set("error score rate distance similarity precision recall accuracy index ratio"),
}


def _head_type(long: str) -> str:
    last = fold(long.split()[-1:])
    return next((t for t, heads in _HEADS.items() if last and last[0] in heads), "Method")


def _logit(p: float) -> float:
    p = min(max(p, 0.001), 0.999)
    return math.log(p / (1 - p))


def likely_types(key: str, found: Mapping[str, Candidate], terms: Terms) -> list[str]:
    """Types worth asking about a candidate, sorted: those that anything speaks for."""
    candidate = found[key]
    types = candidate.types() | {t for t, count in terms.counts.get(key, {}).items() if t != "seen" and count}
    if candidate.partners:
        types |= {"Method", "Task"} | {t for k, _ in candidate.partners if k in found for t in found[k].types()}
    return sorted(types)


def tagger_features(candidate: Candidate, type_: str, covered: float) -> dict[str, float]:
    """What the trained tagger says of "this candidate is a `type_`"; `covered` is the share of occurrences inside longer finds."""
    best, count = candidate.ner.get(type_, (0.0, 0))
    other = max((s for t, (s, _) in candidate.ner.items() if t != type_), default=0.0)
    occurring = max(len(candidate.spans), 1)
    return {
        "tagged": _logit(max(best, 0.03)),
        "not tagged": float(not count),
        "tagged share": min(count / occurring, 1.0),
        "tagged other": other,
        "covered": covered,
    }
