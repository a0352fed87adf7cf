"""What a paper does with each of its entities: proposes, compares with, uses, evaluates on, or only mentions it.

A logistic model per type and role weighs where an entity stands, which rules found it and the words beside it; where the
trained tagger has spoken, its opinion is added.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text
from kg.nlp.weights import Weights, log_odds, read_weights
from kg.schema import ENTITY_TYPES

__all__ = [
    "TAGGER_ROLES",
    "RoleFinder",
    "combine_roles",
    "entity_rules",
    "find_cues",
    "make_roles",
    "role_features",
    "role_logs",
    "tagger_logs",
]

# The order in which the trained tagger gives its role probabilities.
TAGGER_ROLES = ("proposed", "compared", "used", "mentioned", "introduced", "evaluated", "addressed", "reported")
_PROPOSE = re.compile(
    r"\b(?:[Ww]e|[Tt]his (?:paper|work|study|article)|paper|work)\b[^.;]{0,60}?\b(?:propos|introduc|present|develop|design|devis|releas|"
    r"creat|buil|construct|describ|call|term|nam|dub)\w*|\b(?:called|termed|named|dubbed|namely|coined)\b"
)
_EVALUATE = re.compile(
    r"\b(?:[Ee]xperiment|[Ee]valuat|[Rr]esults|[Ee]mpirical|[Bb]enchmark|[Dd]emonstrat|[Vv]alidat|[Tt]ested)"
)
_COMPARE = re.compile(
    r"\b(?:outperform|surpass|exceed|beat|compar|than|over|versus|vs\b|against|better|baseline|state-of-the-art|SOTA|improv\w+ (?:over|upon|on)|"
    r"unlike|superior|competitive)",
    re.I,
)
_BUT = re.compile(
    r"\b(?:[Hh]owever|[Ee]xisting|[Pp]revious|[Pp]rior|[Cc]onventional|[Tt]raditional|[Cc]urrent|suffer|fail|limit|lack)\w*"
)
_CUES = (("propose", _PROPOSE), ("evaluate", _EVALUATE), ("compare", _COMPARE), ("but", _BUT))
_WORD = re.compile(r"[\w-]+|[^\w\s]")


def role_features(
    text: str,
    spans: Sequence[tuple[int, int]],
    sentences: Sequence[tuple[int, int]],
    *,
    rules: Iterable[str] = (),
    cues: Sequence[tuple[str, int, int]] | None = None,
) -> dict[str, float]:
    """Features of one entity, by name.

    Args:
        text: Title and abstract.
        spans: Code points of its mentions, in order.
        sentences: Bounds of the sentences.
        rules: Rules that found one of its mentions.
        cues: What `find_cues` finds in the text, if that is known already.
    """
    said = find_cues(text) if cues is None else cues
    title_end, size = text.find("\n"), max(len(sentences) - 1, 1)
    colon = text.find(":", 0, max(title_end, 0))
    places = [next((i for i, (a, b) in enumerate(sentences) if a <= start < b), 0) for start, _ in spans]
    body = [p for p in places if p > 0]
    first, last = (min(body) / size, max(body) / size) if body else (0.0, 0.0)
    out = {
        "one": 1.0,
        "in title": float(0 in places),
        "title only": float(not body),
        "title head": float(spans[0][0] == 0),
        "before colon": float(colon > 0 and spans[0][1] <= colon),
        "whole head": float(colon > 0 and spans[0] == (0, colon)),
        "count": math.log(len(spans)),
        "once": float(len(spans) == 1),
        "first": first,
        "last": last,
        "opening": float(bool(body) and max(body) <= 2),
        "first sentence": float(1 in body),
        "closing": float(bool(body) and min(body) >= len(sentences) - 2),
        "capitals": float(any(c.isupper() for c in text[spans[0][0] + 1 : spans[0][1]])),
        "words": float(len(text[slice(*spans[0])].split())),
        **{f"rule {rule}": 1.0 for rule in rules},
    }
    for (start, end), place in zip(spans, places, strict=True):
        for name in sorted(_around(text, (start, end), sentences[place] if sentences else (0, len(text)), said)):
            out[name] = out.get(name, 0.0) + 1 / len(spans)
            out[f"any {name}"] = 1.0
    return {name: value for name, value in out.items() if value}


def find_cues(text: str) -> list[tuple[str, int, int]]:
    """Places of the wording that tells roles apart: `(name, start, end)`."""
    return [(name, *found.span()) for name, pattern in _CUES for found in pattern.finditer(text)]


def _around(
    text: str, span: tuple[int, int], bounds: tuple[int, int], cues: Sequence[tuple[str, int, int]]
) -> set[str]:
    """Names of what is said around one mention in its sentence."""
    start, end = span
    here = [c for c in cues if bounds[0] <= c[1] and c[2] <= bounds[1]]
    out = {f"{name} before" for name, _, b in here if b <= start} | {f"{name} after" for name, a, _ in here if a >= end}
    out |= {f"{name} near" for name, _, b in here if start - 30 <= b <= start}
    before, after = text[max(bounds[0], start - 45) : start], text[end : min(bounds[1], end + 40)]
    if not text[bounds[0] : start].strip():
        out.add("sentence start")
    left, right = [w.lower() for w in _WORD.findall(before)[-3:]], [w.lower() for w in _WORD.findall(after)[:2]]
    out |= (
        {f"left {w}" for w in left}
        | {f"left1 {w}" for w in left[-1:]}
        | {f"right {w}" for w in right}
        | {f"right1 {w}" for w in right[:1]}
    )
    return out | ({f"left2 {' '.join(left[-2:])}"} if len(left) > 1 else set())


def role_logs(features: Mapping[str, float], type_: str, weights: Weights) -> dict[str, float]:
    """Log-probability of each role of a type by the rules; they sum to 1."""
    odds = {role: log_odds(features, weights.get(f"{type_} {role}", {})) for role in ENTITY_TYPES[type_].roles}
    return _normalised({role: -math.log1p(math.exp(-max(min(o, 30.0), -30.0))) for role, o in odds.items()})


def tagger_logs(rows: Sequence[Sequence[float]], type_: str) -> dict[str, float]:
    """The tagger's log-probabilities of a type's roles, the mean over an entity's mentions."""
    roles = ENTITY_TYPES[type_].roles
    means = {role: sum(row[TAGGER_ROLES.index(role)] for row in rows) / len(rows) for role in roles}
    return _normalised(means)


def combine_roles(
    rules: Mapping[str, float], tagger: Mapping[str, float], type_: str, weights: Mapping[str, float]
) -> dict[str, float]:
    """Both opinions as one, log-linear."""
    return _normalised(
        {
            role: weights.get("rules", 1.0) * rules[role]
            + weights.get("tagger", 1.0) * tagger[role]
            + weights.get(f"{type_} {role}", 0.0)
            for role in rules
        }
    )


def _normalised(logs: Mapping[str, float]) -> dict[str, float]:
    top = max(logs.values())
    total = top + math.log(sum(math.exp(v - top) for v in logs.values()))
    return {role: value - total for role, value in logs.items()}


class RoleFinder:
    """Writes `doc.spans["roles"]`: the first mention of each entity, label = role, id = number of the entity; scores."""

    def __init__(self, weights: Weights):
        self.weights = weights

    def __call__(self, doc: Doc) -> Doc:
        """The document with the roles of its entities."""
        members: dict[str, list[Span]] = {}
        for span in doc.spans["mentions"]:
            members.setdefault(span.id_, []).append(span)
        rules, opinions = entity_rules(doc), _opinions(doc)
        text, bounds = doc_text(doc), sentence_bounds(doc)
        cues = find_cues(text)
        spans, scores = [], []
        for number, mentions in members.items():
            type_ = mentions[0].label_
            places = [(m.start_char, m.end_char) for m in mentions]
            found = {rule for m in mentions for rule in rules.get(m.text, ())}
            logs = role_logs(role_features(text, places, bounds, rules=found, cues=cues), type_, self.weights)
            rows = [row for m in mentions for row in opinions.get((m.start, m.end), ())]
            if rows:
                logs = combine_roles(logs, tagger_logs(rows, type_), type_, self.weights.get("tagger", {}))
            role = max(logs, key=lambda r: logs[r])
            spans.append(Span(doc, mentions[0].start, mentions[0].end, label=role, span_id=number))
            scores.append(math.exp(logs[role]))
        doc.spans["roles"] = SpanGroup(doc, name="roles", spans=spans, attrs={"scores": scores})
        return doc


def entity_rules(doc: Doc) -> dict[str, set[str]]:
    """Surface → rules that found it."""
    out: dict[str, set[str]] = {}
    for span in doc.spans.get("coined", ()):
        out.setdefault(span.text, set()).add(span.id_)
    for span in doc.spans.get("lexicon", ()):
        out.setdefault(span.text, set()).add("lexicon")
    return out


def _opinions(doc: Doc) -> dict[tuple[int, int], list[list[float]]]:
    """Token span → role log-probabilities by the tagger."""
    out: dict[tuple[int, int], list[list[float]]] = {}
    if "ner" in doc.spans:
        group = doc.spans["ner"]
        for span, row in zip(group, group.attrs.get("roles", ()), strict=False):
            out.setdefault((span.start, span.end), []).append(list(row))
    return out


@Language.factory("kg_roles", default_config={"path": ""}, requires=["doc.spans"], assigns=["doc.spans"])
def make_roles(nlp: Language, name: str, path: str) -> RoleFinder:
    """The component as `config.cfg` declares it; `path` is the folder of the fitted weights.

    Raises:
        PipelineError: If the folder lacks `roles.json`.
    """
    return RoleFinder(read_weights(Path(path) / "roles.json"))
