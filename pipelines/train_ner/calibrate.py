"""Fits the scores of an exported model to papers it was not trained on: `python calibrate.py FOLDER GOLD...`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from data import read_papers
from evaluate import expected_error, gold_keys, predict
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kg.nlp.ner import TYPES

FOLDS = 5
STRENGTH = 10.0  # inverse of the pull of the weights to zero; the log-odds are left nearly free


def main() -> None:
    """Reads the arguments, writes `calibration` into the folder's config.json, prints the error out of sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    arguments = parser.parse_args()
    write_calibration(arguments.folder, dict.fromkeys(TYPES, (1.0, 0.0)))
    papers = read_papers(*arguments.gold)
    found = predict(papers, arguments.folder, min_score=0.0)
    gold = gold_keys(papers)
    rows = [
        (number, TYPES.index(each.label), each.score, (number, each.start, each.end, each.label) in gold)
        for number, several in enumerate(found)
        for each in several
        if each.label != "value"
    ]
    write_calibration(arguments.folder, fit(rows))
    print_error(rows)


def write_calibration(folder: Path, calibration: dict[str, tuple[float, float]]) -> None:
    """Puts slopes and offsets into config.json."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**config, "calibration": calibration}) + "\n", encoding="utf-8")


def fit(rows: Sequence[tuple[int, int, float, bool]]) -> dict[str, tuple[float, float]]:
    """A logistic curve on the log-odds (Platt 1999) with one slope, and an offset per type."""
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=1000)
    model.fit(_inputs(rows), [truth for *_, truth in rows])
    slope, *offsets = model.coef_[0].round(4).tolist()
    return {label: (slope, offset) for label, offset in zip(TYPES, offsets, strict=True)}


def _inputs(rows: Sequence[tuple[int, int, float, bool]]) -> NDArray[np.float64]:
    kinds = np.eye(len(TYPES))[[kind for _, kind, _, _ in rows]]
    scores = np.clip([score for _, _, score, _ in rows], 1e-6, 1 - 1e-6)
    return np.column_stack([np.log(scores / (1 - scores)), kinds])


def print_error(rows: Sequence[tuple[int, int, float, bool]]) -> None:
    """Expected calibration error, fitted on some papers and measured on others."""
    inputs, scores = _inputs(rows), np.empty(len(rows))
    for fold in range(FOLDS):
        inside = np.array([number % FOLDS == fold for number, *_ in rows])
        fitted = fit([row for row, held in zip(rows, inside, strict=True) if not held])
        weights = np.array([fitted[TYPES[0]][0], *(fitted[label][1] for label in TYPES)])
        scores[inside] = 1 / (1 + np.exp(-inputs[inside] @ weights))
    truths = np.array([truth for *_, truth in rows])
    raw = np.array([score for _, _, score, _ in rows])
    errors = expected_error(raw, truths), expected_error(scores, truths)
    print("expected calibration error: raw {:.4f}, fitted, on other papers {:.4f}".format(*errors))


if __name__ == "__main__":
    main()
