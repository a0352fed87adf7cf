"""KnowledgeGraph → a stream of nodes: papers, entities, evidence and results in vocabularies that the field knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
from pyoxigraph import Literal, NamedNode

from kg.export.rdf.terms import (
    LARGEST,
    Node,
    address,
    boolean,
    date,
    decimal,
    integer,
    literal,
    node,
    safe_text,
    term,
    thing,
    uri_literal,
)
from kg.ids import clean_text, content_hash
from kg.names import surface_key
from kg.schema import ENTITY_TYPES, RELATIONS
from kg.tables import KnowledgeGraph

__all__ = ["evidence_nodes", "claim_nodes", "entity_nodes", "extractor_nodes", "paper_nodes", "run_key"]

Fact = tuple[NamedNode, "NamedNode | Literal"]
Facts = list[Fact]

SCHEME = node("scheme")  # the one concept scheme of all names
_PROPOSING = ("proposes", "introduces")
_LINKED = ("Repository", "Resource")


def run_key(graph: KnowledgeGraph) -> str:
    """The key of the run that made a graph: the hash of what it read, for a clock would make two builds differ."""
    texts = zip(graph.papers["paper"], graph.papers["title"], graph.papers["abstract"], strict=True)
    return "run/" + content_hash(*(part for row in texts for part in row))


def rows(table: pd.DataFrame, *columns: str) -> Iterator[Any]:
    """Tuples of the named columns as plain Python values."""
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = list(table.columns)
    for values in rows(table, *names):
        yield dict(zip(names, values, strict=True))


def paper_nodes(graph: KnowledgeGraph) -> Iterator[Node]:
    """Every paper: what it is, what its record says, and all edges that start at it."""
    edges = _edges_by_source(graph)
    for row in _records(graph.papers):
        yield Node(thing(row["paper"]), [*_types("Paper"), *_paper_facts(row), *edges.get(row["paper"], ())])


def _types(kind: str) -> Facts:
    return [(term("rdf:type"), term(name)) for name in ENTITY_TYPES[kind].classes]


def _paper_facts(row: dict[str, Any]) -> Facts:
    facts: Facts = [
        (term("rdfs:label"), literal(clean_text(row["title"]))),
        (term("dcterms:title"), literal(row["title"])),
        (term("dcterms:abstract"), literal(row["abstract"])),
        *((term("lpwc-p:creatorName"), literal(name)) for name in sorted(set(row["authors"]))),
        *((term("schema:keywords"), literal(name)) for name in sorted(set(row["categories"]))),
        *((term("kg:readFrom"), literal(name)) for name in sorted(set(row["sources"]))),
        *((term("owl:sameAs"), thing(key)) for key in sorted(set(row["same_as"]) - {row["paper"]})),
    ]
    if len(row["authors"]):
        facts.append((term("schema:creditText"), literal(", ".join(row["authors"]))))
    return facts + _identifiers(row) + _issued(row["published"] or "")


def _identifiers(row: dict[str, Any]) -> Facts:
    facts: list[tuple[NamedNode, NamedNode | Literal | None]] = []
    if row["id"]:
        facts.append((term("dcterms:identifier"), literal(row["id"])))
    if row["arxiv_id"]:
        facts.append((term("fabio:hasArXivId"), literal(row["arxiv_id"])))
        facts.append((term("schema:sameAs"), address(f"https://arxiv.org/abs/{row['arxiv_id']}")))
    if row["doi"]:
        facts.append((term("prism:doi"), literal(row["doi"])))
        facts.append((term("schema:sameAs"), address(f"https://doi.org/{row['doi']}")))
    if row["url"]:
        facts.append((term("fabio:hasURL"), uri_literal(row["url"])))
    return [(predicate, value) for predicate, value in facts if value is not None]


def _issued(published: str) -> Facts:
    when = date(published)
    if when is None:
        return []
    year = Literal(when.value[:4], datatype=term("xsd:gYear"))
    return [(term("dcterms:issued"), when), (term("fabio:hasPublicationYear"), year)]


def _edges_by_source(graph: KnowledgeGraph) -> dict[str, Facts]:
    """Own property, the property of a known vocabulary above it, and what follows from both, under its subject."""
    kinds = dict(rows(graph.entities, "entity", "type"))
    edges: dict[str, Facts] = defaultdict(list)
    for source, predicate, target in rows(graph.relations, "source", "predicate", "target"):
        edges[source].append((term(f"kg:{predicate}"), thing(target)))
        edges[source].append((term(RELATIONS[predicate].broader), thing(target)))
        if predicate in _PROPOSING:
            edges[target].append((term("lpwc-p:introducedBy"), thing(source)))
        if predicate == "broader" and kinds.get(source) == kinds.get(target) == "Task":
            edges[target].append((term("lpwc-p:hasSubtask"), thing(source)))
    for source, facts in _citation_kinds(graph).items():
        edges[source].extend(facts)
    return {source: _sorted(facts) for source, facts in edges.items()}


def _citation_kinds(graph: KnowledgeGraph) -> dict[str, Facts]:
    """`buildsOn` said more precisely: the method of the other paper is used, or its data."""
    homes: dict[str, set[str]] = defaultdict(set)
    uses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    joined: set[tuple[str, str]] = set()
    for source, predicate, target in rows(graph.relations, "source", "predicate", "target"):
        if predicate in _PROPOSING:
            homes[target].add(source)
        elif predicate in ("usesMethod", "evaluatesOn"):
            uses[source].append((predicate, target))
        elif predicate == "buildsOn":
            joined.add((source, target))
    precise = {"usesMethod": term("cito:usesMethodIn"), "evaluatesOn": term("cito:usesDataFrom")}
    facts: dict[str, Facts] = defaultdict(list)
    for source, used in uses.items():
        for predicate, entity in used:
            hits = [home for home in homes.get(entity, ()) if (source, home) in joined]
            facts[source].extend((precise[predicate], thing(home)) for home in hits)
    return facts


def _sorted(facts: Facts) -> Facts:
    """Each fact once, by predicate and object."""
    return sorted(set(facts), key=lambda fact: (fact[0].value, fact[1].value))


def entity_nodes(graph: KnowledgeGraph) -> Iterator[Node]:
    """Every entity: its types, names, home and counts, and all edges that start at it."""
    papers = set(graph.papers["paper"])
    edges = {key: facts for key, facts in _edges_by_source(graph).items() if key not in papers}
    names: dict[str, set[str]] = defaultdict(set)
    for entity, surface in rows(graph.aliases, "entity", "surface"):
        names[entity].add(clean_text(surface))
    notes = _notes(graph)
    for row in _records(graph.entities):
        key = row["entity"]
        facts = [*_types(row["type"]), *_entity_facts(row, names.get(key, set())), *edges.get(key, ()), *notes[key]]
        yield Node(thing(key), facts)


def _notes(graph: KnowledgeGraph) -> dict[str, Facts]:
    """Why an entity has its names: one note per name that is no mere spelling, one change note per decision of linking."""
    out: dict[str, Facts] = defaultdict(list)
    for entity, surface, reason, papers in rows(graph.aliases, "entity", "surface", "reason", "papers"):
        if reason != "spelling":
            said = f"{clean_text(surface)} is taken for a name of it in {papers} papers: {reason}"
            out[entity].append((term("skos:note"), literal(said)))
    for action, left, right, rule, entity, other in rows(
        graph.decisions, "action", "left", "right", "rule", "entity", "other"
    ):
        said = f"{action}: {clean_text(left)} / {clean_text(right)}: {rule}"
        for key in dict.fromkeys(k for k in (entity, other) if k):
            out[key].append((term("skos:changeNote"), literal(said)))
    return out


def _entity_facts(row: dict[str, Any], names: set[str]) -> Facts:
    label = clean_text(row["name"]) or row["entity"]
    facts: Facts = [(term("rdfs:label"), literal(label)), (term("skos:prefLabel"), literal(label))]
    facts += [(term("skos:altLabel"), literal(name)) for name in sorted(names - {label, ""})]
    keys = {surface_key(name) for name in (label, *names)} - {""}
    facts += [(term("kg:nameKey"), literal(key)) for key in sorted(keys)]
    if "skos:Concept" in ENTITY_TYPES[row["type"]].classes:
        facts.append((term("skos:inScheme"), SCHEME))
    facts += [
        (term("lpwc-p:numberPapers"), integer(row["papers"])),
        (term("kg:numberMentions"), integer(row["mentions"])),
        (term("kg:inCatalogue"), boolean(row["known"])),
    ]
    if row["better"]:
        facts.append((term("kg:better"), literal(row["better"])))
    if row["unit"]:
        facts.append((term("schema:unitText"), literal(row["unit"])))
    return facts + _introduced(row) + _home(row)


def _introduced(row: dict[str, Any]) -> Facts:
    when = date(row["year"] or "")
    if when is None:
        return []
    return [(term("lpwc-p:introducedYear" if row["type"] == "Method" else "dcterms:issued"), when)]


def _home(row: dict[str, Any]) -> Facts:
    page = address(row["url"] or "")
    if page is None:
        return []
    if row["type"] in _LINKED:
        facts: Facts = [(term("fabio:hasURL"), uri_literal(row["url"]))]
        code = [(term("schema:codeRepository"), uri_literal(row["url"]))]
        return facts + (code if row["type"] == "Repository" else [])
    return [(term("dcat:landingPage" if row["type"] in ("Dataset", "Benchmark") else "foaf:page"), page)]


def evidence_nodes(graph: KnowledgeGraph, run: NamedNode) -> Iterator[Node]:
    """One statement per edge, sentence and extractor: where the edge was read, by whom, how sure."""
    edges = {row[0]: row[1:] for row in rows(graph.relations, "relation", "source", "predicate", "target", "score")}
    columns = ("relation", "paper", "surface", "start", "end", "sentence", "sentence_start", "extractor", "score")
    for relation, paper, surface, start, end, sentence, at, extractor, score in rows(graph.evidence, *columns):
        source, predicate, target, belief = edges[relation]
        facts: Facts = [
            (term("rdf:type"), term("rdf:Statement")),
            (term("rdf:type"), term("prov:Entity")),
            (term("rdf:subject"), thing(source)),
            (term("rdf:predicate"), term(f"kg:{predicate}")),
            (term("rdf:object"), thing(target)),
            (term("kg:belief"), decimal(belief)),
            (term("kg:confidence"), decimal(score)),
            (term("kg:extractor"), node("extractor", extractor or "unknown")),
            (term("prov:wasGeneratedBy"), run),
            *_place(paper, surface, (start, end), sentence),
        ]
        yield Node(node("evidence", content_hash(relation, paper, str(at), extractor)), facts)


def _place(paper: str, surface: str, span: tuple[int, int], sentence: str) -> Facts:
    """Where in which paper; nothing for what the catalogue knows."""
    facts: Facts = [(term("kg:surface"), literal(surface))] if surface else []
    if paper:
        facts.append((term("prov:wasDerivedFrom"), thing(paper)))
    if sentence:
        facts.append((term("prov:value"), literal(sentence)))
    if span[0] >= 0:
        facts += [(term("kg:start"), integer(span[0])), (term("kg:end"), integer(span[1]))]
    return facts


def claim_nodes(graph: KnowledgeGraph, run: NamedNode) -> Iterator[Node]:
    """One evaluation per quantitative claim; a comparison if it names a method and its baseline."""
    texts = {key: f"{title}\n{text}" for key, title, text in rows(graph.papers, "paper", "title", "abstract")}
    for row in _records(graph.claims):
        sentence = texts.get(row["paper"], "")[max(row["sentence_start"], 0) : max(row["sentence_end"], 0)].strip()
        span = (row["start"], row["end"])
        facts = [
            *((term("rdf:type"), term(name)) for name in _claim_classes(row)),
            *_claim_ends(row),
            *_claim_value(row),
            (term("kg:confidence"), decimal(row["score"])),
            (term("prov:wasGeneratedBy"), run),
            *_place(row["paper"], "", span, sentence),
        ]
        yield Node(node("claim", row["claim"]), facts)


def _compares(row: dict[str, Any]) -> bool:
    return bool(row["method_entity"] and row["baseline_entity"] and row["method_entity"] != row["baseline_entity"])


def _claim_classes(row: dict[str, Any]) -> Iterable[str]:
    classes = ("mls:ModelEvaluation", "lpwc-c:evaluationresult", "prov:Entity")
    return ("kg:Comparison", *classes) if _compares(row) else classes


def _claim_ends(row: dict[str, Any]) -> Facts:
    ends = (
        ("kg:method", "method_entity"),
        ("kg:baseline", "baseline_entity"),
        ("lpwc-p:hasDataset", "dataset_entity"),
        ("mls:specifiedBy", "metric_entity"),
    )
    facts: Facts = [(term(name), thing(row[column])) for name, column in ends if row[column]]
    if _compares(row):
        facts.append((term("kg:winner"), thing(row["method_entity"])))
        facts.append((term("kg:loser"), thing(row["baseline_entity"])))
    return facts


def _claim_value(row: dict[str, Any]) -> Facts:
    """The figure as stated, for those who read, and as a number with a unit, for those who count."""
    facts: Facts = [(term("lpwc-p:metricValue"), literal(clean_text(row["value"])))]
    if row["metric"]:
        facts.append((term("lpwc-p:metricName"), literal(clean_text(row["metric"]))))
    if pd.notna(row["number"]) and abs(row["number"]) <= LARGEST:
        facts.append((term("mls:hasValue"), decimal(row["number"])))
        if row["unit"]:
            facts.append((term("schema:unitText"), literal(row["unit"])))
    return facts


def extractor_nodes(graph: KnowledgeGraph) -> Iterator[Node]:
    """Every extractor that the evidence names."""
    for name in sorted({safe_text(name or "unknown") for name in graph.evidence["extractor"].tolist()}):
        facts: Facts = [(term("rdf:type"), term("prov:SoftwareAgent")), (term("rdfs:label"), literal(name))]
        yield Node(node("extractor", name), facts)
