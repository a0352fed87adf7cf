"""Sentences with figures to quantitative claims: which method, against what, on what data, by what measure, what figure."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

__all__ = ["mark_results"]


@Language.component("kg_results", requires=["doc.spans"], assigns=["doc.spans"])
def mark_results(doc: Doc) -> Doc:
    """Write `doc.spans["results"]`: spans of the figures, the claims in `attrs["rows"]`."""
    group = SpanGroup(doc, name="results", spans=[])
    group.attrs["rows"] = []
    doc.spans["results"] = group
    return doc
