"""Predicted against reference annotations: precision, recall, F1 of all that is annotated, and calibration."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import AnnotationError
from kg.ids import title_key
from kg.model import Annotation, Entity, Result
from kg.schema import MENTION_TYPES

__all__ = ["Calibration", "Score", "ScoreRow", "score"]

_SEED = 20240229  # of the bootstrap; any fixed number does
_FOLDED = {"Benchmark": "Dataset"}
BINS = 10


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure over all papers, with the bounds of its 95 % bootstrap interval (papers drawn with replacement).

    `recall` alone is meant where `precision` is nan (`proposed found`); `f1` is the share where both are (`role accuracy`).
    """

    name: str
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    gold: int
    predicted: int
    correct: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error of mention scores, and per bin `(mean score, share right, mentions)`."""

    error: float
    bins: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """All measures of one comparison, in a fixed order, and the calibration of the scores."""

    papers: int
    rows: tuple[ScoreRow, ...]
    calibration: Calibration

    def row(self, name: str) -> ScoreRow:
        """The row of that name.

        Raises:
            KeyError: If there is none.
        """
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)

    def to_text(self) -> str:
        """The measures as a table of fixed width."""
        lines = [
            f"{self.papers} papers",
            f"{'':<28}{'P':>7}{'R':>7}{'F1':>7}  {'95 %':<15}{'gold':>7}{'pred':>7}{'right':>7}",
        ]
        for r in self.rows:
            interval = "" if math.isnan(r.low) else f"{r.low:.3f}–{r.high:.3f}"
            cells = "".join(f"{_cell(v):>7}" for v in (r.precision, r.recall, r.f1))
            lines.append(f"{r.name:<28}{cells}  {interval:<15}{r.gold:>7}{r.predicted:>7}{r.correct:>7}")
        lines.append(f"expected calibration error {self.calibration.error:.3f}")
        lines += [f"  score {mean:.2f}: right {share:.2f} of {count}" for mean, share, count in self.calibration.bins]
        return "\n".join(lines)


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3f}"


Counts = tuple[int, int, int]  # gold, predicted, correct


def score(
    gold: Iterable[Annotation], predicted: Iterable[Annotation], *, min_score: float = 0.0, bootstrap: int = 1000
) -> Score:
    """Compare predictions with references, paired by paper id, else by title.

    Args:
        gold: Reference annotations.
        predicted: What is measured; papers without a reference are left out.
        min_score: Predictions of a lower score do not count.
        bootstrap: Resamples for the intervals; 0 for none.

    Raises:
        AnnotationError: If a reference has no prediction.

    Example:
        >>> from kg.model import Mention, Paper
        >>> note = Annotation(Paper("1", "FooNet", ""), (Mention(0, 6, "FooNet", "Method"),))
        >>> score([note], [note], bootstrap=0).row("mentions").f1
        1.0
    """
    pairs = _paired(list(gold), list(predicted), min_score)
    tables = [_counts(g, p) for g, p in pairs]
    names = list(dict.fromkeys(name for name in _NAMES))
    rows = tuple(_row(name, [t.get(name, (0, 0, 0)) for t in tables], bootstrap) for name in names)
    return Score(len(pairs), rows, _calibration(pairs))


def _paired(
    gold: list[Annotation], predicted: list[Annotation], min_score: float
) -> list[tuple[Annotation, Annotation]]:
    by_id = {(p.paper.id, title_key(p.paper.title)): p for p in predicted}
    by_title = {title_key(p.paper.title): p for p in predicted}
    pairs = []
    for g in gold:
        key = title_key(g.paper.title)
        found = by_id.get((g.paper.id, key)) or by_title.get(key)
        if found is None:
            raise AnnotationError(f"no prediction for paper {g.paper.id!r}", remedy="annotate the same papers")
        pairs.append((g, _above(found, min_score)))
    return pairs


def _above(note: Annotation, min_score: float) -> Annotation:
    return Annotation(
        note.paper,
        tuple(m for m in note.mentions if m.score >= min_score),
        tuple(e for e in note.entities if e.score >= min_score),
        note.links,
        tuple(r for r in note.results if r.score >= min_score),
    )


_NAMES = (
    "mentions",
    *(f"mentions {t}" for t in MENTION_TYPES),
    "mentions folded",
    "entities",
    *(f"entities {t}" for t in MENTION_TYPES),
    "entities folded",
    "role accuracy",
    *(f"role accuracy {t}" for t in MENTION_TYPES),
    "proposed found",
    "own method found",
    "links",
    "links with kind",
    "results",
)


def _counts(gold: Annotation, found: Annotation) -> dict[str, Counts]:
    """Gold, predicted and correct of every measure in one paper."""
    out: dict[str, Counts] = {}
    spans = [{(m.start, m.end, m.type) for m in note.mentions} for note in (gold, found)]
    out["mentions"] = _overlap(*spans)
    for type_ in MENTION_TYPES:
        out[f"mentions {type_}"] = _overlap(*({s for s in part if s[2] == type_} for part in spans))
    out["mentions folded"] = _overlap(*({(a, b, _FOLDED.get(t, t)) for a, b, t in part} for part in spans))
    out |= _entity_counts(gold, found)
    out["links"] = _overlap({link.url for link in gold.links}, {link.url for link in found.links})
    out["links with kind"] = _overlap({(x.url, x.kind) for x in gold.links}, {(x.url, x.kind) for x in found.links})
    out["results"] = _result_counts(gold, found)
    return out


def _overlap(gold: set[Any], found: set[Any]) -> Counts:
    return len(gold), len(found), len(gold & found)


def _entity_counts(gold: Annotation, found: Annotation) -> dict[str, Counts]:
    pairs = _matched(gold.entities, found.entities, dict)
    folded = _matched(gold.entities, found.entities, _FOLDED.get)
    out = {"entities": (len(gold.entities), len(found.entities), len(pairs))}
    out["entities folded"] = (len(gold.entities), len(found.entities), len(folded))
    for type_ in MENTION_TYPES:
        counts = (sum(e.type == type_ for e in note.entities) for note in (gold, found))
        out[f"entities {type_}"] = (*counts, sum(g.type == type_ for g, _ in pairs))  # type: ignore[assignment]
        same = [(g, f) for g, f in pairs if g.type == type_]
        out[f"role accuracy {type_}"] = (len(same), len(same), sum(g.role == f.role for g, f in same))
    out["role accuracy"] = (len(pairs), len(pairs), sum(g.role == f.role for g, f in pairs))
    own = sum(e.role == "proposed" for e in gold.entities)
    out["proposed found"] = (own, 0, sum(g.role == f.role == "proposed" for g, f in pairs))
    main = _own_method(gold)
    out["own method found"] = (int(main is not None), 0, sum(g is main and f.role == "proposed" for g, f in pairs))
    return out


def _own_method(note: Annotation) -> Entity | None:
    """What the paper proposes; of several things the one most mentioned, of those the one named first."""
    own = [e for e in note.entities if e.role == "proposed"]
    counts = Counter(m.text for m in note.mentions)
    return max(own, key=lambda e: sum(counts[s] for s in (e.text, *e.aliases)), default=None)


def _surfaces(entity: Entity) -> set[str]:
    return {s.casefold() for s in (entity.text, *entity.aliases)}


def _matched(gold: Sequence[Entity], found: Sequence[Entity], fold: Callable[..., Any]) -> list[tuple[Entity, Entity]]:
    """One-to-one pairs of entities of the same type that share a surface, case apart; the most shared surfaces first."""
    kind = (lambda t: _FOLDED.get(t, t)) if fold is not dict else (lambda t: t)
    candidates = [
        (len(_surfaces(g) & _surfaces(f)), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if kind(g.type) == kind(f.type) and _surfaces(g) & _surfaces(f)
    ]
    used: tuple[set[int], set[int]] = (set(), set())
    out = []
    for _, i, j in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            out.append((gold[i], found[j]))
    return out


def _result_counts(gold: Annotation, found: Annotation) -> Counts:
    """Results whose method, dataset and value are right; names are right if they are surfaces of the same entity."""
    names = _numbering(gold.entities)
    left = Counter(_claim(r, names) for r in gold.results)
    right = Counter(_claim(r, names) for r in found.results)
    return left.total(), right.total(), (left & right).total()


def _numbering(entities: Iterable[Entity]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for index, entity in enumerate(entities):
        for surface in _surfaces(entity):
            numbers.setdefault(surface, str(index))
    return numbers


def _claim(result: Result, names: dict[str, str]) -> tuple[str, str, str]:
    method, dataset = result.method.casefold(), result.dataset.casefold()
    return names.get(method, method), names.get(dataset, dataset), result.value.replace(" ", "").rstrip(".")


def _row(name: str, counts: list[Counts], bootstrap: int) -> ScoreRow:
    precision, recall, f1 = _measures(name, _sum(counts))
    low, high = _interval(name, counts, bootstrap)
    return ScoreRow(name, precision, recall, f1, low, high, *_sum(counts))


def _sum(counts: Iterable[Counts]) -> Counts:
    total = [0, 0, 0]
    for row in counts:
        for i, value in enumerate(row):
            total[i] += value
    return total[0], total[1], total[2]


def _measures(name: str, counts: Counts) -> tuple[float, float, float]:
    gold, predicted, correct = counts
    recall = correct / gold if gold else math.nan
    if name.startswith("role"):
        return math.nan, math.nan, recall
    if name in ("proposed found", "own method found"):
        return math.nan, recall, math.nan
    precision = correct / predicted if predicted else math.nan
    return precision, recall, 2 * correct / (gold + predicted) if gold + predicted else math.nan


def _interval(name: str, counts: list[Counts], bootstrap: int) -> tuple[float, float]:
    """2.5 % and 97.5 % of the row's main figure over resampled papers."""
    if not bootstrap or not counts:
        return math.nan, math.nan
    draw = random.Random(_SEED)
    values = []
    for _ in range(bootstrap):
        _, recall, f1 = _measures(name, _sum(draw.choices(counts, k=len(counts))))
        values.append(recall if math.isnan(f1) else f1)
    known = sorted(v for v in values if not math.isnan(v))
    if not known:
        return math.nan, math.nan
    return known[int(0.025 * (len(known) - 1))], known[round(0.975 * (len(known) - 1))]


def _calibration(pairs: list[tuple[Annotation, Annotation]]) -> Calibration:
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for gold, predicted in pairs:
        right = {(m.start, m.end, m.type) for m in gold.mentions}
        for m in predicted.mentions:
            bins[min(int(m.score * BINS), BINS - 1)].append((m.score, (m.start, m.end, m.type) in right))
    total = sum(len(b) for b in bins.values())
    rows = []
    error = 0.0
    for _, found in sorted(bins.items()):
        mean, share = sum(s for s, _ in found) / len(found), sum(r for _, r in found) / len(found)
        rows.append((mean, share, len(found)))
        error += abs(mean - share) * len(found) / total
    return Calibration(error, tuple(rows))
