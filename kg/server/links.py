"""IRIs → where they lead on this server."""

from __future__ import annotations

from dataclasses import dataclass

from kg.export.rdf.terms import address
from kg.schema import BASE

__all__ = ["Link", "local"]


@dataclass(frozen=True)
class Link:
    """Text, and where it leads, if anywhere."""

    text: str
    href: str = ""


def local(place: str) -> str:
    """Where an IRI leads: the graph's own to its page here, one on the web to itself, others nowhere.

    Example:
        >>> local("https://w3id.org/paperkg/method/resnet"), local("https://x.org/y"), local("javascript:alert(1)")
        ('/entity/method/resnet', 'https://x.org/y', '')
    """
    if place.startswith(BASE):
        return "/entity/" + place.removeprefix(BASE)
    found = address(place)
    return found.value if found else ""
