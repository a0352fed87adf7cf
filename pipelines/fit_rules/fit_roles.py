"""Reference annotations to `weights/roles.json`, by which `kg_roles` tells what a paper does with its entities.

    python -m pipelines.fit_rules.fit_roles --train TRAIN… --dev DEV…

One logistic model per type and role from TRAIN; how far the trained tagger's opinion counts beside it, from DEV.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping

import numpy as np
from scipy.optimize import minimize
from spacy.language import Language
from spacy.tokens import Doc

from kg.declaration import find_pipeline
from kg.model import Annotation, Entity
from kg.nlp import load_pipeline
from kg.nlp.roles import combine_roles, entity_rules, role_features, role_logs, tagger_logs
from kg.nlp.sentences import sentence_bounds
from kg.schema import ENTITY_TYPES, MENTION_TYPES
from pipelines.fit_rules.fit_entities import read_notes
from pipelines.fit_rules.logistic import fit

MIN_COUNT = 15  # entities that a feature must be seen with


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--dev", nargs="*", default=[])
    parser.add_argument("--pipeline", default="abstracts")
    args = parser.parse_args()
    folder = find_pipeline(args.pipeline)
    path = folder / "weights" / "roles.json"
    old = json.loads(path.read_text()) if path.is_file() else {}
    weights: dict[str, dict[str, float]] = fit_rules(read_notes(args.train), load_pipeline(folder, fast=True))
    weights["tagger"] = (
        fit_tagger(read_notes(args.dev), weights, load_pipeline(folder)) if args.dev else old.get("tagger", {})
    )
    path.write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n")


def entity_spans(note: Annotation, entity: Entity) -> list[tuple[int, int]]:
    """Code points of an entity's mentions."""
    surfaces = {entity.text, *entity.aliases}
    return [(m.start, m.end) for m in note.mentions if m.text in surfaces and m.type == entity.type]


def examples(doc: Doc, note: Annotation) -> list[tuple[str, str, dict[str, float], list[tuple[int, int]]]]:
    """`(type, role, features, spans)` of each entity of a paper."""
    rules, bounds, text = entity_rules(doc), sentence_bounds(doc), doc.text
    out = []
    for entity in note.entities:
        spans = entity_spans(note, entity)
        found = {rule for s in (entity.text, *entity.aliases) for rule in rules.get(s, ())}
        if spans:
            out.append((entity.type, entity.role, role_features(text, spans, bounds, rules=found), spans))
    return out


def fit_rules(notes: list[Annotation], nlp: Language) -> dict[str, dict[str, float]]:
    """Weights by `Type role`."""
    docs = nlp.pipe((n.paper.text for n in notes), disable=["kg_entities", "kg_roles", "kg_results"])
    rows = [row for doc, note in zip(docs, notes, strict=True) for row in examples(doc, note)]
    weights = {}
    for type_ in MENTION_TYPES:
        own = [row for row in rows if row[0] == type_]
        counts = Counter(name for row in own for name in row[2])
        kept = [{n: v for n, v in row[2].items() if counts[n] >= MIN_COUNT} for row in own]
        for role in ENTITY_TYPES[type_].roles:
            weights[f"{type_} {role}"] = fit(kept, [float(row[1] == role) for row in own], l2=2.0)
    return weights


def fit_tagger(notes: list[Annotation], weights: Mapping[str, Mapping[str, float]], nlp: Language) -> dict[str, float]:
    """Exponents of the two opinions and an offset per role (multinomial logistic regression)."""
    cases = []
    docs = nlp.pipe((n.paper.text for n in notes), disable=["kg_entities", "kg_roles", "kg_results"])
    for doc, note in zip(docs, notes, strict=True):
        group = doc.spans["ner"]
        said = {(s.start_char, s.end_char): row for s, row in zip(group, group.attrs["roles"], strict=True)}
        for type_, role, features, spans in examples(doc, note):
            opinions = [said[s] for s in spans if s in said]
            if opinions:
                cases.append((type_, role, role_logs(features, type_, weights), tagger_logs(opinions, type_)))
    names = ["rules", "tagger", *(f"{t} {r}" for t in MENTION_TYPES for r in ENTITY_TYPES[t].roles)]

    def loss(values: np.ndarray) -> float:
        given = dict(zip(names, values, strict=True))
        fitted = -sum(combine_roles(rules, tagger, type_, given)[role] for type_, role, rules, tagger in cases)
        return float(fitted + 1.5 * (values[2:] ** 2).sum() + ((values[:2] - 0.5) ** 2).sum())

    start = np.array([0.5, 0.5] + [0.0] * (len(names) - 2))
    found = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 40})
    return {name: round(float(v), 4) for name, v in zip(names, found.x, strict=True)}


if __name__ == "__main__":
    main()
