from __future__ import annotations

import math

import pytest

from kg.model import Paper
from kg.nlp import annotate
from kg.nlp.roles import TAGGER_ROLES, combine_roles, role_logs, tagger_logs
from kg.schema import ENTITY_TYPES

TEXT = (
    "Vision transformers are popular. We propose QuuxNet, a new method that is based on knowledge distillation. "
    "We evaluate it on ImageNet and report accuracy. QuuxNet outperforms DeiT and MAE by a large margin."
)


@pytest.fixture(scope="module")
def roles(nlp):
    annotation = next(annotate([Paper("1", "QuuxNet: Faster Image Classification", TEXT)], nlp=nlp))
    return {e.text: e.role for e in annotation.entities}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("QuuxNet", "proposed"),
        ("knowledge distillation", "used"),
        ("ImageNet", "evaluated"),
        ("accuracy", "reported"),
        ("DeiT", "compared"),
    ],
)
def test_roles_by_wording(roles, name, role):
    assert roles[name] == role


def test_roles_of_an_introduced_benchmark(nlp):
    text = "We introduce QuuxBench, a new benchmark for image captioning. We release QuuxBench to all."
    annotation = next(annotate([Paper("1", "QuuxBench: A Benchmark of Captions", text)], nlp=nlp))
    (bench,) = [e for e in annotation.entities if e.text == "QuuxBench"]
    assert (bench.type, bench.role) == ("Benchmark", "introduced")


@pytest.mark.parametrize("type_", [name for name, row in ENTITY_TYPES.items() if row.roles])
def test_roles_are_a_distribution(type_):
    logs = role_logs({"one": 1.0}, type_, {})
    assert set(logs) == set(ENTITY_TYPES[type_].roles)
    assert sum(math.exp(v) for v in logs.values()) == pytest.approx(1)


def test_roles_tagger_has_its_say():
    sure = [math.log(0.93) if role == "compared" else math.log(0.01) for role in TAGGER_ROLES]
    rules = {"proposed": math.log(0.3), "compared": math.log(0.2), "used": math.log(0.4), "mentioned": math.log(0.1)}
    both = combine_roles(rules, tagger_logs([sure, sure], "Method"), "Method", {})
    assert max(both, key=lambda r: both[r]) == "compared"


def test_roles_order_is_that_of_the_tagger():
    ner = pytest.importorskip("kg.nlp.ner")
    assert TAGGER_ROLES == ner.ROLES
