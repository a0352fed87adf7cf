"""A search page copied as text → papers: chrome dropped, titles and abstracts paired even if lines are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from kg.ids import paper_id
from kg.model import Paper
from kg.readers.report import Issue
from kg.readers.source import Stream, lines

__all__ = ["read", "sniff"]

MAX_ABSTRACT = 20_000  # code points; a longer line is something else
MIN_PAIRED = 0.6  # share of the lines that must pair up for a text to count as a page, if it shows no subscription line

Row = tuple[int, str]  # line number, text

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_DATE = rf"(?:{_MONTH}\s+{_DAY}(?:,?\s+20\d\d)?|{_DAY}\s+{_MONTH}(?:,?\s+20\d\d)?|20\d\d-\d\d-\d\d)"
_BY_LINE = r"[Bb]y\s?@?[A-Z][^.!?]{0,50}? and the [a-z ]{0,30}community"

# The subscription line, alone or glued to what comes before and after it.
_SUBSCRIPTION = re.compile(
    r"(?:\bnew|(?<=\S)new)?\s*Get\s[^.!?]{0,40}\bpapers in your (?:email )?inbox(?: (?:once|every|each) [^.!?]{1,12})?!"
    r"(?:\s*Subscribe(?=$|by|[^a-z]))?"
)
# What may be glued to the first title: Subscribe + title, but neither "Subscribers …" nor "Subscribe to …".
_GLUED = re.compile(rf"^(?:Subscribe(?=$|by|[^a-z\s]))?\s*(?:{_BY_LINE}\s*(?:{_DATE})?)?")
_CHROME = re.compile(
    rf"(?i:new|subscribe|(?:daily |trending )?papers|and the [a-z ]{{0,30}}community"
    rf"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}},?\s+)?{_DATE}|(?:published on|submitted by)\b.{{0,60}}"
    r"|[-–—•·|\s]*(?:\d[\d.,]*k?)?\s*(?:authors?|upvotes?|comments?|likes?|papers?|results?)?|upvote\s*\d*"
    r"|previous|next|page \d+.{0,12}|https?://\S+)"
    r"|by|by\s?@?[A-Z].{0,60}"  # a title would begin with a capital
)

_SENTENCE_END = re.compile(r"[a-z0-9)\]%][.!?][\")\]]*\s+[A-Z]")
_ABBREVIATED = re.compile(r"\b(?:vs|e\.g|i\.e|al|St|Dr|No|Fig|cf)\.\s+[A-Z]")
_OWN_VOICE = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his (?:paper|work|article|study|survey|report))\b")
_SECTION = re.compile(r"(?:Methods?|Results?|Conclusions?|Objectives?|Findings|Discussion)\s*:")
_WORD = re.compile(r"[^\W\d_]{4,}")

# Costs of a line that has no partner, in the units of `_abstractness`.
LONE_TITLE = 1.0
LONE_ABSTRACT = 1.5


def sniff(head: str) -> bool:
    """Whether a text looks like titles and abstracts in turn."""
    rows = list(_content(enumerate(head.split("\n"), 1)))
    papers = sum(isinstance(item, Paper) for item in _paired(rows, ""))
    return papers > 0 and (bool(_SUBSCRIPTION.search(head)) or 2 * papers >= MIN_PAIRED * len(rows))


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers of a page dump; each line that finds no partner is an issue, and its neighbours keep theirs."""
    yield from _paired(list(_content(lines(stream))), stream.name)


def _content(rows: Iterable[Row]) -> Iterator[Row]:
    """Lines that hold something other than chrome."""
    filled = ((number, text.strip()) for number, text in rows if text.strip())
    for (number, text), (_, following) in pairwise(chain(filled, [(0, "")])):
        if _SUBSCRIPTION.match(following):  # pages joined without a line end between: the next one begins with "new"
            text = re.sub(r"(?<=\S)new$", "", text)
        for piece in _SUBSCRIPTION.split(text):
            rest = piece.strip()
            rest = _GLUED.sub("", rest, count=1).strip()
            if rest and not _CHROME.fullmatch(rest):
                yield number, rest


def _paired(rows: Sequence[Row], path: str) -> Iterator[Paper | Issue]:
    """Lines → papers in order, and an issue for each line that is left over."""
    title: Row | None = None
    paper: Paper | None = None  # open: the next line may go on with its abstract
    for (number, text), is_abstract in zip(rows, _labels([text for _, text in rows]), strict=True):
        if len(text) > MAX_ABSTRACT:
            yield Issue(path, number, f"a line of {len(text):,} characters is neither title nor abstract")
        elif is_abstract and title:
            paper, title = _paper(path, title, text), None
        elif is_abstract and paper and _continues(paper.abstract, text):
            paper = replace(paper, abstract=f"{paper.abstract} {text}")
        else:
            if paper:
                yield paper
            if is_abstract:
                is_repeated = paper is not None and paper.abstract == text
                yield Issue(path, number, _left_over("abstract", "title line before it", text, is_repeated=is_repeated))
            elif title:
                yield Issue(
                    path, title[0], _left_over("title", "abstract after it", title[1], is_repeated=title[1] == text)
                )
            title, paper = (title if is_abstract else (number, text)), None
    if paper:
        yield paper
    if title:
        yield Issue(path, title[0], _left_over("title", "abstract after it", title[1]))


def _paper(path: str, title: Row, abstract: str) -> Paper:
    return Paper(id=paper_id(title[1]), title=title[1], abstract=abstract, sources=(f"{path}:{title[0]}",))


def _left_over(kind: str, partner: str, text: str, *, is_repeated: bool = False) -> str:
    start = text if len(text) <= 60 else text[:57] + "..."
    return f"{kind} repeated: {start!r}" if is_repeated else f"{kind} without {partner}: {start!r}"


def _continues(abstract: str, text: str) -> bool:
    """Whether a line goes on with the abstract before it, and is not the abstract of a title that got lost."""
    if text in abstract:
        return False
    is_cut = abstract[-1] not in ".!?)]}\"'" and text[0].islower()
    return is_cut or len(text) < 300 or bool(_SECTION.match(text))  # whole abstracts are seldom under 300


def _labels(texts: Sequence[str]) -> list[bool]:
    """True for abstracts: the likeliest reading of all, where a line without a partner costs something (Viterbi)."""
    if not texts:
        return []
    back: list[tuple[bool, bool]] = []  # for a title and for an abstract here: whether an abstract is best before it
    title, abstract = 0.0, _abstractness(texts[0]) - LONE_ABSTRACT
    for text in texts[1:]:
        back.append((abstract >= title - LONE_TITLE, abstract - LONE_ABSTRACT > title))
        after_title, after_abstract = max(abstract, title - LONE_TITLE), max(abstract - LONE_ABSTRACT, title)
        title, abstract = after_title, after_abstract + _abstractness(text)
    out = [abstract > title - LONE_TITLE]
    for from_title, from_abstract in reversed(back):
        out.append(from_abstract if out[-1] else from_title)
    return out[::-1]


def _abstractness(text: str) -> float:
    """How much more a line looks like an abstract than like a title, roughly in log-odds.

    Example:
        >>> _abstractness("Deep Residual Learning for Image Recognition") < -3
        True
        >>> _abstractness("We present a residual learning framework to ease training. It wins on ImageNet. " * 4) > 3
        True
    """
    score = max(-5.0, min(6.0, (len(text) - 220) / 35))  # titles: median 70, 1 in 10,000 over 250 characters
    sentences = len(_SENTENCE_END.findall(text)) - len(_ABBREVIATED.findall(text))
    score += 1.5 * max(0, min(3, sentences))
    score += 1.0 if text[-1] == "." else -0.5
    score += 1.5 if _OWN_VOICE.search(text) else 0.0
    score += 5.0 if "http" in text else 0.0
    words = _WORD.findall(text)
    lower = sum(word[0].islower() for word in words) / len(words) if words else 0.0
    return score + (1.0 if lower > 0.7 else -1.5 if lower < 0.3 else 0.0)
