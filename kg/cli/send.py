"""Commands that send a built graph elsewhere: push."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from kg.cli.options import add_command, add_folder, show_progress

__all__ = ["COMMANDS"]


def _add_push(commands: Any) -> None:
    parser = add_command(
        commands, "push", _push,
        says="load a built graph into a triple store elsewhere (SPARQL 1.1 Graph Store Protocol)",
        examples="""
            kg push outputs http://localhost:3030/papers/data
            kg push outputs http://localhost:7878/store --graph https://example.org/papers --replace
            KG_PUSH_LOGIN=dba:secret kg push outputs http://localhost:8890/sparql-graph-crud-auth --graph https://example.org/papers""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument("endpoint", metavar="ENDPOINT", help="address of its graph store")
    parser.add_argument("--graph", default="", metavar="IRI", help="to fill (default: the default graph)")
    parser.add_argument("--replace", action="store_true", help="what is there goes; else the graph is added to it")
    parser.add_argument("--part", type=_positive, metavar="MB", help="size of one request (default 64)")
    parser.add_argument("--timeout", type=_positive, metavar="S", help="for one request (default 600 s)")
    parser.epilog = f"{parser.epilog}\n\nlogin: user:password in the environment variable KG_PUSH_LOGIN, or a token in KG_PUSH_TOKEN"


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def _push(options: argparse.Namespace) -> None:
    from kg.export.rdf import triples
    from kg.export.rdf.push import LOGIN, PART, TIMEOUT, TOKEN, push
    from kg.storage import kept_licence, read

    requests = push(
        show_progress(triples(read(options.folder), licence=kept_licence(options.folder)), "pushing", None),
        options.endpoint,
        into=options.graph,
        replace=options.replace,
        login=os.environ.get(LOGIN, ""),
        token=os.environ.get(TOKEN, ""),
        part=options.part or PART,
        timeout=options.timeout or TIMEOUT,
    )
    print(f"pushed in {requests} request{'s' * (requests > 1)}", file=sys.stderr)


COMMANDS = (_add_push,)
