"""Figures and entities of a paper to features: is a figure a result, and whose, against whom, on which data, by which measure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.nlp.role_features import Features, PaperView, Span
from kg.schema import CLAIM_PARTS

__all__ = ["Findings", "candidates", "describe_figure", "describe_link", "findings", "own_method"]

_FAINT = 0.3  # value of the features of single words: there are many, so that each counts for less
_GAIN = re.compile(
    r"\b(?:achiev|improv|outperform|surpass|reduc|increas|obtain|attain|reach|exceed|yield|gain|boost|accura|faster|lower"
    r"|higher|better|score|error|up to|by)\w*",
    re.I,
)
_OURS = re.compile(r"\b(?:[Oo]ur|[Ww]e|[Ii]t|proposed)\b")
_UNITS = (
    ("share", re.compile(r"%|percent|pp$")),
    ("factor", re.compile(r"[x×X]$|times|fold$")),
    ("unit", re.compile(r"[A-Za-z]")),
    ("decimal", re.compile(r"\d\.\d")),
    ("whole", re.compile(r"\d")),
)
_AND = re.compile(r"[\s$]*(?:,|/|and|&|, ?and|;)[\s$~+]*")
_ONTO = re.compile(r"[\s$~]*(?:-?to-?|→|[-=]+>|\\(?:to|rightarrow|Rightarrow)\b)[\s$~]*")
_SMALL = frozenset({"the", "a", "an", "both", "its", "their", "our"})


@dataclass(frozen=True, slots=True)
class Findings:
    """A paper with the roles of its entities and the figures that may be results.

    Attributes:
        paper: The paper.
        roles: Role of each entity.
        figures: Places of the figures, in order.
        own: Number of the entity that is the paper's own method; -1 if there is none.
        by_sentence: Sentence → figures in it, as numbers.
        inside: Sentence → mentions in it, `(start, end, entity)`, in order; of "A to B", two sets of data, only B.
        lists: Enumerations of figures and of mentions, `1.2, 3.4 and 5.6`, of at least two.
    """

    paper: PaperView
    roles: Sequence[str]
    figures: Sequence[Span]
    own: int
    by_sentence: dict[int, list[int]]
    inside: dict[int, list[tuple[int, int, int]]]
    lists: list[list[Span]]


def findings(paper: PaperView, roles: Sequence[str], figures: Sequence[Span]) -> Findings:
    """All that the features of a paper's claims are read from."""
    by_sentence: dict[int, list[int]] = {}
    for number, (start, _) in enumerate(figures):
        by_sentence.setdefault(paper.sentence(start), []).append(number)
    inside: dict[int, list[tuple[int, int, int]]] = {}
    mentions = sorted((a, b, i) for i, entity in enumerate(paper.entities) for a, b in entity.spans)
    left = _left_for_another(paper, mentions)
    for start, end, i in mentions:
        if paper.heads[start, end] not in left:
            inside.setdefault(paper.sentence(start), []).append((start, end, i))
    return Findings(paper, roles, figures, own_method(paper, roles), by_sentence, inside, _lists(paper, figures))


def _left_for_another(paper: PaperView, mentions: Sequence[tuple[int, int, int]]) -> set[Span]:
    """Heads of the enumerations before "to" in "A to B": a model learns there, and what it reaches it reaches on B."""
    data = [(a, b) for a, b, i in mentions if paper.entities[i].type in CLAIM_PARTS["dataset"]]
    return {paper.heads[one] for one, other in pairwise(data) if _ONTO.fullmatch(paper.text, one[1], other[0])}


def _lists(paper: PaperView, figures: Sequence[Span]) -> list[list[Span]]:
    """Enumerations of two or more figures or mentions."""
    lists: dict[Span, list[Span]] = {}
    for span in sorted(paper.heads):
        lists.setdefault(paper.heads[span], []).append(span)
    head = None
    for before, figure in zip((None, *figures), figures, strict=False):
        if not before or not _AND.fullmatch(paper.text[before[1] : figure[0]]):
            head = figure
        lists.setdefault(head or figure, []).append(figure)
    return [spans for spans in lists.values() if len(spans) > 1]


def own_method(paper: PaperView, roles: Sequence[str]) -> int:
    """What the paper proposes: of several methods the one in the title, then the most named, then the first; -1 if none."""
    own = [i for i, (e, role) in enumerate(zip(paper.entities, roles, strict=True)) if role == "proposed"]

    def rank(i: int) -> tuple[bool, int, int]:
        spans = paper.entities[i].spans
        return paper.sentence(spans[0][0]) == 0, len(spans), -spans[0][0]

    return max(own, key=rank, default=-1)


def candidates(found: Findings, slot: str) -> list[int]:
    """Entities that may fill a slot, and -1 for none."""
    return [-1, *(i for i, entity in enumerate(found.paper.entities) if entity.type in CLAIM_PARTS[slot])]


def _unit(text: str) -> str:
    return next((name for name, pattern in _UNITS if pattern.search(text)), "whole")


def describe_figure(found: Findings, number: int) -> Features:
    """Features of "this figure is a result", by name; absent ones are 0."""
    paper, (start, end) = found.paper, found.figures[number]
    sentence = paper.sentence(start)
    bounds = paper.sentences[sentence]
    left, right = paper.around((start, end), sentence)
    inside = found.inside.get(sentence, [])
    unit = _unit(paper.text[start:end])
    types = {paper.entities[i].type for _, _, i in inside}
    roles = {found.roles[i] for _, _, i in inside}
    out = {
        "one": 1.0,
        f"unit {unit}": 1.0,
        "signed": float(paper.text[start] in "+-~"),
        "range": float(bool(re.search(r"\d\D+\d", paper.text[start:end].replace(".", "")))),
        "figures": float(min(len(found.by_sentence[sentence]), 6)),
        "figures in paper": float(min(len(found.figures), 12)),
        "part": sentence / max(len(paper.sentences) - 1, 1),
        "last sentence": float(sentence == len(paper.sentences) - 1),
        "gain": float(bool(_GAIN.search(paper.text, *bounds))),
        "ours": float(bool(_OURS.search(paper.text, *bounds))),
        "own method": float(any(i == found.own for _, _, i in inside)),
        **{f"cue {name}": 1.0 for name, a, b in paper.cues if bounds[0] <= a and b <= bounds[1]},
        **{f"with {name}": 1.0 for name in types | roles},
    }
    out |= {f"{name} {unit}": out[name] for name in ("gain", "ours")}
    out |= {f"left1 {w}": 1.0 for w in left[-1:]} | {f"right1 {w}": 1.0 for w in right[:1]}
    out |= {f"left2 {' '.join(left[-2:])}": 1.0, f"right2 {' '.join(right[:2])}": 1.0}
    out |= {f"left {w}": 1.0 for w in left[-4:]} | {f"right {w}": 1.0 for w in right[:4]}
    out |= {f"far left {w}": _FAINT for w in left[:-4]} | {f"far right {w}": _FAINT for w in right[4:]}
    return {name: value for name, value in out.items() if value}


def describe_link(found: Findings, number: int, slot: str, entity: int) -> Features:
    """Features of "this entity fills this slot of this figure's claim", by name; of "nothing does" for entity -1."""
    if entity < 0:
        return _of_none(found, number, slot)
    paper, figure = found.paper, found.figures[number]
    sentence = paper.sentence(figure[0])
    named, role = paper.entities[entity], found.roles[entity]
    group = {i for i in candidates(found, slot) if i >= 0}
    here = [(a, b) for a, b, i in found.inside.get(sentence, []) if i == entity]
    out = {
        f"role {role}": 1.0,
        "own": float(entity == found.own),
        "only one": float(len(group) == 1),
        "in title": float(paper.sentence(named.spans[0][0]) == 0),
        "named": float(min(len(named.spans), 5)) / 5,
        f"type {named.type}": 1.0,
    }
    if here:
        out |= {"here": 1.0, f"here {role}": 1.0} | _in_sentence(found, number, here, group)
    else:
        places = [paper.sentence(a) for a, _ in named.spans]
        last = max((p for p in places if p < sentence), default=-1)
        gap = "never before" if last < 0 else "title" if last == 0 else str(min(sentence - last, 3))
        out |= {f"gap {gap}": 1.0, f"gap {gap} {role}": 1.0}
        others = {i for _, _, i in found.inside.get(sentence, []) if i in group}
        out["others here"] = float(bool(others))
        out[f"others here {role}"] = float(bool(others))
        recent = [i for s in range(sentence) for _, _, i in found.inside.get(s, []) if i in group]
        out["latest"] = float(bool(recent) and recent[-1] == entity)
        bounds = paper.sentences[sentence]
        out["ours, own" if entity == found.own else "ours, other"] = float(
            bool(_OURS.search(paper.text, bounds[0], figure[0]))
        )
    return {name: value for name, value in out.items() if value}


def _of_none(found: Findings, number: int, slot: str) -> Features:
    """What speaks for an empty slot: how many could fill it, the figure's unit, the words around."""
    paper, figure = found.paper, found.figures[number]
    sentence = paper.sentence(figure[0])
    group = set(candidates(found, slot)) - {-1}
    here = {i for _, _, i in found.inside.get(sentence, []) if i in group}
    left, right = paper.around(figure, sentence)
    return {
        "none": 1.0,
        f"none of {min(len(group), 3)}": 1.0,
        f"none of {min(len(here), 3)} here": 1.0,
        f"none, {_unit(paper.text[slice(*figure)])}": 1.0,
        "none, own": float(found.own >= 0),
        "none, own here": float(any(i == found.own for i in here)),
        **{f"none, left {w}": _FAINT for w in left},
        **{f"none, right {w}": _FAINT for w in right},
    }


def _in_sentence(found: Findings, number: int, here: Sequence[Span], group: set[int]) -> Features:
    """How an entity stands to a figure of its sentence: distance, order, what lies between, its place in a list."""
    paper, (start, end) = found.paper, found.figures[number]
    sentence = paper.sentence(start)
    a, b = min(here, key=lambda m: (start - m[1] if m[1] <= start else m[0] - end, m))
    before = b <= start
    side = "before" if before else "behind"
    between = (b, start) if before else (end, a)
    words = _words(paper, between)
    left = [w for w in paper.around((a, b), sentence)[0] if w not in _SMALL]
    right = paper.around((a, b), sentence)[1]
    figures = [found.figures[n] for n in found.by_sentence[sentence]]
    mentions = [m for m in found.inside[sentence] if m[2] in group]
    across = sum(between[0] <= x and y <= between[1] for x, y, _ in mentions)
    over = sum(between[0] <= x and y <= between[1] for x, y in figures)
    out = {
        side: 1.0,
        f"{side} words {_step(len(words))}": 1.0,
        f"{side} mentions {min(across, 3)}": 1.0,
        f"{side} figures {min(over, 3)}": 1.0,
        f"{side} nearest": float(not across),
        "nearest of all": float(not across and not over),
        f"{side} commas": float(min(sum(w in ",;:" for w in words), 3)),
        f"{side} by {left[-1] if left else 'start'}": 1.0,
        f"{side} then {right[0] if right else 'end'}": 1.0,
        "unit " + _unit(paper.text[start:end]) + f" {side}": 1.0,
        "alone here": float(len({m[2] for m in mentions}) == 1),
        "first here": float(bool(mentions) and mentions[0][:2] == (a, b)),
    }
    lead = "figures lead" if figures[0] < mentions[0][:2] else "names lead"  # "1.2 on A, 3.4 on B" or "A: 1.2, B: 3.4"
    out |= {
        f"{lead}, {side}": 1.0,
        f"{lead}, {side} nearest": float(not across),
        f"{lead}, {side} clear": float(not across and not over),
    }
    if len(words) < 4:
        out[f"{side} between {' '.join(words)}"] = 1.0
    out |= {f"{side} with {w}": _FAINT for w in words[:12]}
    return out | _by_rank(found, number, mentions, (a, b))


def _by_rank(found: Findings, number: int, mentions: Sequence[tuple[int, int, int]], own: Span) -> Features:
    """Whether figure and entity have the same place in lists of one length: "1.2 and 3.4 on A and B, respectively"."""
    figure, sentence = found.figures[number], found.paper.sentence(own[0])
    told = "respectively" if "respectively" in found.paper.text[slice(*found.paper.sentences[sentence])] else "plain"
    ours, theirs = (next((spans for spans in found.lists if item in spans), [item]) for item in (figure, own))
    if 1 < len(ours) == len(theirs):
        return {f"{'same' if ours.index(figure) == theirs.index(own) else 'other'} place in list, {told}": 1.0}
    out = {"figure in list": float(len(ours) > 1), "entity in list": float(len(theirs) > 1)}
    numbers = found.by_sentence[sentence]
    order = list(dict.fromkeys(i for _, _, i in mentions))
    if 1 < len(order) == len(numbers):
        same = numbers.index(number) == order.index(next(i for a, b, i in mentions if (a, b) == own))
        out[f"{'same' if same else 'other'} rank, {told}"] = 1.0
    return out


def _words(paper: PaperView, span: Span) -> list[str]:
    return list(paper.words[bisect_left(paper.places, span[0]) : bisect_left(paper.places, span[1])])


def _step(count: int) -> str:
    return str(count) if count < 4 else "few" if count < 8 else "many" if count < 16 else "most"
