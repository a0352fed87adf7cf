"""Text to the figures in it that could be results, by their form: shares, factors, decimals, ranges, figures with a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["clean_figure", "find_figures", "is_size"]

Span = tuple[int, int]

_NUMBER = r"\d+(?:[.,]\d+)*"
_TIMES = r"(?:\$?\\times\$?|times(?![a-z0-9])|[xX×](?!\w))"
_UNIT = (
    rf"(?:\s?(?:\$?\\?%(?:pt?\b)?|\$?\{{?\\deg\}}?|percentage points|percent\b|pp\b|dB\b|ms\b|milliseconds\b|seconds\b|s\b|mm\b|cm\b|Hz\b|HU\b|"
    rf"FPS\b|GB\b|{_TIMES})|-fold\b)"
)
_ONE = rf"[<>~+\-−]?\$?{_NUMBER}\+?\$?{_UNIT}?"
_TO = r"(?:\s?(?:--?|–|~|\$?\\sim\$?|\\mathrm\{-\})\s?|\sto\s)"
_FIGURE = re.compile(rf"(?<![\w.\-/^_+<>~])(?<!\d,)\$?(?:{_ONE}{_TO}{_ONE}|{_ONE})\$?")
_CHANGE = re.compile(r"\b(?:from|ranging|between)\s+(?:\w+\s+){0,2}\$?$")  # "from A to B": A and B are two figures
_PARTS = re.compile(rf"({_ONE})\sto\s({_ONE})")
_BY = r"[\s$]*(?:x|×|\\?times)[\s$]*"  # between the sides of an image
_SIZE = re.compile(rf"\$?\d+{_BY}\d")
_SIDE = re.compile(rf"\d{_BY}$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_VALUE = re.compile(
    r"[-+~$]?\d(?:.*[\w%×$+}])?(?<!\sto)", re.S
)  # what of a tagged figure is one: no bracket before it, no comma behind, no "to" that leads nowhere


def find_figures(text: str, sentences: Sequence[Span]) -> list[Span]:
    r"""Places of the figures in an abstract, in code points, years and numbers inside words left out.

    Args:
        text: Title and abstract.
        sentences: Bounds of the sentences; the first is the title, which states no results.

    Example:
        >>> text = "Nets\nOn 3 sets of 2021, FooNet-2 gains 1.5\\% to 2\\% and is $3.1\\times$ faster."
        >>> [text[a:b] for a, b in find_figures(text, [(0, 5), (5, len(text))])]
        ['3', '1.5\\% to 2\\%', '3.1\\times']
    """
    start = sentences[0][1] if sentences else 0
    out: list[Span] = []
    for found in _FIGURE.finditer(text, start):
        parts = _PARTS.fullmatch(found[0])
        groups = [found.span()]
        if parts and _CHANGE.search(text, max(start, found.start() - 40), found.start()):
            groups = [(found.start() + a, found.start() + b) for a, b in (parts.span(1), parts.span(2))]
        out += [clean_figure(text, span) for span in groups if _whole(text, span)]
    return [(a, b) for a, b in out if not _YEAR.match(text[a:b])]


def _whole(text: str, span: Span) -> bool:
    """False for the digits at the head of a word: 3D, 2nd, 7-day."""
    last, rest = text[span[1] - 1], text[span[1] : span[1] + 2]
    return not (last.isdigit() and (rest[:1].isalpha() or (rest[:1] == "-" and rest[1:2].isalpha())))


def clean_figure(text: str, span: Span) -> Span:
    """A figure without the dollar signs that enclose it, or the one that has no partner, and without what stands around it."""
    start, end = span
    value = _VALUE.search(text[start:end])
    if value:
        start, end = start + value.start(), start + value.end()
    inside = text[start:end]
    if inside.startswith("$") and (inside.count("$") % 2 or inside.endswith("$")) and inside.count("$") < 3:
        start += 1
        inside = inside[1:]
    if inside.endswith("$") and inside.count("$") % 2:
        end -= 1
    return start, end


def is_size(text: str, span: Span) -> bool:
    r"""Whether a figure is a side of something, as of an image: 256 × 256.

    Example:
        >>> text = "FID on 256x256 and 64 times 64 is $2.1\times$ better."
        >>> [is_size(text, (text.index(f), text.index(f) + len(f))) for f in ("256x256", "64 times", "2.1")]
        [True, True, False]
    """
    return bool(_SIZE.match(text, span[0]) or _SIDE.search(text, max(0, span[0] - 20), span[0]))
