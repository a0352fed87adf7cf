"""Reference annotations to `weights/terms.tsv` and `weights/entities.json`, by which `kg_entities` weighs what was found.

    python -m pipelines.fit_rules.fit_entities --train TRAIN… --dev DEV…

The counts of names and the weights of the rules come from TRAIN, each paper judged by the counts of the others. How far the trained
tagger is believed comes from DEV, which it has not seen.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.annotations import read_annotations
from kg.declaration import find_pipeline
from kg.model import Annotation
from kg.nlp import load_pipeline
from kg.nlp.candidates import Candidate, Terms, candidate_key, find_candidates, known_terms
from kg.nlp.entities import context_of, tagger_row
from kg.nlp.evidence import WORD_FEATURES, describe, likely_types
from kg.nlp.tokenizer import split_words
from kg.nlp.weights import log_odds
from pipelines.fit_rules.logistic import fit

MIN_SEEN = 2  # papers a name must occur in to be counted in terms.tsv
LEAST = 30  # examples in which a feature occurs before it gets a weight, where there are words among them
Counts = dict[str, Counter[str]]


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--dev", nargs="*", default=[])
    parser.add_argument("--pipeline", default="abstracts")
    args = parser.parse_args()
    folder = find_pipeline(args.pipeline)
    logging.basicConfig(level=logging.INFO)
    (folder / "weights").mkdir(exist_ok=True)
    train = read_notes(args.train)
    own = own_terms(train)
    counts = _total(own)
    kept = {k: c for k, c in counts.items() if c["seen"] >= MIN_SEEN}
    write_terms(kept, folder / "weights" / "terms.tsv")
    weights = fit_rules(train, own, counts, load_finders(folder, fast=True))
    path = folder / "weights" / "entities.json"
    old = json.loads(path.read_text()) if path.is_file() else {}
    weights["tagger"] = (
        fit_tagger(read_notes(args.dev), Terms.of(kept), weights["rules"], load_finders(folder))
        if args.dev
        else old.get("tagger", {})
    )
    path.write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n")


def load_finders(folder: Path, *, fast: bool = False) -> Language:
    """The pipeline up to where the weights come in."""
    nlp = load_pipeline(folder, fast=fast)
    nlp.select_pipes(disable=[name for name in ("kg_entities", "kg_roles", "kg_results") if name in nlp.pipe_names])
    return nlp


def read_notes(paths: Iterable[str]) -> list[Annotation]:
    """All annotations of some files."""
    return [note for path in paths for note in read_annotations(path)]


def own_terms(notes: list[Annotation]) -> list[dict[str, str]]:
    """Per paper the known names that occur in it, with the type that they were annotated as, or ""."""
    known = {candidate_key(s) for note in notes for e in note.entities for s in (e.text, *e.aliases)}
    terms = Terms.of({key: {"seen": 1.0} for key in known})
    out = []
    for note in notes:
        words = split_words(note.paper.text)[0]
        here = {m.text: m.type for m in note.mentions}
        keys = {candidate_key(s): t for s, t in here.items()}
        seen = {_key_of(words[a:b]) for a, b in known_terms(words, terms)}
        out.append({key: keys.get(key, "") for key in seen | set(keys)})
    return out


def _key_of(words: list[str]) -> str:
    return candidate_key(" ".join(words)) if len(words) > 1 else candidate_key(words[0])


def _total(own: list[dict[str, str]]) -> Counts:
    counts: Counts = {}
    for paper in own:
        for key, type_ in paper.items():
            counts.setdefault(key, Counter())["seen"] += 1
            if type_:
                counts[key][type_] += 1
    return counts


def write_terms(counts: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """The counts as `read_terms` reads them, sorted."""
    lines = []
    for key, count in sorted(counts.items()):
        cells = [f"{t}={n}" for t, n in sorted(count.items()) if t != "seen" and n]
        if key and "\t" not in key and "\n" not in key:
            lines.append("\t".join((key, str(count["seen"]), *cells)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fit_rules(
    notes: list[Annotation], own: list[dict[str, str]], counts: Counts, nlp: Language
) -> dict[str, dict[str, float]]:
    """Weights of the features of `evidence.describe`: `alone` without the tagger, `rules` beside it."""
    rows, labels = [], []
    for doc, note, here in zip(nlp.pipe(n.paper.text for n in notes), notes, own, strict=True):
        for _, _, row, label in _examples(doc, note, Terms.of(_without(counts, here))):
            rows.append(row)
            labels.append(label)
    logging.info("%d examples, %d right", len(rows), sum(labels))
    wordless = [{name: value for name, value in row.items() if not name.startswith(WORD_FEATURES)} for row in rows]
    return {"rules": fit(wordless, labels), "alone": fit(rows, labels, least=LEAST)}


def _without(counts: Counts, here: dict[str, str]) -> dict[str, Mapping[str, float]]:
    """The counts of all other papers, names that no other paper has left out; only what this paper can ask for."""
    out: dict[str, Mapping[str, float]] = {}
    for key, type_ in here.items():
        rest = Counter(counts[key])
        rest["seen"] -= 1
        if type_:
            rest[type_] -= 1
        if rest["seen"] >= MIN_SEEN:
            out[key] = rest
    return out


def _examples(doc: Doc, note: Annotation, terms: Terms) -> Iterator[tuple[Candidate, str, dict[str, float], float]]:
    """Each candidate with a type that it may have, the features of that, and 1 if it is annotated so, else 0."""
    gold = {(m.start, m.end): m.type for m in note.mentions}
    found, context = find_candidates(doc, terms), context_of(doc)
    for key, candidate in found.items():
        types = {gold.get((doc[a].idx, doc[b - 1].idx + len(doc[b - 1]))) for a, b in candidate.spans}
        for type_ in likely_types(key, found, terms) if candidate.spans else ():
            yield candidate, type_, describe(key, type_, found, terms, context), float(type_ in types)


def fit_tagger(notes: list[Annotation], terms: Terms, rules: Mapping[str, float], nlp: Language) -> dict[str, float]:
    """Weights of what the tagger says beside what the rules say."""
    rows, labels = [], []
    for doc, note in zip(nlp.pipe(n.paper.text for n in notes), notes, strict=True):
        for candidate, type_, row, label in _examples(doc, note, terms):
            rows.append(tagger_row(doc, candidate, type_, log_odds(row, rules)))
            labels.append(label)
    return fit(rows, labels, l2=10.0)


if __name__ == "__main__":
    main()
