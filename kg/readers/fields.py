"""One record with columns under any of their usual names → Paper, or the reason why it is none."""

from __future__ import annotations

import ast
import datetime
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kg import ids
from kg.model import Paper
from kg.readers.report import Issue

__all__ = ["COLUMNS", "field_of", "make_paper"]

# field → column names without case, space and punctuation; the first that holds something wins
COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "displayname"),
    "abstract": ("abstract", "abstracttext", "paperabstract", "abstractnote", "summary", "description",
                 "abstractinvertedindex"),
    "id": ("id", "paperid", "corpusid", "uid", "key", "identifier"),
    "arxiv_id": ("arxivid", "arxiv", "eprint"),
    "doi": ("doi",),
    "url": ("url", "urlabs", "link", "paperurl", "arxivurl"),
    "published": (
        "published", "publishedat", "publicationdate", "publisheddate", "datepublished", "date", "submitted",
        "submitteddate", "created", "issued", "year", "publicationyear", "updatedate", "updated",
    ),
    "authors": ("authors", "author", "authornames", "authorships", "creators", "creator"),
    "categories": ("categories", "category", "subjects", "primarycategory"),
    "same_as": ("sameas",),
}  # fmt: skip

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"((?:1[5-9]|20)\d\d)(?:[-/](0[1-9]|1[0-2])(?:[-/](0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_WRITTEN = re.compile(r"(?:(\d{1,2})\s+)?\b([A-Za-z]{3})[a-z]*\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b")
_ARXIV = re.compile(
    r"(?:arxiv:\s*|https?://(?:\w+\.)?arxiv\.org/(?:abs|pdf|html)/)?"
    r"(\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z-]{2,})?/\d{7})(?:v\d+)?(?:\.pdf)?/?",
    re.I,
)
_ARXIV_DOI = "10.48550/arxiv."
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")
_WRAP = re.compile(r"(?<=\S)[ \t]*\r?\n[ \t]*(?=\S)")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_CODE = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?")


@lru_cache(maxsize=4096)
def field_of(column: str) -> tuple[str, int] | None:
    """The field that a column name stands for, and its rank among the names of that field; None if it is not known.

    Example:
        >>> field_of("Abstract Text"), field_of("abstract_text"), field_of("venue")
        (('abstract', 1), ('abstract', 1), None)
    """
    key = re.sub(r"[\W_]+", "", column).casefold()
    return next(((name, names.index(key)) for name, names in COLUMNS.items() if key in names), None)


def make_paper(row: Mapping[str, Any], *, path: str, line: int) -> Paper | Issue:
    """The paper in one record, or what keeps it from being one.

    Args:
        row: Column name → value, of any type; unknown columns are left alone.
        path: File it comes from.
        line: Its line there.

    Example:
        >>> row = {"Title": "Mixup", "Abstract": "We mix.", "Authors": "A B; C D", "url": "https://arxiv.org/abs/1710.09412v2"}
        >>> paper = make_paper(row, path="a.csv", line=2)
        >>> paper.id, paper.authors, paper.sources
        ('1710.09412', ('A B', 'C D'), ('a.csv:2',))
        >>> make_paper({"title": "Mixup"}, path="a.csv", line=3).message
        "no 'abstract'; required are title, abstract; found: title"
    """
    if isinstance(row.get("paper"), Mapping):
        row = {**row["paper"], **row}
    if isinstance(row.get("externalIds"), Mapping):  # Semantic Scholar's
        row = {**row["externalIds"], **row}
    found = _fields(row)
    texts = {name: _text(found.get(name)) for name in ("title", "abstract")}
    for name, text in texts.items():
        if not text:
            return Issue(path, line, _lacks(row, name))
    title = _one_line(texts["title"])
    arxiv = _arxiv(found)
    doi = ids.doi(_text(found.get("doi"))) or (ids.doi(url) if "doi.org/" in (url := _text(found.get("url"))) else "")
    return Paper(
        id=_id(found, arxiv) or doi or ids.paper_id(title),
        title=title,
        abstract=_unwrapped(texts["abstract"]),
        authors=_authors(found.get("authors")),
        published=_published(row, found.get("published")),
        url=_one_line(_text(found.get("url"))),
        arxiv_id=arxiv,
        doi=doi,
        categories=_categories(found.get("categories")),
        sources=(f"{path}:{line}",),
        same_as=tuple(map(str, found["same_as"])) if isinstance(found.get("same_as"), list) else (),
    )


def _lacks(row: Mapping[str, Any], name: str) -> str:
    """What to say of a record that has nothing for a field: its column holds none, or there is no such column."""
    columns = sorted(map(str, row))
    if own := [column for column in columns if (field_of(column) or ("",))[0] == name]:
        return f"{own[0]!r} holds no text; required are title, abstract"
    return f"no {name!r}; required are title, abstract; found: {', '.join(columns[:12]) or 'nothing'}"


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Field → the value of its best column that is not empty."""
    best: dict[str, tuple[int, Any]] = {}
    for column, value in row.items():
        known = field_of(column) if isinstance(column, str) else None
        if known and not _is_empty(value) and (known[0] not in best or known[1] < best[known[0]][0]):
            best[known[0]] = (known[1], value)
    return {name: value for name, (_, value) in best.items()}


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or (isinstance(value, float) and value != value) or value in ([], {}, ())


def _text(value: Any) -> str:
    """A value as text; half characters, which no file could hold, become U+FFFD."""
    if isinstance(value, Mapping):
        value = _in_order(value)
    elif isinstance(value, list):
        value = " ".join(v for v in value if isinstance(v, str))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.15g}"
    return _SURROGATES.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def _in_order(index: Mapping[Any, Any]) -> str:
    """The text behind an inverted index, which OpenAlex gives instead of an abstract.

    Example:
        >>> _in_order({"We": [0, 2], "read,": [1], "write.": [3]})
        'We read, We write.'
    """
    places = ((p, str(word)) for word, found in index.items() if isinstance(found, list) for p in found)
    return " ".join(word for _, word in sorted((p, w) for p, w in places if isinstance(p, int)))


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text)


def _unwrapped(text: str) -> str:
    r"""Lines that were broken at some width, as arXiv's and BibTeX' are, as paragraphs: a name may stand across a break.

    Example:
        >>> _unwrapped("We train a neural\nnetwork.\n\nIt learns.")
        'We train a neural network.\n\nIt learns.'
    """
    return _WRAP.sub(" ", text)


def _arxiv(found: Mapping[str, Any]) -> str:
    if given := ids.arxiv_id(_text(found.get("arxiv_id"))):
        return given
    for name in ("id", "url"):
        if match := _ARXIV.fullmatch(_text(found.get(name))):
            return match[1].lower()
    doi = ids.doi(_text(found.get("doi")))
    return ids.arxiv_id(doi.removeprefix(_ARXIV_DOI)) if doi.startswith(_ARXIV_DOI) else ""


def _id(found: Mapping[str, Any], arxiv: str) -> str:
    given = _one_line(_text(found.get("id")))
    return arxiv if not given or _ARXIV.fullmatch(given) else given


def _published(row: Mapping[str, Any], value: Any) -> str:
    versions = row.get("versions")  # arXiv's metadata dump: the first version's date is there only
    if isinstance(versions, list) and versions and isinstance(versions[0], Mapping):
        value = versions[0].get("created") or value
    if isinstance(value, Mapping):  # CSL-JSON
        parts = value.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else []
        numbers = [str(n) for n in first if str(n).isdecimal()] if isinstance(first, list) else []
        value = "-".join(number.zfill(2) for number in numbers[:3]) or value.get("raw")
    if isinstance(value, datetime.date):  # a datetime is one, too
        return value.isoformat()[:10]
    return _date(_text(value))


def _date(text: str) -> str:
    """An ISO date, or a prefix of one, from the usual ways to write it.

    Example:
        >>> _date("Mon, 2 Apr 2007 19:18:42 GMT"), _date("June 2021"), _date("2019-03-01T00:00:00Z"), _date("n.d.")
        ('2007-04-02', '2021-06', '2019-03-01', '')
    """
    if found := _ISO.match(text):
        return "-".join(part for part in found.groups() if part)
    written = _WRITTEN.search(text)
    if not written or written[2].lower() not in _MONTHS:
        return year[0] if (year := re.search(r"\b(?:1[5-9]|20)\d\d\b", text)) else ""
    day = written[1] or written[3]
    return f"{written[4]}-{_MONTHS.index(written[2].lower()) + 1:02d}" + (f"-{int(day):02d}" if day else "")


def _authors(value: Any) -> tuple[str, ...]:
    value = _listed(value)
    names = _split_names(value) if isinstance(value, str) else map(_name, value if isinstance(value, list) else ())
    return tuple(name for name in (_one_line(n).strip(" ,;") for n in names) if name)


def _name(author: Any) -> str:
    if isinstance(author, Mapping):
        if isinstance(author.get("author"), Mapping):  # OpenAlex' authorship
            author = author["author"]
        full = author.get("name") or author.get("full_name") or author.get("display_name")
        parts = [
            author.get(k) for k in ("forenames", "first", "given", "firstName", "last", "family", "lastName", "keyname")
        ]
        return _text(full) or " ".join(filter(None, map(_text, parts)))
    if isinstance(author, list):  # [last, first, suffix] in arXiv's metadata dump
        last, *first = [_text(a) for a in author[:2]] or [""]
        return " ".join(filter(None, [*first, last]))
    return _unfolded(_text(author))


def _split_names(text: str) -> list[str]:
    """Names out of one string.

    Example:
        >>> _split_names("Doe, Jane and Roe, R."), _split_names("Jane Doe, R. Roe and X Y"), _split_names("Doe, Jane")
        (['Jane Doe', 'R. Roe'], ['Jane Doe', 'R. Roe', 'X Y'], ['Jane Doe'])
    """
    text = _BRACKETS.sub("", _text(text))  # affiliations
    if ";" in text:
        return [_unfolded(part) for part in text.split(";")]
    parts = re.split(r",?\s+(?:and|&)\s+", text)
    if all(_unfolded(part) != part for part in parts):
        return [_unfolded(part) for part in parts]
    return [name.strip() for part in parts for name in part.split(",")]


def _unfolded(name: str) -> str:
    """`Last, First` → `First Last`; two full names with a comma between stay."""
    last, comma, first = (part.strip() for part in name.partition(","))
    is_one = comma and first and "," not in first and (" " not in last or " " not in first)
    return f"{first} {last}" if is_one else name.strip()


def _categories(value: Any) -> tuple[str, ...]:
    value = _listed(value)
    if isinstance(value, str):
        words = value.split()
        value = words if all(map(_CODE.fullmatch, words)) else re.split(r"\s*[,;|]\s*", value)
    return tuple(dict.fromkeys(filter(None, map(_text, value)))) if isinstance(value, Iterable) else ()


def _listed(value: Any) -> Any:
    """A list that a CSV file holds as text (`['a', 'b']` or `["a", "b"]`) → a list; else the value."""
    if not isinstance(value, str) or not value.startswith("[") or not value.endswith("]"):
        return value
    for parse in (json.loads, ast.literal_eval):
        try:
            parsed = parse(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(parsed, list):
            return parsed
    return value
