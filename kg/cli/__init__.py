"""The command `kg`: parse, call, print. Results go to stdout, messages and progress to stderr; exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from kg.cli import ask, check, make, send, serve
from kg.cli.options import FORMATTER
from kg.errors import KGError

__all__ = ["COMMANDS", "main"]

COMMANDS = (
    *make.COMMANDS,
    *ask.COMMANDS,
    *serve.COMMANDS,
    *check.COMMANDS,
    *send.COMMANDS,
)  # in the order of `kg --help`; each adds one


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kg",
        description="A pile of machine-learning abstracts in, a knowledge graph to open, query and trust out.",
        epilog="start with:  kg build papers.txt -o outputs  and open outputs/graph.html",
        formatter_class=FORMATTER,
    )
    parser.add_argument("--version", action="version", version=f"kg {version('paperkg')}")
    parser.add_argument("-v", "--verbose", action="store_true", help="say more on stderr")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    return parser
