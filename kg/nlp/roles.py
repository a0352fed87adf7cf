"""What a paper does with each of its entities: proposes, compares with, uses, evaluates on, or only mentions it."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

__all__ = ["mark_roles"]


@Language.component("kg_roles", requires=["doc.spans"], assigns=["doc.spans"])
def mark_roles(doc: Doc) -> Doc:
    """Write `doc.spans["roles"]`: the first mention of each entity, label = role, id = number of the entity."""
    spans = []
    seen = set()
    proposed = {
        s.text
        for s in doc.spans.get("coined", [])
        if s.id_ in ("propose", "paper proposes", "propose a", "propose titled", "our", "proposed", "title", "called")
    }
    compared = {s.text for s in doc.spans.get("coined", []) if s.id_ in ("versus",)}
    for span in doc.spans["mentions"]:
        if span.id_ in seen:
            continue
        seen.add(span.id_)
        surfaces = {s.text for s in doc.spans["mentions"] if s.id_ == span.id_}
        first, later, default = {
            "Method": ("proposed", "compared", "used"),
            "Dataset": ("introduced", "evaluated", "evaluated"),
            "Benchmark": ("introduced", "evaluated", "evaluated"),
            "Task": ("addressed", "addressed", "addressed"),
            "Metric": ("reported", "reported", "reported"),
        }[span.label_]
        role = first if surfaces & proposed else later if surfaces & compared else default
        copy = doc[span.start : span.end]
        copy.label_, copy.id_ = role, span.id_
        spans.append(copy)
    group = SpanGroup(doc, name="roles", spans=spans)
    group.attrs["scores"] = [0.7] * len(spans)
    doc.spans["roles"] = group
    return doc
