"""Sentence bounds without a model: a `Doc` of title, line break and abstract gets its sentence starts."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

from kg.nlp.tokenizer import doc_text, word_set

__all__ = ["mark_sentences", "sentence_bounds", "split_sentences"]

_END = re.compile(r"[.!?]+(?:['\"’”)\]}]|\$(?=\s))*\s+|\n+")
_ABBREVIATIONS = word_set(
    "e.g i.e etc al fig figs eq eqs eqn sec secs tab vs cf resp approx dr prof mr mrs st no nos vol ch app ref "
    "refs w.r.t i.i.d a.k.a viz ca inc ltd u.s u.k d.c dept"
)
_NEVER_LAST = word_set("e.g i.e vs cf fig figs eq eqs eqn sec secs tab dr prof mr mrs ref refs viz ca approx resp")
_OPENS = re.compile(r"[\"'“‘(\[{$\\]*[A-Z0-9À-ÖØ-Þ]|[^\x00-\x7f]|https?:|[a-z]+[A-Z]|[({\[$\\*\-•]")


def split_sentences(text: str) -> list[tuple[int, int]]:
    r"""`(start, end)` of each sentence, in code points; together they cover the text. The first line, a title, is one.

    Example:
        >>> text = "A title? Yes.\nWe gain 14.8% over e.g. CORAL by Sun et al. on VisDA. Code: https://a.b/c."
        >>> [text[a:b].strip() for a, b in split_sentences(text)]
        ['A title? Yes.', 'We gain 14.8% over e.g. CORAL by Sun et al. on VisDA.', 'Code: https://a.b/c.']
    """
    if not text:
        return []
    title_end = text.find("\n") + 1
    starts = [0]
    if 0 < title_end < len(text):
        starts.append(title_end)
    ends = (found for found in _END.finditer(text, title_end) if title_end < found.end() < len(text))
    starts += [found.end() for found in ends if _ends_sentence(text, found)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    mark = found[0]
    if "\n" in mark and text[: found.start()].rstrip()[-1:] in ".!?:":
        return True
    if mark[0] != ".":
        return mark[0] in "!?" and bool(_OPENS.match(text, found.end()))
    if not _OPENS.match(text, found.end()):
        return False
    word = re.split(r"[\s(\[{]", text[max(0, found.start() - 20) : found.start()])[-1]
    low = word.lower().lstrip("\"'“‘$")
    if low in _NEVER_LAST or (len(word) == 1 and word.isupper() and mark.strip() != ".."):
        return False
    return low not in _ABBREVIATIONS or (
        text[found.end()].isupper() and text[found.end() :].split(None, 1)[0] in _STARTERS
    )


_STARTERS = word_set(
    "The This These Those In On At By For From With To A An We Our It Its They Their However Moreover "
    "Furthermore Experiments Extensive Results Recent Most Many Such While When Although Despite Code As Here "
    "There Unlike"
)


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """`(start, end)` of each sentence of a `Doc` in code points, as `mark_sentences` found them."""
    bounds = doc.user_data.get("sentences")
    return [(a, b) for a, b in bounds] if bounds is not None else split_sentences(doc_text(doc))


@Language.component("kg_sentences", assigns=["token.is_sent_start", "doc.sents"])
def mark_sentences(doc: Doc) -> Doc:
    """Set the sentence starts of a `Doc`, and `doc.user_data["sentences"]`: their bounds, plain numbers."""
    bounds = split_sentences(doc_text(doc))
    doc.user_data["sentences"] = [list(b) for b in bounds]
    for start, end in bounds:
        span = doc.char_span(start, end, alignment_mode="contract")
        if span is not None and len(span):
            doc[span.start].is_sent_start = True
    if len(doc):
        doc[0].is_sent_start = True
    if len(doc) > 1 and len(bounds) == 1:
        doc[1].is_sent_start = False  # without any mark but the first, spaCy takes the bounds for unknown
    return doc
