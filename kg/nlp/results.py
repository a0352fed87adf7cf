"""Sentences with figures to quantitative claims: which method, against what, on what data, by what measure.

A logistic model says whether a figure is a result, a choice model per slot which of the paper's entities belongs to it, if any.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.nlp.claims import Findings, candidates, describe_figure, describe_link, findings
from kg.nlp.figures import clean_figure, find_figures, is_size
from kg.nlp.role_features import Named, view
from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text
from kg.nlp.weights import Weights, log_odds, probability, read_weights
from kg.schema import CLAIM_PARTS

__all__ = ["Claim", "ResultFinder", "choose", "doc_figures", "make_results", "tagger_row"]

MOST_RESULTS = 6  # of a paper; an abstract with more figures than that lists them, the clearest come first
MIN_SCORE = (
    0.25  # probability that value, method and dataset are all right; best F1, cross-validated on the training papers
)
_OPEN_RANGE = re.compile(r"\sto\s*$")
Figure = tuple[tuple[int, int], float]  # place, the tagger's probability


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure with the entity in each slot (-1 for none) and the probability that value, method and dataset are right."""

    figure: int
    slots: Mapping[str, int]
    score: float


class ResultFinder:
    """Writes `doc.spans["results"]`: spans of the figures, the claims in `attrs["rows"]`."""

    def __init__(self, weights: Weights):
        self.weights = weights

    def __call__(self, doc: Doc) -> Doc:
        """The document with its results."""
        figures = doc_figures(doc)
        spans: list[Span] = []
        rows: list[dict[str, object]] = []
        if figures:
            found = doc_findings(doc, list(figures))
            for claim in best_claims(found, list(figures.values()), self.weights):
                start, end = found.figures[claim.figure]
                span = doc.char_span(start, end, alignment_mode="expand")
                if span is not None:
                    spans.append(span)
                    rows.append(_row(claim, found) | {"offset": start - span.start_char})
        doc.spans["results"] = SpanGroup(doc, name="results", spans=spans, attrs={"rows": rows})
        return doc


def doc_figures(doc: Doc) -> dict[tuple[int, int], float | None]:
    """Figures that may be results, in order, with the tagger's probability; None where it says nothing."""
    text, bounds = doc_text(doc), sentence_bounds(doc)
    group = doc.spans.get("values", ())
    scores = group.attrs["scores"] if group else ()
    found = [((s.start_char, s.end_char), float(score)) for s, score in zip(group, scores, strict=True)]
    cleaned = ((clean_figure(text, place), score) for place, score in _whole_ranges(text, found))
    title_end = bounds[0][1] if bounds else len(text)
    tagged = {(a, b): s for (a, b), s in cleaned if a >= title_end and any(c.isdigit() for c in text[a:b])}
    untagged = (place for place in find_figures(text, bounds) if all(_apart(place, other) for other in tagged))
    names = [(s.start_char, s.end_char) for s in doc.spans.get("mentions", ())]
    return {
        place: tagged.get(place)
        for place in sorted([*tagged, *untagged])
        if not is_size(text, place) and all(_apart(place, name) for name in names)
    }


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _whole_ranges(text: str, found: Sequence[Figure]) -> list[Figure]:
    """What the tagger has cut in two put together: "10 to" and "50 times" are one figure."""
    out: list[Figure] = []
    for (start, end), score in found:
        if out and _OPEN_RANGE.search(text[slice(*out[-1][0])]) and not text[out[-1][0][1] : start].strip():
            (start, _), score = out.pop()
        out.append(((start, end), score))
    return out


def doc_findings(doc: Doc, figures: Sequence[tuple[int, int]]) -> Findings:
    """The entities of a `Doc` with their roles, beside its figures."""
    roles = {s.id_: s.label_ for s in doc.spans["roles"]}
    members: dict[str, list[Span]] = {}
    for span in doc.spans["mentions"]:
        members.setdefault(span.id_, []).append(span)
    named = [
        Named(spans[0].label_, [(m.start_char, m.end_char) for m in spans], list(dict.fromkeys(m.text for m in spans)))
        for spans in members.values()
    ]
    paper = view(doc_text(doc), sentence_bounds(doc), named)
    return findings(paper, [roles.get(number, "mentioned") for number in members], figures)


def best_claims(found: Findings, tagged: Sequence[float | None], weights: Weights) -> list[Claim]:
    """The surest claims of a paper, at most six, in order of place; `tagged` has the tagger's probability per figure."""
    claims = []
    for number, score in enumerate(tagged):
        odds = log_odds(describe_figure(found, number), weights.get("figure", {}))
        if any(s is not None for s in tagged):
            odds = log_odds(tagger_row(odds, score), weights.get("tagger", {}))
        chance = probability(odds)
        if chance >= MIN_SCORE:
            claims.append(choose(found, number, weights, chance))
    claims.sort(key=lambda claim: (-claim.score, claim.figure))
    return sorted((c for c in claims[:MOST_RESULTS] if c.score >= MIN_SCORE), key=lambda c: c.figure)


def tagger_row(odds: float, score: float | None) -> dict[str, float]:
    """Features of "this figure is a result" once the tagger has spoken; `odds` are those of the wording."""
    chance = min(max(score or 0.0, 0.02), 0.98)
    return {
        "one": 1.0,
        "rules": max(min(odds, 5.0), -5.0),
        "tagged": math.log(chance / (1 - chance)) if score is not None else 0.0,
        "not tagged": float(score is None),
    }


def choose(found: Findings, number: int, weights: Weights, chance: float) -> Claim:
    """The likeliest entity for each slot of a figure that is a result with probability `chance`."""
    slots: dict[str, int] = {}
    for slot in CLAIM_PARTS:
        options = [i for i in candidates(found, slot) if slot != "baseline" or i < 0 or i != slots["method"]]
        model = weights.get(slot, {})
        odds = [log_odds(describe_link(found, number, slot, i), model) for i in options]
        best = max(range(len(options)), key=lambda k: odds[k])
        slots[slot] = options[best]
        if slot in ("method", "dataset"):
            chance /= sum(math.exp(o - odds[best]) for o in odds)
    return Claim(number, slots, chance)


def _row(claim: Claim, found: Findings) -> dict[str, object]:
    start, end = found.figures[claim.figure]
    sentence = found.paper.sentence(start)
    names = {slot: _name(found, entity, sentence) for slot, entity in claim.slots.items()}
    return {**names, "value": found.paper.text[start:end], "score": claim.score}


def _name(found: Findings, entity: int, sentence: int) -> str:
    """How the entity is called in the sentence, else how it is most often."""
    if entity < 0:
        return ""
    text, spans = found.paper.text, found.paper.entities[entity].spans
    here = [text[a:b] for a, b in spans if found.paper.sentence(a) == sentence]
    counts = Counter(here or [text[a:b] for a, b in spans])
    return max(counts, key=lambda name: (counts[name], -len(name), name))


@Language.factory("kg_results", default_config={"path": ""}, requires=["doc.spans"], assigns=["doc.spans"])
def make_results(nlp: Language, name: str, path: str) -> ResultFinder:
    """The component as `config.cfg` declares it; `path` is the folder of the fitted weights.

    Raises:
        PipelineError: If the folder lacks `results.json`.
    """
    return ResultFinder(read_weights(Path(path) / "results.json"))
