"""Commands that check: validate, score, catalog."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.catalogue import FILES, check_catalogue, read_catalogue
from kg.cli.options import add_command, add_folder, add_pipeline, probability, show_progress
from kg.errors import InputError

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
        help="nodes of each kind that are checked, 0 for all (default: all of a small graph, 150 of one with more than "
        "20,000 nodes)",
    )


def _validate(options: argparse.Namespace) -> int:
    from kg.shapes import affordable, validate
    from kg.storage import read

    graph = read(options.folder)
    found = validate(graph, largest=affordable(graph) if options.sample is None else options.sample or None)
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
        says="check the catalogue of known methods, datasets, benchmarks, tasks and metrics, or add others' to it",
        examples="""
            kg catalog
            kg catalog my-lexicon
            kg catalog import methods.json.gz datasets.json.gz -o my-lexicon
            kg catalog import mine.csv -o my-lexicon && kg build papers.txt --catalog my-lexicon""",
    )  # fmt: skip
    parser.add_argument(
        "words", nargs="*", metavar="FOLDER | import FILE",
        help="a folder of lexicon files to check (default: the pipeline's); or the word import and files: methods, "
        "datasets and evaluation tables of Papers with Code, the Computer Science Ontology, CSV with a column name",
    )  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, help="folder for the pipeline's catalogue with the imported files")
    parser.add_argument("--type", default="", choices=list(FILES), help="of what is imported without a type (Task)")
    add_pipeline(parser)


def _catalog(options: argparse.Namespace) -> int:

    if options.words[:1] == ["import"]:
        return _import_catalog(options)
    if len(options.words) > 1:
        raise InputError(f"{len(options.words)} folders", remedy="give one, or: kg catalog import FILE -o FOLDER")
    entries = read_catalogue(Path(options.words[0]) if options.words else _lexicon(options))
    problems = check_catalogue(entries)
    print("\n".join(problems) if problems else f"{len(entries)} entries, nothing wrong")
    return int(bool(problems))


def _lexicon(options: argparse.Namespace) -> Path:
    from kg.declaration import find_pipeline

    return find_pipeline(options.pipeline) / "lexicon"


def _import_catalog(options: argparse.Namespace) -> int:
    from kg.catalogue_merge import take_in, write_catalogue
    from kg.catalogue_sources import read_entries

    files = [Path(word) for word in options.words[1:]]
    if not files or not options.output:
        raise InputError("nothing to import, or no place for it", remedy="kg catalog import FILE... -o FOLDER")
    others = [e for path in show_progress(files, "reading", len(files)) for e in read_entries(path, kind=options.type)]
    taken = take_in(read_catalogue(_lexicon(options)), others)
    for conflict in taken.conflicts:
        print(f"left out: {conflict}")
    print(
        f"{len(others)} read: {taken.new} new, {taken.known} known, {len(taken.conflicts)} conflicts", file=sys.stderr
    )
    write_catalogue(taken.entries, options.output)
    problems = check_catalogue(taken.entries)
    print("\n".join(problems) or str(options.output))
    return int(bool(problems))


COMMANDS = (_add_validate, _add_score, _add_catalog)
