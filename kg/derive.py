"""Linked mentions and claims → relations, each with the evidence that it rests on.

How sure a relation is: mentions in one paper are not independent, so a paper is one witness, as sure as its best
mention; papers are independent, so a relation is wrong only if all its witnesses are: 1 − Π(1 − score) (as INDRA's
belief, Gyori et al. 2017). Where two papers are joined, the one that uses is the witness: its sentence and the other's
must both hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from kg.catalogue import Entry
from kg.ids import content_hash
from kg.names import is_coined, is_short, surface_key
from kg.schema import ENTITY_TYPES, LINK_KINDS, RELATIONS, ROLE_RELATION
from kg.things import Thing
from kg.values import is_victory

__all__ = ["EVIDENCE_COLUMNS", "derive"]

EVIDENCE_COLUMNS = ["paper", "surface", "start", "end", "sentence_start", "sentence_end", "extractor", "score"]
_EDGE = ["source", "predicate", "target"]
CATALOGUE_SCORE = 0.97  # share of the catalogue's broader terms that a reader agrees with, on a sample of train names
HEAD_SCORE = 0.9  # the same for "the longer name ends in the shorter"
_STRONGEST = {(kind, role): rank for kind, row in ENTITY_TYPES.items() for rank, role in enumerate(row.roles)}
_MAKES = ("proposed", "introduced")
_WORKS_WITH = ("used", "evaluated", "addressed", "reported", "compared")
_FAMILIES = ("Method", "Task", "Dataset", "Metric")
_PART = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME = re.compile(r"[A-Z]\w*[A-Z]\w*|[A-Z][a-z]{5,}")  # "DA-Transformer", "Video-VAE"; "FINE" of "D-FINE" is no entity
_VARIANT = re.compile(r"(\w*[A-Z]\w+?)(?:\^.*|\*+|\++|[vV]\d[\d.]*|(?<=[A-Z]{3})x)")  # "OTOv2", "FedDCA^*"
_LONG = re.compile(r"[A-Z]\w{2}")  # "DA-Transformer" is no data augmentation
_VERSION = re.compile(r"[vV]?\d|[-(–]")  # what begins the second half of "Llama 2 70B - chat"
_PIECE = re.compile(r"(?=\w{4})[A-Z]\w*[A-Z]\w*|[A-Z][a-z]{5,}")  # "LoRA" of "AdaLoRA"; "Net" and "Fine" are no names
_PREPOSITIONS = frozenset(["by", "for", "from", "in", "of", "on", "over", "to", "under", "via", "with"])


def derive(mentions: pd.DataFrame, claims: pd.DataFrame, things: Sequence[Thing]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Relations and evidence.

    Args:
        mentions: As `graph.TABLES["mentions"]`, `entity` filled.
        claims: As `graph.TABLES["claims"]`, `*_entity` filled.
        things: What linking found.

    Returns:
        `relations` and `evidence` as in `graph.TABLES`, but evidence without the sentences' texts.
    """
    stated = _stated(mentions, {thing.id: thing.type for thing in things})
    parts = [stated, _outperforms(claims), _papers_joined(stated, things), _broader(mentions, things)]
    rows = pd.concat([p for p in parts if len(p)] or [stated], ignore_index=True)
    rows["witness"] = rows["witness"].fillna(rows["paper"]) if "witness" in rows else rows["paper"]
    edges = rows[_EDGE].drop_duplicates()
    names = {edge: content_hash(*edge) for edge in edges.itertuples(index=False, name=None)}
    rows["relation"] = [names[edge] for edge in rows[_EDGE].itertuples(index=False, name=None)]
    rows = _best_per_sentence(rows)
    return _believe(rows), rows[["relation", *EVIDENCE_COLUMNS]]


def _stated(mentions: pd.DataFrame, type_of: Mapping[str, str]) -> pd.DataFrame:
    """Paper → entity, by the strongest role that the paper gives it."""
    rows = mentions.assign(source=mentions["paper"], target=mentions["entity"])
    types = [type_of.get(key, "") for key in rows["target"]]
    roles = [_role_of(kind, role) for kind, role in zip(types, rows["role"], strict=True)]
    rows["predicate"] = [
        ROLE_RELATION.get((kind, role)) or LINK_KINDS[role] for kind, role in zip(types, roles, strict=True)
    ]
    rows["rank"] = [_STRONGEST.get(pair, 0) for pair in zip(types, roles, strict=True)]
    strongest = rows.groupby(["source", "target"])["rank"].transform("min")
    return rows[rows["rank"] == strongest][_EDGE + EVIDENCE_COLUMNS]


def _role_of(kind: str, role: str) -> str:
    """The role as one of the entity's type, which need not be the type that this paper uses it as.

    Example:
        >>> _role_of("Task", "used"), _role_of("Method", "introduced"), _role_of("Method", "used")
        ('addressed', 'proposed', 'used')
    """
    allowed = ENTITY_TYPES[kind].roles if kind else (role,)
    if role in allowed:
        return role
    near = _MAKES if role in _MAKES else _WORKS_WITH
    return next((r for r in near if r in allowed), "mentioned")


def _outperforms(claims: pd.DataFrame) -> pd.DataFrame:
    """Method → method that it does better than, by its paper's figures."""
    won = pd.Series(map(is_victory, claims["kind"], claims["unit"]), index=claims.index, dtype=bool)
    ends = (claims["method_entity"] != "") & (claims["baseline_entity"] != "") & won
    rows = claims[ends & (claims["method_entity"] != claims["baseline_entity"])]
    return rows.assign(
        source=rows["method_entity"],
        predicate="outperforms",
        target=rows["baseline_entity"],
        surface=rows["value"],
        extractor="results",
    )[_EDGE + EVIDENCE_COLUMNS]


def _papers_joined(stated: pd.DataFrame, things: Sequence[Thing]) -> pd.DataFrame:
    """Paper → paper where one proposes what the other uses or compares with; only for names that have one home."""
    common = {t.id for t in things if t.entry and t.name == t.name.lower()}
    best = stated.sort_values("score", ascending=False, kind="stable").drop_duplicates(_EDGE)
    homes = best[best["predicate"].isin(("proposes", "introduces")) & ~best["target"].isin(common)]
    homes = homes.drop_duplicates("target", keep=False)
    uses = best[best["predicate"].isin(("usesMethod", "evaluatesOn", "comparesWith"))]
    both = uses.merge(homes, on="target", suffixes=("", "_home"))
    both = both[both["source"] != both["source_home"]]
    joined = both.assign(
        target=both["source_home"],
        predicate=np.where(both["predicate"] == "comparesWith", "discusses", "buildsOn"),
    )
    joined["score"] = both["score"] * both["score_home"]  # both sides must hold
    joined["witness"] = both["source"]
    here = joined[[*_EDGE, *EVIDENCE_COLUMNS, "witness"]]
    home = joined[[*_EDGE, *(c + "_home" for c in EVIDENCE_COLUMNS if c != "score"), "score", "witness"]]
    return pd.concat([here, home.rename(columns=lambda c: c.removesuffix("_home"))], ignore_index=True)


def _broader(mentions: pd.DataFrame, things: Sequence[Thing]) -> pd.DataFrame:
    """Narrower → the next wider, by the catalogue, else by a name that holds the other: a forest, never a cycle."""
    by_key = _by_key(mentions, things)
    above: dict[str, str] = {}
    rows = []
    for thing in sorted(things, key=lambda t: (t.entry is None, t.id)):
        for parent, extractor, score in _wider(thing, by_key):
            if parent != thing.id and not _reaches(parent, thing.id, above):
                above[thing.id] = parent
                rows.append((thing.id, "broader", parent, "", thing.name, -1, -1, -1, -1, extractor, score))
                break
    return pd.DataFrame(rows, columns=_EDGE + EVIDENCE_COLUMNS)


def _by_key(mentions: pd.DataFrame, things: Sequence[Thing]) -> dict[tuple[str, str], str]:
    """(family, key of a name) → entity: the catalogue's names, entities' own, then surfaces that mean one thing only."""
    out: dict[tuple[str, str], str] = {}
    for whole in (True, False):  # "GAN loss" must not take GAN's place
        for thing in things:
            for surface in _unambiguous(thing.entry):
                out.setdefault((_family(thing.type), surface_key(surface, whole=whole)), thing.id)
    for thing in things:
        out.setdefault((_family(thing.type), surface_key(thing.name)), thing.id)
    family = {thing.id: _family(thing.type) for thing in things}
    meant: dict[tuple[str, str], set[str]] = defaultdict(set)
    pairs = mentions[["surface", "entity"]].drop_duplicates()
    for surface, entity in pairs.itertuples(index=False, name=None):
        if entity in family and (is_coined(surface) or is_short(surface)):  # "detection" may be any
            meant[family[entity], surface_key(surface)].add(entity)
    for key, entities in meant.items():
        if len(entities) == 1:
            out.setdefault(key, *entities)
    return out


def _unambiguous(entry: Entry | None) -> list[str]:
    """The names of a known thing that no context changes: "preset exploration" is no exploration in reinforcement learning."""
    return [s for s in entry.surfaces if s == entry.name or is_short(s) or s not in entry.cues] if entry else []


def _family(kind: str) -> str:
    return "Dataset" if kind == "Benchmark" else kind


def _wider(thing: Thing, by_key: Mapping[tuple[str, str], str]) -> Iterable[tuple[str, str, float]]:
    """Wider things: all that the catalogue names, else candidates by name, the best first."""
    family = _family(thing.type)
    known = [parent for name in thing.wider if (parent := _catalogued(name, family, by_key))]
    yield from ((parent, "catalogue", CATALOGUE_SCORE) for parent in known)
    for stem in _stems(thing.name) if not known else ():
        if parent := by_key.get((family, surface_key(stem))):
            yield parent, "head", HEAD_SCORE


def _catalogued(name: str, family: str, by_key: Mapping[tuple[str, str], str]) -> str | None:
    """The entity of that name, of the family if it has one: what DARTS is a method of is a task."""
    key = surface_key(name, whole=True)
    return next((by_key[f, key] for f in (family, *_FAMILIES) if (f, key) in by_key), None)


def _stems(name: str) -> Iterable[str]:
    """Shorter names inside a name: its last words, its first parts before a hyphen or version, its last CamelCase part.

    Example:
        >>> list(_stems("source-free domain adaptation"))
        ['domain adaptation', 'adaptation']
        >>> list(_stems("LLaMA-3-8B")), list(_stems("AdaLoRA"))
        (['LLaMA-3', 'LLaMA'], ['LoRA'])
        >>> list(_stems("Video-DPO")), list(_stems("PFAv2")), list(_stems("Llama 2 70B"))[-2:]
        (['Video', 'DPO'], ['PFA'], ['Llama 2', 'Llama'])
    """
    words = name.split()
    head = next((i for i, word in enumerate(words) if word.lower() in _PREPOSITIONS), len(words))
    yield from (" ".join(words[i:]) for i in range(1, head))  # "learning on graphs" is no graphs
    if len(words) == 1:
        parts = name.split("-")
        yield from ("-".join(parts[:i]) for i in range(len(parts) - 1, 0, -1) if _LONG.match(parts[0]))
        yield from (part for part in parts[1:][-1:] if _NAME.fullmatch(part))
        yield from (match[1] for match in [_VARIANT.fullmatch(name)] if match)
        pieces = [m.start() for m in _PART.finditer(name)]
        yield from (name[i:] for i in pieces if _PIECE.fullmatch(name[i:]))
    elif name[:1].isupper():
        yield from (" ".join(words[:i]) for i in range(len(words) - 1, 0, -1) if _VERSION.match(words[i]))


def _reaches(start: str, goal: str, above: Mapping[str, str]) -> bool:
    place: str | None = start
    while place is not None and place != goal:
        place = above.get(place)
    return place == goal


def _best_per_sentence(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per relation, sentence and extractor: the best mention there, the first of equals."""
    rows = rows.sort_values(
        ["relation", "paper", "sentence_start", "extractor", "score", "start"],
        ascending=[True, True, True, True, False, True],
    )
    return rows.drop_duplicates(["relation", "paper", "sentence_start", "extractor"]).reset_index(drop=True)


def _believe(rows: pd.DataFrame) -> pd.DataFrame:
    witness = rows.groupby(["relation", "witness"], as_index=False)["score"].max()
    doubt = np.log1p(-witness["score"].clip(upper=1 - 1e-9)).groupby(witness["relation"]).sum()
    edges = rows.drop_duplicates("relation").set_index("relation")[_EDGE]
    counts = rows.groupby("relation").agg(evidence=("paper", "size"), papers=("paper", "nunique"))
    out = edges.join(counts).join((-np.expm1(doubt)).round(6).rename("score"))
    assert set(out["predicate"]) <= set(RELATIONS)
    return out.reset_index().sort_values(_EDGE, ignore_index=True)
