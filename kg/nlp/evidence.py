"""What speaks for each type of a candidate, as features of a logistic model: rules, lists, counts, how the name is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.nlp.candidates import Candidate, Terms, fold
from kg.nlp.coined import has_name_shape
from kg.nlp.phrases import PHRASE_RULES
from kg.nlp.tokenizer import word_set

__all__ = ["RELIABILITY", "WORD_FEATURES", "Context", "describe", "likely_types", "tagger_features"]

# How often a rule's span and type are right, measured on the training part of the reference annotations.
RELIABILITY: dict[str, float] = {
    "called": 0.79,
    "propose": 0.91,
    "paper proposes": 0.92,
    "propose a": 0.83,
    "propose a kind": 0.85,
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
WORD_FEATURES = ("before ", "after ", "head ")  # how the names of features that are words begin
_VAGUE = frozenset({"shape", *PHRASE_RULES})  # rules that find candidates but say little on their type


@dataclass(frozen=True)
class Context:
    """What a candidate's features need to know of the text: at which token the title ends; its words, in lower case."""

    title_end: int
    words: Sequence[str] = ()


def describe(key: str, type_: str, found: Mapping[str, Candidate], terms: Terms, context: Context) -> dict[str, float]:
    """Features of "this candidate is a `type_`", by name; absent ones are 0.

    Args:
        key: The candidate.
        type_: The type in question.
        found: All candidates of the paper.
        terms: What training texts say of the name.
        context: What to know of the text.

    The words beside the name are among them if the context has the text's words: without the trained tagger they say
    what it would have read there, beside it they would say the same again.
    """
    candidate = found[key]
    named = candidate.named or _name_features(candidate, context) | _word_features(candidate, context.words)
    candidate.named = named
    own_features = (*named.items(), *_rule_features(candidate, type_), *_list_features(candidate, type_))
    out = named | {f"{name} {type_}": value for name, value in own_features if value}
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
    if not candidate.rules:
        return []
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


def _name_features(candidate: Candidate, context: Context) -> dict[str, float]:
    surface, count = candidate.surface, len(candidate.spans)
    words = surface.split()
    shaped = len(words) == 1 and has_name_shape(surface)
    in_title = sum(a < context.title_end for a, _ in candidate.spans)
    out = {
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
        "digits": float(any(map(str.isdigit, surface))),
    }
    return {name: value for name, value in out.items() if value}


def _word_features(candidate: Candidate, words: Sequence[str]) -> dict[str, float]:
    """The words beside a candidate's occurrences and its last one, as shares of its occurrences."""
    out: dict[str, float] = {}
    share = 1 / max(len(candidate.spans), 1)
    for start, end in candidate.spans if words else ():
        before, after = words[start - 1] if start else "", words[end] if end < len(words) else ""
        for name in (f"before {before}", f"after {after}", f"head {''.join(fold(words[end - 1 : end]))}"):
            out[name] = out.get(name, 0.0) + share
    return out


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
