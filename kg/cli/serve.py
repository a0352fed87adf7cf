"""The command that serves a built graph over HTTP."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kg.cli.options import add_command, add_folder, add_pipeline

__all__ = ["COMMANDS"]


def _add_serve(commands: Any) -> None:
    parser = add_command(
        commands, "serve", _serve,
        says="serve a built graph: a SPARQL endpoint, a query page, the explorer, a page for every thing in it",
        examples="""
            kg serve outputs
            kg serve outputs --port 8080 --timeout 5
            kg serve outputs --host 0.0.0.0""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    parser.add_argument("--port", type=_port, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--timeout", type=_seconds, default=30.0, metavar="S", help="seconds of one query (default 30)")
    parser.add_argument("--workers", type=_count, default=4, metavar="N", help="queries at the same time (default 4)")
    parser.add_argument("--max-result", type=_count, default=64, metavar="MB", help="size of one answer (default 64)")
    parser.add_argument("--max-memory", type=_memory, default=2048, metavar="MB", help="of each worker (default 2048)")
    parser.add_argument("--federate", action="store_true", help="let SERVICE in queries go out to other endpoints")
    parser.add_argument(
        "--origin", action="append", metavar="ORIGIN", help="whose pages may read the answers (default: all)"
    )
    add_pipeline(parser)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1 << 20:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _memory(text: str) -> int:
    if _count(text) < 256:
        raise argparse.ArgumentTypeError(f"{text} is too little: a worker needs 256")
    return int(text)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86400:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to 86400")
    return value


def _serve(options: argparse.Namespace) -> None:
    from kg.server import Limits, serve

    print("starting …", file=sys.stderr)
    serve(
        options.folder,
        host=options.host,
        port=options.port,
        limits=Limits(
            seconds=options.timeout,
            result=options.max_result << 20,
            memory=options.max_memory << 20,
            workers=options.workers,
        ),
        federate=options.federate,
        origins=options.origin or ("*",),
        pipeline=options.pipeline,
        started=lambda address: print(f"{address}  (Ctrl-C stops it)", flush=True),
    )


COMMANDS = (_add_serve,)
