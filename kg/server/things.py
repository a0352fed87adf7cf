"""IRIs of the graph's own namespace → a page or RDF about each, from the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.export.rdf.terms import compact
from kg.ids import expand, iri
from kg.schema import RELATIONS
from kg.server.formats import SUFFIXES, TRIPLES, choose
from kg.server.links import Link, local
from kg.server.protocol import answer, ask_while_there
from kg.server.render import render
from kg.server.rows import Binding, is_so, rows
from kg.server.site import Site

__all__ = ["thing"]

SHOWN = 500  # rows of evidence on a page

_RDF = "CONSTRUCT { $thing ?p ?o . ?s ?q $thing } WHERE { { $thing ?p ?o } UNION { ?s ?q $thing } } LIMIT 20000"
_KNOWN = "ASK { { $thing ?p ?o } UNION { ?s ?q $thing } }"
_FACTS = """
SELECT ?property ?value ?label WHERE { $thing ?property ?value . OPTIONAL { ?value rdfs:label ?label } }
ORDER BY ?property ?value LIMIT 2000"""
_EDGES = f"""
SELECT ?relation ?other ?label ?year ?belief ?sentence ?surface ?paper ?title WHERE {{
  VALUES ?relation {{ {" ".join(f"kg:{name}" for name in RELATIONS)} }}
  $edge
  OPTIONAL {{ ?other rdfs:label ?label }}
  OPTIONAL {{ ?other fabio:hasPublicationYear ?year }}
  OPTIONAL {{
    $statement kg:belief ?belief .
    OPTIONAL {{ ?statement prov:value ?sentence }}
    OPTIONAL {{ ?statement kg:surface ?surface }}
    OPTIONAL {{ ?statement prov:wasDerivedFrom ?paper . ?paper rdfs:label ?title }}
  }}
}} ORDER BY DESC(?belief) ?relation ?label ?sentence LIMIT {SHOWN}"""
_OUT = _EDGES.replace("$edge", "$thing ?relation ?other .").replace(
    "$statement", "?statement rdf:subject $thing ; rdf:predicate ?relation ; rdf:object ?other ;"
)
_IN = _EDGES.replace("$edge", "?other ?relation $thing .").replace(
    "$statement", "?statement rdf:object $thing ; rdf:predicate ?relation ; rdf:subject ?other ;"
)
_FIGURES = """
SELECT ?claim ?method ?methodName ?baseline ?baselineName ?dataset ?datasetName ?metric ?value ?paper ?title WHERE {
  { ?claim kg:method $thing } UNION { ?claim kg:baseline $thing } UNION { ?claim lpwc-p:hasDataset $thing }
  UNION { ?claim mls:specifiedBy $thing } UNION { ?claim prov:wasDerivedFrom $thing }
  ?claim lpwc-p:metricValue ?value .
  OPTIONAL { ?claim kg:method ?method . ?method rdfs:label ?methodName }
  OPTIONAL { ?claim kg:baseline ?baseline . ?baseline rdfs:label ?baselineName }
  OPTIONAL { ?claim lpwc-p:hasDataset ?dataset . ?dataset rdfs:label ?datasetName }
  OPTIONAL { ?claim lpwc-p:metricName ?metric }
  OPTIONAL { ?claim prov:wasDerivedFrom ?paper . ?paper rdfs:label ?title }
} ORDER BY ?claim LIMIT 100"""
_HIDDEN = frozenset(
    expand(name)
    for name in (
        "rdfs:label", "skos:prefLabel", "dcterms:title", "dcterms:abstract", "kg:nameKey", "skos:inScheme",
        "schema:creditText", *(f"kg:{name}" for name in RELATIONS), *(row.broader for row in RELATIONS.values()),
    )
) - {expand("foaf:page")}  # fmt: skip
_NAMES = {
    "rdf:type": "Type", "skos:altLabel": "Also called", "lpwc-p:creatorName": "Authors", "dcterms:issued": "Published",
    "fabio:hasPublicationYear": "Year", "lpwc-p:introducedYear": "Introduced", "lpwc-p:introducedBy": "Introduced by",
    "lpwc-p:hasSubtask": "Subtasks", "lpwc-p:numberPapers": "Papers", "kg:numberMentions": "Mentions",
    "foaf:page": "Page", "dcat:landingPage": "Page", "schema:sameAs": "Elsewhere", "fabio:hasURL": "Address",
    "fabio:hasArXivId": "arXiv", "prism:doi": "DOI", "dcterms:identifier": "Identifier", "schema:keywords": "Categories",
    "kg:better": "Better is", "kg:inCatalogue": "In the catalogue", "cito:usesMethodIn": "Uses a method of",
    "cito:usesDataFrom": "Uses data of", "prov:value": "Sentence", "prov:wasDerivedFrom": "From", "kg:surface": "Words",
    "kg:belief": "Belief", "kg:confidence": "Confidence", "kg:extractor": "Read by", "prov:wasGeneratedBy": "Made by",
    "kg:readFrom": "Read from",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A sentence with the words that were taken for the thing, and its paper."""

    before: str
    surface: str
    after: str
    paper: Link | None


@dataclass
class Edge:
    """What a relation leads to, and the sentences that say so."""

    other: Link
    year: str
    belief: float | None
    sentences: list[Sentence] = field(default_factory=list)


async def thing(request: Request) -> Response:
    """The page of a thing, or RDF about it, as the client prefers or the address's suffix says."""
    key, wanted = request.path_params["key"], choose(request, ["text/html", *TRIPLES])
    suffix = next((end for end in SUFFIXES if key.endswith(end)), "")
    if suffix and await _known(request, key.removesuffix(suffix)):
        key, wanted = key.removesuffix(suffix), SUFFIXES[suffix]
    elif not await _known(request, key):
        return render("missing.html", status=404, key=key)
    if not wanted:
        raise HTTPException(406, f"a thing comes as text/html, {', '.join(TRIPLES)}")
    response = await (_page(request, key) if wanted == "text/html" else _rdf(request, key, wanted))
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = f'<{iri(key)}>; rel="describes"'
    return response


async def _known(request: Request, key: str) -> bool:
    return await is_so(request, _KNOWN.replace("$thing", str(NamedNode(iri(key)))))


async def _rdf(request: Request, key: str, media_type: str) -> Response:
    site: Site = request.app.state.site
    query = _RDF.replace("$thing", str(NamedNode(iri(key))))
    reply = await ask_while_there(request, site.pool.ask(query, triples=TRIPLES[media_type]))
    return answer(reply, query, media_type=media_type, pool=site.pool)


async def _page(request: Request, key: str) -> Response:
    node = str(NamedNode(iri(key)))
    facts, incoming, outgoing, figures = [
        await rows(request, query.replace("$thing", node)) for query in (_FACTS, _IN, _OUT, _FIGURES)
    ]
    values = _values(facts)
    label = next((v.text for name in ("rdfs:label", "dcterms:title") for v in values.get(expand(name), [])), key)
    return render(
        "thing.html",
        key=key,
        iri=iri(key),
        label=label,
        kind=key.split("/", 1)[0],
        abstract=next((v.text for v in values.get(expand("dcterms:abstract"), [])), ""),
        facts=_shown(values),
        edges=[*_grouped(outgoing, "What it {}"), *_grouped(incoming, "What {} it")],
        figures=[_figure(row) for row in figures],
        cut=max(len(incoming), len(outgoing)) >= SHOWN,
        suffixes=[end for end in SUFFIXES if end != ".html"],
        local=local(iri(key)),
    )


def _values(facts: Iterable[Binding]) -> dict[str, list[Link]]:
    out: dict[str, list[Link]] = {}
    for row in facts:
        value = row["value"]
        href = local(value) if "://" in value else ""
        out.setdefault(row["property"], []).append(Link(row.get("label") or (compact(value) if href else value), href))
    return out


def _shown(values: dict[str, list[Link]]) -> list[tuple[str, list[Link]]]:
    """What has a name for readers first, in the order of `_NAMES`."""
    rank = {name: at for at, name in enumerate(_NAMES)}
    names = sorted((compact(p), p) for p in values if p not in _HIDDEN)
    names.sort(key=lambda pair: rank.get(pair[0], len(rank)))
    return [(_NAMES.get(short, short), values[place]) for short, place in names]


def _grouped(rows: Iterable[Binding], heading: str) -> list[tuple[str, list[Edge]]]:
    """Edges by relation, in the order of `RELATIONS`, those that are surest first."""
    groups: dict[str, dict[str, Edge]] = {}
    for row in rows:
        edges = groups.setdefault(row["relation"].rsplit("#", 1)[1], {})
        other = row["other"]
        belief = float(row["belief"]) if "belief" in row else None
        fresh = Edge(Link(row.get("label") or compact(other), local(other)), row.get("year", ""), belief)
        edge = edges.setdefault(other, fresh)
        if sentence := _sentence(row):
            edge.sentences.append(sentence)
    return [(_heading(heading, RELATIONS[n].label), list(groups[n].values())) for n in RELATIONS if n in groups]


def _heading(heading: str, label: str) -> str:
    """What the edges of a relation are to the thing.

    Example:
        >>> _heading("What {} it", "uses"), _heading("What {} it", "has code"), _heading("What it {}", "is a kind of")
        ('What uses it', 'What has it as code', 'What it is a kind of')
    """
    if label.startswith("has "):
        return heading.replace("{} it", "has it as " + label[4:]).replace("it {}", "it has as " + label[4:])
    return heading.format(label)


def _sentence(row: Binding) -> Sentence | None:
    text, surface = row.get("sentence", ""), row.get("surface", "")
    if not text:
        return None
    before, found, after = text.partition(surface) if surface else (text, "", "")
    paper = Link(row.get("title") or row["paper"], local(row["paper"])) if "paper" in row else None
    return Sentence(before, found, after, paper)


def _figure(row: Binding) -> dict[str, Link]:
    ends = {name: (row.get(f"{name}Name", ""), row.get(name, "")) for name in ("method", "baseline", "dataset")}
    ends |= {"paper": (row.get("title", ""), row.get("paper", "")), "value": (row["value"], row["claim"])}
    return {name: Link(text, local(place)) for name, (text, place) in ends.items()} | {
        "metric": Link(row.get("metric", ""))
    }
