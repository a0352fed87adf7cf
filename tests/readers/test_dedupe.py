from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Paper
from kg.readers import merge_papers

OPENING = "Harbour cameras see the tide, but nobody reads it off them, although it would be easy to do so. "
OTHER = "Tides are read by satellites at great cost, while every harbour has a camera on its quay wall. "


def paper(id: str = "x", **fields: object) -> Paper:  # noqa: A002
    base = Paper(id, "Reading Tides", OPENING + "We do.", sources=(f"{id}:1",))
    return replace(base, **fields)  # type: ignore[arg-type]


def test_merge_papers_by_arxiv_id_keeps_the_fullest_of_each_field() -> None:
    a = paper("a", arxiv_id="2001.00001", title="Old Title", abstract="Short.", authors=("X", "Y"), published="2020")
    b = paper("b", arxiv_id="2001.00001", published="2020-01-02", doi="10.1/x", authors=("X",))
    (kept,), (row,) = merge_papers([a, b])
    assert (kept.id, kept.title, kept.abstract) == ("a", b.title, b.abstract)
    assert (kept.authors, kept.published, kept.doi, kept.sources) == (
        ("X", "Y"),
        "2020-01-02",
        "10.1/x",
        ("a:1", "b:1"),
    )
    assert (row.id, row.sources, row.reasons) == ("a", ("a:1", "b:1"), ("arxiv:2001.00001",))
    assert len(kept.same_as) == 1  # the text key of what was not kept


def test_merge_papers_by_doi_and_by_the_doi_of_arxiv() -> None:
    assert len(merge_papers([paper("a", doi="10.1/x", title="A"), paper("b", doi="10.1/x", title="B")])[0]) == 1
    registered = paper("b", doi="10.48550/arxiv.2001.00001", title="B")
    assert len(merge_papers([paper("a", arxiv_id="2001.00001", title="A"), registered])[0]) == 1


def test_merge_papers_by_title_and_opening_whatever_the_spelling() -> None:
    copy = paper(
        "b", title="reading   tides!", abstract=r"\textbf{Harbour} cameras" + OPENING[15:] + "We do. Code follows."
    )
    (kept,), (row,) = merge_papers([paper("a"), copy])
    assert kept.abstract == copy.abstract
    assert row.reasons == ("same title and opening of the abstract",)


def test_merge_papers_keeps_different_papers_of_one_title_apart() -> None:
    a, b = paper("tides"), paper("tides", abstract=OTHER + "We read.")
    kept, rows = merge_papers([a, b])
    assert not rows
    assert len({p.id for p in kept}) == 2
    assert all(p.id.startswith("tides-") for p in kept)
    assert {p.abstract for p in kept} == {a.abstract, b.abstract}


def test_merge_papers_row_numbers_of_two_files_do_not_collide() -> None:
    kept, _ = merge_papers([paper("1"), paper("1", title="Another", sources=("b:1",)), paper("2", title="Third")])
    assert [p.id for p in kept if not p.id.startswith("1-")] == ["2"]
    assert len({p.id for p in kept}) == 3


def test_merge_papers_prefers_public_identifiers() -> None:
    (kept,), _ = merge_papers([paper("1"), paper("reading-tides"), paper("2001.00001", arxiv_id="2001.00001")])
    assert kept.id == "2001.00001"
    (kept,), _ = merge_papers([paper("1"), paper("reading-tides")])
    assert kept.id == "reading-tides"


def test_merge_papers_links_through_a_copy_that_was_merged_away() -> None:
    a = paper("a", doi="10.1/a", arxiv_id="2001.00001")
    b = paper("b", doi="10.1/b", arxiv_id="2001.00001")
    late = paper("c", doi="10.1/b", title="Renamed", abstract="Rewritten.")
    once, _ = merge_papers([a, b])
    assert len(merge_papers([*once, late])[0]) == 1


def test_merge_papers_of_nothing_is_nothing() -> None:
    assert merge_papers([]) == ([], [])


PAPERS = st.lists(
    st.builds(
        Paper,
        id=st.sampled_from(["1", "2", "tides", "2001.00001", "10.1/x"]),
        title=st.sampled_from(["Reading Tides", "reading tides", "Tides", "!?", "東京"]),
        abstract=st.sampled_from([OPENING, OPENING + "We do.", OTHER, OTHER + "x", "Short.", ""]),
        authors=st.sampled_from([(), ("X",), ("Y",), ("X", "Y")]),
        published=st.sampled_from(["", "2020", "2021", "2020-01"]),
        url=st.sampled_from(["", "https://a", "https://b"]),
        arxiv_id=st.sampled_from(["", "", "2001.00001", "2001.00002"]),
        doi=st.sampled_from(["", "", "10.1/x", "10.1/y", "10.48550/arxiv.2001.00001"]),
        categories=st.sampled_from([(), ("cs.LG",), ("cs.CV", "cs.LG")]),
        sources=st.sampled_from([("a:1",), ("a:2",), ("b:1",)]),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(PAPERS, PAPERS, st.randoms(use_true_random=False))
def test_merge_papers_does_not_depend_on_order_or_split(a: list[Paper], b: list[Paper], rng: object) -> None:
    whole, _ = merge_papers(a + b)
    shuffled = [*a, *b]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_papers(shuffled)[0] == whole
    assert merge_papers(merge_papers(a)[0] + merge_papers(b)[0])[0] == whole
    assert merge_papers(whole) == (whole, [])
    assert len({p.id for p in whole}) == len(whole)
