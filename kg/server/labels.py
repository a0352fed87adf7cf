"""Properties → what they are called on a page, and which a page leaves out, for it says them elsewhere."""

from __future__ import annotations

import re

from kg.export.rdf.terms import compact
from kg.ids import expand
from kg.schema import RELATIONS

__all__ = ["HIDDEN", "NOTES", "in_order", "label"]

# In the order in which they are shown; what is not here comes after, under its own name.
_LABELS = {
    "lpwc-p:creatorName": "Authors", "dcterms:issued": "Published", "fabio:hasPublicationYear": "Year",
    "lpwc-p:introducedYear": "Introduced", "lpwc-p:introducedBy": "Introduced by", "dcterms:description": "Description",
    "rdf:subject": "Subject", "rdf:predicate": "Relation", "rdf:object": "Object", "prov:value": "Sentence",
    "kg:surface": "Words taken for it", "kg:method": "Method", "kg:baseline": "Measured against", "kg:winner": "Better",
    "kg:loser": "Worse", "lpwc-p:hasDataset": "On", "mls:specifiedBy": "Measure", "lpwc-p:metricName": "Measure, as written",
    "lpwc-p:metricValue": "Figure, as written", "mls:hasValue": "Figure", "schema:unitText": "Unit", "kg:figureKind": "Kind of figure",
    "prov:wasDerivedFrom": "Read in", "kg:belief": "How sure, from all sentences", "kg:confidence": "How sure, from this sentence",
    "kg:extractor": "Read by", "kg:start": "Begins at character", "kg:end": "Ends before character", "skos:altLabel": "Also called",
    "lpwc-p:hasSubtask": "Subtasks", "lpwc-p:numberPapers": "Papers that name it", "kg:numberMentions": "Mentions",
    "kg:better": "Better is", "fabio:hasArXivId": "arXiv", "prism:doi": "DOI", "schema:keywords": "Categories",
    "foaf:page": "Page", "dcat:landingPage": "Page", "schema:codeRepository": "Code", "fabio:hasURL": "Address",
    "schema:sameAs": "Elsewhere", "cito:usesMethodIn": "Uses a method of", "cito:usesDataFrom": "Uses data of",
    "kg:inCatalogue": "In the catalogue", "dcterms:identifier": "Identifier", "kg:readFrom": "Read from",
    "prov:wasGeneratedBy": "Made by", "prov:wasAssociatedWith": "Made with", "kg:inputHash": "Hash of what was read",
    "dcterms:conformsTo": "Conforms to", "dcterms:rights": "Rights", "void:triples": "Triples",
    "void:uriSpace": "IRIs begin with", "rdf:type": "RDF types",
}  # fmt: skip
NOTES = {expand("skos:note"): "Why it has these names", expand("skos:changeNote"): "Decisions of linking"}
HIDDEN = frozenset(
    expand(name)
    for name in (
        "rdfs:label", "skos:prefLabel", "dcterms:title", "dcterms:abstract", "kg:nameKey", "skos:inScheme",
        "schema:creditText", *(f"kg:{name}" for name in RELATIONS), *(row.broader for row in RELATIONS.values()),
    )
) - {expand("foaf:page")}  # fmt: skip
_RANK = {name: at for at, name in enumerate(_LABELS)}


def label(place: str) -> str:
    """What a property is called.

    Example:
        >>> label("http://www.w3.org/2004/02/skos/core#altLabel"), label("http://rdfs.org/ns/void#classPartition")
        ('Also called', 'Class partition')
    """
    known = _LABELS.get(compact(place)) or NOTES.get(place)
    local = re.split(r"[#/:]", place.rstrip("#/"))[-1]
    return known or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).capitalize()


def in_order(place: str) -> tuple[int, str]:
    """Where a property stands among others."""
    return _RANK.get(compact(place), len(_RANK) - 1), place
