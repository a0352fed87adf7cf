"""Atom feeds, as the arXiv API answers with → papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from kg.errors import InputError
from kg.model import Paper
from kg.readers.fields import make_paper
from kg.readers.report import Issue
from kg.readers.source import Stream, lines

__all__ = ["read", "sniff"]

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
MAX_DEPTH = 100  # nested elements; a feed has about five


def sniff(head: str) -> bool:
    """Whether a text begins an Atom feed."""
    return "<feed" in head and ATOM[1:-1] in head


def read(stream: Stream) -> Iterator[Paper | Issue]:
    """The papers in a feed, an entry each.

    Raises:
        InputError: If the feed is not well-formed, or declares entities (which could be made to grow without bound).
    """
    parser: XMLPullParser[Element] = XMLPullParser(["start", "end"])
    depth, start, number = 0, 1, 1
    try:
        for number, text in lines(stream):
            if "<!DOCTYPE" in text or "<!ENTITY" in text:
                raise InputError("a document type in a feed", path=stream.name, line=number, remedy="take it out")
            parser.feed(text + "\n")
            for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                depth += 1 if event == "start" else -1
                if depth > MAX_DEPTH:
                    raise InputError(
                        "elements nested too deeply", path=stream.name, line=number, remedy="see that it is a feed"
                    )
                if event == "start" and element.tag == ATOM + "entry":
                    start = number
                elif event == "end" and element.tag == ATOM + "entry":
                    yield make_paper(_row(element), path=stream.name, line=start)
                    element.clear()
        parser.close()
    except ParseError as error:
        message = f"not well-formed XML: {error.msg.partition(':')[0]}"
        raise InputError(message, path=stream.name, line=number, remedy="see that the file is whole") from error


def _row(entry: Element) -> dict[str, object]:
    """An entry as columns; its own address is its identifier."""
    return {
        "id": entry.findtext(ATOM + "id"),
        "url": entry.findtext(ATOM + "id"),
        "title": entry.findtext(ATOM + "title"),
        "abstract": entry.findtext(ATOM + "summary"),
        "published": entry.findtext(ATOM + "published"),
        "doi": entry.findtext(ARXIV + "doi"),
        "authors": [author.findtext(ATOM + "name") or "" for author in entry.iter(ATOM + "author")],
        "categories": [category.get("term", "") for category in entry.iter(ATOM + "category")],
    }
