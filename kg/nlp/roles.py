"""What a paper does with each of its entities: proposes, compares with, uses, evaluates on, or only mentions it.

The tagger gives each mention a distribution over roles; an entity's is their mean in log space, within the roles that
its type allows. Wording that proposes or compares adds to it, and alone decides where the tagger has not spoken.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.schema import ENTITY_TYPES

__all__ = ["TAGGED_ROLES", "mark_roles"]

TAGGED_ROLES = ("proposed", "compared", "used", "mentioned", "introduced", "evaluated", "addressed", "reported")

# Log-odds that a rule adds to a role, and roles without any sign: shares in the training papers, and what their rules
# were right about there, rounded.
_PROPOSING = ("propose", "paper proposes", "propose a", "propose titled", "our", "proposed", "title", "called")
_COMPARING = ("versus",)
_PROPOSED, _COMPARED = 1.0, 0.7
_PRIOR = {
    "proposed": 0.27, "compared": 0.1, "used": 0.57, "introduced": 0.2, "evaluated": 0.77, "addressed": 0.86,
    "reported": 0.95, "mentioned": 0.05,
}  # fmt: skip
_UNTAGGED_WEIGHT = 3.0  # wording counts this much more where it speaks alone


@Language.component("kg_roles", requires=["doc.spans"], assigns=["doc.spans"])
def mark_roles(doc: Doc) -> Doc:
    """Write `doc.spans["roles"]`: the first mention of each entity, label = role, id = number of the entity."""
    members: dict[str, list[Span]] = defaultdict(list)
    for span in doc.spans["mentions"]:
        members[span.id_].append(span)
    tagged = _tagged(doc)
    worded = _worded(doc)
    spans, scores = [], []
    for number, mentions in members.items():
        role, score = _role(mentions, tagged, worded)
        spans.append(Span(doc, mentions[0].start, mentions[0].end, label=role, span_id=number))
        scores.append(score)
    doc.spans["roles"] = SpanGroup(doc, name="roles", spans=spans, attrs={"scores": scores})
    return doc


def _tagged(doc: Doc) -> dict[tuple[int, int], list[float]]:
    """Place of a tagged mention → log-probabilities of `TAGGED_ROLES`."""
    group = doc.spans.get("ner")
    if not group:
        return {}
    return {(s.start, s.end): roles for s, roles in zip(group, group.attrs["roles"], strict=True)}


def _worded(doc: Doc) -> dict[str, set[str]]:
    """Surface → what the wording around it says."""
    said: dict[str, set[str]] = defaultdict(set)
    for span in doc.spans.get("coined", []):
        if span.id_ in _PROPOSING:
            said[span.text].add("propose")
        elif span.id_ in _COMPARING:
            said[span.text].add("compare")
    return said


def _role(
    mentions: list[Span], tagged: dict[tuple[int, int], list[float]], worded: dict[str, set[str]]
) -> tuple[str, float]:
    allowed = ENTITY_TYPES[mentions[0].label_].roles
    rows = [tagged[m.start, m.end] for m in mentions if (m.start, m.end) in tagged]
    said = {sign for m in mentions for sign in worded.get(m.text, ())}
    odds = {role: math.log(_PRIOR[role]) for role in allowed} if not rows else _mean(rows, allowed)
    weight = 1.0 if rows else _UNTAGGED_WEIGHT
    for role in odds:
        if role in ("proposed", "introduced") and "propose" in said:
            odds[role] += weight * _PROPOSED
        if role == "compared" and "compare" in said:
            odds[role] += weight * _COMPARED
    best = max(odds, key=lambda role: odds[role])
    total = sum(math.exp(value - odds[best]) for value in odds.values())
    return best, 1 / total


def _mean(rows: list[list[float]], allowed: Iterable[str]) -> dict[str, float]:
    return {role: sum(row[TAGGED_ROLES.index(role)] for row in rows) / len(rows) for role in allowed}
