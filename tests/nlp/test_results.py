from __future__ import annotations

import pytest

from kg.model import Paper
from kg.nlp import annotate


def results(nlp, text: str, title: str = "QuuxNet: Nets for Image Classification"):
    return next(annotate([Paper("1", title, text)], nlp=nlp)).results


def test_results_claim_is_put_together(nlp):
    (found,) = results(nlp, "We propose QuuxNet. On ImageNet, QuuxNet outperforms DeiT by 2.1\\% in accuracy.")
    assert (found.method, found.dataset, found.metric, found.value) == ("QuuxNet", "ImageNet", "accuracy", "2.1\\%")
    assert found.baseline == "DeiT"
    assert 0 < found.score <= 1


def test_results_offsets_are_those_of_the_value(nlp):
    text = "We propose QuuxNet. On ImageNet, QuuxNet improves accuracy by 2.1\\% and is 3.5x faster."
    title = "QuuxNet: Nets"
    found = results(nlp, text, title)
    assert found
    assert all(f"{title}\n{text}"[r.start : r.end] == r.value for r in found)


@pytest.mark.parametrize("onto", ["{} to {}", "{} $\\to$ {}", "{} -> {}", "{}→{}"])
def test_results_of_adaptation_are_on_its_target(nlp, onto):
    tasks = onto.format("MNIST", "ImageNet")
    (found,) = results(nlp, f"We propose QuuxNet. QuuxNet reaches an accuracy of 56.7\\% on {tasks}.")
    assert found.dataset == "ImageNet"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("QuuxNet is 10 to 50 times faster than DeiT on ImageNet.", {"10 to 50 times"}),
        ("On ImageNet at 256x256, QuuxNet reaches an accuracy of 81.2\\%.", {"81.2\\%"}),
        ("On ImageNet, QuuxNet outperforms wav2vec 2.0 by 3.1\\% in accuracy.", {"3.1\\%"}),
    ],
)
def test_results_figures_are_whole_and_no_sizes_or_names(nlp, text, values):
    assert {r.value for r in results(nlp, f"We propose QuuxNet. {text}")} == values


@pytest.mark.parametrize("text", ["We test on 5 datasets in 2021 with 7B parameters.", "It has 3 parts.", ""])
def test_results_other_figures_are_none(nlp, text):
    assert results(nlp, text) == ()


def test_results_are_at_most_six(nlp):
    text = "We propose QuuxNet. " + " ".join(f"On ImageNet, QuuxNet improves accuracy by {i}.5\\%." for i in range(9))
    assert 0 < len(results(nlp, text)) <= 6
