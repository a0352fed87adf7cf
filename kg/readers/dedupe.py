"""Papers, some of them copies → each paper once, and what was merged and why.

Two records are the same paper if they share an arXiv id, a DOI, or a text key: the title and the opening words of the
abstract, both reduced to letters and digits. The opening decides because copies differ elsewhere (an added link, a cut
end, LaTeX) while different papers with one title open differently. Keys are compared for equality and none is ever lost
(those that the kept record does not carry itself go into its `same_as`), and every field is a minimum or maximum over
all copies; so the result does not depend on order or split: `merge(merge(a) + merge(b)) == merge(a + b)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from networkx.utils import UnionFind

from kg import ids
from kg.model import Paper

__all__ = ["Merge", "merge_papers", "paper_keys"]

OPENING_LETTERS = 60  # ten words or so; on arXiv, papers of one title that differ in them are different papers
_OPENING_RAW = 200  # code points that surely hold as many letters
_ARXIV_DOI = "10.48550/arxiv."


@dataclass(frozen=True, slots=True)
class Merge:
    """Copies that became one paper.

    Attributes:
        id: Of the paper that was kept.
        title: Its title.
        sources: Where the copies were read, sorted.
        reasons: The keys that copies share, e.g. `arxiv:1512.03385`, or `same title and opening of the abstract`.
    """

    id: str
    title: str
    sources: tuple[str, ...]
    reasons: tuple[str, ...]


def merge_papers(papers: Iterable[Paper]) -> tuple[list[Paper], list[Merge]]:
    """Each paper once, sorted by identifier; of the copies' texts the longest is kept, of their fields the fullest.

    Identifiers that different papers share (a row number, say) are made different by a hash of the paper's text.

    Args:
        papers: In any order.

    Returns:
        The papers, and a row for each paper that had copies.

    Example:
        >>> a = Paper("1", "Mixup", "We mix pairs of examples.", doi="10.1/x", sources=("a.csv:2",))
        >>> b = Paper("2", "mixup!", "We mix pairs of examples.", arxiv_id="1710.09412", sources=("b.csv:9",))
        >>> (paper,), (merge,) = merge_papers([a, b])
        >>> paper.title, paper.doi, paper.arxiv_id, paper.sources
        ('mixup!', '10.1/x', '1710.09412', ('a.csv:2', 'b.csv:9'))
        >>> merge.reasons
        ('same title and opening of the abstract',)
    """
    groups = _groups([(paper, paper_keys(paper)) for paper in papers])
    kept = _with_own_ids([_merged(group) for group in groups])
    rows = [_merge_row(paper, group) for paper, group in zip(kept, groups, strict=True) if len(group) > 1]
    return sorted(kept, key=lambda p: p.id), sorted(rows, key=lambda m: m.id)


Keyed = tuple[Paper, tuple[str, ...]]  # a paper and the keys it carries itself; the last one is its text key


def paper_keys(paper: Paper) -> tuple[str, ...]:
    """The keys by which a paper meets its copies: arXiv id, DOI, and always, last, its text key."""
    keys = [f"arxiv:{paper.arxiv_id}"] if paper.arxiv_id else []
    if paper.doi:
        same = ids.arxiv_id(paper.doi.removeprefix(_ARXIV_DOI)) if paper.doi.startswith(_ARXIV_DOI) else ""
        keys.append(f"arxiv:{same}" if same else f"doi:{paper.doi}")
    return *keys, _text_key(paper)


def _text_key(paper: Paper) -> str:
    opening = ids.title_key(paper.abstract[:_OPENING_RAW])[:OPENING_LETTERS]
    return "text:" + ids.content_hash(ids.title_key(paper.title) or paper.title, opening)


def _groups(keyed: Sequence[Keyed]) -> list[list[Keyed]]:
    """Records that share a key, directly or through others."""
    union = UnionFind()
    for paper, keys in keyed:
        union.union(*keys, *paper.same_as)
    groups: dict[str, list[Keyed]] = {}
    for item in keyed:
        groups.setdefault(union[item[1][-1]], []).append(item)
    return list(groups.values())


def _merged(group: Sequence[Keyed]) -> Paper:
    papers = [paper for paper, _ in group]
    if len(papers) == 1 and not papers[0].same_as:
        return replace(papers[0], id=_plain_id(*group[0]), sources=tuple(sorted(set(papers[0].sources))))
    text = max(papers, key=lambda p: (len(p.abstract), p.abstract, p.title))
    kept = Paper(
        id=min((_plain_id(paper, keys) for paper, keys in group), key=_id_rank),
        title=text.title,
        abstract=text.abstract,
        authors=max((p.authors for p in papers), key=lambda a: (len(a), a)),
        published=min((p.published for p in papers), key=lambda d: (-len(d), d)),
        url=min((p.url for p in papers), key=lambda u: (not u, u)),
        arxiv_id=min((p.arxiv_id for p in papers), key=lambda a: (not a, a)),
        doi=min((p.doi for p in papers), key=lambda d: (not d, d.startswith(_ARXIV_DOI), d)),
        categories=max((p.categories for p in papers), key=lambda c: (len(c), c)),
        sources=tuple(sorted({s for p in papers for s in p.sources})),
    )
    all_keys = {key for paper, keys in group for key in (*keys, *paper.same_as)}
    return replace(kept, same_as=tuple(sorted(all_keys - set(paper_keys(kept)))))


def _id_rank(name: str) -> tuple[int, str]:
    """Public identifiers (arXiv, DOI) first, names next, bare numbers last: they are some file's row numbers."""
    is_public = name.startswith("10.") or ids.arxiv_id(name) == name
    return (0 if is_public else 2 if name.isdigit() else 1, name)


def _suffix(text_key: str) -> str:
    return "-" + text_key[-8:]


def _plain_id(paper: Paper, keys: tuple[str, ...]) -> str:
    """The identifier without what an earlier merge put behind it."""
    return paper.id.removesuffix(_suffix(keys[-1]))


def _with_own_ids(papers: list[Paper]) -> list[Paper]:
    counts: dict[str, int] = {}
    for paper in papers:
        counts[paper.id] = counts.get(paper.id, 0) + 1
    return [replace(p, id=p.id + _suffix(_text_key(p))) if counts[p.id] > 1 else p for p in papers]


def _merge_row(paper: Paper, group: Sequence[Keyed]) -> Merge:
    carried = sorted(key for one, keys in group for key in {*keys, *one.same_as})
    shared = [key for key, copies in groupby(carried) if len(list(copies)) > 1]
    reasons = [key for key in shared if not key.startswith("text:")]
    if len(reasons) < len(shared):
        reasons.append("same title and opening of the abstract")
    return Merge(paper.id, paper.title, paper.sources, tuple(reasons))
