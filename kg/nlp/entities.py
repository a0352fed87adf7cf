"""All that the components found in one paper to one set of mentions and entities: a vote per surface, then consistency.

A surface that is accepted once is annotated wherever it stands as a whole word, longest first, without overlaps; a surface has
one type in a paper, and short form, long form, plural and case variants of a name are one entity.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.nlp.tokenizer import split_words

__all__ = ["EntityCombiner", "Evidence", "fold", "make_entities", "occurrences"]

# How often a finder's span and type are right, measured on the training part of the reference annotations.
RELIABILITY: dict[str, float] = {
    "lexicon": 0.80,
    "abbreviation": 0.60,
    "called": 0.80,
    "propose": 0.92,
    "paper proposes": 0.92,
    "propose a": 0.83,
    "propose titled": 0.72,
    "our": 0.85,
    "proposed": 0.85,
    "apposition": 0.70,
    "is a": 0.80,
    "subject": 0.92,
    "versus": 0.65,
    "on data": 0.65,
    "on test": 0.50,
    "evaluated on": 0.60,
    "with model": 0.65,
    "such as": 0.80,
    "metric": 0.60,
    "shape": 0.62,
    "title": 0.80,
    "title phrase": 0.80,
}
_HYPHENS = frozenset("-‐‑–_")


@dataclass(slots=True)
class Evidence:
    """What speaks for one surface in one paper: per type the best score of each finder."""

    scores: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, type_: str, finder: str, score: float) -> None:
        """Note that `finder` takes the surface for a `type_`."""
        known = self.scores[type_]
        known[finder] = max(score, known.get(finder, 0.0))

    def vote(self) -> tuple[str, float]:
        """The likeliest type and its probability, the finders taken as independent: 1 - Π(error)."""
        if not self.scores:
            return "", 0.0
        odds = {t: 1 - math.prod(1 - s for s in found.values()) for t, found in self.scores.items()}
        best = max(sorted(odds), key=lambda t: odds[t])
        rival = max((p for t, p in odds.items() if t != best), default=0.0)
        return best, odds[best] * (1 - rival / 3)


def fold(words: Iterable[str]) -> tuple[str, ...]:
    """Tokens as a key that plural, case and hyphen variants share.

    Example:
        >>> fold(["Vision", "-", "Language", "Models"]) == fold(["vision", "language", "model"])
        True
    """
    low = [w.lower() for w in words if w not in _HYPHENS]
    if low and len(low[-1]) > 3 and low[-1].endswith("s") and not low[-1].endswith(("ss", "us", "is")):
        low[-1] = low[-1][:-3] + "y" if low[-1].endswith("ies") and len(low[-1]) > 4 else low[-1][:-1]
    elif low and len(low[-1]) == 3 and low[-1].endswith("s"):
        low[-1] = low[-1][:-1]
    return tuple(low)


def occurrences(surface: str, words: list[str], places: dict[str, list[int]]) -> list[tuple[int, int]]:
    """Token spans of a surface and of its plural, case and hyphen variants.

    Args:
        surface: A name as it stands in the text.
        words: Tokens of the text.
        places: Folded first word → token numbers.
    """
    own = split_words(surface)[0]
    key = fold(own)
    if not key:
        return []
    out = []
    for start in sorted({*places.get(own[0].lower(), ()), *places.get(key[0], ())}):
        end = _match(key, words, start)
        if end and _same_case(own, words[start:end]):
            out.append((start, end))
    return out


def _match(key: tuple[str, ...], words: list[str], start: int) -> int:
    """End of the token span from `start` that folds to `key`, else 0."""
    at = start
    for index, part in enumerate(key):
        while index and at < len(words) and (words[at] in _HYPHENS or (words[at].isspace())):
            at += 1
        if at >= len(words):
            return 0
        if words[at].lower() != part and (index < len(key) - 1 or fold([words[at]]) != (part,)):
            return 0
        at += 1
    return at


def _same_case(own: list[str], other: list[str]) -> bool:
    """Words with capitals inside must agree in case; so must single capitalised words, which are names."""
    if own == other:
        return True
    ours, theirs = ([w for w in part if w not in _HYPHENS and not w.isspace()] for part in (own, other))
    if (
        len(ours) == 1
        and ours[0] != theirs[0]
        and not (ours[0].islower() or theirs[0].lower() == ours[0].lower() and ours[0].islower())
    ):
        return ours[0].rstrip("s") == theirs[0].rstrip("s")
    return all(
        a.lower() == a or a.istitle() or a.rstrip("s") == b.rstrip("s") for a, b in zip(ours, theirs, strict=False)
    )


class EntityCombiner:
    """Writes `doc.spans["mentions"]`: label = type, id = number of the entity; scores and finders in its attributes."""

    def __init__(self, threshold: float = 0.5):
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        evidence, pairs, names = gather(doc)
        votes = settle(evidence, pairs)
        accepted = {s: v for s, v in votes.items() if v[1] >= self.threshold}
        spans = place(doc, accepted)
        numbers = group([(doc[a:b].text, votes_type) for a, b, votes_type, _, _ in spans], pairs, names)
        group_ = SpanGroup(
            doc,
            name="mentions",
            spans=[Span(doc, a, b, label=t, span_id=str(numbers[doc[a:b].text, t])) for a, b, t, _, _ in spans],
        )
        group_.attrs["scores"] = [score for *_, score, _ in spans]
        group_.attrs["extractors"] = [
            "+".join(sorted({f.split(":")[0] for f in evidence[s].scores.get(t, {})})) or "consistency"
            if doc[a:b].text == s
            else "consistency"
            for a, b, t, _, s in spans
        ]
        doc.spans["mentions"] = group_
        return doc


def gather(doc: Doc) -> tuple[dict[str, Evidence], list[tuple[str, str]], dict[str, set[str]]]:
    """Evidence per surface, pairs of short and long form, and per surface the known things it may name."""
    evidence: dict[str, Evidence] = defaultdict(Evidence)
    names: dict[str, set[str]] = defaultdict(set)
    flat = [span.text for span in doc.spans.get("abbreviations", [])]
    pairs = list(zip(flat[::2], flat[1::2], strict=True))
    for span in doc.spans.get("lexicon", []):
        evidence[span.text].add(span.label_, "lexicon", RELIABILITY["lexicon"])
        names[span.text].add(span.kb_id_)
    for span in doc.spans.get("coined", []):
        evidence[span.text].add(span.label_, f"coined:{span.id_}", RELIABILITY[span.id_])
    if "ner" in doc.spans:
        found = doc.spans["ner"]
        for span, score in zip(found, found.attrs.get("scores", [0.8] * len(found)), strict=True):
            evidence[span.text].add(span.label_, "ner", float(score))
    for short, long in pairs:
        _defined(short, long, evidence, names)
    return evidence, pairs, names


def _defined(short: str, long: str, evidence: dict[str, Evidence], names: dict[str, set[str]]) -> None:
    """A paper that defines a short form overrules what lists say of it; both forms get what is known of either."""
    if names.get(short) and not (names[short] & names.get(long, set())) and names.get(long):
        for found in evidence[short].scores.values():
            found.pop("lexicon", None)
        names[short] = set()
    both = evidence[short], evidence[long]
    type_ = both[1].vote()[0] or _type_of_head(long) or both[0].vote()[0] or "Method"
    for one in both:
        one.add(type_, "abbreviation", RELIABILITY["abbreviation"])


_HEADS = {
    "Task": frozenset("learning classification detection segmentation recognition estimation generation adaptation generalization translation answering prediction retrieval reconstruction forecasting understanding search synthesis tracking summarization".split()),
    "Dataset": frozenset("dataset corpus database collection".split()),
    "Benchmark": frozenset("benchmark challenge leaderboard evaluation".split()),
    "Metric": frozenset("error score rate distance similarity precision recall accuracy index ratio".split()),
}  # fmt: skip


def _type_of_head(long: str) -> str:
    last = fold(long.split()[-1:])
    return next((t for t, heads in _HEADS.items() if last and last[0] in heads), "")


def settle(evidence: dict[str, Evidence], pairs: list[tuple[str, str]]) -> dict[str, tuple[str, float]]:
    """Type and probability of each surface; short and long form of one thing get the same."""
    votes = {surface: found.vote() for surface, found in evidence.items()}
    for short, long in pairs:
        best = max((votes[short], votes[long]), key=lambda v: v[1])
        votes[short] = votes[long] = best
    return votes


def place(doc: Doc, accepted: dict[str, tuple[str, float]]) -> list[tuple[int, int, str, float, str]]:
    """All whole-word occurrences `(start, end, type, score, surface)` of what was accepted, longest first, in order of place."""
    words = [t.text for t in doc]
    places: dict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(words):
        for form in {word.lower(), *fold([word])}:
            places[form].append(index)
    taken = [False] * len(words)
    out = []
    for surface in sorted(accepted, key=lambda s: (-len(s), s)):
        type_, score = accepted[surface]
        for start, end in occurrences(surface, words, places):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                out.append((start, end, type_, score, surface))
    return sorted(out)


def group(
    mentions: list[tuple[str, str]], pairs: list[tuple[str, str]], names: dict[str, set[str]]
) -> dict[tuple[str, str], int]:
    """Entity number of each `(surface, type)`, counted in order of first mention."""
    keys: dict[tuple[str, str], int] = {}
    alias = {}
    for short, long in pairs:
        alias.setdefault(fold(split_words(short)[0]), fold(split_words(long)[0]))
    for surface, type_ in mentions:
        if (surface, type_) in keys:
            continue
        key = fold(split_words(surface)[0])
        handles = {(type_, alias.get(key, key)), (type_, key)} | {(type_, name) for name in names.get(surface, ())}
        keys[surface, type_] = _number(handles, alias, keys)
    return keys


def _number(handles: set[tuple[str, object]], known: dict[object, object], keys: dict[tuple[str, str], int]) -> int:
    table: dict[object, int] = known.setdefault("numbers", {})  # type: ignore[assignment]
    number = min((table[h] for h in handles if h in table), default=len(set(keys.values())))
    for handle in handles:
        table.setdefault(handle, number)
    return number


@Language.factory("kg_entities", default_config={"threshold": 0.5}, requires=["doc.spans"], assigns=["doc.spans"])
def make_entities(nlp: Language, name: str, threshold: float) -> EntityCombiner:
    """The component as `config.cfg` declares it; below `threshold` a surface is not annotated."""
    return EntityCombiner(threshold)
