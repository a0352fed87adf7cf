"""Measures an exported model on annotation files: `python evaluate.py FOLDER GOLD...`."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from data import Paper, read_papers
from numpy.typing import NDArray

from kg.nlp.ner import MIN_SCORE, ROLES, TYPES, Found, find_mentions, load_model
from kg.schema import ENTITY_TYPES

Key = tuple[int, int, int, str]  # paper, start, end, label
BUFFER = 64  # texts at a time


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--min-score", type=float, default=MIN_SCORE)
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    for path in arguments.gold:
        papers = read_papers(path)
        begin = time.perf_counter()
        found = predict(papers, arguments.folder, min_score=arguments.min_score, threads=arguments.threads)
        speed = len(papers) / (time.perf_counter() - begin)
        report(path.stem, papers, found)
        print(f"  {speed:.1f} abstracts a second, loading included")


def predict(papers: Sequence[Paper], folder: Path, *, min_score: float, threads: int = 0) -> list[list[Found]]:
    """What the model in a folder finds in each paper."""
    model = load_model(folder)
    texts = [paper.text for paper in papers]
    parts = [texts[at : at + BUFFER] for at in range(0, len(texts), BUFFER)]
    return [each for part in parts for each in find_mentions(part, model, min_score=min_score, threads=threads)]


def report(name: str, papers: Sequence[Paper], found: Sequence[Sequence[Found]]) -> None:
    """Prints all measures of one set."""
    guess, gold = guess_keys(found), gold_keys(papers)
    print(f"{name}: {len(papers)} papers")
    for label in (*TYPES, "all"):
        sets = (guess & gold, guess, gold)
        right, found_all, gold_all = (sum(label in ("all", key[3]) for key in keys) for keys in sets)
        shares = f"P {ratio(right, found_all)} R {ratio(right, gold_all)} F1 {ratio(2 * right, found_all + gold_all)}"
        print(f"  {label:10} {shares} ({gold_all})")
    values, gold_values = value_keys(found), {(n, v.start, v.end, "") for n, p in enumerate(papers) for v in p.values}
    print(
        f"  figures    F1 {ratio(2 * len(values & gold_values), len(values) + len(gold_values))} ({len(gold_values)})"
    )
    print("  roles      " + " ".join(f"{key} {ratio(*pair)}" for key, pair in role_accuracy(papers, found).items()))
    print(f"  calibration error {expected_error(*scored(papers, found)):.3f}")


def ratio(part: float, whole: float) -> str:
    """A share to three places."""
    return f"{part / max(whole, 1):.3f}"


def guess_keys(found: Sequence[Sequence[Found]]) -> set[Key]:
    """Mentions found, as keys."""
    return {(n, f.start, f.end, f.label) for n, each in enumerate(found) for f in each if f.label != "value"}


def gold_keys(papers: Sequence[Paper]) -> set[Key]:
    """Gold mentions, as keys."""
    return {(n, m.start, m.end, m.label) for n, paper in enumerate(papers) for m in paper.mentions}


def value_keys(found: Sequence[Sequence[Found]]) -> set[Key]:
    """Figures found, as keys."""
    return {(n, f.start, f.end, "") for n, each in enumerate(found) for f in each if f.label == "value"}


def scored(papers: Sequence[Paper], found: Sequence[Sequence[Found]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Score and truth of every mention found."""
    gold = gold_keys(papers)
    pairs = [
        (f.score, (n, f.start, f.end, f.label) in gold) for n, e in enumerate(found) for f in e if f.label != "value"
    ]
    return np.array([score for score, _ in pairs]), np.array([truth for _, truth in pairs])


def expected_error(scores: NDArray[np.float64], truths: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [abs((scores - truths)[place == number].sum()) for number in range(bins)]
    return float(sum(gaps) / max(len(scores), 1))


def best_role(label: str, roles: Iterable[Sequence[float]]) -> str:
    """The role that a thing's mentions favour together, of those that its type allows."""
    total = np.sum(list(roles), axis=0)
    return max(ENTITY_TYPES[label].roles, key=lambda role: total[ROLES.index(role)])


def role_accuracy(papers: Sequence[Paper], found: Sequence[Sequence[Found]]) -> dict[str, tuple[int, int]]:
    """Right and all: of mentions found, of entities found, and of the methods that the paper proposes."""
    right: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for paper, each in zip(papers, found, strict=True):
        by_key = {(f.start, f.end, f.label): f.roles for f in each}
        for label, role, surfaces in paper.entities:
            places = [(m.start, m.end, label) for m in paper.mentions if m.label == label]
            roles = [by_key[p] for p in places if p in by_key and paper.text[p[0] : p[1]] in surfaces]
            single = sum(best_role(label, [one]) == role for one in roles)
            right["mention"], whole["mention"] = right["mention"] + single, whole["mention"] + len(roles)
            hit = bool(roles) and best_role(label, roles) == role
            right["entity"], whole["entity"] = right["entity"] + hit, whole["entity"] + bool(roles)
            right["proposed found"] += hit and role == "proposed"
            whole["proposed found"] += role == "proposed"
    return {key: (right[key], whole[key]) for key in whole}


if __name__ == "__main__":
    main()
