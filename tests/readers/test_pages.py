from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path

import pytest

from kg.model import Paper
from kg.readers import ReadReport, pages, read_papers
from kg.readers.report import Issue

DATA = Path(__file__).parent.parent / "data" / "readers"
SPACED = (DATA / "page_spaced.txt").read_text()  # blank lines between, by-line and date at the top; three papers
TIGHT = (DATA / "page_tight.txt").read_text()  # no blank lines, first title glued to "Subscribe"; two papers
TITLES = [
    "TideNet: Learning Sea Levels from Harbour Cameras",
    "A Plea for Slow Optimizers",
    "Can Graph Kernels Count Triangles?",
    "D^2Q: Distilling Distances for Quantized Retrieval",
]


def read(text: str, name: str = "page.txt") -> tuple[list[Paper], list[Issue]]:
    rows = list(pages._content(enumerate(text.split("\n"), 1)))
    items = list(pages._paired(rows, name))
    return [i for i in items if isinstance(i, Paper)], [i for i in items if isinstance(i, Issue)]


def pairs(text: str) -> list[tuple[str, str]]:
    return [(p.title, p.abstract) for p in read(text)[0]]


PAIRS = pairs(SPACED) + pairs(TIGHT)[1:]


def test_pages_reads_both_shapes_and_no_chrome() -> None:
    assert [p.title for p in read_papers(DATA / "page_spaced.txt")] == TITLES[:3]
    assert [p.title for p in read_papers(DATA / "page_tight.txt")] == TITLES[2:]
    assert not read(SPACED)[1]
    assert not read(TIGHT)[1]


def test_pages_keeps_text_as_read_with_the_line_of_its_title() -> None:
    papers = list(read_papers(DATA / "page_spaced.txt"))
    lines = SPACED.split("\n")
    for paper in papers:
        line = int(paper.sources[0].rpartition(":")[2])
        assert lines[line - 1] == paper.title
        assert lines[line + 1] == paper.abstract
    assert r"52\% at 256times256" in papers[0].abstract
    assert 'Z\\"urich' in papers[2].abstract


@pytest.mark.parametrize("separator", ["", "\n", "\n\n", "\r\n"])
@pytest.mark.parametrize("order", list(permutations((SPACED, TIGHT))), ids=["spaced-tight", "tight-spaced"])
def test_pages_joined_read_as_one_after_the_other(separator: str, order: tuple[str, str]) -> None:
    text = separator.join(order)
    expected = [pair for part in order for pair in pairs(part)]
    for variant in (
        text,
        text.replace("\n\n", "\n"),
        text.replace("\r", "").replace("\n", "\r\n"),
        text.replace("\n", "\n\n"),
    ):
        papers, issues = read(variant)
        assert [(p.title, p.abstract) for p in papers] == expected
        assert not issues


@pytest.mark.parametrize(
    "chrome",
    [
        "Subscribe\nby Jane Doe and the reading community\nSep 9, 2026\n",
        "Daily Papers\nbyXY\n3 Mar 2025\n",
        "new\n\nGet trending papers in your email inbox every week!\nSubscribe\n2025-03-20\n12\n·\n4 authors\n",
        "newGet trending papers in your email inbox!SubscribebyAK and the research communityMar 20",
        "byAK and the research communityApr 3",
        "Get trending papers in your email inbox! Subscribe ",
    ],
)
def test_pages_drops_other_chrome_before_and_between(chrome: str) -> None:
    text = chrome + "\n".join(PAIRS[0]) + "\n" + chrome + "\n".join(PAIRS[1])
    assert pairs(text) == PAIRS[:2]
    assert not read(text)[1]


@pytest.mark.parametrize(
    "title", ["Subscribers Who Leave: A Survey", "Subscribe to the Right Newsletter", "newsQA Revisited"]
)
def test_pages_keeps_titles_that_begin_like_chrome(title: str) -> None:
    assert pairs(f"{title}\n{PAIRS[0][1]}") == [(title, PAIRS[0][1])]


def test_pages_unknown_chrome_is_reported_and_never_a_paper() -> None:
    text = "Everything new, fresh from the press\n" + "\n".join(PAIRS[0]) + "\nBack to top\nCompany Terms Privacy\n"
    papers, issues = read(text)
    assert [(p.title, p.abstract) for p in papers] == PAIRS[:1]
    assert [i.line for i in issues] == [1, 4, 5]
    assert issues[0].message == "title without abstract after it: 'Everything new, fresh from the press'"


@pytest.mark.parametrize("lost", range(8))
def test_pages_lost_line_costs_one_paper_only(lost: int) -> None:
    lines = [text for pair in PAIRS for text in pair]
    papers, issues = read("\n".join(lines[:lost] + lines[lost + 1 :]))
    assert [(p.title, p.abstract) for p in papers] == [pair for i, pair in enumerate(PAIRS) if i != lost // 2]
    kind = "abstract without title" if lost % 2 == 0 else "title without abstract"
    assert [i.line for i in issues] == [lost // 2 * 2 + 1]
    assert issues[0].message.startswith(kind)


@pytest.mark.parametrize("doubled", range(8))
def test_pages_doubled_line_costs_nothing(doubled: int) -> None:
    lines = [text for pair in PAIRS for text in pair]
    papers, issues = read("\n\n".join(lines[: doubled + 1] + lines[doubled:]))
    assert [(p.title, p.abstract) for p in papers] == PAIRS
    assert [i.message.split(":")[0].split()[1] for i in issues] == ["repeated"]


def test_pages_short_abstract_and_long_title_are_told_apart() -> None:
    short = "We show that two tides suffice. This note gives the proof, which is short."
    long = (
        "On the Convergence, Divergence and Occasional Return of Alternating Descent Methods for Overparameterized "
        "Networks with Heavy-Tailed Noise, Delayed Gradients and Adversarial Workers: A Unified View"
    )
    text = "\n".join([long, PAIRS[0][1], "Two Tides", short + " It uses nothing but counting.", *PAIRS[1]])
    assert pairs(text) == [(long, PAIRS[0][1]), ("Two Tides", short + " It uses nothing but counting."), PAIRS[1]]


def test_pages_joins_a_broken_abstract_and_a_last_short_paragraph() -> None:
    title, abstract = PAIRS[1]
    middle = abstract.index(" perplexity")
    link = "Code is available at https://github.com/tide-lab/slow."
    text = "\n".join([*PAIRS[0], title, abstract[:middle], abstract[middle + 1 :], link, *PAIRS[2]])
    assert pairs(text) == [PAIRS[0], (title, f"{abstract} {link}"), PAIRS[2]]


def test_pages_overlong_line_is_reported() -> None:
    papers, issues = read("\n".join([PAIRS[0][0], "word " * 5000, *PAIRS[1]]))
    assert [(p.title, p.abstract) for p in papers] == PAIRS[1:2]
    assert [i.line for i in issues] == [2, 1]


def test_pages_random_losses_never_shift_what_follows() -> None:
    rng = random.Random(4)
    corpus = [(f"{title} {i}", f"{abstract[:-1]} in run {i}.") for i in range(30) for title, abstract in PAIRS]
    for _ in range(20):
        lost = {i: rng.randrange(2) for i in rng.sample(range(0, len(corpus), 2), 10)}  # no two neighbours
        lines = [text for i, pair in enumerate(corpus) for k, text in enumerate(pair) if lost.get(i) != k]
        papers, issues = read(rng.choice(["\n", "\n\n"]).join(lines))
        assert [(p.title, p.abstract) for p in papers] == [pair for i, pair in enumerate(corpus) if i not in lost]
        assert len(issues) == 10


def test_pages_finds_every_annotated_paper_in_the_reference_dumps(shared: Path) -> None:
    report = ReadReport()
    read_pairs = {(p.title, p.abstract) for p in read_papers(shared / "seeds", report=report)}
    files = [shared / "gold" / f"{name}.jsonl" for name in ("train-search-pages", "dev")]
    rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert read_pairs == {(row["title"], row["abstract"]) for row in rows}
    assert list(report.papers.values()) == [45, 69, 138, 70, 57]
    assert not report.issues
