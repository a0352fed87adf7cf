"""A graph's RDF → what breaks its shapes: which node, which rule, and where the paper behind it was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, parse
from pyshacl import validate as run_shacl
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node as Term

from kg.declaration import find_pipeline
from kg.errors import GraphError
from kg.export.rdf import Node, nodes
from kg.export.rdf.sample import sample
from kg.export.rdf.terms import compact, term, thing
from kg.tables import KnowledgeGraph

__all__ = ["LARGEST", "Validation", "Violation", "affordable", "validate"]

LARGEST = 150  # nodes of each kind that are checked: a build cannot wait for pyshacl, which takes milliseconds a node
WHOLE = 20_000  # nodes that are all checked if it is asked for a check alone: half a minute
_LONGEST = 200  # characters of a value or message that is shown


@dataclass(frozen=True)
class Violation:
    """One break of one shape.

    Attributes:
        node: The offending node, shortened by the known prefixes.
        path: The property at fault; empty if the node as a whole is.
        value: The offending value; empty if one is missing.
        message: What the shape asks for.
        source: `file:line` that the paper behind the node was read at; empty if it is not known.
    """

    node: str
    path: str
    value: str
    message: str
    source: str

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        path = f" {self.path}" if self.path else ""
        value = f" is {self.value!r}" if self.value else ""
        return f"{place}{self.node}{path}{value}: {self.message}"


@dataclass(frozen=True)
class Validation:
    """What a check has found.

    Attributes:
        violations: What breaks the shapes, sorted.
        counts: Kind of node → how many were looked at, of how many; empty for a file, which is looked at as a whole.
    """

    violations: tuple[Violation, ...]
    counts: Mapping[str, tuple[int, int]]

    def extent(self) -> str:
        """What was looked at, in words."""
        if all(some == whole for some, whole in self.counts.values()):
            return "every node was checked"
        parts = (f"{some} of {whole:,} {name}" for name, (some, whole) in self.counts.items() if whole)
        return f"a sample was checked, by the least hash of their names: {', '.join(parts)}"


def affordable(graph: KnowledgeGraph) -> int | None:
    """What `validate` may take as `largest` without minutes of waiting: None, for all, of a small graph."""
    count = sum(map(len, (graph.papers, graph.entities, graph.evidence, graph.claims)))
    return None if count <= WHOLE else LARGEST


def validate(
    graph: KnowledgeGraph | Path | str, *, pipeline: str | Path = "abstracts", largest: int | None = LARGEST
) -> Validation:
    """Check a graph, or an RDF file, against the shapes of a pipeline.

    Of each kind of node `largest` are checked, chosen by the hash of their names, so that the same graph gives the same
    sample; each with the types of what it points to.

    Args:
        graph: The tables, or a file in any RDF format.
        pipeline: Whose `shapes.ttl` is used.
        largest: How many nodes of each kind to check; all if None.

    Raises:
        GraphError: If the file cannot be read.
    """
    if isinstance(graph, KnowledgeGraph):
        part = sample(graph, largest if largest is not None else len(graph.mentions) + len(graph.evidence))
        found, counts = list(nodes(part.graph)), part.counts
        aside = {thing(key) for key in [*part.graph.papers["paper"], *part.graph.entities["entity"]]}
        aside -= {thing(key) for key in part.chosen}
        chosen = {n.subject: n for n in found if n.subject not in aside}
    else:
        found, counts = list(_read(Path(graph))), {}
        chosen = {n.subject: n for n in found}
    data = _as_graph([*chosen.values(), *_outlines(found, chosen)])
    place = find_pipeline(pipeline) / "shapes.ttl"
    # Looking for its focus nodes itself, pyshacl is ten times as fast as told them one by one.
    focus = None if len(chosen) == len(found) else [n.value for n in chosen]
    conforms, report, text = run_shacl(data, shacl_graph=Graph().parse(place), inference="none", focus_nodes=focus)
    if not isinstance(report, Graph):
        raise GraphError(f"the shapes cannot be applied: {text}", path=place)
    broken = () if conforms else _with_sources(list(_violations(report)), found)
    return Validation(tuple(broken), counts)


def _outlines(found: list[Node], chosen: dict[NamedNode, Node]) -> Iterator[Node]:
    """What the chosen point to, with its types alone: enough to check the chosen, and not to be checked itself."""
    kind = term("rdf:type")
    targets = {value for n in chosen.values() for _, value in n.facts if isinstance(value, NamedNode)}
    for n in found:
        if n.subject in targets and n.subject not in chosen:
            yield Node(n.subject, [fact for fact in n.facts if fact[0] == kind])


def _read(path: Path) -> Iterator[Node]:
    facts: dict[Any, list[Any]] = defaultdict(list)
    try:
        for quad in parse(path=str(path)):
            facts[quad.subject].append((quad.predicate, quad.object))
    except (OSError, SyntaxError, ValueError) as error:
        raise GraphError(f"cannot be read: {error}", path=path, remedy="give a file in an RDF format") from error
    yield from (Node(subject, rows) for subject, rows in facts.items())


def _as_graph(found: Iterable[Node]) -> Graph:
    """An rdflib graph; through N-Triples, which is quicker than term by term."""
    graph = Graph()
    return graph.parse(data="".join(f"{triple} .\n" for n in found for triple in n.triples()), format="nt")


def _violations(report: Graph) -> Iterator[Violation]:
    for result in report.subjects(RDF.type, SH.ValidationResult):
        message = sorted(str(text) for text in report.objects(result, SH.resultMessage))
        yield Violation(
            node=_short(report.value(result, SH.focusNode)),
            path=_short(report.value(result, SH.resultPath)),
            value=_short(report.value(result, SH.value))[:_LONGEST],
            message=" ".join(message[0].split())[:_LONGEST] if message else "",
            source="",
        )


def _short(found: Term | None) -> str:
    if found is None:
        return ""
    return compact(str(found)) if isinstance(found, URIRef) else str(found)


def _with_sources(broken: list[Violation], found: list[Node]) -> list[Violation]:
    """Violations with the `file:line` of the paper, of a statement's paper, or of one that points there."""
    wanted = {v.node for v in broken}
    read_from, derived = term("kg:readFrom"), term("prov:wasDerivedFrom")
    source: dict[str, str] = {}
    pointing: dict[str, str] = {}
    for n in found:
        name = compact(n.subject.value)
        here = next((value.value for predicate, value in n.facts if predicate == read_from), "")
        if here:
            source[name] = here
            targets = (compact(value.value) for _, value in n.facts if isinstance(value, NamedNode))
            pointing |= {target: here for target in targets if target in wanted and target not in pointing}
        elif name in wanted:
            paper = next((compact(value.value) for predicate, value in n.facts if predicate == derived), "")
            pointing |= {name: source[paper]} if paper in source else {}
    placed = (replace(v, source=source.get(v.node) or pointing.get(v.node, "")) for v in broken)
    return sorted(placed, key=str)
