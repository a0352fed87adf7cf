"""What commands share: how one is declared, the options that several take, the progress bar."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

__all__ = [
    "FORMATTER",
    "add_catalog",
    "add_command",
    "add_folder",
    "add_formats",
    "add_licence",
    "add_overrides",
    "add_pipeline",
    "add_processes",
    "add_reading",
    "probability",
    "processes",
    "show_progress",
]

PROGRESS_AFTER = 2.0  # seconds; what is quicker needs no bar
FORMATTER = argparse.RawDescriptionHelpFormatter


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int | None], *, says: str, examples: str
) -> argparse.ArgumentParser:
    """Declare a command: what runs it, one line that says what it does, and examples, one a line."""
    lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=says,
        description=says[0].upper() + says[1:] + ".",
        epilog=f"examples:\n{lines}",
        formatter_class=FORMATTER,
    )
    parser.set_defaults(run=run)
    return parser


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The argument GRAPH."""
    parser.add_argument("folder", type=Path, metavar="GRAPH", help="folder that `kg build` has written")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """What every command that reads papers takes."""
    from kg.readers import READERS

    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, glob, or - for standard input")
    parser.add_argument(
        "--from", dest="format", choices=sorted(READERS), help="format of the input; sniffed if not given"
    )
    parser.add_argument("--fast", action="store_true", help="rules and lexicon only, without the trained model")
    parser.add_argument("--strict", action="store_true", help="stop at the first record that cannot be read")
    parser.add_argument("--min-score", type=probability, default=0.0, metavar="P", help="leave out what is less sure")
    add_pipeline(parser)
    add_catalog(parser)


def add_processes(parser: argparse.ArgumentParser) -> None:
    """The option --processes."""
    parser.add_argument(
        "--processes",
        type=int,
        default=0,
        metavar="N",
        help="to annotate with (default: one, whose model uses all cores; with --fast one for each core)",
    )


def processes(options: argparse.Namespace) -> int:
    """How many processes annotate, as `add_processes` has it."""
    return options.processes or ((os.cpu_count() or 1) if options.fast else 1)


def add_catalog(parser: argparse.ArgumentParser) -> None:
    """The option --catalog."""
    parser.add_argument(
        "--catalog", type=Path, metavar="FOLDER", help="lexicon files instead of the pipeline's, see `kg catalog`"
    )


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """The option --overrides."""
    parser.add_argument(
        "--overrides", type=Path, metavar="CSV",
        help="your corrections: action,entity,value; kept in the output folder, where the next build finds them",
    )  # fmt: skip


def add_pipeline(parser: argparse.ArgumentParser) -> None:
    """The option --pipeline."""
    parser.add_argument("--pipeline", default="abstracts", metavar="NAME", help="name or folder of a pipeline")


def add_formats(parser: argparse.ArgumentParser) -> None:
    """The option --to."""
    from kg.export import BUILT, EXPORTERS

    parser.add_argument(
        "--to", type=lambda text: _names(text, EXPORTERS), default=BUILT, metavar="FORMATS",
        help=f"comma-separated: {', '.join(EXPORTERS)} (default {','.join(BUILT)})",
    )  # fmt: skip


def add_licence(parser: argparse.ArgumentParser) -> None:
    """The option --licence."""
    parser.add_argument(
        "--licence", default="", metavar="IRI",
        help="under which you give the graph away, as web address or SPDX identifier (CC-BY-4.0); its RDF says so",
    )  # fmt: skip


def _names(text: str, known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(part for part in text.split(",") if part)
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"unknown format {unknown[0]!r}, choose from {', '.join(known)}")
    return names


def probability(text: str) -> float:
    """A number from 0 to 1, as an option takes it."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a probability from 0 to 1")
    return value


def show_progress(items: Iterable[Any], what: str, total: int | None) -> Iterable[Any]:
    """The items, with a bar on stderr once they have taken a while."""
    bar: Iterable[Any] = tqdm(
        items, desc=what, total=total, unit="", delay=PROGRESS_AFTER, file=sys.stderr, leave=False
    )
    return bar
