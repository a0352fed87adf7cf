"""Commands that make something: build, annotate, merge, export."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.cli.options import (
    add_catalog,
    add_command,
    add_folder,
    add_formats,
    add_licence,
    add_overrides,
    add_pipeline,
    add_processes,
    add_reading,
    processes,
    show_progress,
)

__all__ = ["COMMANDS"]


def _add_build(commands: Any) -> None:
    parser = add_command(
        commands, "build", _build,
        says="read papers, annotate them, link them into a graph and write it in every format",
        examples="""
            kg build papers.txt -o outputs
            kg build dumps/ library.bib arxiv.jsonl -o outputs --min-score 0.7
            zcat arxiv.jsonl.gz | kg build - --from jsonl -o outputs --fast""",
    )  # fmt: skip
    add_reading(parser)
    add_processes(parser)
    parser.add_argument("-o", "--output", type=Path, default=Path("outputs"), help="folder (default outputs)")
    parser.add_argument("--no-check", dest="check", action="store_false", help="do not hold the RDF against its shapes")
    add_overrides(parser)
    add_formats(parser)
    add_licence(parser)


def _build(options: argparse.Namespace) -> None:
    from kg.overrides import read_overrides
    from kg.run import build_folder

    built = build_folder(
        options.inputs,
        options.output,
        format=options.format,
        pipeline=options.pipeline,
        catalog=options.catalog,
        fast=options.fast,
        strict=options.strict,
        min_score=options.min_score,
        processes=processes(options),
        overrides=read_overrides(options.overrides) if options.overrides else (),
        formats=options.to,
        check=options.check,
        licence=options.licence,
        progress=show_progress,
    )
    graph = built.graph
    skipped = f", {built.read.skipped} skipped (see report.md)" if built.read.skipped else ""
    print(
        f"{len(graph.papers)} papers{skipped}, {len(graph.entities)} entities, {len(graph.relations)} relations",
        file=sys.stderr,
    )
    print(f"shapes of the RDF: {built.checked}", file=sys.stderr)
    print(built.folder / "graph.html" if "html" in options.to else built.folder)


def _add_annotate(commands: Any) -> None:
    parser = add_command(
        commands, "annotate", _annotate,
        says="write what each abstract names, as JSON Lines, one object per paper in input order",
        examples="""
            kg annotate papers.jsonl -o annotations.jsonl
            kg annotate papers.txt --fast | head""",
    )  # fmt: skip
    add_reading(parser)
    add_processes(parser)
    parser.add_argument("-o", "--output", type=Path, help="file (default: standard output)")


def _annotate(options: argparse.Namespace) -> None:
    from kg.annotations import format_annotation, write_annotations
    from kg.run import annotate_papers, read_files

    papers, report, _ = read_files(
        options.inputs, format=options.format, strict=options.strict, merge=False, progress=show_progress
    )
    for issue in report.issues:
        print(f"kg: skipped {issue}", file=sys.stderr)
    notes = annotate_papers(
        papers,
        pipeline=options.pipeline,
        catalog=options.catalog,
        fast=options.fast,
        min_score=options.min_score,
        processes=processes(options),
        progress=show_progress,
    )
    if options.output:
        write_annotations(notes, options.output)
    else:
        for note in notes:
            print(format_annotation(note))


def _add_merge(commands: Any) -> None:
    parser = add_command(
        commands, "merge", _merge,
        says="join built graphs and annotation files into one graph, as if they had been built together",
        examples="""
            kg merge outputs-march outputs-april -o outputs
            kg merge annotations.jsonl parts/ -o outputs""",
    )  # fmt: skip
    parser.add_argument(
        "sources", nargs="+", type=Path, metavar="SOURCE",
        help="folder that `kg build` has written, file that `kg annotate` has, or folder of such files (.jsonl, .jsonl.gz)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder")
    add_overrides(parser)
    add_formats(parser)
    add_licence(parser)
    add_pipeline(parser)
    add_catalog(parser)


def _merge(options: argparse.Namespace) -> None:
    from kg.overrides import read_overrides
    from kg.run import merge_folders

    merged = merge_folders(
        options.sources,
        options.output,
        pipeline=options.pipeline,
        catalog=options.catalog,
        overrides=read_overrides(options.overrides) if options.overrides else (),
        formats=options.to,
        licence=options.licence,
        progress=show_progress,
    )
    print(merged.folder)


def _add_export(commands: Any) -> None:
    from kg.export import EXPORTERS

    parser = add_command(
        commands, "export", _export,
        says="write a built graph in one more format",
        examples="""
            kg export outputs --to nt
            kg export outputs --to ttl --rdf12
            kg export outputs --to nt --licence CC-BY-4.0
            kg export outputs --to gexf -o for-gephi.gexf""",
    )  # fmt: skip
    add_folder(parser)
    formats = "; ".join(f"{name}: {exporter.doc}" for name, exporter in EXPORTERS.items())
    parser.add_argument(
        "--to", required=True, choices=list(EXPORTERS), metavar="FORMAT", help=formats.replace("%", "%%")
    )
    parser.add_argument(
        "--rdf12", action="store_true", help="evidence as RDF 1.2 reifiers: short for --to ttl12, nt12 …"
    )
    parser.add_argument("-o", "--output", type=Path, help="file or folder (default: beside the graph)")
    add_licence(parser)


def _export(options: argparse.Namespace) -> None:
    from kg.errors import ExportError
    from kg.export import EXPORTERS, export
    from kg.storage import kept_licence, read

    name = f"{options.to.removesuffix('12')}12" if options.rdf12 else options.to
    if name not in EXPORTERS:
        raise ExportError(f"{options.to!r} has no RDF 1.2", remedy="--rdf12 goes with ttl, nt, nq and trig")
    if options.licence and not EXPORTERS[name].describes:
        raise ExportError(f"{name} has no place for a licence", remedy="--licence goes with RDF, such as --to ttl")
    path = options.output or options.folder / EXPORTERS[name].file_name
    export(read(options.folder), path, to=name, licence=options.licence or kept_licence(options.folder))
    print(path)


COMMANDS = (_add_build, _add_annotate, _add_merge, _add_export)
