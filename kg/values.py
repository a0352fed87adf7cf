"""Figures as papers state them → number and unit."""

from __future__ import annotations

import re

from kg.ids import clean_text

__all__ = ["parse_value"]

_NUMBER = re.compile(r"(?P<sign>[-+−±]?)\s*\$?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)")
_UNITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), unit)
    for pattern, unit in (
        (r"percentage points?|percent(?:age)? pts?|p\.?p\.?\b|pts?\b|points?\b", "points"),
        (r"%|percent", "%"),
        (r"[x×]|times|-?\s*fold", "x"),
        (r"dB\b", "dB"),
        (r"fps\b|frames per second|frames/s", "FPS"),
        (r"ms\b|milliseconds?", "ms"),
        (r"(?:s|sec|seconds?)\b", "s"),
        (r"min(?:utes?)?\b", "min"),
        (r"h(?:ours?)?\b", "h"),
        (r"[KMGT]B\b", "bytes"),
        (r"bits?\b|bpp\b|bpd\b", "bits"),
        (r"mm\b", "mm"),
        (r"cm\b", "cm"),
        (r"m\b", "m"),
    )
)


def parse_value(text: str) -> tuple[float | None, str]:
    r"""The number in a stated figure and its unit; `(None, "")` if there is no number.

    Percent stays percent (`3.57%` is 3.57 `%`), so that a difference in points and a ratio are never mixed up.

    Example:
        >>> parse_value("14.8\\%"), parse_value("1.45x"), parse_value("2.1 percentage points"), parse_value("0.079")
        ((14.8, '%'), (1.45, 'x'), (2.1, 'points'), (0.079, ''))
        >>> parse_value("-1.2 dB"), parse_value("1,200 FPS"), parse_value("two orders of magnitude")
        ((-1.2, 'dB'), (1200.0, 'FPS'), (None, ''))
    """
    text = clean_text(text)
    found = _NUMBER.search(text)
    if not found:
        return None, ""
    number = float(found["number"].replace(",", ""))
    if found["sign"] in ("-", "−"):
        number = -number
    rest = text[found.end() :].lstrip(" -")
    return number, next((unit for pattern, unit in _UNITS if pattern.match(rest)), "")
