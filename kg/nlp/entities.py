"""All that the components found in one paper to one set of mentions and entities: a vote per name, then consistency.

A name that is accepted once is annotated wherever it stands as a whole word, longest first, without overlaps; it has one type in
a paper, and its short form, long form, plural and case variants are one entity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.names import surface_key
from kg.nlp.candidates import Candidate, Terms, candidate_key, find_candidates
from kg.nlp.evidence import Context, describe, likely_types, tagger_features
from kg.nlp.roles import TAGGER_ROLES
from kg.nlp.tokenizer import doc_text, doc_words, split_words, word_set
from kg.nlp.weights import Weights, log_odds, probability, read_terms, read_weights

__all__ = [
    "EntityCombiner",
    "Vote",
    "context_of",
    "group_names",
    "make_entities",
    "place",
    "tagger_row",
    "vote",
]

THRESHOLD = 0.47  # calibrated probability; near the best strict F1 with and without the tagger, flat from 0.4 to 0.55
# What a paper makes has a name that nothing else knows, so that too little speaks for it: of those that score between 0.2 and
# 0.47 and that the tagger takes for the paper's own, more than half are right.
OWN_THRESHOLD = 0.2


@dataclass(frozen=True, slots=True)
class Vote:
    """The likeliest type of a candidate and its probability."""

    type: str
    score: float


class EntityCombiner:
    """Writes `doc.spans["mentions"]`: label = type, id = number of the entity; scores and finders in its attributes."""

    def __init__(self, weights: Weights, terms: Terms, *, threshold: float = THRESHOLD):
        self.weights, self.terms, self.threshold = weights, terms, threshold

    def __call__(self, doc: Doc) -> Doc:
        """The document with its mentions."""
        found = find_candidates(doc, self.terms)
        votes = vote(doc, found, terms=self.terms, weights=self.weights)
        own = _own_names(doc)
        least = {True: min(self.threshold, OWN_THRESHOLD), False: self.threshold}
        accepted = {key: v for key, v in votes.items() if v.score >= least[key in own]}
        linked = {i for link in doc.spans.get("links", ()) for i in range(link.start, link.end)}
        placed = place({key: _written(doc, found[key].spans, linked) for key in accepted})
        numbers = group_names((key for _, _, key in placed), found, accepted)
        spans = [Span(doc, a, b, label=accepted[key].type, span_id=str(numbers[key])) for a, b, key in placed]
        group = SpanGroup(doc, name="mentions", spans=spans)
        group.attrs["scores"] = [accepted[key].score for *_, key in placed]
        group.attrs["extractors"] = [_finders(found[key], accepted[key].type) for *_, key in placed]
        doc.spans["mentions"] = group
        return doc


def _own_names(doc: Doc) -> set[str]:
    """Keys of what the tagger takes for the paper's own, more likely than not."""
    if "ner" not in doc.spans:
        return set()
    group = doc.spans["ner"]
    rows = zip(group, group.attrs.get("roles", ()), strict=False)
    return {candidate_key(span.text) for span, roles in rows if roles[TAGGER_ROLES.index("proposed")] > math.log(0.5)}


def _written(doc: Doc, spans: Sequence[tuple[int, int]], linked: Set[int]) -> list[tuple[int, int]]:
    """Occurrences of a name, in addresses only if the text around writes it so: `github.com/foo/paca` names no PaCA."""
    around = {doc[a:b].text for a, b in spans if a not in linked} if linked else set()
    return [(a, b) for a, b in spans if a not in linked or doc[a:b].text in around]


def vote(doc: Doc, found: Mapping[str, Candidate], *, terms: Terms, weights: Weights) -> dict[str, Vote]:
    """Type and probability of each candidate; short and long form of one thing agree."""
    tagged, context = "ner" in doc.spans, context_of(doc)
    of_rules = weights["rules" if tagged else "alone"]
    votes: dict[str, Vote] = {}
    for key, candidate in found.items():
        best = Vote("", 0.0)
        for type_ in likely_types(key, found, terms) if candidate.spans else ():
            odds = log_odds(describe(key, type_, found, terms, context), of_rules)
            if tagged:
                odds = log_odds(tagger_row(doc, candidate, type_, odds), weights["tagger"])
            best = max(best, Vote(type_, probability(odds)), key=lambda v: v.score)
        votes[key] = best
    return _agree(votes, found)


def tagger_row(doc: Doc, candidate: Candidate, type_: str, odds: float) -> dict[str, float]:
    """Features of "this candidate is a `type_`" once the tagger has spoken; `odds` are those of the rules."""
    covered = _covered(doc)
    inside = sum(any(covered[i] > b - a for i in range(a, b)) for a, b in candidate.spans)
    features = tagger_features(candidate, type_, inside / max(len(candidate.spans), 1))
    features |= {f"{name} {type_}": value for name, value in features.items()}
    return features | {"rules": max(min(odds, 5.0), -5.0), "one": 1.0, f"one {type_}": 1.0}


def context_of(doc: Doc) -> Context:
    """What there is to know of the text; its words only where no tagger has read them."""
    title_end = len(split_words(doc_text(doc).partition("\n")[0])[0])
    return Context(title_end, () if "ner" in doc.spans else tuple(word.lower() for word in doc_words(doc)))


def _covered(doc: Doc) -> list[int]:
    """Per token the length of the tagged mention that it is in; weak ones do not count."""
    known: list[int] | None = doc.user_data.get("covered")
    if known is not None:
        return known
    lengths: list[int] = [0] * len(doc)
    doc.user_data["covered"] = lengths
    group = doc.spans["ner"]
    for span, score in zip(group, group.attrs.get("scores", ()), strict=True):
        if score >= 0.5:
            for i in range(span.start, span.end):
                lengths[i] = max(lengths[i], span.end - span.start)
    return lengths


def _agree(votes: dict[str, Vote], found: Mapping[str, Candidate]) -> dict[str, Vote]:
    """Give both forms of a defined abbreviation the vote of the surer one."""
    out = dict(votes)
    for key, candidate in found.items():
        for partner, own in candidate.partners:
            if own == "short" and partner in votes:
                best = max(out[key], out[partner], key=lambda v: v.score)
                out[key] = out[partner] = best
    return out


def place(spans: Mapping[str, Iterable[tuple[int, int]]]) -> list[tuple[int, int, str]]:
    """Token spans `(start, end, key)` without overlaps, the longest first served, in order of place.

    Example:
        >>> place({"domain adaptation": [(3, 5), (9, 11)], "unsupervised domain adaptation": [(2, 5)]})
        [(2, 5, 'unsupervised domain adaptation'), (9, 11, 'domain adaptation')]
    """
    taken: set[int] = set()
    out = []
    for start, end, key in sorted(
        ((a, b, key) for key, found in spans.items() for a, b in found), key=lambda s: (s[0] - s[1], s)
    ):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            out.append((start, end, key))
    return sorted(out)


def group_names(keys: Iterable[str], found: Mapping[str, Candidate], votes: Mapping[str, Vote]) -> dict[str, int]:
    """Entity number of each placed candidate: forms of one name and names of one known thing share theirs."""
    placed = list(dict.fromkeys(keys))
    numbers: dict[str, int] = {}
    owners: dict[tuple[str, str], int] = {}
    spelt, longs = _spelt_out(placed, found, votes), _long_forms(found)
    for key in placed:
        type_ = votes[key].type
        handles = [*_forms(found[key].surface, longs), *sorted(found[key].lexicon.get(type_, ()))]
        handles += [partner.lower() for partner, _ in found[key].partners]
        handles += [form.lower() for form in (_without_head(key), spelt.get(key)) if form and form in votes]
        owned = [(type_, handle) for handle in (key.lower(), *handles)]
        number = next((owners[h] for h in owned if h in owners), max(numbers.values(), default=-1) + 1)
        numbers[key] = number
        for handle in owned:
            owners.setdefault(handle, number)
    return numbers


def _long_forms(found: Mapping[str, Candidate]) -> dict[str, str]:
    """Abbreviation → what the paper defines it as."""
    pairs = ((key, long) for key in found for long, own in found[key].partners if own == "short")
    return {key: found[long].surface for key, long in pairs if long in found}


def _forms(surface: str, longs: Mapping[str, str]) -> Iterator[str]:
    """Keys that spellings of one name share, with and without its abbreviations written out: "OOD detection"."""
    bare = re.sub(r"\([^()]*\)", "", surface).split()
    yield surface_key(surface)
    yield surface_key(" ".join(longs.get(word, word) for word in bare))


# Nouns that add nothing to a name: "pointer-generator" and "pointer-generator networks" are one thing.
_EMPTY_HEADS = word_set("model network method framework algorithm learning mechanism module system technique score")


def _without_head(key: str) -> str:
    name, _, head = key.rpartition(" ")
    return name if head in _EMPTY_HEADS else ""


def _spelt_out(keys: Iterable[str], found: Mapping[str, Candidate], votes: Mapping[str, Vote]) -> dict[str, str]:
    """Long form → short form, where the initials agree to the letter and the paper defines neither by anything else."""
    shorts: dict[tuple[str, str], str] = {}
    longs: dict[str, str] = {}
    for key in keys:
        surface = found[key].surface
        if found[key].partners:
            continue
        initials = _initials(surface)
        if len(initials) > 2:
            longs[key] = initials
        elif " " not in surface and sum(c.isupper() for c in surface) > 2:
            shorts[votes[key].type, "".join(c for c in surface if not c.islower())] = key
    out = {key: shorts.get((votes[key].type, initials), "") for key, initials in longs.items()}
    return {key: short for key, short in out.items() if short}


def _initials(surface: str) -> str:
    """Initials of the words of a phrase, small ones left out; empty for a single word."""
    words = [w for w in re.split(r"[\s-]+", surface) if w and w.lower() not in _NO_INITIAL]
    return "".join(w[0].upper() for w in words) if len(words) > 1 else ""


_NO_INITIAL = word_set("a an and by for from in of on the to via with")


def _finders(candidate: Candidate, type_: str) -> str:
    """Who found it, for the record: `lexicon+ner`."""
    names = {
        "abbreviation": bool(candidate.partners),
        "coined": type_ in candidate.rules,
        "lexicon": type_ in candidate.lexicon,
        "ner": type_ in candidate.ner,
    }
    return "+".join(name for name, found in names.items() if found) or "consistency"


@Language.factory(
    "kg_entities", default_config={"path": "", "threshold": THRESHOLD}, requires=["doc.spans"], assigns=["doc.spans"]
)
def make_entities(nlp: Language, name: str, path: str, threshold: float) -> EntityCombiner:
    """The component as `config.cfg` declares it; `path` is the folder of the fitted weights.

    Raises:
        PipelineError: If the folder lacks `entities.json` or `terms.tsv`.
    """
    folder = Path(path)
    return EntityCombiner(read_weights(folder / "entities.json"), read_terms(folder / "terms.tsv"), threshold=threshold)
