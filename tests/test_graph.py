from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.catalogue import Entry
from kg.errors import GraphError
from kg.graph import build, diff, merge, paper_key, part
from kg.model import Annotation, Entity, Link, Mention, Paper, Result
from kg.overrides import Override
from kg.storage import read, write
from kg.tables import TABLES

CATALOGUE = (
    Entry("contrastive learning", "Method", ("CL",), broader=("representation learning",)),
    Entry("representation learning", "Method"),
    Entry("accuracy", "Metric", better="higher", unit="%"),
)
NAMES = ("FooNet", "foonet", "BarFormer", "CL", "contrastive learning", "Hydra", "curriculum learning")


def note(title: str, abstract: str, *entities: Entity, links=(), results=(), **paper) -> Annotation:
    """An annotation whose mentions are the first place of every surface."""
    text = f"{title}\n{abstract}"
    mentions = [
        Mention(text.index(s), text.index(s) + len(s), s, e.type, e.score, "lexicon")
        for e in entities
        for s in (e.text, *e.aliases)
    ]
    end = len(title)
    return Annotation(
        Paper(title, title, abstract, **paper),
        tuple(mentions),
        entities,
        links=tuple(links),
        results=tuple(results),
        sentences=((0, end), (end + 1, len(text))),
    )


FOO = note(
    "FooNet: seeing more",
    "We propose FooNet, which beats BarFormer by 2.5% accuracy on ImageNet.",
    Entity("FooNet", "Method", "proposed", score=0.9, role_score=0.8),
    Entity("BarFormer", "Method", "compared", score=0.8),
    Entity("ImageNet", "Dataset", "evaluated"),
    Entity("accuracy", "Metric", "reported"),
    results=[Result("FooNet", "BarFormer", "ImageNet", "accuracy", "2.5%", 51, 55, 0.7)],
    published="2021-06-01",
)
BAZ = note(
    "Baz",
    "We apply FooNet. Code: github.com/a/b",
    Entity("FooNet", "Method", "used", score=0.5),
    links=[Link("https://github.com/a/b", "code", 27, 41)],
)


def edges(graph) -> set[tuple[str, str, str]]:
    return set(graph.relations[["source", "predicate", "target"]].itertuples(index=False, name=None))


def test_graph_build_turns_roles_into_relations():
    foo, baz = paper_key(FOO.paper), paper_key(BAZ.paper)
    assert edges(build([FOO, BAZ])) == {
        (foo, "proposes", "method/foonet"),
        (foo, "comparesWith", "method/barformer"),
        (foo, "evaluatesOn", "dataset/imagenet"),
        (foo, "reports", "metric/accuracy"),
        (baz, "usesMethod", "method/foonet"),
        (baz, "hasCode", "repository/github.com/a/b"),
        ("method/foonet", "outperforms", "method/barformer"),
        (baz, "buildsOn", foo),
    }


def test_graph_evidence_is_the_sentence_around_the_mention():
    graph = build([FOO])
    rows = graph.evidence.merge(graph.relations, on="relation")
    row = rows[rows["target"] == "dataset/imagenet"].iloc[0]
    assert row["sentence"] == FOO.paper.abstract
    assert FOO.paper.text[row["start"] : row["end"]] == row["surface"] == "ImageNet"


def test_graph_every_relation_has_evidence_and_a_probability():
    graph = build([FOO, BAZ], catalogue=CATALOGUE)
    assert set(graph.relations["relation"]) == set(graph.evidence["relation"])
    assert graph.relations["score"].between(0, 1, inclusive="right").all()


def test_graph_relation_between_papers_is_as_sure_as_both_sides_together():
    graph = build([FOO, BAZ])
    score = graph.relations.set_index("predicate").at["buildsOn", "score"]
    assert score == pytest.approx((0.9 * 0.8) * (0.5 * 1.0), abs=1e-6)  # mention times role, on each side


def test_graph_relation_of_two_papers_is_wrong_only_if_both_are():
    def stating(title: str, *scores: float) -> Annotation:
        text = " ".join(f"FooNet beats BarFormer by {n}%." for n in range(1, len(scores) + 1))
        places = [len(title) + 1 + text.index(f"{n}%") for n in range(1, len(scores) + 1)]
        claims = [
            Result("FooNet", "BarFormer", "", "", f"{n}%", start, start + 2, score)
            for n, (start, score) in enumerate(zip(places, scores, strict=True), 1)
        ]
        bounds = [(0, len(title)), *((start - 26, start + 3) for start in places)]
        names = Entity("FooNet", "Method", "used"), Entity("BarFormer", "Method", "used")
        return replace(note(title, text, *names, results=claims), sentences=tuple(bounds))

    graph = build([stating("One", 0.8, 0.5), stating("Two", 0.6)])
    row = graph.relations.set_index("predicate").loc["outperforms"]
    assert row["score"] == pytest.approx(1 - (1 - 0.8) * (1 - 0.6), abs=1e-6)  # in one paper the best sentence counts
    assert (row["papers"], row["evidence"]) == (2, 3)


def test_graph_claims_are_typed_numbers_with_entities():
    row = build([FOO], catalogue=CATALOGUE).claims.iloc[0]
    assert (row["number"], row["unit"]) == (2.5, "%")
    assert (row["method_entity"], row["dataset_entity"]) == ("method/foonet", "dataset/imagenet")


def test_graph_takes_the_strongest_role_of_a_paper():
    twice = note(
        "T", "FooNet and foonets.", Entity("FooNet", "Method", "mentioned"), Entity("foonets", "Method", "used")
    )
    assert {e[1] for e in edges(build([twice]))} == {"usesMethod"}


def test_graph_broader_comes_from_the_catalogue_and_from_the_head():
    graph = build(
        [
            note("T", "contrastive learning, representation learning, deep supervised contrastive learning",
                 Entity("contrastive learning", "Method", "used"),
                 Entity("representation learning", "Method", "used"),
                 Entity("deep supervised contrastive learning", "Method", "used")),
        ],
        catalogue=CATALOGUE,
    )  # fmt: skip
    broader = {(a, c) for a, b, c in edges(graph) if b == "broader"}
    assert broader == {
        ("method/contrastive-learning", "method/representation-learning"),
        ("method/deep-supervised-contrastive-learning", "method/contrastive-learning"),
    }


@st.composite
def corpora(draw) -> list[Annotation]:
    notes = []
    for number in range(draw(st.integers(1, 6))):
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        roles = draw(st.lists(st.sampled_from(("proposed", "used", "compared", "mentioned")), min_size=3, max_size=3))
        entities = [Entity(n, "Method", r) for n, r in zip(names, roles, strict=False)]
        notes.append(note(f"Paper {number}", "; ".join(names), *entities, arxiv_id=f"2001.0000{number}"))
    return notes


OVERRIDES = (
    Override("rename", "method/foonet", "FooNet2"),
    Override("drop", "method/hydra", ""),
    Override("merge", "method/barformer", "method/curriculum-learning"),
    Override("split", "method/contrastive-learning", "paper/arxiv:2001.00001"),
    Override("retype", "method/curriculum-learning", "Task"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corpora(), st.data(), st.sampled_from(((), OVERRIDES)))
@pytest.mark.filterwarnings("ignore")
def test_graph_merge_of_parts_is_the_build_of_the_whole(notes, data, overrides):
    kwargs = {"catalogue": CATALOGUE, "overrides": overrides}
    part = data.draw(st.lists(st.booleans(), min_size=len(notes), max_size=len(notes)))
    left = [n for n, here in zip(notes, part, strict=True) if here]
    right = [n for n, here in zip(notes, part, strict=True) if not here]
    whole = build(notes, **kwargs)
    assert merge(build(left, **kwargs), build(right, **kwargs), **kwargs) == whole
    assert merge(build(right, **kwargs), build(left, **kwargs), **kwargs) == whole
    assert build(list(reversed(notes)), **kwargs) == whole


def test_graph_part_is_the_build_of_its_papers_alone():
    whole = build([FOO, BAZ], catalogue=CATALOGUE)
    for note_ in (FOO, BAZ):
        assert part(whole, {paper_key(note_.paper)}, catalogue=CATALOGUE) == build([note_], catalogue=CATALOGUE)
    assert part(whole, {"paper/none"}, catalogue=CATALOGUE) == build([], catalogue=CATALOGUE)


def test_graph_merge_keeps_a_shared_paper_once():
    graph = build([FOO, BAZ])
    assert merge(graph, build([FOO])) == graph


def test_graph_round_trips_through_its_folder(tmp_path):
    graph = build([FOO, BAZ], catalogue=CATALOGUE)
    write(graph, tmp_path)
    write(graph, tmp_path)  # replaces
    assert read(tmp_path) == graph


def test_graph_columns_of_text_have_no_limit_and_those_that_had_are_read(tmp_path):
    short, long = pa.string(), pa.large_string()
    assert not [f.name for schema in TABLES.values() for f in schema if f.type == short]  # they end at 2 GiB
    graph = build([FOO, BAZ])
    write(graph, tmp_path)
    for path in (tmp_path / "tables").glob("*.parquet"):
        rows = pq.read_table(path)
        fields = [field.with_type(short) if field.type == long else field for field in rows.schema]
        pq.write_table(rows.cast(pa.schema(fields)), path)
    assert read(tmp_path) == graph


def test_graph_same_input_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write(build([FOO, BAZ]), tmp_path / name)
    for table in TABLES:
        one, two = ((tmp_path / n / "tables" / f"{table}.parquet").read_bytes() for n in ("a", "b"))
        assert one == two


def test_graph_read_says_what_is_wrong(tmp_path):
    with pytest.raises(GraphError, match="holds no graph"):
        read(tmp_path)
    write(build([FOO]), tmp_path)
    (tmp_path / "tables" / "papers.parquet").write_bytes(b"no parquet")
    with pytest.raises(GraphError, match="damaged"):
        read(tmp_path)
    (tmp_path / "tables" / "graph.json").write_text('{"version": 99}')
    with pytest.raises(GraphError, match="version 99"):
        read(tmp_path)


def test_graph_of_nothing_has_all_tables():
    graph = build([])
    assert all(len(table) == 0 for table in graph.tables().values())
    assert merge(graph, build([FOO])) == build([FOO])


def test_graph_keeps_hostile_text_as_it_is():
    title = '"><script>alert(1)</script> \u202eevil 🦙 \\"{u}'
    graph = build([note(title, "x", authors=("O'Neil; DROP TABLE",))])
    assert graph.papers["title"].tolist() == [title]
    assert graph.papers["paper"].iloc[0].isascii()


def test_graph_replaces_half_characters_and_says_so(caplog, tmp_path):
    texts = ("A \ud83dB net", "FooNet\udc00 wins.", "FooNet\udc00", "A \ud800uthor")
    broken, whole = (
        note(title, abstract, Entity(name, "Method", "proposed"), authors=(author,))
        for title, abstract, name, author in (texts, [re.sub("[\ud800-\udfff]", "\ufffd", t) for t in texts])
    )
    graph = build([broken])
    assert "halves of characters became U+FFFD" in caplog.text
    caplog.clear()
    assert graph == build([whole]) == merge(graph) and not caplog.text
    start, end = graph.mentions.iloc[0][["start", "end"]]
    assert whole.paper.text[start:end] == graph.mentions["surface"].iloc[0] == "FooNet\ufffd"
    write(graph, tmp_path)
    assert read(tmp_path) == graph


def test_graph_diff_names_what_changed():
    old, new = build([FOO]), build([FOO, BAZ])
    changes = diff(old, new)
    assert set(changes["change"]) == {"added"}
    assert paper_key(BAZ.paper) in set(changes["key"])
    assert diff(new, new).empty


@pytest.mark.parametrize(
    ("override", "gone", "there"),
    [
        (Override("rename", "method/foonet", "Foo Network 2"), "method/foonet", "method/foo-network-2"),
        (Override("retype", "method/foonet", "Task"), "method/foonet", "task/foonet"),
        (Override("drop", "method/barformer", ""), "method/barformer", "method/foonet"),
        (Override("merge", "method/barformer", "method/foonet"), "method/barformer", "method/foonet"),
    ],
)
def test_graph_overrides_are_applied(override, gone, there):
    graph = build([FOO, BAZ], overrides=[override])
    keys = set(graph.entities["entity"])
    assert gone not in keys and there in keys
    assert gone not in {*graph.relations["source"], *graph.relations["target"]}
    assert "override" in set(graph.decisions["rule"])


def test_graph_override_splits_one_paper_off():
    key = paper_key(BAZ.paper)
    graph = build([FOO, BAZ], overrides=[Override("split", "method/foonet", key)])
    used = {c for a, b, c in edges(graph) if (a, b) == (key, "usesMethod")}
    assert len(used) == 1 and used.pop().startswith("method/foonet~")


def test_graph_override_without_its_entity_is_reported_not_fatal(caplog):
    graph = build([FOO], overrides=[Override("drop", "method/nothing", "")])
    assert "method/nothing" in caplog.text
    assert isinstance(graph.papers, pd.DataFrame)


@pytest.mark.parametrize(
    ("override", "entity"),
    [
        (Override("rename", "method/foonet", "Foo Network 2"), "method/foo-network-2"),
        (Override("retype", "method/foonet", "Task"), "task/foonet"),
        (Override("merge", "method/foonet", "method/barformer"), "method/barformer"),
        (Override("drop", "method/foonet", ""), "method/foonet"),
    ],
)
def test_graph_override_stands_in_the_ledger_of_what_the_entity_has_become(override, entity):
    graph = build([FOO, BAZ], overrides=[override])
    assert graph.decisions[graph.decisions["rule"] == "override"]["entity"].tolist() == [entity]


def test_graph_overrides_come_last_and_in_their_order():
    steps = [Override("rename", "method/foonet", "One"), Override("rename", "method/one", "Two")]
    assert "method/two" in set(build([FOO], overrides=steps).entities["entity"])


def claim(abstract: str, value: str, *, baseline: str = "BarFormer"):
    at = len("T\n") + abstract.index(value)
    names = [Entity("FooNet", "Method", "proposed"), Entity("BarFormer", "Method", "compared")]
    names += [Entity("ImageNet", "Dataset", "evaluated"), Entity("accuracy", "Metric", "reported")]
    result = Result("FooNet", baseline, "ImageNet", "accuracy", value, at, at + len(value), 0.7)
    return note("T", abstract, *names, results=[result])


@pytest.mark.parametrize(
    ("abstract", "value", "kind", "edge"),
    [
        ("FooNet beats BarFormer by 2.5% accuracy on ImageNet.", "2.5%", "gain", True),
        ("FooNet has 81.3% accuracy on ImageNet, more than BarFormer.", "81.3%", "score", True),
        ("FooNet is 3x faster than BarFormer at equal accuracy on ImageNet.", "3x", "saving", False),
        ("FooNet has 3x the accuracy of BarFormer on ImageNet.", "3x", "ratio", True),
        ("FooNet keeps 97% of the accuracy of BarFormer on ImageNet.", "97%", "ratio", False),
        ("FooNet has an accuracy loss of 2.5% on ImageNet against BarFormer.", "2.5%", "loss", False),
    ],
)
def test_graph_claims_say_what_the_figure_is_and_a_loss_is_no_victory(abstract, value, kind, edge):
    graph = build([claim(abstract, value)], catalogue=CATALOGUE)
    assert graph.claims["kind"].tolist() == [kind]
    assert ("method/foonet", "outperforms", "method/barformer") in edges(graph) or not edge
    assert edge or "outperforms" not in {e[1] for e in edges(graph)}


def test_graph_claims_of_a_saving_are_of_a_cost():
    known = (*CATALOGUE, Entry("latency", "Metric", better="lower"))
    text = "FooNet cuts its {} by 40% on ImageNet at the accuracy of BarFormer."
    for words, metric, found in (("training time", "accuracy", ""), ("latency", "latency", "metric/latency")):
        (saved,) = [replace(r, metric=metric) for r in claim(text.format(words), "40%").results]
        names = [Entity("FooNet", "Method", "proposed"), Entity(metric, "Metric", "reported")]
        claims = build([note("T", text.format(words), *names, results=[saved])], catalogue=known).claims
        assert (claims["kind"].item(), claims["metric_entity"].item()) == ("saving", found)


def test_graph_claims_of_another_unit_are_not_of_the_metric():
    graph = build(
        [claim("FooNet runs at 78 FPS on ImageNet, its accuracy is that of BarFormer.", "78 FPS")], catalogue=CATALOGUE
    )
    assert graph.claims["metric_entity"].tolist() == [""]
