"""Commands that ask a built graph: query, queries, info, explain, leaderboard, diff."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.cli.options import add_command, add_folder, add_pipeline, probability

__all__ = ["COMMANDS"]


def _add_query(commands: Any) -> None:
    parser = add_command(
        commands, "query", _query,
        says="ask a built graph in SPARQL",
        examples="""
            kg query outputs 'SELECT ?name WHERE { ?m a lpwc-c:method ; skos:prefLabel ?name } LIMIT 10'
            kg query outputs --name top-datasets
            kg query outputs --name methods-on-dataset --set dataset=ImageNet --format csv
            kg query outputs - < question.rq""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument("query", nargs="?", help="SPARQL; - or nothing: from standard input")
    parser.add_argument("--name", help="of a named query, see `kg queries`")
    parser.add_argument(
        "--set", action="append", type=_setting, default=[], metavar="NAME=VALUE", help="its parameters"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="of the answer")
    add_pipeline(parser)


def _setting(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


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


def _add_queries(commands: Any) -> None:
    parser = add_command(commands, "queries", _queries, says="list the named queries", examples="kg queries")
    add_pipeline(parser)


def _queries(options: argparse.Namespace) -> None:
    from kg.queries import by_topic, named_queries

    for topic, entries in by_topic(named_queries(options.pipeline)).items():
        print(f"# {topic}\n")
        print("\n".join(entry.summary() for entry in entries), end="\n\n")


def _add_info(commands: Any) -> None:
    add_folder(add_command(commands, "info", _info, says="say what is in a built graph", examples="kg info outputs"))


def _info(options: argparse.Namespace) -> None:
    from kg.storage import read

    graph = read(options.folder)
    rows = [("papers", len(graph.papers)), *graph.entities["type"].value_counts().sort_index().items()]
    rows += [(f"… {name}", count) for name, count in graph.relations["predicate"].value_counts().items()]
    rows += [("numeric claims", len(graph.claims)), ("sentences of evidence", len(graph.evidence))]
    for name, count in rows:
        print(f"{count:>9,}  {name}")


def _add_explain(commands: Any) -> None:
    parser = add_command(
        commands, "explain", _explain,
        says="say which names were taken for one entity, and why",
        examples="""
            kg explain outputs method/resnet
            kg explain outputs "vision transformer\"""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument("entity", help="its key, its name or one of its aliases")


def _explain(options: argparse.Namespace) -> None:
    from kg.explain import explain
    from kg.storage import read

    print(explain(read(options.folder), options.entity), end="")


def _add_leaderboard(commands: Any) -> None:
    parser = add_command(
        commands, "leaderboard", _leaderboard,
        says="show results as the abstracts state them, per dataset, measure and unit",
        examples="""
            kg leaderboard outputs ImageNet
            kg leaderboard outputs > leaderboards.tsv""",
    )  # fmt: skip
    add_folder(parser)
    parser.add_argument("dataset", nargs="?", help="its key, name or alias; all datasets if not given")
    parser.add_argument("--min-score", type=probability, default=0.0, metavar="P", help="leave out what is less sure")


def _leaderboard(options: argparse.Namespace) -> None:
    from kg.explain import find_entities
    from kg.leaderboards import leaderboards
    from kg.storage import read

    graph = read(options.folder)
    rows = leaderboards(graph, min_score=options.min_score)
    if options.dataset:
        keys = find_entities(graph, options.dataset)
        rows = rows[rows["dataset"].isin(graph.entities["name"][graph.entities["entity"].isin(keys)])]
    print(rows.to_csv(index=False, sep="\t"), end="")


def _add_diff(commands: Any) -> None:
    parser = add_command(
        commands, "diff", _diff,
        says="say what a graph has that another has not; exit 1 if they differ",
        examples="kg diff outputs-march outputs-april",
    )  # fmt: skip
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)


def _diff(options: argparse.Namespace) -> int:
    from kg.graph import diff
    from kg.storage import read

    changes = diff(read(options.old), read(options.new))
    print(changes.to_csv(index=False, sep="\t"), end="")
    return int(len(changes) > 0)


COMMANDS = (_add_query, _add_queries, _add_info, _add_explain, _add_leaderboard, _add_diff)
