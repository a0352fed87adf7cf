"""Reference annotations to `weights/roles.json`, by which `kg_roles` tells what a paper does with its entities.

    python -m pipelines.fit_rules.fit_roles --train TRAIN… --dev DEV…

Two multinomial models per type from TRAIN; the second sees what the first, fitted on other papers, says. How far the trained
tagger's opinion counts beside them comes from DEV, which it has not seen. `--check` only prints cross-validated figures.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language
from spacy.tokens import Doc

from kg.declaration import find_pipeline
from kg.model import Annotation
from kg.nlp import load_pipeline
from kg.nlp.role_features import Features, Named, PaperView, describe_alone, describe_among, view
from kg.nlp.roles import combine_roles, entity_rules, judge, role_table, tagger_logs
from kg.nlp.sentences import sentence_bounds
from kg.schema import ENTITY_TYPES, MENTION_TYPES
from pipelines.fit_rules.fit_entities import read_notes
from pipelines.fit_rules.logistic import class_logs, columns, fit_classes, to_matrix

FOLDS = 5
MIN_COUNT = 10  # entities that a feature must be seen with
MOST = {"Method": 1500, "Task": 800}  # features of a model; those that move most entities stay
MOST_ELSE = 300
TINY = 0.03  # a weight below it is left out
UNUSED = ("kg_entities", "kg_roles", "kg_results")


@dataclass
class Case:
    """A paper, its reference roles, and per entity the features of the first and of the second model."""

    paper: PaperView
    roles: list[str]
    alone: list[Features]
    among: list[Features]


def main() -> None:
    """Fit and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--dev", nargs="*", default=[])
    parser.add_argument("--pipeline", default="abstracts")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    folder = find_pipeline(args.pipeline)
    path = folder / "weights" / "roles.json"
    old = json.loads(path.read_text()) if path.is_file() else {}
    cases = list(read_cases(read_notes(args.train), load_pipeline(folder, fast=True)))
    weights = fit_rules(cases, check=args.check)
    if args.check:
        return
    if args.dev:
        weights["tagger"] = fit_tagger(read_notes(args.dev), weights, load_pipeline(folder))
    else:
        weights["tagger"] = old.get("tagger", {})
    path.write_text(json.dumps(weights, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read_cases(notes: list[Annotation], nlp: Language) -> Iterator[Case]:
    """The papers with the features of the first model."""
    docs = nlp.pipe((n.paper.text for n in notes), disable=list(UNUSED))
    for doc, note in zip(docs, notes, strict=True):
        paper, roles = reference(doc, note)
        yield Case(paper, roles, describe_alone(paper), [])


def reference(doc: Doc, note: Annotation) -> tuple[PaperView, list[str]]:
    """A paper with its reference entities, in the order of their first mentions, and their roles."""
    rules = entity_rules(doc)
    rows = []
    for entity in note.entities:
        surfaces = {entity.text, *entity.aliases}
        mentions = [m for m in note.mentions if m.text in surfaces and m.type == entity.type]
        found = frozenset(rule for s in surfaces for rule in rules.get(s, ()))
        if mentions:
            forms = list(dict.fromkeys(m.text for m in mentions))
            rows.append((Named(entity.type, [(m.start, m.end) for m in mentions], forms, found), entity.role))
    rows.sort(key=lambda row: row[0].spans[0])
    return view(doc.text, sentence_bounds(doc), [named for named, _ in rows]), [role for _, role in rows]


def fit_rules(cases: list[Case], *, check: bool) -> dict[str, dict[str, float]]:
    """Weights by `alone Type role` and `among Type role`."""
    weights: dict[str, dict[str, float]] = {}
    opinions = [[{} for _ in case.roles] for case in cases]
    for stage in ("alone", "among"):
        for type_ in MENTION_TYPES:
            rows, labels, places = _examples(cases, type_, stage)
            folds = np.array([paper % FOLDS for paper, _ in places])
            names, classes = columns(rows, MIN_COUNT), ENTITY_TYPES[type_].roles
            if stage == "alone" or check:
                logs = _crossed(to_matrix(rows, names), labels, folds, len(classes))
                _report(stage, type_, logs, labels)
                for (paper, entity), row in zip(places, logs, strict=True):
                    opinions[paper][entity] = dict(zip(classes, row.tolist(), strict=True))
            kept = _kept(to_matrix(rows, names), labels, names, most=MOST.get(type_, MOST_ELSE))
            fitted = fit_classes(to_matrix(rows, kept), labels, len(classes))
            weights |= _rows(f"{stage} {type_}", classes, kept, fitted - fitted[:, -1:])
        if stage == "alone":
            for case, own in zip(cases, opinions, strict=True):
                case.among = describe_among(case.paper, own)
    return weights


def _examples(cases: list[Case], type_: str, stage: str) -> tuple[list[Features], np.ndarray, list[tuple[int, int]]]:
    """Features, role numbers and places `(paper, entity)` of all entities of a type."""
    places = [(p, e) for p, case in enumerate(cases) for e, x in enumerate(case.paper.entities) if x.type == type_]
    rows = [cases[p].alone[e] | (cases[p].among[e] if stage == "among" else {}) for p, e in places]
    roles = ENTITY_TYPES[type_].roles
    return rows, np.array([roles.index(cases[p].roles[e]) for p, e in places]), places


def _kept(matrix: csr_matrix, labels: np.ndarray, names: Mapping[str, int], *, most: int) -> dict[str, int]:
    """Columns of the features that a fit with all of them finds to move most."""
    weights = fit_classes(matrix, labels, int(labels.max()) + 1)
    moved = (weights.max(1) - weights.min(1)) * np.sqrt(np.asarray(matrix.power(2).sum(0)).ravel())
    best = sorted(sorted(names), key=lambda name: -moved[names[name]])[:most]
    return {name: column for column, name in enumerate(sorted(best))}


def _crossed(matrix: csr_matrix, labels: np.ndarray, folds: np.ndarray, classes: int) -> np.ndarray:
    """Log-probabilities of each row by a model fitted on the other folds."""
    logs = np.zeros((len(labels), classes))
    for fold in range(FOLDS):
        rest, own = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        logs[own] = class_logs(matrix[own], fit_classes(matrix[rest], labels[rest], classes))
    return logs


def _report(stage: str, type_: str, logs: np.ndarray, labels: np.ndarray) -> None:
    said = logs.argmax(1)
    table = [[int(((labels == a) & (said == b)).sum()) for b in range(logs.shape[1])] for a in range(logs.shape[1])]
    loss = -logs[np.arange(len(labels)), labels].mean()
    logging.info("%s %s: accuracy %.4f, loss %.4f, %s", stage, type_, (said == labels).mean(), loss, table)


def _rows(
    model: str, roles: Sequence[str], names: Mapping[str, int], fitted: np.ndarray
) -> dict[str, dict[str, float]]:
    return {
        f"{model} {role}": {
            name: round(float(fitted[column, i]), 2) for name, column in names.items() if abs(fitted[column, i]) >= TINY
        }
        for i, role in enumerate(roles[:-1])  # the last role is what the others are measured against
    }


def fit_tagger(notes: list[Annotation], weights: Mapping[str, Mapping[str, float]], nlp: Language) -> dict[str, float]:
    """Exponents of the two opinions and an offset per role (multinomial logistic regression)."""
    cases, table = [], role_table(weights)
    docs = nlp.pipe((n.paper.text for n in notes), disable=list(UNUSED))
    for doc, note in zip(docs, notes, strict=True):
        group = doc.spans["ner"]
        said = {(s.start_char, s.end_char): row for s, row in zip(group, group.attrs["roles"], strict=True)}
        paper, roles = reference(doc, note)
        for named, role, logs in zip(paper.entities, roles, judge(paper, table), strict=True):
            opinions = [said[s] for s in named.spans if s in said]
            if opinions:
                cases.append((named.type, role, logs, tagger_logs(opinions, named.type)))
    return _fit_exponents(cases)


def _fit_exponents(cases: list[tuple[str, str, dict[str, float], dict[str, float]]]) -> dict[str, float]:
    names = ["rules", "tagger", *(f"{t} {r}" for t in MENTION_TYPES for r in ENTITY_TYPES[t].roles)]
    place = {name: i for i, name in enumerate(names)}

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        given = dict(zip(names, values, strict=True))
        value = 1.5 * (values[2:] ** 2).sum() + ((values[:2] - 0.5) ** 2).sum()
        slope = np.concatenate([2 * (values[:2] - 0.5), 3 * values[2:]])
        for type_, role, rules, tagger in cases:
            logs = combine_roles(rules, tagger, type_, given)
            value -= logs[role]
            for other, log in logs.items():
                error = np.exp(log) - (other == role)
                slope[0] += error * rules[other]
                slope[1] += error * tagger[other]
                slope[place[f"{type_} {other}"]] += error
        return float(value), slope

    start = np.array([0.5, 0.5] + [0.0] * (len(names) - 2))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 40})
    return {name: round(float(v), 4) for name, v in zip(names, found.x, strict=True)}


if __name__ == "__main__":
    main()
