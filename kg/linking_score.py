"""Reference things and a graph → how well linking told things apart: B-cubed, pairs of unlike names, wider terms."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kg.errors import InputError
from kg.graph import KnowledgeGraph
from kg.ids import title_key

__all__ = [
    "LinkingScore",
    "Member",
    "Share",
    "ThingMembers",
    "b_cubed",
    "read_things",
    "score_broader",
    "score_linking",
]

Place = tuple[str, int]  # paper, number of the in-paper entity
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Member:
    """What one paper, by its title, calls a thing."""

    title: str
    type: str
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingMembers:
    """One thing of the reference, and every paper that names it."""

    number: int
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Precision and recall, 0 to 1; nan where there is nothing to count."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean; nan if either is."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0 * both


@dataclass(frozen=True, slots=True)
class LinkingScore:
    """Over the in-paper entities that reference and graph share.

    Attributes:
        entities: How many they are.
        missing: Members of the reference that the graph has not.
        b_cubed: Mean over in-paper entities of the share of company that is right, and that is found.
        unlike: Of pairs of in-paper entities with different names, those joined rightly.
        wrong: Pairs of names joined wrongly, the commonest first, with their number.
        missed: Pairs of names wrongly apart.
    """

    entities: int
    missing: int
    b_cubed: Share
    unlike: Share
    wrong: tuple[tuple[str, str, int], ...]
    missed: tuple[tuple[str, str, int], ...]


def read_things(path: Path) -> list[ThingMembers]:
    """Reference things, one JSON object a line: `entity`, `name`, `members` (`title`, `type`, `surfaces`).

    Raises:
        InputError: If a line is not such an object.
    """
    out = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                members = tuple(Member(m["title"], m["type"], tuple(m["surfaces"])) for m in row["members"])
                out.append(ThingMembers(int(row["entity"]), str(row["name"]), members))
            except (ValueError, TypeError, KeyError) as error:
                raise InputError(
                    f"no reference thing: {error}",
                    path=path,
                    line=number,
                    remedy="give entity, name and members with title, type and surfaces",
                ) from error
    return out


def score_linking(gold: Sequence[ThingMembers], graph: KnowledgeGraph) -> LinkingScore:
    """Compare the graph's entities with reference things, over what both hold.

    Args:
        gold: See `read_things`.
        graph: Built from the papers of the reference; others in it do not count.

    Returns:
        The scores, and what went wrong by name.
    """
    truth, missing = _places(gold, graph)
    rows = graph.mentions[graph.mentions["entity"] != ""]
    found = {(p, n): e for p, n, e in zip(rows["paper"], rows["local"], rows["entity"], strict=True)}
    names = {(p, n): name for p, n, name in zip(rows["paper"], rows["local"], rows["name"], strict=True)}
    predicted = {place: found[place] for place in truth}
    right, joined = _unlike(truth, names), _unlike(predicted, names)
    return LinkingScore(
        len(truth),
        missing,
        b_cubed(truth, predicted),
        _share(len(right & joined), len(joined), len(right)),
        _by_name(joined - right, names),
        _by_name(right - joined, names),
    )


def b_cubed(truth: Mapping[_K, Hashable], predicted: Mapping[_K, Hashable]) -> Share:
    """B-cubed precision and recall of a partition (Bagga and Baldwin 1998).

    Args:
        truth: Thing of each item.
        predicted: The same items' entities.

    Example:
        >>> b_cubed({"a": 1, "b": 2}, {"a": "x", "b": "x"})
        Share(precision=0.5, recall=1.0)
    """
    both = Counter((truth[key], predicted[key]) for key in truth)
    things, entities = Counter(truth.values()), Counter(predicted[key] for key in truth)
    items = len(truth) or float("nan")
    precision = sum(n * n / entities[e] for (_, e), n in both.items()) / items
    recall = sum(n * n / things[t] for (t, _), n in both.items()) / items
    return Share(precision, recall)


def score_broader(pairs: Iterable[tuple[int, int]], gold: Sequence[ThingMembers], graph: KnowledgeGraph) -> Share:
    """Compare `broader` with `(narrower, wider)` numbers of reference things; a wider term's wider terms count too.

    The reference may be a sample: an edge is judged only where its narrower thing has a wider one in the reference.
    """
    reference = _above(pairs)
    thing_of = _thing_of_entities(gold, graph)
    edges = graph.relations[graph.relations["predicate"] == "broader"]
    ends = zip(edges["source"].map(thing_of), edges["target"].map(thing_of), strict=True)
    found = _above((int(s), int(t)) for s, t in ends if s == s and t == t and s != t)  # nan where not in the reference
    judged = [(s, t) for s, above in found.items() if s in reference for t in above]
    right = sum(t in _ancestors(s, reference) for s, t in judged)
    wanted = [(s, t) for s, above in reference.items() for t in above]
    recalled = sum(t in _ancestors(s, found) for s, t in wanted)
    return Share(_ratio(right, len(judged)), _ratio(recalled, len(wanted)))


def _places(gold: Sequence[ThingMembers], graph: KnowledgeGraph) -> tuple[dict[Place, int], int]:
    """Thing of every in-paper entity that the reference holds, by most of its surfaces; and how many it lacks."""
    paper_of = {title_key(t): p for p, t in zip(graph.papers["paper"], graph.papers["title"], strict=True)}
    rows = graph.mentions[graph.mentions["entity"] != ""]
    columns = (rows["paper"], rows["type"], rows["surface"], rows["local"])
    place_of = {(p, kind, s): (p, n) for p, kind, s, n in zip(*columns, strict=True)}
    votes: dict[Place, Counter[int]] = defaultdict(Counter)
    missing = 0
    for thing in gold:
        for m in thing.members:
            paper = paper_of.get(title_key(m.title), "")
            places = {place_of[key] for s in m.surfaces if (key := (paper, m.type, s)) in place_of}
            missing += not places
            for place in places:
                votes[place][thing.number] += 1
    return {place: min(v, key=lambda n: (-v[n], n)) for place, v in sorted(votes.items())}, missing


def _unlike(label: Mapping[Place, Hashable], names: Mapping[Place, str]) -> set[tuple[Place, Place]]:
    """Pairs under one label whose names differ."""
    groups: dict[Hashable, list[Place]] = defaultdict(list)
    for place in sorted(label):
        groups[label[place]].append(place)
    return {
        (a, b) for group in groups.values() for i, a in enumerate(group) for b in group[i + 1 :] if names[a] != names[b]
    }


def _by_name(pairs: Iterable[tuple[Place, Place]], names: Mapping[Place, str]) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((min(names[a], names[b]), max(names[a], names[b])) for a, b in pairs)
    return tuple((a, b, n) for (a, b), n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])))


def _thing_of_entities(gold: Sequence[ThingMembers], graph: KnowledgeGraph) -> dict[str, int]:
    """The thing that most of an entity's in-paper entities are."""
    truth, _ = _places(gold, graph)
    rows = graph.mentions.drop_duplicates(["paper", "local"])
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for p, n, e in zip(rows["paper"], rows["local"], rows["entity"], strict=True):
        if (p, n) in truth:
            votes[e][truth[p, n]] += 1
    return {e: min(v, key=lambda n: (-v[n], n)) for e, v in votes.items()}


def _above(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for narrower, wider in pairs:
        out[narrower].add(wider)
    return dict(out)


def _ancestors(start: int, above: Mapping[int, Collection[int]]) -> set[int]:
    seen: set[int] = set()
    front = [start]
    while front:
        for wider in above.get(front.pop(), ()):
            if wider not in seen:
                seen.add(wider)
                front.append(wider)
    return seen


def _share(right: int, predicted: int, wanted: int) -> Share:
    return Share(_ratio(right, predicted), _ratio(right, wanted))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
