from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest

from kg.catalogue import Entry, read_catalogue
from kg.errors import InputError
from kg.graph import build
from kg.linking_score import Member, ThingMembers, b_cubed, read_things, score_broader, score_linking
from kg.model import Annotation, Entity, Mention, Paper


def annotation(title: str, *entities: Entity) -> Annotation:
    """A paper whose abstract is the surfaces in a row."""
    paper = Paper(title, title, " | ".join(s for e in entities for s in (e.text, *e.aliases)))
    spans = [(paper.text.index(s, len(title)), s, e.type) for e in entities for s in (e.text, *e.aliases)]
    mentions = tuple(Mention(start, start + len(s), s, kind) for start, s, kind in spans)
    return Annotation(paper=paper, mentions=mentions, entities=entities)


def task(text: str, *aliases: str) -> Entity:
    return Entity(text, "Task", "addressed", aliases)


PAPERS = (
    annotation("One", task("anomaly spotting", "AS")),
    annotation("Two", task("Anomaly Spotting")),
    annotation("Three", task("video anomaly spotting")),
)
GOLD = (
    ThingMembers(1, "anomaly spotting", (Member("One", "Task", ("AS",)), Member("two", "Task", ("Anomaly Spotting",)))),
    ThingMembers(2, "video anomaly spotting", (Member("Three", "Task", ("video anomaly spotting",)),)),
)


def test_linking_score_of_the_right_graph_is_one():
    found = score_linking(GOLD, build(PAPERS))
    assert (found.entities, found.missing, found.wrong, found.missed) == (3, 0, (), ())
    assert (found.b_cubed.f1, found.unlike.f1) == (1, 1)


def test_linking_score_names_what_was_joined_and_what_was_parted():
    merged = (Entry("anomaly spotting", "Task", ("video anomaly spotting",)),)
    joined = score_linking(GOLD, build(PAPERS, catalogue=merged))
    assert joined.b_cubed.precision == pytest.approx(5 / 9) and joined.b_cubed.recall == 1
    assert ("Anomaly Spotting", "video anomaly spotting", 1) in joined.wrong
    one = (ThingMembers(1, "all", tuple(m for thing in GOLD for m in thing.members)),)
    assert {pair[:2] for pair in score_linking(one, build(PAPERS)).missed} == {
        ("Anomaly Spotting", "video anomaly spotting"),
        ("anomaly spotting", "video anomaly spotting"),
    }


def test_linking_score_counts_members_that_the_graph_lacks():
    extra = ThingMembers(3, "x", (Member("No such paper", "Task", ("x",)), Member("One", "Method", ("AS",))))
    assert score_linking((*GOLD, extra), build(PAPERS)).missing == 2


def test_linking_score_of_nothing_is_undefined():
    found = score_linking((), build(()))
    assert math.isnan(found.b_cubed.f1) and math.isnan(found.unlike.f1)


def test_b_cubed_of_singletons_loses_recall_only():
    assert b_cubed({1: "a", 2: "a"}, {1: "x", 2: "y"}).recall == 0.5
    assert b_cubed({1: "a", 2: "a"}, {1: "x", 2: "y"}).precision == 1


def test_score_broader_counts_wider_terms_of_wider_terms_and_judges_only_what_the_reference_knows():
    graph = build(PAPERS)  # video anomaly spotting → anomaly spotting, by its head
    assert score_broader([(2, 1)], GOLD, graph).f1 == 1
    assert score_broader([(1, 2)], GOLD, graph).recall == 0
    assert math.isnan(score_broader([(1, 2)], GOLD, graph).precision)


@pytest.mark.parametrize("line", ["", "[]", '{"entity": 1}', '{"entity": 1, "name": "x", "members": [{"title": 1}]}'])
def test_read_things_names_the_bad_line(tmp_path: Path, line: str):
    path = tmp_path / "things.jsonl"
    path.write_text(json.dumps({"entity": 1, "name": "<b>", "members": []}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="2"):
        read_things(path)


def test_linking_on_the_reference_data():
    shared = os.environ.get("KG_SHARED")
    if not shared:
        pytest.skip("KG_SHARED does not name the reference data")
    gold = Path(shared) / "gold"
    lines = [
        json.loads(x)
        for f in ("train-search-pages.jsonl", "dev.jsonl")
        for x in (gold / f).read_text("utf-8").split("\n")
        if x
    ]
    papers = {d["title"]: Annotation.from_dict(d) for d in lines}
    lexicon = Path(__file__).parent.parent / "pipelines" / "abstracts" / "lexicon"
    graph = build(papers.values(), catalogue=read_catalogue(lexicon))
    things = read_things(gold / "linking.jsonl")
    found = score_linking(things, graph)
    assert found.b_cubed.f1 >= 0.97 and found.unlike.f1 >= 0.95
    wider = score_broader([tuple(p) for p in json.loads((gold / "broader.json").read_text())], things, graph)
    assert wider.precision >= 0.95 and wider.recall >= 0.7
