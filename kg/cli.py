"""The command `kg`: parse, call, print. Results go to stdout, messages and progress to stderr; exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kg.errors import KGError

__all__ = ["main"]

PROGRESS_AFTER = 2.0  # seconds; what is quicker needs no bar
_FORMATTER = argparse.RawDescriptionHelpFormatter


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: As typed after `kg`; those of the process if not given.

    Returns:
        0 if all went well, 1 if the answer is "no" (an invalid graph, a failed gate), 2 if something could not be done.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        stream=sys.stderr, level=logging.DEBUG if options.verbose else logging.WARNING, format="%(message)s"
    )
    try:
        return int(options.run(options) or 0)
    except KGError as error:
        print(f"kg: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("kg: stopped", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _progress(items: Iterable[Any], what: str, total: int | None) -> Iterable[Any]:
    bar: Iterable[Any] = tqdm(
        items, desc=what, total=total, unit="", delay=PROGRESS_AFTER, file=sys.stderr, leave=False
    )
    return bar


def _build(options: argparse.Namespace) -> None:
    from kg.overrides import read_overrides
    from kg.run import build_folder

    built = build_folder(
        options.inputs,
        options.output,
        format=options.format,
        pipeline=options.pipeline,
        fast=options.fast,
        strict=options.strict,
        min_score=options.min_score,
        processes=options.processes,
        overrides=read_overrides(options.overrides) if options.overrides else (),
        formats=options.to,
        check=options.check,
        progress=_progress,
    )
    graph = built.graph
    skipped = f", {built.read.skipped} skipped (see report.md)" if built.read.skipped else ""
    print(
        f"{len(graph.papers)} papers{skipped}, {len(graph.entities)} entities, {len(graph.relations)} relations",
        file=sys.stderr,
    )
    print(built.folder / "graph.html" if "html" in options.to else built.folder)


def _annotate(options: argparse.Namespace) -> None:
    from kg.annotations import format_annotation, write_annotations
    from kg.run import annotate_papers, read_files

    papers, report, _ = read_files(
        options.inputs, format=options.format, strict=options.strict, merge=False, progress=_progress
    )
    for issue in report.issues:
        print(f"kg: skipped {issue}", file=sys.stderr)
    notes = annotate_papers(
        papers,
        pipeline=options.pipeline,
        fast=options.fast,
        min_score=options.min_score,
        processes=options.processes,
        progress=_progress,
    )
    if options.output:
        write_annotations(notes, options.output)
    else:
        for note in notes:
            print(format_annotation(note))


def _export(options: argparse.Namespace) -> None:
    from kg.export import EXPORTERS
    from kg.storage import read

    exporter = EXPORTERS[options.to]
    path = options.output or options.folder / exporter.file_name
    exporter.write(read(options.folder), path)
    print(path)


def _query(options: argparse.Namespace) -> None:
    from kg.queries import named_query
    from kg.sparql import open_store, query

    text = options.query
    if options.name:
        text = named_query(options.name, parameters=dict(options.set), pipeline=options.pipeline)
    elif text == "-" or not text:
        text = sys.stdin.read()
    answer = query(open_store(options.folder), text)
    print(answer.render(options.format), end="")


def _queries(options: argparse.Namespace) -> None:
    from kg.queries import named_queries

    for entry in named_queries(options.pipeline):
        print(entry.summary())


def _info(options: argparse.Namespace) -> None:
    from kg.storage import read

    graph = read(options.folder)
    rows = [("papers", len(graph.papers)), *graph.entities["type"].value_counts().sort_index().items()]
    rows += [(f"… {name}", count) for name, count in graph.relations["predicate"].value_counts().items()]
    rows += [("numeric claims", len(graph.claims)), ("sentences of evidence", len(graph.evidence))]
    for name, count in rows:
        print(f"{count:>9,}  {name}")


def _explain(options: argparse.Namespace) -> None:
    from kg.explain import explain
    from kg.storage import read

    print(explain(read(options.folder), options.entity), end="")


def _diff(options: argparse.Namespace) -> int:
    from kg.graph import diff
    from kg.storage import read

    changes = diff(read(options.old), read(options.new))
    print(changes.to_csv(index=False, sep="\t"), end="")
    return int(len(changes) > 0)


def _merge(options: argparse.Namespace) -> None:
    from kg.run import merge_folders

    print(merge_folders(options.folders, options.output, pipeline=options.pipeline, formats=options.to).folder)


def _score_linking(options: argparse.Namespace) -> int:
    from kg.linking_score import read_things, score_linking
    from kg.storage import read

    found = score_linking(read_things(options.gold), read(options.predicted))
    for name, share in (("B-cubed", found.b_cubed), ("pairs of different surfaces", found.unlike)):
        print(f"{name:<28}{share.precision:>7.3f}{share.recall:>7.3f}{share.f1:>7.3f}")
    print(f"{found.entities} in-paper entities compared, {found.missing} of the reference not in the graph")
    return int(options.fail_under is not None and found.b_cubed.f1 < options.fail_under)


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


def _validate(options: argparse.Namespace) -> int:
    from kg.shapes import validate
    from kg.storage import read

    violations = validate(read(options.folder))
    for violation in violations:
        print(violation)
    print("valid" if not violations else f"{len(violations)} violations", file=sys.stderr)
    return int(bool(violations))


def _catalog(options: argparse.Namespace) -> int:
    from kg.catalogue import check_catalogue, read_catalogue
    from kg.declaration import find_pipeline

    folder = options.folder or find_pipeline(options.pipeline) / "lexicon"
    entries = read_catalogue(folder)
    problems = check_catalogue(entries)
    print("\n".join(problems) if problems else f"{len(entries)} entries, nothing wrong")
    return int(bool(problems))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kg",
        description="A pile of machine-learning abstracts in, a knowledge graph to open, query and trust out.",
        epilog="start with:  kg build papers.txt -o outputs  and open outputs/graph.html",
        formatter_class=_FORMATTER,
    )
    parser.add_argument("--version", action="version", version=f"kg {version('paperkg')}")
    parser.add_argument("-v", "--verbose", action="store_true", help="say more on stderr")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int | None], *, says: str, examples: str
) -> argparse.ArgumentParser:
    lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=says,
        description=says[0].upper() + says[1:] + ".",
        epilog=f"examples:\n{lines}",
        formatter_class=_FORMATTER,
    )
    parser.set_defaults(run=run)
    return parser


def _reading(parser: argparse.ArgumentParser) -> None:
    from kg.readers import READERS

    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, glob, or - for standard input")
    parser.add_argument(
        "--from", dest="format", choices=sorted(READERS), help="format of the input; sniffed if not given"
    )
    parser.add_argument("--fast", action="store_true", help="rules and lexicon only, without the trained model")
    parser.add_argument("--strict", action="store_true", help="stop at the first record that cannot be read")
    parser.add_argument("--min-score", type=_probability, default=0.0, metavar="P", help="leave out what is less sure")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="to annotate with (default 1)")
    _pipeline(parser)


def _pipeline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pipeline", default="abstracts", metavar="NAME", help="name or folder of a pipeline")


def _formats(parser: argparse.ArgumentParser) -> None:
    from kg.export import EXPORTERS
    from kg.run import FORMATS

    parser.add_argument(
        "--to", type=lambda text: _names(text, EXPORTERS), default=FORMATS, metavar="FORMATS",
        help=f"comma-separated: {', '.join(EXPORTERS)} (default {','.join(FORMATS)})",
    )  # fmt: skip


def _names(text: str, known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(part for part in text.split(",") if part)
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"unknown format {unknown[0]!r}, choose from {', '.join(known)}")
    return names


def _probability(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a probability from 0 to 1")
    return value


def _setting(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _add_build(commands: Any) -> None:
    parser = _command(
        commands, "build", _build,
        says="read papers, annotate them, link them into a graph and write it in every format",
        examples="""
            kg build papers.txt -o outputs
            kg build dumps/ library.bib arxiv.jsonl -o outputs --min-score 0.7
            zcat arxiv.jsonl.gz | kg build - --from jsonl -o outputs --fast""",
    )  # fmt: skip
    _reading(parser)
    parser.add_argument("-o", "--output", type=Path, default=Path("outputs"), help="folder (default outputs)")
    parser.add_argument("--no-check", dest="check", action="store_false", help="do not hold the RDF against its shapes")
    parser.add_argument("--overrides", type=Path, metavar="CSV", help="your corrections: action,entity,value")
    _formats(parser)


def _add_annotate(commands: Any) -> None:
    parser = _command(
        commands, "annotate", _annotate,
        says="write what each abstract names, as JSON Lines, one object per paper in input order",
        examples="""
            kg annotate papers.jsonl -o annotations.jsonl
            kg annotate papers.txt --fast | head""",
    )  # fmt: skip
    _reading(parser)
    parser.add_argument("-o", "--output", type=Path, help="file (default: standard output)")


def _add_export(commands: Any) -> None:
    from kg.export import EXPORTERS

    parser = _command(
        commands, "export", _export,
        says="write a built graph in one more format",
        examples="""
            kg export outputs --to nt
            kg export outputs --to gexf -o for-gephi.gexf""",
    )  # fmt: skip
    _folder(parser)
    formats = "; ".join(f"{name}: {exporter.doc}" for name, exporter in EXPORTERS.items())
    parser.add_argument(
        "--to", required=True, choices=list(EXPORTERS), metavar="FORMAT", help=formats.replace("%", "%%")
    )
    parser.add_argument("-o", "--output", type=Path, help="file or folder (default: beside the graph)")


def _add_query(commands: Any) -> None:
    parser = _command(
        commands, "query", _query,
        says="ask a built graph in SPARQL",
        examples="""
            kg query outputs 'SELECT ?name WHERE { ?m a lpwc-c:method ; skos:prefLabel ?name } LIMIT 10'
            kg query outputs --name top-datasets
            kg query outputs --name methods-on-dataset --set dataset=ImageNet --format csv
            kg query outputs - < question.rq""",
    )  # fmt: skip
    _folder(parser)
    parser.add_argument("query", nargs="?", help="SPARQL; - or nothing: from standard input")
    parser.add_argument("--name", help="of a named query, see `kg queries`")
    parser.add_argument(
        "--set", action="append", type=_setting, default=[], metavar="NAME=VALUE", help="its parameters"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="of the answer")
    _pipeline(parser)


def _add_queries(commands: Any) -> None:
    parser = _command(commands, "queries", _queries, says="list the named queries", examples="kg queries")
    _pipeline(parser)


def _add_info(commands: Any) -> None:
    _folder(_command(commands, "info", _info, says="say what is in a built graph", examples="kg info outputs"))


def _add_explain(commands: Any) -> None:
    parser = _command(
        commands, "explain", _explain,
        says="say which names were taken for one entity, and why",
        examples="""
            kg explain outputs method/resnet
            kg explain outputs "vision transformer\"""",
    )  # fmt: skip
    _folder(parser)
    parser.add_argument("entity", help="its key, its name or one of its aliases")


def _add_diff(commands: Any) -> None:
    parser = _command(
        commands, "diff", _diff,
        says="say what a graph has that another has not; exit 1 if they differ",
        examples="kg diff outputs-march outputs-april",
    )  # fmt: skip
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)


def _add_merge(commands: Any) -> None:
    parser = _command(
        commands, "merge", _merge,
        says="join built graphs into one, as if they had been built together",
        examples="kg merge outputs-march outputs-april -o outputs",
    )  # fmt: skip
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder")
    _formats(parser)
    _pipeline(parser)


def _add_score(commands: Any) -> None:
    parser = _command(
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
    parser.add_argument("--min-score", type=_probability, default=0.0, metavar="P", help="ignore what is less sure")
    parser.add_argument("--fail-under", type=_probability, metavar="F1", help="exit 1 if strict mention F1 is lower")


def _add_validate(commands: Any) -> None:
    parser = _command(
        commands, "validate", _validate,
        says="check the graph's RDF against its shapes; exit 1 if it breaks one",
        examples="kg validate outputs",
    )  # fmt: skip
    _folder(parser)


def _add_catalog(commands: Any) -> None:
    parser = _command(
        commands, "catalog", _catalog,
        says="check the catalogue of known methods, datasets, benchmarks, tasks and metrics",
        examples="""
            kg catalog
            kg catalog my-pipeline/lexicon""",
    )  # fmt: skip
    parser.add_argument("folder", nargs="?", type=Path, help="of lexicon files (default: the pipeline's)")
    _pipeline(parser)


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="GRAPH", help="folder that `kg build` has written")


_COMMANDS = (
    _add_build,
    _add_annotate,
    _add_query,
    _add_queries,
    _add_export,
    _add_info,
    _add_explain,
    _add_diff,
    _add_merge,
    _add_validate,
    _add_score,
    _add_catalog,
)
