"""Papers → a folder of annotation files, one a part, by all cores of this machine or of a Ray cluster.

    python -m pipelines.cluster.annotate arxiv.jsonl.gz -o parts --fast
    python -m pipelines.cluster.annotate arxiv.jsonl.gz -o parts --address auto
    kg merge parts -o outputs

A part is so many papers in the order in which they are read, whatever the number of workers, and its name has a hash of
them. So what is there is not made again, and a run that died goes on. This process reads the papers and writes the parts:
the machines need no disk in common.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

import kg.nlp
from kg.annotations import format_annotation
from kg.cli.options import FORMATTER, add_reading, show_progress
from kg.declaration import find_pipeline
from kg.errors import InputError, KGError, PipelineError
from kg.files import atomic_path, atomic_write
from kg.model import Paper
from kg.readers import ReadReport, read_papers

PART = 1000  # papers: a minute of one core with the model, six seconds without
AHEAD = 2  # parts read per core: the next is there when one is done
RETRIES = 3  # of a part whose worker dies
SETTINGS = "settings.json"

Part = tuple[str, list[Paper]]  # file name, papers


@dataclass(frozen=True)
class Settings:
    """What an annotation depends on besides its paper; `mark` is a hash of the files behind the names."""

    pipeline: str = "abstracts"
    catalog: str = ""
    fast: bool = False
    min_score: float = 0.0
    mark: str = ""

    def marked(self) -> Settings:
        """With the mark of this machine's files: the pipeline's, the catalogue's and the code that reads them."""
        folders = [Path(kg.nlp.__file__).parent, find_pipeline(self.pipeline), *filter(None, [self.catalog])]
        found = blake2b(version("paperkg").encode(), digest_size=16)
        for folder in map(Path, folders):
            for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
                found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
        return replace(self, mark=found.hexdigest())


@dataclass(frozen=True)
class Annotated:
    """A part as its file holds it, and what was said of papers that could not be annotated."""

    data: bytes
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How many parts were made, were there before or could not be made, and how many papers came out empty."""

    made: int
    kept: int
    failed: int
    empty: int


def cut(papers: Iterable[Paper], *, size: int = PART) -> Iterator[Part]:
    """Parts of `size` papers in their order, each with the name of its file."""
    stream = iter(papers)
    number = 0
    while part := list(islice(stream, size)):
        found = blake2b(repr(part).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        yield f"part-{number:05d}-{found}.jsonl.gz", part
        number += 1


_loaded: dict[Settings, Any] = {}  # of this worker: one pipeline for all the parts that it gets


def annotate_part(papers: Sequence[Paper], settings: Settings) -> Annotated:
    """What a worker does.

    Raises:
        PipelineError: If its pipeline cannot be loaded, or is not the one that `settings` marks.
    """
    if settings not in _loaded:
        _loaded[settings] = _load(settings)
    with _warnings() as said:
        notes = kg.nlp.annotate(papers, nlp=_loaded[settings], min_score=settings.min_score)
        text = "".join(f"{format_annotation(note)}\n" for note in notes)
    return Annotated(gzip.compress(text.encode("utf-8", "surrogatepass"), 6, mtime=0), tuple(said))


def _load(settings: Settings) -> Any:
    if settings != settings.marked():
        raise PipelineError(
            f"{os.uname().nodename} has another pipeline {settings.pipeline!r}",
            remedy="install one version of kg, pipeline and catalogue on every machine",
        )
    catalog = Path(settings.catalog) if settings.catalog else None
    nlp = kg.nlp.load_pipeline(settings.pipeline, fast=settings.fast, catalog=catalog)
    if "kg_ner" in nlp.pipe_names:
        nlp.get_pipe("kg_ner").threads = 1  # type: ignore[attr-defined]  # a worker has one core
    return nlp


@contextmanager
def _warnings() -> Iterator[list[str]]:
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("kg")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


def annotate_parts(parts: Iterable[Part], settings: Settings) -> Iterator[tuple[str, Annotated | str]]:
    """Each part as soon as it is done, or why it cannot be; Ray schedules them, spreads them and tries again.

    Raises:
        KGError: If the pipeline cannot be loaded, or is another on one of the machines.
    """
    task = ray.remote(annotate_part).options(num_cpus=1, max_retries=RETRIES, scheduling_strategy="SPREAD")
    waiting: dict[Any, str] = {}
    for name, papers in parts:
        waiting[task.remote(papers, settings)] = name
        while len(waiting) >= AHEAD * max(1, ray.cluster_resources().get("CPU", 0)):  # the cluster may grow
            yield _next(waiting)
    while waiting:
        yield _next(waiting)


def _next(waiting: dict[Any, str]) -> tuple[str, Annotated | str]:
    (done,), _ = ray.wait(list(waiting), num_returns=1)
    name = waiting.pop(done)
    try:
        return name, ray.get(done)
    except RayTaskError as error:
        if isinstance(error.cause, KGError):
            raise error.cause from None
        return name, repr(error.cause)
    except RayError as error:  # the worker died, or its machine, more often than RETRIES
        return name, str(error).split("\n", 1)[0]


def annotate_folder(
    papers: Iterable[Paper], folder: Path, settings: Settings, *, size: int = PART, progress: Any = show_progress
) -> Outcome:
    """Annotate what is not yet in `folder`; what goes wrong is said on stderr, and left for the next run.

    Raises:
        InputError: If the folder holds parts that were made with other settings.
    """
    settings = settings.marked()
    _keep_settings(folder, settings)
    names: list[str] = []
    missing = _missing(cut(papers, size=size), folder, names)
    made = failed = empty = 0
    for name, found in progress(annotate_parts(missing, settings), f"parts of {size} papers", None):
        if isinstance(found, str):
            failed += 1
            _say(f"{name} cannot be made: {found}")
            continue
        with atomic_path(folder / name) as beside:
            beside.write_bytes(found.data)
        made += 1
        empty += len(found.warnings)
        for warning in found.warnings:
            _say(f"{name}: {warning}")
    if others := {path.name for path in folder.glob("part-*.jsonl.gz")}.difference(names):
        _say(f"{folder} also holds {len(others)} parts of other papers, such as {min(others)}")
    return Outcome(made, len(names) - made - failed, failed, empty)


def _keep_settings(folder: Path, settings: Settings) -> None:
    path = folder / SETTINGS
    mine = json.dumps(asdict(settings), indent=1) + "\n"
    if not path.exists():
        with atomic_write(path) as file:
            file.write(mine)
    elif path.read_text(encoding="utf-8") != mine:
        raise InputError(
            "the parts here were made with other settings, or by another version",
            path=path,
            remedy="choose another folder, or remove this one",
        )


def _missing(parts: Iterable[Part], folder: Path, names: list[str]) -> Iterator[Part]:
    """The parts that are not in the folder; `names` gets the names of all."""
    for name, papers in parts:
        names.append(name)
        if not (folder / name).exists():
            yield name, papers


def _say(text: str) -> None:
    print(f"kg: {text}", file=sys.stderr)


def connect(address: str, *, cores: int = 0) -> None:
    """Join the cluster at an address, or start Ray on this machine alone.

    Raises:
        InputError: If there is none.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report to its makers
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.WARNING}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            ray.init(address="local", num_cpus=cores or None, include_dashboard=False, **quiet)
    except (ConnectionError, ValueError) as error:
        raise InputError(f"no Ray cluster at {address!r} ({error})", remedy="start one: ray start --head") from None


def main() -> int:
    """Annotate; exit status 0, 1 if some parts could not be made, or 2."""
    options = _options()
    catalog = str(options.catalog.resolve()) if options.catalog else ""
    settings = Settings(options.pipeline, catalog, options.fast, options.min_score)
    report = ReadReport()
    try:
        papers = read_papers(options.inputs, format=options.format, strict=options.strict, report=report)
        connect(options.address, cores=options.cores)
        outcome = annotate_folder(papers, options.output, settings, size=options.part)
    except KGError as error:
        _say(str(error))
        return 2
    for issue in report.issues:
        _say(f"skipped {issue}")
    print(
        f"{report.read} papers read, {report.skipped} records skipped, {outcome.empty} papers empty; {outcome.made} parts "
        f"made, {outcome.kept} kept, {outcome.failed} failed",
        file=sys.stderr,
    )
    print(options.output)
    return int(outcome.failed > 0)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.cluster.annotate", description=__doc__, formatter_class=FORMATTER
    )
    add_reading(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the parts")
    parser.add_argument(
        "--part", type=_positive, default=PART, metavar="N", help=f"papers of one part (default {PART})"
    )
    parser.add_argument(
        "--address", default=os.environ.get("RAY_ADDRESS", ""), help="of a Ray cluster (default: this machine alone)"
    )
    parser.add_argument("--cores", type=_positive, default=0, metavar="N", help="of this machine to use (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
