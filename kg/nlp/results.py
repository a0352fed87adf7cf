"""Sentences with figures to quantitative claims: which method, against what, on what data, by what measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text

__all__ = ["mark_results"]

MOST_RESULTS = 6  # of a paper; an abstract with more figures than that lists them, the clearest come first
MIN_VALUE_SCORE = 0.5  # probability that a figure is a result; best F1 on the development papers
RULE_SCORE = 0.5  # of a figure that only its form speaks for

_FIGURE = re.compile(
    r"[-+]?\d+(?:\.\d+)?\s?(?:\\?%|percent(?:age)? points?|percent|points?\b|dB\b|(?:x|×|times)(?![a-z0-9])|-fold\b)",
    re.I,
)
_VALUE = re.compile(r"[-+~]?\d.*[\w%×]", re.S)  # what of a tagged figure is one: no bracket before it, no comma behind
_GAIN = re.compile(
    r"\b(?:achiev|improv|outperform|surpass|reduc|increas|obtain|attain|reach|exceed|yield|gain|boost|accura|faster|lower"
    r"|higher|better|score|error|up to|by)\w*",
    re.I,
)


@dataclass(frozen=True)
class _Named:
    """A mention in a sentence: place, surface, type, role of its entity, number of its entity."""

    start: int
    end: int
    text: str
    type: str
    role: str
    number: str


@Language.component("kg_results", requires=["doc.spans"], assigns=["doc.spans"])
def mark_results(doc: Doc) -> Doc:
    """Write `doc.spans["results"]`: spans of the figures, the claims in `attrs["rows"]`."""
    named = _named(doc)
    sentences = [(sentence.start, sentence.end) for sentence in doc.sents]
    own = _own_method(named, title_end=sentences[0][1] if sentences else 0)
    sole = _sole_data(named)
    spans: list[Span] = []
    rows: list[dict[str, object]] = []
    all_figures = _figures(doc)
    for start, end in sentences:
        figures = [(s, p) for s, p in all_figures if start <= s.start < end]
        inside = [n for n in named if start <= n.start < end]
        for at, (figure, score) in enumerate(figures):
            value = _VALUE.search(figure.text)
            if not value:
                continue
            for data in _data_of(at, [f for f, _ in figures], inside) or [sole]:
                spans.append(figure)
                rows.append(
                    {
                        "method": own or _subject(figure, inside),
                        "baseline": _baseline(figure, inside, own),
                        "dataset": data,
                        "metric": _metric(figure, inside),
                        "value": value[0],
                        "offset": value.start(),
                        "score": score,
                    }
                )
    kept = sorted(sorted(range(len(rows)), key=lambda i: -float(str(rows[i]["score"])))[:MOST_RESULTS])
    group = SpanGroup(doc, name="results", spans=[spans[i] for i in kept], attrs={"rows": [rows[i] for i in kept]})
    doc.spans["results"] = group
    return doc


def _named(doc: Doc) -> list[_Named]:
    roles = {s.id_: s.label_ for s in doc.spans["roles"]}
    return [_Named(s.start, s.end, s.text, s.label_, roles.get(s.id_, ""), s.id_) for s in doc.spans["mentions"]]


def _figures(doc: Doc) -> list[tuple[Span, float]]:
    """Figures that state a result: the tagger's, or, without it, those in sentences that speak of gains."""
    group = doc.spans.get("values")
    if group is not None and "ner" in doc.spans:
        scored = zip(group, group.attrs.get("scores", [1.0] * len(group)), strict=True)
        return [(span, score) for span, score in scored if score >= MIN_VALUE_SCORE]
    text, found = doc_text(doc), []
    for start, end in sentence_bounds(doc):
        places = [m.span() for m in _FIGURE.finditer(text, start, end)]
        if places and _GAIN.search(text, start, end):
            spans = (doc.char_span(a, b, alignment_mode="expand") for a, b in places)
            found += [(span, RULE_SCORE) for span in spans if span is not None]
    return found


def _own_method(named: Sequence[_Named], *, title_end: int) -> str:
    """The name of what the paper proposes: of several the one in the title, then the most named, then the first."""
    own = [n for n in named if n.type == "Method" and n.role == "proposed"]
    if not own:
        return ""
    numbers = [n.number for n in own]
    titled = {n.number for n in own if n.start < title_end}
    best = max(numbers, key=lambda number: (number in titled, numbers.count(number), -numbers.index(number)))
    surfaces = [n.text for n in own if n.number == best]
    return max(surfaces, key=lambda text: (surfaces.count(text), -len(text)))


def _sole_data(named: Sequence[_Named]) -> str:
    """The paper's dataset or benchmark if it names only one."""
    data = {n.number: n.text for n in named if n.type in ("Dataset", "Benchmark")}
    return next(iter(data.values())) if len(data) == 1 else ""


def _data_of(at: int, figures: Sequence[Span], inside: Sequence[_Named]) -> list[str]:
    """Datasets that a figure is about: those behind it up to the next figure, else its share of those before it."""
    data = _once([n for n in inside if n.type in ("Dataset", "Benchmark")])
    if not data:
        return []
    if len(data) == len(figures):
        return [data[at].text]
    end = figures[at + 1].start if at + 1 < len(figures) else 1 << 30
    behind = [n.text for n in data if figures[at].end <= n.start < end]
    before = [n.text for n in data if n.start < figures[at].start]
    return behind or (before if len(figures) == 1 else before[-1:]) or [data[0].text]


def _once(named: Sequence[_Named]) -> list[_Named]:
    return list({n.number: n for n in reversed(named)}.values())[::-1]


def _subject(figure: Span, inside: Sequence[_Named]) -> str:
    """A method that the sentence speaks of before the figure, where the paper proposes none by name."""
    before = [n for n in inside if n.type == "Method" and n.end <= figure.start and n.role == "used"]
    return before[0].text if len({n.number for n in before}) == 1 else ""


def _baseline(figure: Span, inside: Sequence[_Named], own: str) -> str:
    rivals = [n for n in inside if n.type == "Method" and n.role == "compared" and n.text != own]
    return min(rivals, key=lambda n: abs(n.start - figure.start)).text if rivals else ""


def _metric(figure: Span, inside: Sequence[_Named]) -> str:
    """The nearest metric, one behind the figure before one as far ahead of it."""
    metrics = [n for n in inside if n.type == "Metric"]
    nearest = min(
        metrics, key=lambda n: n.start - figure.end if n.start >= figure.end else figure.start - n.end + 1, default=None
    )
    return nearest.text if nearest else ""
