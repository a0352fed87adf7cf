from __future__ import annotations

import random

import pytest

from kg.catalogue import Entry
from kg.linking import link
from kg.things import Item

CATALOGUE = (
    Entry("large language models", "Method", ("LLM",)),
    Entry("language models", "Method", ("LM",)),
    Entry("domain adaptation", "Task", ("DA",), cues={"DA": ("adapt",)}),
    Entry("data augmentation", "Method", ("DA",), cues={"DA": ("augment",)}),
)


def item(paper: str, text: str, *aliases: str, local: int = 0, kind: str = "Method", role: str = "used") -> Item:
    return Item(paper, local, kind, role, text, aliases)


def groups(*items: Item, catalogue: tuple[Entry, ...] = ()) -> set[frozenset[tuple[str, int]]]:
    linked = link(items, catalogue=catalogue)
    out: dict[str, set[tuple[str, int]]] = {}
    for place, key in linked.entity_of.items():
        out.setdefault(key, set()).add(place)
    return {frozenset(places) for places in out.values()}


def together(*items: Item, catalogue: tuple[Entry, ...] = ()) -> bool:
    return len(groups(*items, catalogue=catalogue)) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Mixture-of-Experts", "mixture of experts"),
        ("diffusion models", "Diffusion Model"),
        ("domain generalisation", "Domain Generalization"),
        ("Adam optimizer", "Adam"),
        ("pre-training", "pretraining"),
        ("text-to-image (T2I) models", "text-to-image model"),
        (r"Dark Z\"urich", "Dark Zurich"),
    ],
)
def test_linking_joins_spellings_of_one_name(left, right):
    assert together(item("a", left), item("b", right))


@pytest.mark.parametrize(("left", "right"), [("GPT-3", "GPT-4"), ("CIFAR-10", "CIFAR-100"), ("ResNet", "ResNeXt")])
def test_linking_keeps_versions_apart(left, right):
    assert not together(item("a", left), item("b", right))


def test_linking_score_of_a_name_is_not_the_name():
    known = (Entry("Quux Score", "Metric"), Entry("Zork-NAS", "Method", ("Zork-Score",)))
    linked = link([item("a", "Quux"), item("b", "Zork"), item("c", "Zork-Score")], catalogue=known)
    assert linked.entity_of == {("a", 0): "method/quux", ("b", 0): "method/zork", ("c", 0): "method/zork-nas"}


def test_linking_resolves_an_abbreviation_by_its_long_form_in_the_same_paper():
    spelled = item("a", "state space models", "SSM")
    assert together(spelled, item("b", "SSM"))


def test_linking_never_chains_through_an_abbreviation():
    one = item("a", "domain adaptation", "DA", kind="Task")
    two = item("b", "data augmentation", "DA")
    assert not together(one, two)
    assert not together(one, two, catalogue=CATALOGUE)


def test_linking_splits_one_abbreviation_by_the_papers_own_words():
    spelled = [item("a", "domain adaptation", "DA", kind="Task"), item("b", "data augmentation", "DA")]
    bare = [item("c", "DA"), item("c", "random augmentations", local=1)]
    linked = link([*spelled, *bare], catalogue=CATALOGUE)
    assert linked.entity_of["c", 0] == linked.entity_of["b", 0]


def test_linking_leaves_an_abbreviation_apart_when_nothing_decides():
    spelled = [item("a", "self-supervised learning", "SSL"), item("b", "semi-supervised learning", "SSL")]
    linked = link([*spelled, item("c", "SSL")])
    assert linked.entity_of["c", 0] not in (linked.entity_of["a", 0], linked.entity_of["b", 0])
    assert [d.rule for d in linked.decisions if d.action == "refuse"] == ["several readings, none clear"]


def test_linking_never_joins_two_entries_of_the_catalogue():
    loose = item("a", "large language models", "language models")
    linked = link([loose, item("b", "language models")], catalogue=CATALOGUE)
    assert linked.entity_of["a", 0] != linked.entity_of["b", 0]
    assert any(d.action == "refuse" and d.rule == "two things in the catalogue" for d in linked.decisions)


def test_linking_takes_one_name_proposed_twice_for_two_things():
    first = item("a", "Hydra", "Multi-head Low-rank Adaptation", role="proposed")
    second = item("b", "Hydra", "Hybrid Robust Attention", role="proposed")
    assert not together(first, second)
    ids = {t.id for t in link([first, second]).things}
    assert len(ids) == 2 and all(i.startswith("method/hydra~") for i in ids)


def test_linking_takes_a_name_spelled_out_alike_by_two_proposals_for_one_thing():
    first = item("a", "OFA", "Once for All", role="proposed")
    assert together(first, item("b", "OFA", "once-for-all", role="proposed"))


def test_linking_gives_a_user_of_a_name_to_its_one_proposal():
    assert together(item("a", "Hydra", role="proposed"), item("b", "Hydra"))


def test_linking_names_entities_after_the_catalogue_and_else_after_most_papers():
    linked = link(
        [item("a", "LLMs"), item("b", "VoxNet"), item("c", "Voxnet"), item("d", "VoxNet")], catalogue=CATALOGUE
    )
    assert {t.id: t.name for t in linked.things} == {
        "method/large-language-models": "large language models",
        "method/voxnet": "VoxNet",
    }


def test_linking_records_why_each_surface_names_its_entity():
    linked = link([item("a", "Sparse Widget Search", "SWS"), item("b", "sparse widget searches")])
    assert {(a.surface, a.reason, a.papers) for a in linked.aliases} == {
        ("Sparse Widget Search", "spelling", 1),
        ("sparse widget searches", "spelling", 1),
        ("SWS", "abbreviation", 1),
    }


def test_linking_does_not_depend_on_order():
    items = [
        item("a", "Hydra", "Hybrid Attention", role="proposed"),
        item("b", "Hydra", role="proposed"),
        item("c", "Hydra"),
        item("d", "LLM"),
        item("e", "large language models", "language models", "LLMs"),
        item("f", "SSL"),
        item("g", "self-supervised learning", "SSL", kind="Task"),
    ]
    expected = link(items, catalogue=CATALOGUE)
    for seed in range(5):
        shuffled = random.Random(seed).sample(items, len(items))
        assert link(shuffled, catalogue=CATALOGUE) == expected


@pytest.mark.parametrize("name", ['"><script>', "عربي", "🦙", "\x00\x01", "$\\alpha$-Net", "''", "C++", "-", "()"])
def test_linking_gives_every_odd_name_an_identifier(name):
    linked = link([item("a", name), item("b", name)])
    assert len({*linked.entity_of.values()}) == 1
    key = linked.things[0].id
    assert key.startswith("method/") and key.isascii() and len(key) > len("method/") and not set(key) & set('<>" \\')


def test_linking_of_nothing_is_nothing():
    assert link([]).things == ()


def test_linking_tells_a_known_name_with_its_head_from_the_name():
    known = (Entry("CLIP", "Method"), Entry("CLIP score", "Metric", ("CLIPScore",)), Entry("GAN loss", "Method"))
    score, model = item("a", "CLIP score", kind="Metric"), item("b", "CLIP")
    assert not together(score, model, catalogue=known)
    assert together(item("a", "CLIP model"), model, catalogue=known)
    assert not together(item("a", "GAN loss"), item("b", "GAN"), catalogue=(Entry("GAN", "Method"), *known))


def test_linking_climbs_past_wider_terms_that_no_paper_names():
    known = (Entry("a1", "Task", broader=("b1",)), Entry("b1", "Task", broader=("c1",)), Entry("c1", "Task"))
    things = link([item("p", "a1", kind="Task"), item("p", "c1", local=1, kind="Task")], catalogue=known).things
    assert {t.name: t.wider for t in things} == {"a1": ("c1",), "c1": ()}


def test_linking_takes_no_narrower_thing_for_a_wider_one_that_a_paper_shortens_it_to():
    narrow = item("a", "driving scene understanding", "scene understanding", kind="Task")
    wide = item("b", "scene understanding", kind="Task")
    linked = link([narrow, wide])
    assert linked.entity_of["a", 0] != linked.entity_of["b", 0]
    (decision,) = linked.decisions
    assert decision.action == "refuse" and decision.rule.startswith("one name is narrower")
    assert (decision.entity, decision.other) == (linked.entity_of["a", 0], linked.entity_of["b", 0])


def test_linking_keeps_a_version_apart_from_what_it_is_a_version_of():
    assert not together(item("a", "Claude 3 Opus", "Claude"), item("b", "Claude"))


def test_linking_takes_a_general_word_for_the_known_thing_that_its_paper_spells_out():
    known = (Entry("object detection", "Task"),)
    linked = link(
        [item("a", "detection", "object detection", kind="Task"), item("b", "detection", kind="Task")], catalogue=known
    )
    assert linked.entity_of["a", 0] == "task/object-detection" != linked.entity_of["b", 0]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("prediction of mortality", "mortality prediction"),
        ("vision-and-language navigation", "vision-language navigation"),
        ("bird's-eye view", "birds eye view"),
        ("dialog state tracking", "dialogue state tracking"),
        (r"$\phi$-Decoding", "phi-Decoding"),
        ("conditional diffusion", "conditional diffusion models"),
        ("proactive dialogue", "proactive dialogue systems"),
        ("zigzag persistent homology", "zigzag persistant homology"),
    ],
)
def test_linking_joins_near_names(left, right):
    assert together(item("a", left), item("b", right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("code classification", "node classification"),
        ("token shuffle", "token unshuffle"),
        ("autoregressive decoder", "autoregressive decoding"),
        ("text-image alignment", "text-to-image alignment"),
        ("AND-mask", "mask"),
        ("VisualRWKV-UHD", "VisualRWKV-HD"),
        ("meta-algorithms", "meta-models"),
    ],
)
def test_linking_keeps_names_apart_that_only_look_alike(left, right):
    assert not together(item("a", left), item("b", right))


def test_linking_joins_like_names_with_one_abbreviation_and_no_others():
    spelled = (
        item("a", "text-to-speech", "TTS", kind="Task"),
        item("b", "text-to-speech generation", "TTS", kind="Task"),
    )
    assert together(*spelled)
    assert not together(item("a", "self-supervised learning", "SSL"), item("b", "semi-supervised learning", "SSL"))


def test_linking_knows_other_forms_of_a_known_name():
    known = (
        Entry("structured pruning", "Method"),
        Entry("semi-supervised learning", "Task"),
        Entry("image inpainting", "Task"),
    )
    names = ["structural pruning", "semi-supervised", "image inpaintng"]
    kinds = ["Method", "Task", "Task"]
    linked = link(
        [item("p", n, local=i, kind=k) for i, (n, k) in enumerate(zip(names, kinds, strict=True))], catalogue=known
    )
    assert {t.name for t in linked.things} == {e.name for e in known}
    assert {a.surface: a.reason for a in linked.aliases} == {
        "structural pruning": "other forms of the words",
        "semi-supervised": "last word left out",
        "image inpaintng": "one letter off",
    }


def test_linking_does_not_take_a_known_word_for_a_slip():
    known = (Entry("optical design", "Task"), Entry("optimal control", "Task"))
    assert not together(
        item("a", "optimal design", kind="Task"), item("b", "optical design", kind="Task"), catalogue=known
    )


def test_linking_keeps_data_and_methods_of_one_name_apart():
    assert not together(
        item("a", "Spider", kind="Dataset"), item("b", "SPIDEr", kind="Metric"), catalogue=(Entry("SPIDEr", "Metric"),)
    )
    assert not together(item("a", "PUMA", kind="Dataset"), item("b", "PUMA"))
    assert together(item("a", "PUMA", kind="Dataset"), item("b", "PUMA", kind="Benchmark"))


def test_linking_takes_a_lonely_wrong_type_for_a_slip():
    many = [item(f"p{i}", "FooBank", kind="Dataset", role="evaluated") for i in range(4)]
    assert together(*many, item("q", "FooBank"))
    assert not together(*many, item("q", "FooBank", role="proposed"))


def test_linking_finds_the_cues_of_a_name_in_its_papers_text():
    known = (Entry("knowledge distillation", "Method", ("distillation",), cues={"distillation": ("teacher",)}),)
    items = [item("a", "distillation"), item("b", "distillation")]
    linked = link(items, catalogue=known, texts={"a": "A Teacher\nteaches.", "b": "Whisky."})
    assert linked.entity_of["a", 0] == "method/knowledge-distillation" != linked.entity_of["b", 0]
    assert any(d.rule == "catalogue, by its cue" and d.papers == ("a",) for d in linked.decisions)


def test_linking_takes_a_long_abbreviation_for_the_only_known_thing_called_so():
    known = (
        Entry("FLIR", "Dataset", cues={"FLIR": ("thermal",)}),
        Entry("AB loss", "Method", ("AB",), cues={"AB": ("alpha",)}),
    )
    linked = link([item("a", "FLIR", kind="Dataset"), item("b", "AB")], catalogue=known)
    assert linked.entity_of["a", 0] == "dataset/flir" and linked.entity_of["b", 0] != "method/ab-loss"


def test_linking_keeps_two_letters_that_nobody_spells_out_apart():
    linked = link([item("a", "HR"), item("b", "HR")])
    assert len(set(linked.entity_of.values())) == 2
    assert {d.rule for d in linked.decisions} == {"two letters, never spelled out"}


def test_linking_puts_equal_decisions_of_several_papers_in_one_line():
    linked = link([item(p, "LLM") for p in "abc"], catalogue=CATALOGUE)
    (decision,) = linked.decisions
    assert (decision.left, decision.right, decision.papers) == ("LLM", "large language models", ("a", "b", "c"))
    assert decision.other == "method/large-language-models"
