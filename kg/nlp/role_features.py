"""A paper's entities to features that tell their roles apart: where each stands, what is said around it, what stands beside it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Named", "PaperView", "describe_alone", "describe_among", "view"]

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
_WORD = re.compile(r"[A-Za-z][\w'-]*|\d+|[^\w\s]")
_BETWEEN = re.compile(r"\s*(?:\([^()]{1,60}\))?\s*(?:,|/|and|or|&|, ?and|, ?or|;)\s*(?:the|an?)?\s*$")  # two of a list
_MODIFIER = re.compile(r"-(?:based|like|style|guided|driven|aware|enhanced|powered)")
_PAGE = re.compile(r"(?:github\.com|gitlab\.com|huggingface\.co|\w+\.github\.io)[^\s)}]*", re.I)
_FAINT = 0.3  # value of the features of single words farther off: there are many, so that each counts for less
_CLEAR = 0.4  # probability from which a method is taken for the paper's own when others are looked at

Span = tuple[int, int]
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Named:
    """One entity of a paper: its type, where its mentions are (code points), how it is written, which rules found it."""

    type: str
    spans: Sequence[Span]
    surfaces: Sequence[str]
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PaperView:
    """What all features of a paper's entities are read from; made once for a paper by `view`.

    Attributes:
        text: Title and abstract.
        sentences: Bounds of the sentences.
        entities: The entities, in a fixed order.
        words: Lower-case words and signs, figures as `0`.
        places: Where each word begins.
        cues: Wording that tells roles apart, `(name, start, end)`.
        heads: Mention → the first mention of the enumeration that it is part of.
        neighbours: Entity → entities that stand beside it in an enumeration.
    """

    text: str
    sentences: Sequence[Span]
    entities: Sequence[Named]
    words: Sequence[str]
    places: Sequence[int]
    cues: Sequence[tuple[str, int, int]]
    heads: Mapping[Span, Span]
    neighbours: Mapping[int, set[int]]

    def sentence(self, place: int) -> int:
        """Number of the sentence that a code point is in."""
        return max(bisect_right(self.sentences, place, key=lambda s: s[0]) - 1, 0)

    def around(self, span: Span, sentence: int) -> tuple[list[str], list[str]]:
        """Up to nine words before and seven words behind a span, within its sentence."""
        start, end = self.sentences[sentence] if self.sentences else (0, len(self.text))
        first, last = bisect_left(self.places, start), bisect_left(self.places, end)
        before, behind = bisect_left(self.places, span[0]), bisect_left(self.places, span[1])
        return list(self.words[max(first, before - 9) : before]), list(self.words[behind : min(last, behind + 7)])


def view(text: str, sentences: Sequence[Span], entities: Sequence[Named]) -> PaperView:
    """A paper made ready for the features of its entities."""
    found = list(_WORD.finditer(text))
    words = ["0" if m[0][0].isdigit() else m[0].lower() for m in found]
    cues = [(name, *m.span()) for name, pattern in _CUES for m in pattern.finditer(text)]
    mentions = sorted((a, b, i) for i, entity in enumerate(entities) for a, b in entity.spans)
    heads: dict[Span, Span] = {}
    neighbours: dict[int, set[int]] = {i: set() for i in range(len(entities))}
    for at, (a, b, i) in enumerate(mentions):
        heads[a, b] = (a, b)
        if at and _BETWEEN.match(text, mentions[at - 1][1], a):
            c, d, j = mentions[at - 1]
            heads[a, b] = heads[c, d]
            if i != j and entities[i].type == entities[j].type:
                neighbours[i].add(j)
                neighbours[j].add(i)
    return PaperView(text, sentences, entities, words, [m.start() for m in found], cues, heads, neighbours)


def describe_alone(paper: PaperView) -> list[Features]:
    """Features of each entity by its own mentions, by name; absent ones are 0."""
    totals: Counter[str] = Counter()
    for entity in paper.entities:
        totals[entity.type] += len(entity.spans)
    most = [(e.type, len(e.spans)) for e in paper.entities]
    pages = {_bare(part) for page in _PAGE.findall(paper.text.lower()) for part in re.split(r"[/.]", page)}
    listed = Counter(paper.heads.values())
    out = []
    for entity in paper.entities:
        size = len(entity.spans)
        rivals = [count for type_, count in most if type_ == entity.type]
        features = _by_place(entity, paper) | _by_name(entity, pages)
        features |= {
            "share": size / totals[entity.type],
            "most": float(size == max(rivals)),
            "most alone": float(size == max(rivals) and rivals.count(size) == 1),
            "rivals": math.log(len(rivals)),
        }
        for span in entity.spans:
            for name, value in _by_mention(span, paper, listed):
                features[f"any {name}"] = value
                if value == 1:
                    features[name] = features.get(name, 0.0) + 1 / size
        out.append({name: value for name, value in features.items() if value})
    return out


def _by_place(entity: Named, paper: PaperView) -> Features:
    """Where it stands: in the title, how often, how early, how late."""
    text, spans, size = paper.text, entity.spans, max(len(paper.sentences) - 1, 1)
    title_end = max(text.find("\n"), 0)
    colon = text.find(":", 0, title_end)
    places = [paper.sentence(start) for start, _ in spans]
    body = [p for p in places if p > 0]
    return {
        "one": 1.0,
        "in title": float(0 in places),
        "title only": float(not body),
        "title head": float(spans[0][0] == 0),
        "before colon": float(colon > 0 and spans[0][1] <= colon),
        "whole head": float(colon > 0 and spans[0] == (0, colon)),
        "count": math.log(len(spans)),
        "once": float(len(spans) == 1),
        "first": min(body) / size if body else 0.0,
        "last": max(body) / size if body else 0.0,
        "opening": float(bool(body) and max(body) <= 2),
        "first sentence": float(1 in body),
        "closing": float(bool(body) and min(body) >= len(paper.sentences) - 2),
    }


def _by_name(entity: Named, pages: set[str]) -> Features:
    """How it is written, what found it, whether a repository bears its name."""
    name = entity.surfaces[0]
    low = name.lower().split() or [""]
    bare = {_bare(s.lower()) for s in entity.surfaces} - {""}
    return {
        "capitals": float(any(c.isupper() for c in name[1:])),
        "lower": float(name.islower()),
        "words": float(len(low)),
        "version": float(any("-" in s or s[-1:].isdigit() for s in entity.surfaces)),
        "forms": math.log(len(entity.surfaces)),
        "repository": float(bool(bare & pages)),
        "in repository": float(any(len(b) > 2 and b in page for b in bare for page in pages)),
        "repositories": float(bool(pages)),
        f"name {' '.join(low)}": 1.0,
        f"name begins {low[0]}": 1.0,
        f"name ends {low[-1]}": 1.0,
        **{f"rule {rule}": 1.0 for rule in entity.rules},
    }


def _bare(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


def _by_mention(span: Span, paper: PaperView, listed: Mapping[Span, int]) -> Iterator[tuple[str, float]]:
    """What is said around one mention in its sentence."""
    (start, end), text, number = span, paper.text, paper.sentence(span[0])
    bounds = paper.sentences[number] if paper.sentences else (0, len(text))
    for name, a, b in paper.cues:
        if bounds[0] <= a and b <= bounds[1]:
            if b <= start:
                yield f"{name} before", 1.0
            if start - 30 <= b <= start:
                yield f"{name} near", 1.0
            if a >= end:
                yield f"{name} after", 1.0
    left, right = paper.around(span, number)
    yield from _by_words(left, right)
    head = paper.heads[span]
    if head != span:
        yield "listed", 1.0
        left = paper.around(head, number)[0]
        yield from ((f"head {w}", 1.0) for w in left[-3:])
        yield f"head2 {' '.join(left[-2:])}", _FAINT
    if listed[head] > 1:
        yield ("in list" if listed[head] == 2 else "in long list"), 1.0
    if not text[bounds[0] : start].strip():
        yield "sentence start", 1.0
    if number:
        opening = paper.around((bounds[0], bounds[0]), number)[1][:2]
        yield f"opens {' '.join(opening)}", _FAINT
        yield f"opens {' '.join(opening[:1])}", _FAINT
    yield f"part {min(5 * number // max(len(paper.sentences) - 1, 1), 4) if number else 'title'}", 1.0
    if start and text[start - 1] in "\"'“‘`{":
        yield "quoted", 1.0
    if text[max(start - 1, 0) : start] == "(" and text[end : end + 1] == ")":
        yield "in brackets", 1.0
    if text.startswith(" (", end):
        yield "before brackets", 1.0
    if _MODIFIER.match(text, end):
        yield "modifier", 1.0


def _by_words(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, float]]:
    for word in left[-3:]:
        yield f"left {word}", 1.0
    for word in right[:2]:
        yield f"right {word}", 1.0
    if left:
        yield f"left1 {left[-1]}", 1.0
    if right:
        yield f"right1 {right[0]}", 1.0
    if len(left) > 1:
        yield f"left2 {' '.join(left[-2:])}", 1.0
    yield f"left3 {' '.join(left[-3:])}", _FAINT
    yield f"right2 {' '.join(right[:2])}", _FAINT
    for word in left[:-3]:
        yield f"far left {word}", _FAINT
    for word in right[2:]:
        yield f"far right {word}", _FAINT


def describe_among(paper: PaperView, opinions: Sequence[Mapping[str, float]]) -> list[Features]:
    """Features of each entity by what a first opinion says of it and of the others.

    Args:
        paper: The paper.
        opinions: Per entity the log-probability of each role.
    """
    chances = [{role: math.exp(log) for role, log in logs.items()} for logs in opinions]
    own = {i: c["proposed"] for i, c in enumerate(chances) if "proposed" in c}
    introduced = {i: c["introduced"] for i, c in enumerate(chances) if "introduced" in c}
    out = []
    for i, entity in enumerate(paper.entities):
        others = [j for j, other in enumerate(paper.entities) if j != i and other.type == entity.type]
        features = {f"own {role}": value for role, value in opinions[i].items()}
        features |= {f"chance {role}": value for role, value in chances[i].items()}
        for group, found in (("others", others), ("beside", sorted(paper.neighbours[i]))):
            features[group] = float(bool(found))
            for role in chances[i] if found else ():
                features[f"{group} {role}"] = sum(chances[j][role] for j in found) / len(found)
        features |= _by_names_of(entity, [paper.entities[j] for j in others])
        rest = {j: chance for j, chance in own.items() if j != i}
        if rest:
            top = max(rest, key=lambda j: (rest[j], -j))
            features |= {
                "best rival": rest[top],
                "beats all": float(own.get(i, 0.0) > rest[top]),
                "proposals": min(sum(rest.values()), 4.0),
            }
            if rest[top] > _CLEAR:
                features |= _by_own_method(entity, paper.entities[top], paper)
        features["introduces"] = max((c for j, c in introduced.items() if j != i), default=0.0)
        out.append({f"among {name}": value for name, value in features.items() if value})
    return out


def _by_names_of(entity: Named, others: Sequence[Named]) -> Features:
    ours = {s.lower() for s in entity.surfaces}
    theirs = {s.lower() for other in others for s in other.surfaces} - ours
    first = entity.spans[0][0]
    return {
        "in longer": float(any(o in t for o in ours for t in theirs)),
        "holds shorter": float(any(t in o for o in ours for t in theirs)),
        "first": float(all(first <= other.spans[0][0] for other in others)),
    }


def _by_own_method(entity: Named, own: Named, paper: PaperView) -> Features:
    """How it stands to what seems to be the paper's own method."""
    out = {"with own": 1.0}
    here, there = ([s for s in e.spans if paper.sentence(s[0]) > 0] for e in (entity, own))
    if here and there:
        out["before own"] = float(here[-1][0] < there[0][0])
        out["behind own"] = float(here[0][0] > there[0][0])
        out["behind last own"] = float(here[0][0] > there[-1][0])
    beside: dict[int, Span] = {}
    for span in own.spans:
        beside.setdefault(paper.sentence(span[0]), span)
    for start, end in entity.spans:
        c, d = beside.get(paper.sentence(start), (0, 0))
        if d and d <= start:
            out["own before"] = 1.0
            out["own close"] = float(start - d < 40)
            out["own before, compared"] = max(out.get("own before, compared", 0.0), _compares(paper, d, start))
        elif c >= end:
            out["own behind"] = 1.0
            out["own behind, compared"] = max(out.get("own behind, compared", 0.0), _compares(paper, end, c))
    ours, theirs = ([s.lower() for s in e.surfaces if len(s) > 2] for e in (entity, own))
    out["holds own"] = float(any(t in o and t != o for o in ours for t in theirs))
    out["in own"] = float(any(o in t and t != o for o in ours for t in theirs))
    return out


def _compares(paper: PaperView, start: int, end: int) -> float:
    return float(any(name == "compare" and start <= a and b <= end for name, a, b in paper.cues))
