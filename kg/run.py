"""Files of papers → a folder with the graph, its exports and a report: all the stages, in their order."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.annotations import pack_annotation, read_annotations, unpack_annotation, write_annotations
from kg.catalogue import Entry, read_catalogue
from kg.declaration import find_pipeline
from kg.errors import GraphError, InputError
from kg.export import BUILT, EXPORTERS, export
from kg.export.rdf import licence_node
from kg.graph import build, paper_key
from kg.ids import iri
from kg.model import Annotation, Paper
from kg.nlp import annotate, load_pipeline
from kg.overrides import Override, read_overrides, write_overrides
from kg.readers import Merge, ReadReport, merge_papers, read_papers
from kg.report import render_report
from kg.shapes import validate
from kg.sparql import STORE
from kg.storage import kept_licence, write
from kg.tables import KnowledgeGraph

__all__ = [
    "Built",
    "Progress",
    "annotate_papers",
    "build_folder",
    "kept_overrides",
    "merge_folders",
    "read_files",
    "write_folder",
]

log = logging.getLogger(__name__)

ANNOTATIONS = "annotations.jsonl"
OVERRIDES = "overrides.csv"
ONTOLOGY = "kg.ttl"
Progress = Callable[[Iterable[Any], str, int | None], Iterable[Any]]  # items, what is done, how many if known


@dataclass(frozen=True)
class Built:
    """What a build has made: the graph and where it is, how reading went, what was checked, what was corrected."""

    folder: Path
    graph: KnowledgeGraph
    read: ReadReport
    merges: tuple[Merge, ...]
    checked: str = ""
    overrides: tuple[Override, ...] = ()


def _silent(items: Iterable[Any], what: str, total: int | None) -> Iterable[Any]:
    return items


def build_folder(
    sources: Sequence[str],
    folder: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that users know
    pipeline: str = "abstracts",
    catalog: Path | None = None,
    fast: bool = False,
    strict: bool = False,
    min_score: float = 0.0,
    processes: int = 1,
    overrides: Sequence[Override] = (),
    formats: Sequence[str] = BUILT,
    check: bool = True,
    licence: str = "",
    progress: Progress = _silent,
) -> Built:
    """Read, annotate, link and export; `folder` changes only when all of it has worked.

    Args:
        sources: Files, folders, globs, or `-` for standard input.
        folder: Where the output goes; made if missing, older output in it is replaced.
        format: Of the sources; sniffed if not given.
        pipeline: Name or folder of a pipeline declaration.
        catalog: A folder of lexicon files to use instead of the pipeline's.
        fast: Rules and lexicon only, without the trained model.
        strict: Fail on the first record that cannot be read instead of reporting it.
        min_score: Leave out what is less probable.
        processes: To annotate with.
        overrides: Corrections of linking; if there are none, those that lie in `folder` from an earlier build.
        formats: Names of `EXPORTERS`.
        check: Hold the graph against the shapes of its RDF first.
        licence: IRI or SPDX identifier of the licence under which the graph is given away; its RDF says so.
        progress: Wraps whatever takes long, to show how far it is.

    Raises:
        KGError: If nothing can be read, or an output cannot be written.
    """
    if licence:
        licence_node(licence)  # a wrong one is to be known before the work
    papers, report, merges = read_files(sources, format=format, strict=strict, progress=progress)
    notes = annotate_papers(
        papers,
        pipeline=pipeline,
        catalog=catalog,
        fast=fast,
        min_score=min_score,
        processes=processes,
        progress=progress,
    )
    packed = [pack_annotation(note) for note in notes]
    del papers  # they are in the notes
    catalogue = read_catalogue(catalog or find_pipeline(pipeline) / "lexicon")
    overrides = overrides or kept_overrides([Path(folder)])
    graph = _linked(packed, catalogue, overrides, progress)
    checked = _check(graph, pipeline) if check else "nothing was checked"
    built = Built(Path(folder), graph, report, merges, checked, tuple(overrides))
    write_folder(built, map(unpack_annotation, packed), formats=formats, licence=licence, progress=progress)
    return built


def _linked(
    packed: Sequence[bytes], catalogue: Sequence[Entry], overrides: Sequence[Override], progress: Progress
) -> KnowledgeGraph:
    notes = progress(map(unpack_annotation, packed), "linking", len(packed))
    return build(notes, catalogue=catalogue, overrides=overrides)


def _check(graph: KnowledgeGraph, pipeline: str) -> str:
    """How much was looked at, if it holds to the shapes."""
    found = validate(graph, pipeline=pipeline)
    if broken := found.violations:
        shown = "; ".join(str(violation) for violation in broken[:3])
        raise GraphError(
            f"{len(broken)} nodes break the shapes of the RDF ({found.extent()}): {shown}",
            remedy="mend the input there, or build with --no-check",
        )
    return found.extent()


def read_files(
    sources: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    strict: bool = False,
    merge: bool = True,
    progress: Progress = _silent,
) -> tuple[list[Paper], ReadReport, tuple[Merge, ...]]:
    """All papers of some files, folders, globs or `-`: each once, sorted by id, or if not `merge` all in their order.

    Raises:
        InputError: If there is not one paper in them, or, if `strict`, on the first record that cannot be read.
    """
    report = ReadReport()
    found = progress(read_papers(sources, format=format, strict=strict, report=report), "reading", None)
    papers, merges = merge_papers(found) if merge else (list(found), [])
    if not papers:
        raise InputError("no papers", path=", ".join(sources), remedy="a paper is a title and an abstract")
    return papers, report, tuple(merges)


def annotate_papers(
    papers: Sequence[Paper],
    *,
    pipeline: str = "abstracts",
    catalog: Path | None = None,
    fast: bool = False,
    min_score: float = 0.0,
    processes: int = 1,
    progress: Progress = _silent,
) -> Iterator[Annotation]:
    """One annotation per paper, in order."""
    nlp = load_pipeline(pipeline, fast=fast, catalog=catalog)
    notes = annotate(papers, nlp=nlp, min_score=min_score, processes=processes)
    yield from progress(notes, "annotating", len(papers))


def write_folder(
    built: Built,
    notes: Iterable[Annotation],
    *,
    formats: Sequence[str] = BUILT,
    licence: str = "",
    progress: Progress = _silent,
) -> None:
    """Write everything that a build gives beside the target, then move it there."""
    with _beside(built.folder) as place:
        write(built.graph, place, licence=licence)
        write_annotations(_with_ids(notes, built.graph), place / ANNOTATIONS)
        if built.overrides:
            write_overrides(built.overrides, place / OVERRIDES)
        for name in progress(formats, "exporting", len(formats)):
            export(built.graph, place / EXPORTERS[name].file_name, to=name, licence=licence)
        if "ttl" in formats:
            shutil.copy(find_pipeline("abstracts") / ONTOLOGY, place / ONTOLOGY)  # what its own terms mean goes with it
        (place / "report.md").write_text(render_report(built.graph, built.read, built.merges), encoding="utf-8")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A temporary folder whose contents replace those of the same names in `folder` if the block ends well."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        yield place
        shutil.rmtree(folder / STORE, ignore_errors=True)  # made of the old tables; made again when asked
        for new in sorted(place.iterdir()):
            old = folder / new.name
            if old.is_dir():
                shutil.rmtree(old)
            new.replace(old)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _with_ids(notes: Iterable[Annotation], graph: KnowledgeGraph) -> Iterator[Annotation]:
    """Annotations whose entities carry their IRI in the graph."""
    columns = [graph.mentions[c].tolist() for c in ("paper", "local", "entity")]
    entity = {(paper, local): key for paper, local, key in zip(*columns, strict=True)}
    for note in notes:
        key = paper_key(note.paper)
        ids = [entity.get((key, local), "") for local in range(len(note.entities))]
        named = (replace(e, id=iri(k) if k else "") for e, k in zip(note.entities, ids, strict=True))
        yield replace(note, entities=tuple(named))


def kept_overrides(folders: Iterable[Path]) -> tuple[Override, ...]:
    """The corrections that lie in folders which a build has written, each once."""
    paths = [folder / OVERRIDES for folder in folders if (folder / OVERRIDES).is_file()]
    return tuple(dict.fromkeys(override for path in paths for override in read_overrides(path)))


def merge_folders(
    sources: Sequence[Path],
    folder: Path,
    *,
    pipeline: str = "abstracts",
    catalog: Path | None = None,
    overrides: Sequence[Override] = (),
    formats: Sequence[str] = BUILT,
    licence: str = "",
    progress: Progress = _silent,
) -> Built:
    """Join built graphs and annotation files into one folder, as if their papers had been built together.

    Args:
        sources: Folders that a build has written, whose corrections count too; annotation files; folders of those.
        folder: Where the output goes, as in `build_folder`.
        pipeline: Name or folder of the pipeline declaration whose catalogue is used.
        catalog: A folder of lexicon files to use instead.
        overrides: More corrections.
        formats: Names of `EXPORTERS`.
        licence: As in `build_folder`.
        progress: As in `build_folder`.

    A licence that all of them have is that of the whole, unless another is given.

    Raises:
        AnnotationError: If a source is none of these.
    """
    licences = {licence} if licence else {kept_licence(source) for source in sources}
    licence = licences.pop() if len(licences) == 1 else ""
    if licence:
        licence_node(licence)
    packed, report, merges = _read_annotated(sources, progress)
    overrides = tuple(dict.fromkeys([*kept_overrides(sources), *overrides]))
    catalogue = read_catalogue(catalog or find_pipeline(pipeline) / "lexicon")
    graph = _linked(packed, catalogue, overrides, progress)
    built = Built(folder, graph, report, merges, overrides=overrides)
    write_folder(built, map(unpack_annotation, packed), formats=formats, licence=licence, progress=progress)
    return built


def _read_annotated(sources: Sequence[Path], progress: Progress) -> tuple[list[bytes], ReadReport, tuple[Merge, ...]]:
    """Annotations of all papers, each paper once, sorted by its id; of copies that have one text the first counts."""
    report = ReadReport()
    papers: list[Paper] = []
    found: dict[tuple[str, str], tuple[Paper, bytes]] = {}
    for source in sources:
        notes = (note for file in _annotation_files(source) for note in read_annotations(file))
        for note in progress(notes, "reading", None):
            papers.append(note.paper)
            found.setdefault((note.paper.title, note.paper.abstract), (note.paper, pack_annotation(note)))
            report.papers[str(source)] = report.papers.get(str(source), 0) + 1
    kept, merges = merge_papers(papers)
    return [_of_paper(paper, *found[paper.title, paper.abstract]) for paper in kept], report, tuple(merges)


def _of_paper(paper: Paper, read: Paper, packed: bytes) -> bytes:
    return packed if paper == read else pack_annotation(replace(unpack_annotation(packed), paper=paper))


def _annotation_files(source: Path) -> list[Path]:
    """The annotations that a build has written into a folder, else all annotation files in it, else `source` itself."""
    if not source.is_dir():
        return [source]
    parts = sorted(path for path in source.iterdir() if path.name.endswith((".jsonl", ".jsonl.gz")))
    built = source / ANNOTATIONS
    return [built] if built.exists() or not parts else parts
