"""The types of things and of edges: one row per type, read by every part that names, draws or exports one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BASE",
    "CLAIM_PARTS",
    "ENTITY_TYPES",
    "LINK_KINDS",
    "MENTION_TYPES",
    "PREFIXES",
    "RELATIONS",
    "ROLE_RELATION",
    "EntityType",
    "Relation",
]

BASE = "https://w3id.org/paperkg/"  # IRIs of things; the ontology that describes them ships with the package

PREFIXES: dict[str, str] = {
    "kg": BASE + "ontology#",
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "lpwc-c": "https://linkedpaperswithcode.com/class/",
    "lpwc-p": "https://linkedpaperswithcode.com/property/",
    "mls": "http://www.w3.org/ns/mls#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class EntityType:
    """One kind of node.

    Attributes:
        name: As in annotations and tables, e.g. `Method`.
        plural: For headings.
        classes: RDF classes as CURIEs, most specific first.
        colour: `#rrggbb`; the set is told apart by people with any of the common colour-blindnesses (Okabe & Ito 2008).
        roles: What a paper can do with it, strongest first; empty for what is not annotated as a mention.
        doc: One line for legends and the ontology.
    """

    name: str
    plural: str
    classes: tuple[str, ...]
    colour: str
    roles: tuple[str, ...]
    doc: str


ENTITY_TYPES: dict[str, EntityType] = {
    row.name: row
    for row in (
        EntityType(
            "Paper",
            "Papers",
            ("fabio:Preprint", "schema:ScholarlyArticle", "lpwc-c:paper"),
            "#7f7f7f",
            (),
            "A paper, known by its title and abstract.",
        ),
        EntityType(
            "Method",
            "Methods",
            ("lpwc-c:method", "skos:Concept"),
            "#0072b2",
            ("proposed", "compared", "used", "mentioned"),
            "A named technique: model, architecture, algorithm, loss, training paradigm, framework.",
        ),
        EntityType(
            "Dataset",
            "Datasets",
            ("dcat:Dataset", "lpwc-c:dataset", "skos:Concept"),
            "#009e73",
            ("introduced", "evaluated", "mentioned"),
            "A named collection of data.",
        ),
        EntityType(
            "Benchmark",
            "Benchmarks",
            ("kg:Benchmark", "dcat:Dataset", "lpwc-c:dataset", "skos:Concept"),
            "#e69f00",
            ("introduced", "evaluated", "mentioned"),
            "A named suite, leaderboard, challenge or test made to compare systems.",
        ),
        EntityType(
            "Task",
            "Tasks",
            ("lpwc-c:task", "skos:Concept"),
            "#cc79a7",
            ("addressed", "mentioned"),
            "A research problem or problem setting with an established name.",
        ),
        EntityType(
            "Metric",
            "Metrics",
            ("mls:EvaluationMeasure", "skos:Concept"),
            "#d55e00",
            ("reported", "mentioned"),
            "A named measure of quality.",
        ),
        EntityType(
            "Repository",
            "Repositories",
            ("schema:SoftwareSourceCode", "lpwc-c:repository"),
            "#000000",
            (),
            "A place where code lives.",
        ),
        EntityType(
            "Resource",
            "Resources",
            ("foaf:Document",),
            "#56b4e9",
            (),
            "Another page that a paper links to: project page, demo, data, model.",
        ),
    )
}

MENTION_TYPES: tuple[str, ...] = tuple(name for name, row in ENTITY_TYPES.items() if row.roles)


@dataclass(frozen=True)
class Relation:
    """One kind of edge.

    Attributes:
        name: As in tables and as own RDF property `kg:<name>`.
        source: Types that it starts from.
        target: Types that it ends at.
        broader: The nearest property of a known vocabulary, as a CURIE: `kg:<name>` is a sub-property of it.
        label: As read between the two ends: *paper* `proposes` *method*.
        derived: True if computed from other edges, not read in one sentence.
        doc: One line for legends and the ontology.
    """

    name: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    broader: str
    label: str
    derived: bool
    doc: str


_DATA = ("Dataset", "Benchmark")
_ANY = MENTION_TYPES

RELATIONS: dict[str, Relation] = {
    row.name: row
    for row in (
        Relation(
            "proposes", ("Paper",), ("Method",), "lpwc-p:hasMethod", "proposes", False, "The paper introduces it."
        ),
        Relation(
            "comparesWith",
            ("Paper",),
            ("Method",),
            "lpwc-p:hasMethod",
            "compares with",
            False,
            "The paper measures itself against it or improves on it.",
        ),
        Relation(
            "usesMethod",
            ("Paper",),
            ("Method",),
            "lpwc-p:hasMethod",
            "uses",
            False,
            "The paper builds on it, applies it or studies it.",
        ),
        Relation("introduces", ("Paper",), _DATA, "lpwc-p:usesDataset", "introduces", False, "The paper releases it."),
        Relation(
            "evaluatesOn",
            ("Paper",),
            _DATA,
            "lpwc-p:usesDataset",
            "evaluates on",
            False,
            "The paper trains or evaluates on it.",
        ),
        Relation("addresses", ("Paper",), ("Task",), "lpwc-p:hasTask", "addresses", False, "The paper works on it."),
        Relation("reports", ("Paper",), ("Metric",), "dcterms:references", "reports", False, "The paper reports it."),
        Relation("mentions", ("Paper",), _ANY, "schema:mentions", "mentions", False, "The paper names it in passing."),
        Relation(
            "hasCode", ("Paper",), ("Repository",), "lpwc-p:hasRepository", "has code", False, "Its code is there."
        ),
        Relation(
            "hasData",
            ("Paper",),
            ("Repository", "Resource"),
            "dcterms:references",
            "has data",
            False,
            "Its data is there.",
        ),
        Relation(
            "hasModel",
            ("Paper",),
            ("Repository", "Resource"),
            "dcterms:references",
            "has model",
            False,
            "Its trained model is there.",
        ),
        Relation(
            "hasProject", ("Paper",), ("Repository", "Resource"), "foaf:page", "has page", False, "Its project page."
        ),
        Relation(
            "hasDemo", ("Paper",), ("Repository", "Resource"), "foaf:page", "has demo", False, "Its demo or samples."
        ),
        Relation(
            "linksTo",
            ("Paper",),
            ("Repository", "Resource"),
            "dcterms:references",
            "links to",
            False,
            "A page that it points to.",
        ),
        Relation(
            "outperforms",
            ("Method",),
            ("Method",),
            "dcterms:relation",
            "outperforms",
            True,
            "A paper states that the first beats the second.",
        ),
        Relation(
            "broader",
            _ANY,
            _ANY,
            "skos:broader",
            "is a kind of",
            True,
            "The second is the wider notion.",
        ),
        Relation(
            "buildsOn",
            ("Paper",),
            ("Paper",),
            "cito:cites",
            "builds on",
            True,
            "The first paper uses what the second proposes.",
        ),
        Relation(
            "discusses",
            ("Paper",),
            ("Paper",),
            "cito:discusses",
            "compares with",
            True,
            "The first paper compares with what the second proposes.",
        ),
    )
}

ROLE_RELATION: dict[tuple[str, str], str] = {
    ("Method", "proposed"): "proposes",
    ("Method", "compared"): "comparesWith",
    ("Method", "used"): "usesMethod",
    ("Dataset", "introduced"): "introduces",
    ("Dataset", "evaluated"): "evaluatesOn",
    ("Benchmark", "introduced"): "introduces",
    ("Benchmark", "evaluated"): "evaluatesOn",
    ("Task", "addressed"): "addresses",
    ("Metric", "reported"): "reports",
} | {(name, "mentioned"): "mentions" for name in MENTION_TYPES}

LINK_KINDS: dict[str, str] = {
    "code": "hasCode",
    "data": "hasData",
    "model": "hasModel",
    "project": "hasProject",
    "demo": "hasDemo",
    "other": "linksTo",
}

# What a numeric claim names, and the types of things that it can be.
CLAIM_PARTS: dict[str, tuple[str, ...]] = {
    "method": ("Method",),
    "dataset": ("Dataset", "Benchmark"),
    "metric": ("Metric",),
    "baseline": ("Method",),
}
