"""IRIs of the graph's own namespace → a page or RDF about each, from the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.export.rdf.terms import compact
from kg.ids import expand, iri
from kg.queries import NamedQuery
from kg.schema import ENTITY_TYPES, MENTION_TYPES, RELATIONS
from kg.server.formats import SUFFIXES, TRIPLES, choose
from kg.server.labels import HIDDEN, NOTES, in_order
from kg.server.labels import label as called
from kg.server.links import Link, local
from kg.server.protocol import answer, ask_while_there
from kg.server.render import render
from kg.server.rows import Binding, is_so, rows
from kg.server.site import Site

__all__ = ["thing"]

SHOWN = 500  # rows of evidence on a page
_IN_CATALOGUE = expand("kg:inCatalogue")

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
    kind = key.split("/", 1)[0]
    site: Site = request.app.state.site
    return render(
        "thing.html",
        key=key,
        iri=iri(key),
        label=label,
        kind=kind,
        colour=ENTITY_TYPES[kind.title()].colour if kind.title() in ENTITY_TYPES else "",
        abstract=next((v.text for v in values.get(expand("dcterms:abstract"), [])), ""),
        facts=_facts(values),
        notes=[(said, values[place]) for place, said in NOTES.items() if place in values],
        edges=[*_grouped(outgoing, "What it {}"), *_grouped(incoming, "What {} it")],
        figures=[_figure(row) for row in figures],
        questions=_questions(site.queries.values(), key, label),
        cut=max(len(incoming), len(outgoing)) >= SHOWN,
        suffixes={end: kind for end, kind in SUFFIXES.items() if end != ".html"},
        local=local(iri(key)),
    )


def _questions(queries: Iterable[NamedQuery], key: str, label: str) -> list[Link]:
    """The named queries that ask about a thing of its kind first of all, and one for its triples."""
    kind = key.split("/", 1)[0]
    wanted = {"name", "dataset" if kind == "benchmark" else kind} if kind.title() in MENTION_TYPES else set()
    wanted |= {"words"} if kind == "paper" else set()  # of a title
    links = []
    for entry in queries:
        about = next((p.name for p in entry.parameters[:1] if p.name in wanted), "")
        if about:
            links.append(Link(entry.title, f"/#name={quote(entry.name)}&set.{about}={quote(label)}"))
    triples = f"SELECT ?property ?value WHERE {{\n  {NamedNode(iri(key))} ?property ?value .\n}}"
    return [*links, Link("Its triples, in SPARQL", f"/#query={quote(triples)}")]


def _values(facts: Iterable[Binding]) -> dict[str, list[Link]]:
    out: dict[str, list[Link]] = {}
    for row in facts:
        value = row["value"]
        href = local(value) if "://" in value else ""
        value = {"true": "yes", "false": "no"}.get(value, value) if row["property"] == _IN_CATALOGUE else value
        out.setdefault(row["property"], []).append(Link(row.get("label") or (compact(value) if href else value), href))
    return out


def _facts(values: dict[str, list[Link]]) -> list[tuple[str, list[Link]]]:
    """What a page lists, by the names that readers know; properties of one name together."""
    shown: dict[str, list[Link]] = {}
    for place in sorted(values.keys() - HIDDEN - NOTES.keys(), key=in_order):
        found = shown.setdefault(called(place), [])
        found += [link for link in values[place] if link not in found]
    return list(shown.items())


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
