"""Reference annotations to `weights/results.json`, by which `kg_results` puts claims together.

    python -m pipelines.fit_rules.fit_results --train TRAIN… --dev DEV…

Which figures are results and what fills their slots comes from TRAIN, from the wording alone; how far the trained tagger is believed
beside it, from DEV, which it has not seen. `--check` only prints cross-validated figures, on the entities of the reference.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from spacy.language import Language

from kg.declaration import find_pipeline
from kg.model import Annotation
from kg.nlp import load_pipeline
from kg.nlp.claims import Findings, candidates, describe_figure, describe_link, findings
from kg.nlp.figures import find_figures
from kg.nlp.results import best_claims, doc_figures, tagger_row
from kg.nlp.role_features import Features, Named, view
from kg.nlp.sentences import split_sentences
from kg.nlp.weights import log_odds
from kg.schema import CLAIM_PARTS
from pipelines.fit_rules.fit_entities import read_notes
from pipelines.fit_rules.logistic import columns, fit, fit_choices, to_matrix

FOLDS = 5
MIN_COUNT = 8  # figures, or options, that a feature must be seen with
MOST = 400  # features of a model; those that move most stay
TINY = 0.03  # a weight below it is left out

Claims = list[tuple[int, dict[str, int], str]]  # figure or -1, slot → entity (-1: none, -2: unknown), value


@dataclass(frozen=True)
class Case:
    """A paper with its reference entities, and what the reference says of its figures."""

    found: Findings
    claims: Claims


def main() -> None:
    """Fit and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--dev", nargs="*", default=[])
    parser.add_argument("--pipeline", default="abstracts")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    path = find_pipeline(args.pipeline) / "weights" / "results.json"
    cases = [read_case(note) for note in read_notes(args.train)]
    if args.check:
        check(cases)
        return
    old = json.loads(path.read_text()) if path.is_file() else {}
    weights = fit_rules(cases)
    path.write_text(json.dumps(weights | {"tagger": old.get("tagger", {})}))  # the pipeline does not load without one
    if args.dev:
        weights["tagger"] = fit_tagger(read_notes(args.dev), weights, load_pipeline(path.parents[1]))
    else:
        weights["tagger"] = old.get("tagger", {})
    path.write_text(json.dumps(weights, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read_case(note: Annotation, figures: Sequence[tuple[int, int]] | None = None) -> Case:
    """A paper with its reference entities; its figures by their form, if they are not given."""
    rows = []
    for entity in note.entities:
        surfaces = {entity.text, *entity.aliases}
        mentions = [m for m in note.mentions if m.text in surfaces and m.type == entity.type]
        if mentions:
            forms = list(dict.fromkeys(m.text for m in mentions))
            rows.append((Named(entity.type, [(m.start, m.end) for m in mentions], forms), entity.role))
    rows.sort(key=lambda row: row[0].spans[0])
    sentences = split_sentences(note.paper.text)
    paper = view(note.paper.text, sentences, [named for named, _ in rows])
    places = find_figures(note.paper.text, sentences) if figures is None else figures
    found = findings(paper, [role for _, role in rows], places)
    return Case(found, _claims(note, found))


def _claims(note: Annotation, found: Findings) -> Claims:
    out: Claims = []
    for result in note.results:
        slots = {slot: _entity(found, getattr(result, slot), types) for slot, types in CLAIM_PARTS.items()}
        places = [k for k, (a, b) in enumerate(found.figures) if found.paper.text[a:b] == result.value]
        out.append((max(places, key=lambda k: (_beside(found, k, slots), -k), default=-1), slots, result.value))
    return out


def _entity(found: Findings, name: str, types: Sequence[str]) -> int:
    if not name:
        return -1
    low = name.casefold()
    named = enumerate(found.paper.entities)
    return next((i for i, e in named if e.type in types and low in {s.casefold() for s in e.surfaces}), -2)


def _beside(found: Findings, figure: int, slots: Mapping[str, int]) -> int:
    """How many entities of a claim stand in the sentence of a figure: tells places of one value apart."""
    inside = {i for _, _, i in found.inside.get(found.paper.sentence(found.figures[figure][0]), [])}
    return sum(entity in inside for entity in slots.values())


def fit_rules(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Weights of the figures and of each slot."""
    weights = {"figure": fit_figures(cases)}
    for slot in CLAIM_PARTS:
        weights[slot] = fit_slot(cases, slot)
        logging.info("%s: %d weights", slot, len(weights[slot]))
    return weights


def fit_figures(cases: Sequence[Case]) -> dict[str, float]:
    """Weights of "this figure is a result"."""
    rows: list[Features] = []
    labels: list[float] = []
    for case in cases:
        right = {figure for figure, _, _ in case.claims}
        rows += [describe_figure(case.found, k) for k in range(len(case.found.figures))]
        labels += [float(k in right) for k in range(len(case.found.figures))]
    names = columns(rows, MIN_COUNT)
    seen = [{name: value for name, value in row.items() if name in names} for row in rows]
    first = fit(seen, labels, l2=4.0)
    kept = _kept(to_matrix(seen, names), np.array([first[name] for name in names]), names)
    return _rounded(fit([{n: v for n, v in row.items() if n in kept} for row in seen], labels, l2=4.0))


def fit_slot(cases: Sequence[Case], slot: str) -> dict[str, float]:
    """Weights of the choice model of a slot: of a claim's options, nothing included, the reference has one."""
    rows: list[Features] = []
    groups: list[int] = []
    chosen: list[bool] = []
    for case in cases:
        for figure, slots, _ in case.claims:
            if figure >= 0 and slots[slot] > -2:
                options = candidates(case.found, slot)
                groups.append(len(rows))
                rows += [describe_link(case.found, figure, slot, i) for i in options]
                chosen += [i == slots[slot] for i in options]
    names = columns(rows, MIN_COUNT)
    first = fit_choices(to_matrix(rows, names), np.array(groups), np.array(chosen), l2=3.0)
    kept = _kept(to_matrix(rows, names), first, names)
    fitted = fit_choices(to_matrix(rows, kept), np.array(groups), np.array(chosen), l2=3.0)
    return _rounded({name: float(fitted[column]) for name, column in kept.items()})


def _kept(matrix: csr_matrix, weights: np.ndarray, names: Mapping[str, int]) -> dict[str, int]:
    """Columns of the features that move most."""
    moved = np.abs(weights) * np.sqrt(np.asarray(matrix.power(2).sum(0)).ravel())
    best = sorted(sorted(names), key=lambda name: -moved[names[name]])[:MOST]
    return {name: column for column, name in enumerate(sorted(best))}


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in weights.items() if abs(value) >= TINY}


def fit_tagger(notes: list[Annotation], weights: Mapping[str, Mapping[str, float]], nlp: Language) -> dict[str, float]:
    """Weights of what the tagger says of figures beside what the wording says."""
    rows, labels = [], []
    docs = nlp.pipe((n.paper.text for n in notes), disable=["kg_entities", "kg_roles", "kg_results"])
    for doc, note in zip(docs, notes, strict=True):
        figures = doc_figures(doc)
        case = read_case(note, list(figures))
        right = {figure for figure, _, _ in case.claims}
        for k, score in enumerate(figures.values()):
            odds = log_odds(describe_figure(case.found, k), weights["figure"])
            rows.append(tagger_row(odds, score))
            labels.append(float(k in right))
    return fit(rows, labels, l2=2.0)


def check(cases: Sequence[Case]) -> None:
    """Cross-validated F1 of the claims, given the entities of the reference and no tagger."""
    counts: Counter[str] = Counter()
    for fold in range(FOLDS):
        weights = fit_rules([case for i, case in enumerate(cases) if i % FOLDS != fold])
        for case in cases[fold::FOLDS]:
            figures = case.found.figures
            said = best_claims(case.found, [None] * len(figures), weights)
            values = [case.found.paper.text[slice(*figures[claim.figure])] for claim in said]
            for name, slots in (("claims", ("method", "dataset")), ("with metric", ("method", "dataset", "metric"))):
                gold = Counter((*(row[s] for s in slots), value) for _, row, value in case.claims)
                mine = Counter((*(c.slots[s] for s in slots), v) for c, v in zip(said, values, strict=True))
                counts[f"{name} right"] += (gold & mine).total()
            counts["gold"] += len(case.claims)
            counts["said"] += len(said)
    for name in ("claims", "with metric"):
        logging.info("%s: F1 %.4f", name, 2 * counts[f"{name} right"] / (counts["gold"] + counts["said"]))
    logging.info("%s", dict(counts))


if __name__ == "__main__":
    main()
