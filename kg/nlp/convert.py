"""The one boundary between spaCy and the data model: an annotated `Doc` to an `Annotation`."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc

from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.nlp.sentences import sentence_bounds

__all__ = ["to_annotation"]


def to_annotation(doc: Doc, paper: Paper, *, min_score: float = 0.0) -> Annotation:
    """What the components wrote on a `Doc`, as plain data; the `Doc` can be dropped after it.

    Args:
        doc: The annotated text of `paper`.
        paper: Where the text came from.
        min_score: Mentions, entities and results below it are left out, and so is what refers to them.
    """
    mentions, numbers = _mentions(doc, paper.text, min_score)
    entities = _entities(doc, mentions, numbers)
    surfaces = {s for e in entities for s in (e.text, *e.aliases)}
    return Annotation(
        paper=paper,
        mentions=tuple(mentions),
        entities=tuple(entities),
        links=tuple(_links(doc)),
        results=tuple(r for r in _results(doc, surfaces) if r.score >= min_score),
        sentences=tuple(sentence_bounds(doc)),
    )


def _mentions(doc: Doc, text: str, min_score: float) -> tuple[list[Mention], list[str]]:
    group = doc.spans.get("mentions", [])
    if not group:
        return [], []
    mentions, numbers = [], []
    for span, score, extractor in zip(group, group.attrs["scores"], group.attrs["extractors"], strict=True):
        if round(score, 4) >= min_score:  # as it will be read
            start, end = span.start_char, span.end_char
            mentions.append(Mention(start, end, text[start:end], span.label_, round(score, 4), extractor))
            numbers.append(span.id_)
    return mentions, numbers


def _entities(doc: Doc, mentions: list[Mention], numbers: list[str]) -> list[Entity]:
    group = doc.spans.get("roles", [])
    scores = group.attrs["scores"] if group else []
    roles = {span.id_: (span.label_, score) for span, score in zip(group, scores, strict=True)}
    members: dict[str, list[Mention]] = {}
    for mention, number in zip(mentions, numbers, strict=True):
        members.setdefault(number, []).append(mention)
    return [_entity(found, *roles.get(number, ("mentioned", 1.0))) for number, found in members.items()]


def _entity(found: list[Mention], role: str, role_score: float) -> Entity:
    counts = Counter(m.text for m in found)
    text = max(counts, key=lambda s: (counts[s], len(s), s))
    aliases = tuple(s for s in counts if s != text)
    return Entity(text, found[0].type, role, aliases, max(m.score for m in found), round(role_score, 4))


def _links(doc: Doc) -> list[Link]:
    group = doc.spans.get("links", [])
    if not group:
        return []
    return [Link(s.id_, s.label_, a, b) for s, (a, b) in zip(group, group.attrs["offsets"], strict=True)]


def _results(doc: Doc, surfaces: set[str]) -> list[Result]:
    group = doc.spans.get("results", [])
    if not group:
        return []
    out = []
    for span, row in zip(group, group.attrs["rows"], strict=True):
        names = {k: row[k] if row[k] in surfaces else "" for k in ("method", "baseline", "dataset", "metric")}
        start = span.start_char + row.get("offset", 0)
        out.append(
            Result(
                **names, value=row["value"], start=start, end=start + len(row["value"]), score=round(row["score"], 4)
            )
        )
    return out
