"""Papers to annotations by a declared spaCy pipeline: the only part that knows spaCy."""

from __future__ import annotations

import importlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config, load_model_from_config

from kg.declaration import find_pipeline
from kg.errors import PipelineError
from kg.model import Annotation, Paper
from kg.nlp import abbreviations, coined, entities, lexicon, links, results, roles, sentences, tokenizer
from kg.nlp.convert import to_annotation

__all__ = ["annotate", "load_pipeline"]

COMPONENTS = (
    abbreviations,
    coined,
    entities,
    lexicon,
    links,
    results,
    roles,
    sentences,
    tokenizer,
)  # importing registers
MAX_LENGTH = 1_000_000  # characters; more is no abstract
_log = logging.getLogger(__name__)


def load_pipeline(
    path_or_name: str | Path = "abstracts", *, fast: bool = False, catalog: Path | None = None
) -> Language:
    """The spaCy pipeline that a folder's `config.cfg` declares.

    Args:
        path_or_name: A folder, or the name of a pipeline that comes with the package.
        fast: Leave the trained model out: rules and lexicon only, many times faster.
        catalog: A folder of lexicon files to use instead of the pipeline's own.

    Raises:
        PipelineError: If there is no such folder, or what it declares cannot be made.
    """
    folder = find_pipeline(path_or_name)
    config = load_config(folder / "config.cfg")
    names = list(config["nlp"]["pipeline"])
    if "kg_ner" in names and (fast or not _has_model(folder / "model")):
        names.remove("kg_ner")
        config["components"].pop("kg_ner", None)
    config["nlp"]["pipeline"] = names
    if "kg_ner" in names:
        importlib.import_module("kg.nlp.ner")  # registers it; not needed, and slow, without the model
    for key in config.get("paths", {}):
        config["paths"][key] = config["paths"][key] or str(folder / key)
    if catalog is not None:
        config["paths"]["lexicon"] = str(catalog)
    try:
        nlp = load_model_from_config(config, auto_fill=True, validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise PipelineError(
            str(error), path=folder / "config.cfg", remedy="compare with the pipeline 'abstracts'"
        ) from error
    nlp.max_length = MAX_LENGTH
    return nlp


def _has_model(folder: Path) -> bool:
    if (folder / "model.onnx").is_file():
        return True
    _log.warning("%s: no model.onnx; going on with rules and lexicon alone", folder)
    return False


def annotate(
    papers: Iterable[Paper], *, nlp: Language | None = None, processes: int = 1, min_score: float = 0.0
) -> Iterator[Annotation]:
    """Annotate papers in a stream, in their order; a paper that a component fails on is logged and comes out empty.

    Args:
        papers: What to read; consumed some batches ahead.
        nlp: A loaded pipeline; the default one if None.
        processes: How many processes share the work; few papers are read by one.
        min_score: Leave out mentions, entities and results of a lower probability.

    Raises:
        PipelineError: If the default pipeline is asked for and cannot be loaded.

    Example:
        >>> paper = Paper("1", "FooNet: a net", "We propose FooNet. Code: https://github.com/a/foonet.")
        >>> note = next(annotate([paper], nlp=load_pipeline(fast=True)))
        >>> note.entities[0].text, note.entities[0].role, note.links[0].url
        ('FooNet', 'proposed', 'https://github.com/a/foonet')
    """
    nlp = nlp or load_pipeline()
    stream = iter(papers)
    first = list(islice(stream, 2 * nlp.batch_size))
    stream = chain(first, stream)
    if processes <= 1 or len(first) < 2 * nlp.batch_size:  # one is done before two have begun
        yield from _annotate(stream, nlp, min_score)
    else:
        yield from _shared_out(stream, nlp, min_score, processes=processes)


def _annotate(papers: Iterable[Paper], nlp: Language, min_score: float) -> Iterator[Annotation]:
    nlp.set_error_handler(_report)  # type: ignore[arg-type]  # spaCy takes handlers that return, too
    waiting: deque[tuple[int, Paper]] = deque()
    for doc, number in _in_batches(_texts(papers, waiting), nlp):
        while waiting[0][0] < number:
            yield Annotation(waiting.popleft()[1])
        yield to_annotation(doc, waiting.popleft()[1], min_score=min_score)
    for _, paper in waiting:
        yield Annotation(paper)


def _shared_out(papers: Iterator[Paper], nlp: Language, min_score: float, *, processes: int) -> Iterator[Annotation]:
    """Batches of papers by several processes, in order, a few batches ahead; spaCy's own way carries each `Doc` across."""
    waiting: deque[Future[list[Annotation]]] = deque()
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(nlp, min_score)) as pool:
        while batch := list(islice(papers, nlp.batch_size)):
            waiting.append(pool.submit(_annotate_here, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


_here: dict[str, Any] = {}  # of a process among several: the pipeline and the least score


def _begin(nlp: Language, min_score: float) -> None:
    _here.update(nlp=nlp, min_score=min_score)


def _annotate_here(papers: list[Paper]) -> list[Annotation]:
    return list(_annotate(papers, **_here))


def _texts(papers: Iterable[Paper], waiting: deque[tuple[int, Paper]]) -> Iterator[tuple[str, int]]:
    """Texts with their numbers for the pipeline; every paper is noted in `waiting`, so that one that is lost is known."""
    for number, paper in enumerate(papers):
        waiting.append((number, paper))
        if len(paper.text) > MAX_LENGTH:
            _log.warning("paper %s: %d characters are no abstract; skipped", paper.id, len(paper.text))
            continue
        yield paper.text, number


def _in_batches(texts: Iterator[tuple[str, int]], nlp: Language) -> Iterator[tuple[Doc, int]]:
    """What `nlp.pipe` gives, a fifth sooner: each component reads a whole batch before the next one begins.

    `nlp.pipe` leads one document through all components, so that each finds its data gone from the processor's cache.
    """
    while batch := list(islice(texts, nlp.batch_size)):
        docs = [nlp.make_doc(text) for text, _ in batch]
        for doc, (_, number) in zip(docs, batch, strict=True):
            doc.user_data["number"] = number
        for name, component in nlp.pipeline:
            docs = list(_through(docs, name, component))
        for doc in docs:
            yield doc, doc.user_data["number"]


def _through(docs: list[Doc], name: str, component: Callable[[Doc], Doc]) -> Iterator[Doc]:
    """Documents as a component leaves them, without those that it fails on."""
    if hasattr(component, "pipe"):
        yield from component.pipe(docs, batch_size=len(docs))
        return
    for doc in docs:
        try:
            yield component(doc)
        except Exception as error:  # a paper must not keep the others from being read
            _report(name, component, [doc], error)


def _report(name: str, component: Callable[[Doc], Doc], docs: list[Doc] | None, error: Exception) -> None:
    for doc in docs or ():
        _log.warning("component %s failed on %r…: %s; the paper comes out empty", name, doc.text[:60], error)
