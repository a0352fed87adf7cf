"""KnowledgeGraph → a stream of nodes: papers, entities, evidence and results in vocabularies that the field knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal, NamedNode, Triple

from kg.export.rdf.edges import rows, taker
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
from kg.schema import ENTITY_TYPES
from kg.tables import KnowledgeGraph
from kg.values import is_victory

__all__ = ["entity_nodes", "extractor_nodes", "paper_nodes", "reified", "run_key"]

Fact = tuple[NamedNode, "NamedNode | Literal"]
Facts = list[Fact]

SCHEME = node("scheme")  # the one concept scheme of all names
_STEP = 1 << 14  # rows of evidence that are looked up at a time
_LINKED = ("Repository", "Resource")


def run_key(graph: KnowledgeGraph) -> str:
    """The key of the run that made a graph: the hash of what it read, for a clock would make two builds differ."""
    texts = zip(graph.papers["paper"], graph.papers["title"], graph.papers["abstract"], strict=True)
    return "run/" + content_hash(*(part for row in texts for part in row))


def _records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = list(table.columns)
    for values in rows(table, *names):
        yield dict(zip(names, values, strict=True))


def paper_nodes(graph: KnowledgeGraph, edges: pd.DataFrame, run: NamedNode) -> Iterator[Node]:
    """Every paper: what it is, what its record says and all edges that start at it; then its evidence and results.

    What no paper says but the catalogue comes first.
    """
    facts, statements = taker(_facts(edges)), taker(_statements(graph, run))
    claims = taker((row["paper"], row) for row in _records(graph.claims.sort_values(["paper", "claim"])))
    yield from statements("")
    for row in _records(graph.papers):
        key = row["paper"]
        yield Node(thing(key), [*_types("Paper"), *_paper_facts(row), *facts(key)])
        yield from statements(key)
        text = f"{row['title']}\n{row['abstract']}"
        yield from (_claim_node(claim, text, run) for claim in claims(key))


def _facts(edges: pd.DataFrame) -> Iterator[tuple[str, Fact]]:
    for source, predicate, target in rows(edges, "source", "predicate", "target"):
        yield source, (term(predicate), thing(target))


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


def entity_nodes(graph: KnowledgeGraph, edges: pd.DataFrame) -> Iterator[Node]:
    """Every entity: its types, names, home and counts, and all edges that start at it."""
    facts, decisions = taker(_facts(edges)), taker(_decisions(graph))
    columns = ("entity", "surface", "reason", "papers")
    names = taker((entity, rest) for entity, *rest in rows(graph.aliases, *columns))
    for row in _records(graph.entities):
        key = row["entity"]
        known = [(clean_text(surface), reason, papers) for surface, reason, papers in names(key)]
        notes = [
            (
                term("skos:note"),
                literal(
                    f"{name} is taken for a name of it in {papers} {'paper' if papers == 1 else 'papers'}: {reason}"
                ),
            )
            for name, reason, papers in known
            if reason != "spelling"
        ]
        notes += [(term("skos:changeNote"), literal(text)) for text in decisions(key)]
        own = _entity_facts(row, {name for name, *_ in known})
        yield Node(thing(key), [*_types(row["type"]), *own, *facts(key), *dict.fromkeys(notes)])


def _decisions(graph: KnowledgeGraph) -> Iterator[tuple[str, str]]:
    """Entity and what linking decided about it, in words, by entity."""
    found = graph.decisions
    others = found[found["other"] != found["entity"]].drop(columns="entity").rename(columns={"other": "entity"})
    both = pd.concat([found, others])
    for entity, action, left, right, rule in rows(
        both.sort_values("entity", kind="stable"), "entity", "action", "left", "right", "rule"
    ):
        names = dict.fromkeys((clean_text(left), clean_text(right)))
        yield entity, f"{action}: {' / '.join(names)}: {rule}"


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


def _statements(graph: KnowledgeGraph, run: NamedNode) -> Iterator[tuple[str, Node]]:
    """Paper and statement, one per edge, sentence and extractor: where the edge was read, by whom, how sure."""
    evidence, relations = graph.evidence, graph.relations
    by_paper = evidence["paper"].argsort(kind="stable").to_numpy()
    at = pc.index_in(pa.array(evidence["relation"]), value_set=pa.array(relations["relation"])).to_numpy()
    for start in range(0, len(evidence), _STEP):
        chosen = by_paper[start : start + _STEP]
        edges = rows(relations.iloc[at[chosen]], "source", "predicate", "target", "score")
        for row, edge in zip(_records(evidence.iloc[chosen]), edges, strict=True):
            yield row["paper"], _statement(row, edge, run)


def _statement(row: dict[str, Any], edge: tuple[str, str, str, float], run: NamedNode) -> Node:
    source, predicate, target, belief = edge
    extractor = row["extractor"] or "unknown"
    facts: Facts = [
        (term("rdf:type"), term("rdf:Statement")),
        (term("rdf:type"), term("prov:Entity")),
        (term("rdf:subject"), thing(source)),
        (term("rdf:predicate"), term(f"kg:{predicate}")),
        (term("rdf:object"), thing(target)),
        (term("kg:belief"), decimal(belief)),
        (term("kg:confidence"), decimal(row["score"])),
        (term("kg:extractor"), node("extractor", extractor)),
        (term("prov:wasGeneratedBy"), run),
        *_place(row["paper"], row["surface"], (row["start"], row["end"]), row["sentence"]),
    ]
    key = content_hash(row["relation"], row["paper"], str(row["sentence_start"]), row["extractor"])
    return Node(node("evidence", key), facts)


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


def _claim_node(row: dict[str, Any], text: str, run: NamedNode) -> Node:
    """An evaluation; a comparison if it names a method and its baseline."""
    sentence = text[max(row["sentence_start"], 0) : max(row["sentence_end"], 0)].strip()
    facts = [
        *((term("rdf:type"), term(name)) for name in _claim_classes(row)),
        *_claim_ends(row),
        *_claim_value(row),
        (term("kg:confidence"), decimal(row["score"])),
        (term("prov:wasGeneratedBy"), run),
        *_place(row["paper"], "", (row["start"], row["end"]), sentence),
    ]
    return Node(node("claim", row["claim"]), facts)


def _compares(row: dict[str, Any]) -> bool:
    """Whether the method is said to do better than its baseline; by a loss it does worse."""
    method, baseline = row["method_entity"], row["baseline_entity"]
    return bool(method and baseline and method != baseline and is_victory(row["kind"], row["unit"]))


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
    if row["kind"]:
        facts.append((term("kg:figureKind"), literal(row["kind"])))
    return facts


def extractor_nodes(graph: KnowledgeGraph) -> Iterator[Node]:
    """Every extractor that the evidence names."""
    for name in sorted({safe_text(name or "unknown") for name in graph.evidence["extractor"].tolist()}):
        facts: Facts = [(term("rdf:type"), term("prov:SoftwareAgent")), (term("rdfs:label"), literal(name))]
        yield Node(node("extractor", name), facts)


def reified(nodes: Iterable[Node]) -> Iterator[Node]:
    """RDF 1.2: each statement reifies its edge with `rdf:reifies` instead of naming the three parts."""
    parts = {term(f"rdf:{name}"): name for name in ("subject", "predicate", "object")}
    statement, kind, reifies = term("rdf:Statement"), term("rdf:type"), term("rdf:reifies")
    for item in nodes:
        if (kind, statement) not in item.facts:
            yield item
            continue
        ends: Any = {parts[predicate]: value for predicate, value in item.facts if predicate in parts}
        edge = Triple(ends["subject"], ends["predicate"], ends["object"])
        facts: list[Any] = [(reifies, edge)]  # a triple as an object is new in RDF 1.2
        facts += [fact for fact in item.facts if fact[0] not in parts and fact != (kind, statement)]
        yield Node(item.subject, facts)
