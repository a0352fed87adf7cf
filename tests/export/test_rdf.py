"""Every RDF format holds the same graph, whatever its texts; the model says what the papers say."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from kg.errors import ExportError
from kg.export.rdf import FORMATS, GRAPH_PREFIXES, nodes, triples, write_rdf
from kg.export.rdf.terms import decimal, term, thing
from kg.graph import build, merge
from kg.model import Paper
from kg.schema import ENTITY_TYPES, PREFIXES, RELATIONS
from kg.tables import TABLES, table
from tests.rdf_samples import CATALOGUE, HOSTILE, annotate, empty_graph, hostile_graph, known_graph

OXIGRAPH = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "turtle12": RdfFormat.TURTLE,
    "ntriples12": RdfFormat.N_TRIPLES,
    "nquads12": RdfFormat.N_QUADS,
    "trig12": RdfFormat.TRIG,
}
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
GRAPHS = {"known": known_graph, "hostile": hostile_graph, "empty": empty_graph}


def as_set(path: Path, kind: str) -> set[str]:
    return {str(quad.triple) for quad in parse(path=path, format=OXIGRAPH[kind])}


@pytest.mark.parametrize("sample", GRAPHS)
@pytest.mark.parametrize("kind", RDFLIB)
def test_rdf_round_trip_is_isomorphic(kind: str, sample: str, tmp_path: Path) -> None:
    graph = GRAPHS[sample]()
    path = tmp_path / f"g.{FORMATS[kind].extension}"
    write_rdf(graph, path, kind=kind)
    expected = {str(triple) for triple in triples(graph)}
    assert as_set(path, kind) == expected
    read = rdflib.Dataset(default_union=True).parse(path, format=RDFLIB[kind])
    flat, want = rdflib.Graph(), rdflib.Graph()
    for s, p, o in read.triples((None, None, None)):
        flat.add((s, p, o))
    want.parse(data="\n".join(f"{t} ." for t in expected), format="nt")
    assert isomorphic(flat, want)


def test_rdf_formats_are_all_tested() -> None:
    assert set(OXIGRAPH) == set(FORMATS)
    assert set(RDFLIB) == {name for name in FORMATS if not name.endswith("12")}


@pytest.mark.parametrize("kind", FORMATS)
def test_rdf_bytes_are_the_same_in_another_process(kind: str, tmp_path: Path) -> None:
    write_rdf(known_graph(), tmp_path / "here", kind=kind)
    code = (
        "import sys; from pathlib import Path; from kg.export.rdf import write_rdf;"
        "from tests.rdf_samples import known_graph;"
        f"write_rdf(known_graph(), Path(sys.argv[1]), kind={kind!r})"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, cwd=root)
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()


@pytest.mark.parametrize("sample", GRAPHS)
@pytest.mark.parametrize("kind", [name for name in FORMATS if name.endswith("12")])
def test_rdf_1_2_says_the_same_with_a_reifier_for_each_statement(kind: str, sample: str, tmp_path: Path) -> None:
    graph = GRAPHS[sample]()
    path = tmp_path / FORMATS[kind].file_name
    write_rdf(graph, path, kind=kind)
    found = {quad.triple for quad in parse(path=path, format=OXIGRAPH[kind])}
    (total,) = (t.object.value for t in found if t.predicate == term("void:triples"))
    assert int(total) == len(found)
    plain = {t for t in triples(graph) if "/graph/" not in t.subject.value}
    found = {t for t in found if "/graph/" not in t.subject.value}
    reified = {t for t in found if t.predicate == term("rdf:reifies")}
    assert len(reified) == len(graph.evidence)
    assert all(t.object in plain for t in reified)  # what is reified is asserted as well
    apart = {
        triple
        for t in reified
        for triple in (
            Triple(t.subject, term("rdf:type"), term("rdf:Statement")),
            Triple(t.subject, term("rdf:subject"), t.object.subject),
            Triple(t.subject, term("rdf:predicate"), t.object.predicate),
            Triple(t.subject, term("rdf:object"), t.object.object),
        )
    }
    assert (found - reified) | apart == plain


def test_rdf_node_appears_once_and_no_triple_twice() -> None:
    for make in GRAPHS.values():
        graph = make()
        subjects = [item.subject for item in nodes(graph)]
        assert len(subjects) == len(set(subjects))
        statements = [str(t) for t in triples(graph)]
        assert len(statements) == len(set(statements))


def test_rdf_void_counts_are_true() -> None:
    graph = known_graph()
    found = list(triples(graph))
    (total,) = [t.object.value for t in found if t.predicate == term("void:triples")]
    (entities,) = [
        t.object.value for t in found if t.predicate == term("void:entities") and "/class/" not in t.subject.value
    ]
    assert int(total) == len(found)
    assert int(entities) == len({t.subject for t in found})


def test_rdf_edge_is_said_in_own_and_known_terms_with_its_sentence() -> None:
    found = Dataset(Quad(*t) for t in triples(known_graph()))
    paper, zorb = thing("paper/arxiv:2101.00001"), thing("method/zorbnet")
    assert Quad(paper, term("kg:proposes"), zorb) in found
    assert Quad(paper, term("lpwc-p:hasMethod"), zorb) in found
    assert Quad(zorb, term("lpwc-p:introducedBy"), paper) in found
    statement = [
        q.subject
        for q in found.quads_for_predicate(term("rdf:predicate"))
        if q.object == term("kg:proposes") and Quad(q.subject, term("rdf:object"), zorb) in found
    ]
    facts = {q.predicate: q.object for node in statement for q in found.quads_for_subject(node)}
    assert facts[term("prov:wasDerivedFrom")] == paper
    assert facts[term("prov:value")] == Literal("Zorbnet: wide nets")
    assert (facts[term("kg:start")].value, facts[term("kg:end")].value) == ("0", "7")
    assert facts[term("kg:confidence")] == decimal(0.9)


def test_rdf_every_edge_of_every_relation_is_there() -> None:
    graph = known_graph()
    found = {(t.subject, t.predicate, t.object) for t in triples(graph)}
    rows = zip(graph.relations["source"], graph.relations["predicate"], graph.relations["target"], strict=True)
    for source, predicate, target in rows:
        assert (thing(source), term(f"kg:{predicate}"), thing(target)) in found
        assert (thing(source), term(RELATIONS[predicate].broader), thing(target)) in found
    assert set(graph.relations["predicate"]) >= {"buildsOn", "broader", "outperforms", "discusses", "hasDemo"}


def test_rdf_building_on_data_and_on_a_method_differ() -> None:
    found = [
        (t.subject.value, t.object.value) for t in triples(known_graph()) if t.predicate == term("cito:usesDataFrom")
    ]
    assert ("https://w3id.org/paperkg/paper/doi:10.1234/flim" in {o for _, o in found}) and len(found) >= 3
    methods = [t for t in triples(known_graph()) if t.predicate == term("cito:usesMethodIn")]
    assert {t.object for t in methods} == {thing("paper/arxiv:2101.00001")}


def test_rdf_result_is_a_typed_number_with_unit() -> None:
    found = Dataset(Quad(*t) for t in triples(known_graph()))
    values = {q.object for q in found.quads_for_predicate(term("mls:hasValue"))}
    assert values == {decimal(2.3), decimal(71.5), decimal(4.1), decimal(1.2)}
    comparisons = {q.subject for q in found.quads_for_object(term("kg:Comparison")) if q.predicate == term("rdf:type")}
    assert len(comparisons) == 3
    assert {q.object for q in found.quads_for_predicate(term("kg:winner"))} == {
        thing("method/zorbnet"),
        thing("method/krellformer"),
    }


def test_rdf_dates_are_typed_by_what_is_known() -> None:
    dates = {
        t.object
        for t in triples(known_graph())
        if t.predicate == term("dcterms:issued") and "/paper/" in str(t.subject)
    }
    xsd = GRAPH_PREFIXES["xsd"]
    assert Literal("2022-03", datatype=NamedNode(xsd + "gYearMonth")) in dates
    assert Literal("2021-01-05", datatype=NamedNode(xsd + "date")) in dates
    assert Literal("2023", datatype=NamedNode(xsd + "gYear")) in dates


def test_rdf_hostile_text_survives_but_for_what_no_format_holds() -> None:
    titles = {
        t.object.value
        for t in triples(hostile_graph())
        if t.predicate == term("dcterms:title") and "/paper/" in t.subject.value
    }
    assert len(titles) == len(HOSTILE)
    for number, text in enumerate(HOSTILE):
        (mine,) = [t for t in titles if t.startswith(f"Title {number} ")]
        assert len(mine) == len(f"Title {number} {text}")  # offsets stay true
        assert all(a == b for a, b in zip(mine, f"Title {number} {text}", strict=True) if a != " ")
        assert not set(mine) & {chr(i) for i in range(32) if chr(i) not in "\t\n"}


def test_rdf_offsets_point_at_the_surface() -> None:
    graph = hostile_graph()
    by_subject = {item.subject: dict(item.facts) for item in nodes(graph)}
    checked = 0
    for facts in by_subject.values():
        if term("kg:surface") in facts and term("kg:start") in facts:
            paper = by_subject[facts[term("prov:wasDerivedFrom")]]
            text = f"{paper[term('dcterms:title')].value}\n{paper[term('dcterms:abstract')].value}"
            assert (
                text[int(facts[term("kg:start")].value) : int(facts[term("kg:end")].value)]
                == facts[term("kg:surface")].value
            )
            checked += 1
    assert checked >= len(HOSTILE)


def test_rdf_of_a_merge_is_that_of_the_whole(tmp_path: Path) -> None:
    graph = known_graph()
    write_rdf(graph, tmp_path / "a.ttl")
    write_rdf(merge(graph, graph, catalogue=CATALOGUE), tmp_path / "b.ttl")
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()


def test_rdf_licence_is_written_or_refused() -> None:
    address = "https://creativecommons.org/licenses/by/4.0/"
    assert any(
        t.predicate == term("dcterms:license") and t.object == NamedNode(address)
        for t in triples(known_graph(), licence=address)
    )
    assert not any(t.predicate == term("dcterms:license") for t in triples(known_graph()))
    with pytest.raises(ExportError, match="no web address"):
        list(triples(known_graph(), licence="free as in beer"))


def test_rdf_write_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no RDF format 'hdt'"):
        write_rdf(known_graph(), tmp_path / "g", kind="hdt")
    with pytest.raises(ExportError, match="cannot be written"):
        write_rdf(known_graph(), Path(sys.executable) / "g.ttl")
    assert list(tmp_path.iterdir()) == []


def test_rdf_jsonld_context_is_the_published_one(tmp_path: Path) -> None:
    write_rdf(known_graph(), tmp_path / "g.jsonld", kind="jsonld")
    written = json.loads((tmp_path / "g.jsonld").read_text(encoding="utf-8"))
    published = Path(__file__).parents[2] / "pipelines" / "abstracts" / "context.jsonld"
    assert written["@context"] == json.loads(published.read_text(encoding="utf-8"))["@context"]
    paper = next(n for n in written["@graph"] if n["@id"] == "paper:arxiv:2101.00001")
    assert paper["lpwc-p:hasMethod"][1] == "method:zorbnet"  # coerced to a node, so no object around it


def test_rdf_jsonld_nests_what_a_person_looks_for(tmp_path: Path) -> None:
    write_rdf(known_graph(), tmp_path / "g.jsonld", kind="jsonld")
    found = {n["@id"]: n for n in json.loads((tmp_path / "g.jsonld").read_text(encoding="utf-8"))["@graph"]}
    paper = found["paper:arxiv:2101.00001"]
    assert paper["kg:proposes"] == {
        "@id": "method:zorbnet", "@type": ["lpwc-c:method", "skos:Concept"], "rdfs:label": "Zorbnet"
    }  # fmt: skip
    (result,) = paper["results"]
    assert result["mls:hasValue"] == "2.3" and result["kg:winner"]["rdfs:label"] == "Zorbnet"
    proposes = next(s for s in paper["statements"] if s["rdf:predicate"] == "kg:proposes")
    assert (proposes["rdf:object"], proposes["prov:value"]) == ("method:zorbnet", "Zorbnet: wide nets")
    assert not [name for name in found if name.startswith("claim:")]  # each is in its paper
    assert {n["rdf:predicate"] for name, n in found.items() if name.startswith("evidence:")} <= {"kg:broader"}
    assert found["method:zorbnet"]["lpwc-p:introducedBy"] == paper["@id"]


@pytest.mark.parametrize("sample", GRAPHS)
def test_rdf_jsonld_means_the_same_to_a_json_ld_processor(sample: str, tmp_path: Path) -> None:
    graph = GRAPHS[sample]()
    write_rdf(graph, tmp_path / "g.jsonld", kind="jsonld")
    document = json.loads((tmp_path / "g.jsonld").read_text(encoding="utf-8"))
    lines = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert {str(q.triple) for q in parse(input=lines, format=RdfFormat.N_QUADS)} == {str(t) for t in triples(graph)}


def test_rdf_jsonld_text_that_looks_like_a_name_stays_text(tmp_path: Path) -> None:
    notes = [annotate(Paper("a", "method:resnet", "We use ResNet."), [("ResNet", "Method", "used")])]
    write_rdf(build(notes), tmp_path / "g.jsonld", kind="jsonld")
    found = json.loads((tmp_path / "g.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert [n["dcterms:title"] for n in found if "lpwc-c:paper" in n.get("@type", [])] == ["method:resnet"]


@pytest.mark.parametrize("sample", GRAPHS)
def test_rdf_holds_together(sample: str) -> None:
    found = list(triples(GRAPHS[sample]()))
    facts, subjects = set(found), {t.subject for t in found}
    papers = {t.subject for t in found if t.object == term("lpwc-c:paper")}
    typed = {t.subject for t in found if t.predicate == term("rdf:type")}
    own, ontology = "https://w3id.org/paperkg/", GRAPH_PREFIXES["kg"].rstrip("#")
    for t in found:
        if (
            isinstance(t.object, NamedNode)
            and t.object.value.startswith(own)
            and not t.object.value.startswith(ontology)
        ):
            assert t.object in subjects, f"{t} leads nowhere"
        if t.predicate.value.startswith(GRAPH_PREFIXES["cito"]):
            assert {t.subject, t.object} <= papers
        if t.predicate in (term("kg:confidence"), term("kg:belief")):
            assert 0 <= float(t.object.value) <= 1
    assert all("/class/" in s.value for s in subjects - typed)  # VoID's partitions, which their property types
    ends: dict[NamedNode, dict[str, NamedNode]] = {}
    for t in found:
        if t.predicate.value.rpartition("#")[2] in ("subject", "predicate", "object"):
            ends.setdefault(t.subject, {})[t.predicate.value.rpartition("#")[2]] = t.object
    assert all(Triple(e["subject"], e["predicate"], e["object"]) in facts for e in ends.values())


def test_rdf_every_type_has_its_classes() -> None:
    found = {(t.subject, t.object) for t in triples(known_graph()) if t.predicate == term("rdf:type")}
    graph = known_graph()
    for entity, kind in zip(graph.entities["entity"], graph.entities["type"], strict=True):
        assert all((thing(entity), term(name)) in found for name in ENTITY_TYPES[kind].classes)
    assert set(graph.entities["type"]) >= {"Method", "Dataset", "Benchmark", "Task", "Metric", "Repository", "Resource"}


def test_rdf_says_why_an_entity_has_its_names() -> None:
    papers = [Paper("1", "One", "A residual network."), Paper("2", "Two", "Scene understanding: HR.")]
    named = [[("residual network", "Method", "used")], [("HR", "Metric", "reported")]]
    graph = build([annotate(p, e) for p, e in zip(papers, named, strict=True)], catalogue=CATALOGUE)
    facts = {(t.predicate.value, t.object.value) for t in triples(graph) if isinstance(t.object, Literal)}
    assert (
        term("skos:note").value,
        "residual network is taken for a name of it in 1 paper: catalogue",
    ) in facts
    (decision,) = graph.decisions.itertuples()
    said = f"refuse: HR / {decision.right}: two letters, never spelled out"
    assert (term("skos:changeNote").value, said) in facts


@pytest.mark.parametrize("others", [("method/krellformer",), ("method/krellformer", "method/zorbnet"), ("", "")])
def test_rdf_entity_notes_say_what_linking_decided(others: tuple[str, ...]) -> None:
    rows = [("merge", "a", f"b{n}", "a rule", [], "method/krellformer", other) for n, other in enumerate(others)]
    graph = replace(known_graph(), decisions=table("decisions", pd.DataFrame(rows, columns=TABLES["decisions"].names)))
    said = {(t.subject, t.object.value) for t in triples(graph) if t.predicate == term("skos:changeNote")}
    ends = {(end, n) for n, other in enumerate(others) for end in ("method/krellformer", other) if end}
    assert said == {(thing(end), f"merge: a / b{n}: a rule") for end, n in ends}


def test_rdf_a_loss_has_no_winner_and_every_figure_says_what_it_is() -> None:
    lost = replace(known_graph(), claims=table("claims", known_graph().claims.assign(kind="loss")))
    for graph, wins in ((known_graph(), True), (lost, False)):
        facts = list(triples(graph))
        assert any(t.predicate == term("kg:winner") for t in facts) is wins
        kinds = [t.object.value for t in facts if t.predicate == term("kg:figureKind")]
        assert sorted(kinds) == sorted(graph.claims["kind"])


def test_rdf_names_every_vocabulary_that_it_uses() -> None:
    facts = list(triples(known_graph()))
    used = {t.predicate.value for t in facts} | {t.object.value for t in facts if t.predicate == term("rdf:type")}
    named = [t.object.value for t in facts if t.predicate == term("void:vocabulary")]
    basic = [PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd")]
    assert [each for each in used if not each.startswith((*named, *basic))] == []
