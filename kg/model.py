"""What flows through the pipeline, one paper at a time: Paper → Annotation, as dataclasses and as plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Annotation", "Entity", "Link", "Mention", "Paper", "Result"]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as read.

    Attributes:
        id: Stable within its source: what the source calls it, else derived from its content.
        title: As read, on one line.
        abstract: As read.
        authors: Names in order.
        published: ISO date, or any prefix of one (`2021`, `2021-06`); empty if unknown.
        url: Where to read it; empty if unknown.
        arxiv_id: Without version, e.g. `1512.03385`; empty if unknown.
        doi: Lower case, without resolver, e.g. `10.1000/182`; empty if unknown.
        categories: Subject codes, e.g. `cs.LG`.
        sources: `file:line` of every place it was read at.
        same_as: Keys of merged copies that it does not carry itself (`arxiv:…`, `doi:…`, `text:…`), so that a later
            copy finds it by any of them.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    published: str = ""
    url: str = ""
    arxiv_id: str = ""
    doi: str = ""
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title and abstract as one text; all offsets count code points in it."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names something: code points `[start, end)` of the text, its type, score in [0, 1], finder."""

    start: int
    end: int
    text: str
    type: str
    score: float = 1.0
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """The mentions of one thing in one paper: fullest name, other surfaces, and what the paper does with it.

    `score` is the probability that it is named here, `role_score` that the role is right if it is.
    """

    text: str
    type: str
    role: str
    aliases: tuple[str, ...] = ()
    score: float = 1.0
    role_score: float = 1.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A URL in the text, cleaned to what a person would click, with its kind (see `schema.LINK_KINDS`) and offsets."""

    url: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Result:
    """One quantitative claim; names are surfaces in the paper, empty if not stated; offsets are those of `value`."""

    method: str
    baseline: str
    dataset: str
    metric: str
    value: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Annotation:
    """All that one abstract says; `sentences` are `(start, end)` pairs that cover the text in order."""

    paper: Paper
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    links: tuple[Link, ...] = ()
    results: tuple[Result, ...] = ()
    sentences: tuple[tuple[int, int], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The annotation as one JSON object of the annotation format, empty metadata left out.

        Example:
            >>> Annotation(Paper("1", "T", "A.")).to_dict()["title"]
            'T'
        """
        paper = {name: _plain(getattr(self.paper, name)) for name in _PAPER_FIELDS}
        out = {k: v for k, v in paper.items() if v or k in ("id", "title", "abstract")}
        out["mentions"] = [_fields(m) for m in self.mentions]
        out["entities"] = [{k: v for k, v in _fields(e).items() if k != "id" or v} for e in self.entities]
        out["links"] = [_fields(link) for link in self.links]
        out["results"] = [{k: (v if v != "" else None) for k, v in _fields(r).items()} for r in self.results]
        out["sentences"] = [list(s) for s in self.sentences]
        return out

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Annotation:
        """The annotation in one JSON object; fields that only predictions carry (scores, offsets) may be absent.

        Raises:
            KeyError: If a required field is missing.
            TypeError: If a field has another shape than the format's.
        """
        paper = Paper(**{k: _frozen(row[k]) for k in _PAPER_FIELDS if row.get(k) is not None})
        return cls(
            paper=paper,
            mentions=tuple(_make(Mention, m) for m in row.get("mentions", ())),
            entities=tuple(_make(Entity, e) for e in row.get("entities", ())),
            links=tuple(_make(Link, {"start": 0, "end": 0, **link}) for link in row.get("links", ())),
            results=tuple(_make(Result, {"start": 0, "end": 0, **r}) for r in row.get("results", ())),
            sentences=tuple((int(a), int(b)) for a, b in row.get("sentences", ())),
        )


_PAPER_FIELDS: tuple[str, ...] = tuple(Paper.__dataclass_fields__)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fields(item: Any) -> dict[str, Any]:
    return {name: _plain(getattr(item, name)) for name in item.__dataclass_fields__}


def _make(kind: type, row: Mapping[str, Any]) -> Any:
    known = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{k: _frozen("" if v is None else v) for k, v in row.items() if k in known})
