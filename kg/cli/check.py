"""Commands that check: validate, score, catalog."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.cli.options import add_command, add_folder, add_pipeline, probability

__all__ = ["COMMANDS"]


def _add_validate(commands: Any) -> None:
    parser = add_command(
        commands, "validate", _validate,
        says="check the graph's RDF against its shapes; exit 1 if it breaks one",
        examples="""
            kg validate outputs
            kg validate outputs --sample 1000""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help="nodes of each kind that are checked, 0 for all, which takes long (default 150)",
    )


def _validate(options: argparse.Namespace) -> int:
    from kg.shapes import LARGEST, validate
    from kg.storage import read

    largest = LARGEST if options.sample is None else options.sample or None
    found = validate(read(options.folder), largest=largest)
    for violation in found.violations:
        print(violation)
    verdict = f"{len(found.violations)} violations" if found.violations else "valid"
    print(f"{verdict}; {found.extent()}", file=sys.stderr)
    return int(bool(found.violations))


def _add_score(commands: Any) -> None:
    parser = add_command(
        commands, "score", _score,
        says="compare annotations with reference annotations",
        examples="""
            kg score gold.jsonl annotations.jsonl
            kg score gold.jsonl annotations.jsonl --min-score 0.8 --fail-under 0.75
            kg score things.jsonl outputs --linking""",
    )  # fmt: skip
    parser.add_argument("gold", type=Path)
    parser.add_argument("predicted", type=Path)
    parser.add_argument(
        "--linking", action="store_true", help="GOLD lists things with their members, PREDICTED is a graph"
    )
    parser.add_argument("--min-score", type=probability, default=0.0, metavar="P", help="ignore what is less sure")
    parser.add_argument("--fail-under", type=probability, metavar="F1", help="exit 1 if strict mention F1 is lower")


def _score(options: argparse.Namespace) -> int:
    if options.linking:
        return _score_linking(options)
    from kg.annotations import read_annotations
    from kg.scoring import score

    scores = score(
        list(read_annotations(options.gold)), list(read_annotations(options.predicted)), min_score=options.min_score
    )
    print(scores.to_text(), end="")
    return int(options.fail_under is not None and scores.row("mentions").f1 < options.fail_under)


def _score_linking(options: argparse.Namespace) -> int:
    from kg.linking_score import read_things, score_linking
    from kg.storage import read

    found = score_linking(read_things(options.gold), read(options.predicted))
    for name, share in (("B-cubed", found.b_cubed), ("pairs of different surfaces", found.unlike)):
        print(f"{name:<28}{share.precision:>7.3f}{share.recall:>7.3f}{share.f1:>7.3f}")
    print(f"{found.entities} in-paper entities compared, {found.missing} of the reference not in the graph")
    return int(options.fail_under is not None and found.b_cubed.f1 < options.fail_under)


def _add_catalog(commands: Any) -> None:
    parser = add_command(
        commands, "catalog", _catalog,
        says="check the catalogue of known methods, datasets, benchmarks, tasks and metrics",
        examples="""
            kg catalog
            kg catalog my-pipeline/lexicon""",
    )  # fmt: skip
    parser.add_argument("folder", nargs="?", type=Path, help="of lexicon files (default: the pipeline's)")
    add_pipeline(parser)


def _catalog(options: argparse.Namespace) -> int:
    from kg.catalogue import check_catalogue, read_catalogue
    from kg.declaration import find_pipeline

    folder = options.folder or find_pipeline(options.pipeline) / "lexicon"
    entries = read_catalogue(folder)
    problems = check_catalogue(entries)
    print("\n".join(problems) if problems else f"{len(entries)} entries, nothing wrong")
    return int(bool(problems))


COMMANDS = (_add_validate, _add_score, _add_catalog)
