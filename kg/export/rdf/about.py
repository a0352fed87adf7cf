"""A graph and its size → the nodes that describe it: VoID and DCAT for what it is, PROV for what made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg.errors import ExportError
from kg.export.rdf.model import SCHEME, run_key
from kg.export.rdf.terms import Node, address, integer, literal, node, term, thing
from kg.schema import BASE, ENTITY_TYPES, PREFIXES
from kg.tables import KnowledgeGraph

__all__ = ["Census", "about_nodes", "dataset_node"]

RIGHTS = "Titles, abstracts and the sentences quoted from them belong to their authors and publishers."
VOCABULARIES = tuple(name for name in PREFIXES if name not in ("owl", "rdf", "rdfs", "xsd"))  # those say what RDF is


class Census:
    """Counts what a stream of nodes holds while it passes."""

    def __init__(self) -> None:
        self.triples = 0
        self.entities = 0
        self.classes: Counter[str] = Counter()

    def watch(self, nodes: Iterator[Node]) -> Iterator[Node]:
        """The same nodes, counted."""
        kind = term("rdf:type")
        for item in nodes:
            self.triples += len(item.facts)
            self.entities += 1
            self.classes.update(value.value for predicate, value in item.facts if predicate == kind)
            yield item


def dataset_node(graph: KnowledgeGraph) -> NamedNode:
    """The node of the graph as a whole; it changes with what was read, and with nothing else."""
    return thing("graph/" + run_key(graph).removeprefix("run/"))


def about_nodes(graph: KnowledgeGraph, census: Census, *, licence: str = "") -> Iterator[Node]:
    """The run, the software, the scheme of names, the class partitions and the data set.

    Args:
        graph: The graph described.
        census: What has been written so far, these nodes not counted.
        licence: IRI of the licence under which the graph is given away; left out if empty.

    Raises:
        ExportError: If the licence is no web address.
    """
    dataset, run = dataset_node(graph), thing(run_key(graph))
    small = [*_makers(run), *_scheme(graph), *(_partition(dataset, *row) for row in sorted(census.classes.items()))]
    facts = _dataset_facts(graph, licence)
    facts += [(term("void:classPartition"), part.subject) for part in small if str(part.subject.value).count("/class/")]
    facts.append((term("void:entities"), integer(census.entities + len(small) + 1)))
    total = census.triples + sum(len(part.facts) for part in small) + len(facts) + 1
    yield from small
    yield Node(dataset, [*facts, (term("void:triples"), integer(total))])


def _makers(run: NamedNode) -> list[Node]:
    software = node("software", "kg")
    return [
        Node(
            run,
            [
                (term("rdf:type"), term("prov:Activity")),
                (term("rdfs:label"), literal("kg build")),
                (term("prov:wasAssociatedWith"), software),
                (term("kg:inputHash"), literal(run.value.rsplit("/", 1)[1])),
            ],
        ),
        Node(software, [(term("rdf:type"), term("prov:SoftwareAgent")), (term("rdfs:label"), literal("kg"))]),
    ]


def _scheme(graph: KnowledgeGraph) -> list[Node]:
    if not len(graph.entities):
        return []
    label = literal("Names of methods, tasks, datasets and benchmarks")
    return [Node(SCHEME, [(term("rdf:type"), term("skos:ConceptScheme")), (term("rdfs:label"), label)])]


def _partition(dataset: NamedNode, address_: str, count: int) -> Node:
    local = address_.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    prefix = next(p for p, namespace in PREFIXES.items() if address_ == namespace + local)
    part = NamedNode(f"{dataset.value}/class/{prefix}-{local}")
    return Node(part, [(term("void:class"), NamedNode(address_)), (term("void:entities"), integer(count))])


def _dataset_facts(graph: KnowledgeGraph, licence: str) -> list[tuple[NamedNode, NamedNode | Literal]]:
    counts = Counter(graph.entities["type"].tolist())
    parts = [f"{len(graph.papers)} papers"]
    parts += [f"{counts[kind]} {row.plural.lower()}" for kind, row in ENTITY_TYPES.items() if counts[kind]]
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        *((term("rdf:type"), term(name)) for name in ("void:Dataset", "dcat:Dataset", "prov:Entity")),
        (term("dcterms:title"), literal(f"Knowledge graph of {len(graph.papers)} papers")),
        (term("dcterms:description"), literal("Read from titles and abstracts: " + ", ".join(parts) + ".")),
        (term("dcterms:conformsTo"), NamedNode(PREFIXES["kg"].rstrip("#"))),
        (term("dcterms:rights"), literal(RIGHTS)),
        (term("prov:wasGeneratedBy"), thing(run_key(graph))),
        (term("void:uriSpace"), literal(BASE)),
        *((term("void:vocabulary"), NamedNode(PREFIXES[name])) for name in VOCABULARIES),
    ]
    facts += [(term("void:exampleResource"), thing(key)) for key in graph.papers["paper"].tolist()[:1]]
    return facts + _licence(licence)


def _licence(licence: str) -> list[tuple[NamedNode, NamedNode | Literal]]:
    if not licence:
        return []
    place = address(licence)
    if place is None:
        raise ExportError(
            f"licence {licence!r} is no web address", remedy="give its IRI, such as one of Creative Commons"
        )
    return [(term("dcterms:license"), place)]
