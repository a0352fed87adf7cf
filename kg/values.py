"""Figures as papers state them → number and unit."""

from __future__ import annotations

import re

from kg.ids import clean_text

__all__ = ["claim_kind", "is_cost", "is_victory", "parse_value"]

_NUMBER = re.compile(r"(?P<sign>[-+−±]?)\s*\$?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)")
_SCALE = re.compile(r"[ -]?(thousand|million|billion)\b|\s?([KkMB])(?![A-Za-z-])")
_SCALES = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_RANGE_END = re.compile(r"^\s*(?:[-–]|to)\s*\d[\d.,]*")
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
        *((rf"{size}B\b", f"{size}B") for size in "KMGT"),
        (r"bits?\b|bpp\b|bpd\b", "bits"),
        (r"mm\b", "mm"),
        (r"cm\b", "cm"),
        (r"m\b", "m"),
    )
)


def parse_value(text: str) -> tuple[float | None, str]:
    r"""The number in a stated figure and its unit; `(None, "")` if there is no number.

    Of a range the first figure is taken. Percent stays percent (`3.57%` is 3.57 `%`), so that a difference in points and a ratio are never mixed up.

    Example:
        >>> parse_value("14.8\\%"), parse_value("1.45x"), parse_value("2.1 percentage points"), parse_value("0.079")
        ((14.8, '%'), (1.45, 'x'), (2.1, 'points'), (0.079, ''))
        >>> parse_value("-1.2 dB"), parse_value("1,200 FPS"), parse_value("two orders of magnitude")
        ((-1.2, 'dB'), (1200.0, 'FPS'), (None, ''))
        >>> parse_value("3-4x"), parse_value("25.15 GB"), parse_value("100K")
        ((3.0, 'x'), (25.15, 'GB'), (100000.0, ''))
        >>> parse_value("30k"), parse_value("1.5 M"), parse_value("2 million"), parse_value("5 m"), parse_value("10 Kbps")
        ((30000.0, ''), (1500000.0, ''), (2000000.0, ''), (5.0, 'm'), (10.0, ''))
    """
    text = clean_text(text)
    found = _NUMBER.search(text)
    if not found:
        return None, ""
    number = float(found["number"].replace(",", ""))
    if found["sign"] in ("-", "−"):
        number = -number
    rest = text[found.end() :]
    if scale := _SCALE.match(rest):
        number, rest = number * _SCALES[scale[1] or scale[2]], rest[scale.end() :]
    rest = _RANGE_END.sub("", rest).lstrip(" -")
    return number, next((unit for pattern, unit in _UNITS if pattern.match(rest)), "")


_HEDGE = r"(?:\s*(?:up to|upto|about|around|roughly|approximately|nearly|almost|only|over|at least|at most|as much as|more than|less than|an average of|an?|[~≈<>]))*"
_CHANGE = (
    r"(?:improve\w*|gain|increase|increment|boost|advantage|margin|lead|reduction|decrease|drop|saving|speed-?up)s?"
)
_WORSE = r"(?:drop|loss|degradation|decline|deterioration)s?"
_BEFORE_CHANGE = re.compile(
    rf"\bby{_HEDGE}\s*$|\b{_CHANGE}(?: (?:in|on|for|over) [\w\s-]{{1,30}})? ?(?:of|by|is|:|\(){_HEDGE}\s*$"
    rf"|\b(?:improv|outperform|surpass|exceed|boost|reduc|sav|cut|gain|add)\w*{_HEDGE}\s*$",
    re.I,
)
_AFTER_CHANGE = re.compile(
    rf"[\s%)\\]*(?:(?!and\b|to\b|at\b|on\b|in\b|with\b|for\b|while\b)[\w@-]+\s+){{0,3}}"
    rf"(?:higher|lower|better|faster|smaller|more|fewer|less|longer|shorter|acceleration|{_CHANGE})\b",
    re.I,
)
_BEFORE_LOSS = re.compile(
    rf"\b{_WORSE}(?: (?:in|of) [\w\s-]{{1,30}})? ?(?:of|by|is|:|\(){_HEDGE}\s*$|\b(?:underperform|lag|trail)\w*[^.;]{{0,60}}by{_HEDGE}\s*$",
    re.I,
)
_AFTER_LOSS = re.compile(
    rf"[\s%\\]*(?:[\w@-]+\s+){{0,2}}{_WORSE}\b|[\s%\\]*(?:less|lower|worse) (?:accura|precis|recall|f1)", re.I
)
_COST = r"(?:parameters?|params|memory|compute|computations?|FLOPs|MACs|time|latency|cost|energy|size|storage|bandwidth|communication)"
_COSTLY = re.compile(rf"\b(?:{_COST}|\w*speed\w*|throughput|FPS)\b", re.I)
_AFTER_SAVING = re.compile(
    rf"[\s%)\\]*(?:(?!and\b|to\b|at\b|on\b|in\b|with\b|for\b|while\b|but\b)[\w@-]+\s+){{0,2}}"
    rf"(?:faster|smaller|lighter|cheaper|shorter|speed-?ups?|acceleration|(?:fewer|less)\b(?! (?:errors?|mistakes)\b)"
    rf"|(?:lower|reduced) (?:\w+ )?{_COST}|(?:reduction|saving|decrease)s? (?:in|of) (?:\w+ ){{0,2}}{_COST})\b",
    re.I,
)
_BEFORE_SAVING = re.compile(
    rf"\b(?:speed-?ups?|acceleration|speed(?:s|ed|ing)? up|accelerat\w+)\b[^.;,]{{0,30}}$"
    rf"|\b(?:reduc|sav|cut|shrink|decreas|lower)\w*\b(?:[^.;]|\.\d){{0,80}}\b{_COST}\b[^.;,\d]{{0,20}}$",
    re.I,
)
_LEVEL = re.compile(rf"\b(?:to|from){_HEDGE}\s*$", re.I)
_KEPT = re.compile(r"\b(?:keep|retain|preserv|maintain|recover|match|attain|achiev|reach)\w*[^.;,]{0,25}$", re.I)
_SHARE = re.compile(r"[\s%\\]*of (?:the|its|their|\w+['’]s?)\b", re.I)
_LISTED = re.compile(r"(?<![\w.])[+-]?\d[\d.]*\s*(?:\\?%|points?|percent)?[^.;,%]{0,40}(?:,\s*and\b|,|\band\b|/)\s*$")
_REST_OF_LIST = re.compile(r"^\s*(?:(?:,|/|and\b)\s*[+-]?\d[\d.]*\s*(?:\\?%|points?|percent)?\s*){1,9}")
_LIST_ITEM = 70  # characters that one figure of a list takes with what it is about


def claim_kind(before: str, value: str, after: str) -> str:
    r"""What a stated figure is: `score` (a level), `gain` or `loss` (a difference), `ratio` (times as much), `saving` (of
    time, memory, parameters or data).

    Args:
        before: The sentence up to the figure.
        value: The figure as stated.
        after: What follows in the sentence.

    Example:
        >>> claim_kind("DCL achieves ", "68.2%", " top-1 accuracy"), claim_kind("outperforms SimCLR by ", "6.4%", ".")
        ('score', 'gain')
        >>> claim_kind("with a performance drop of less than ", "0.6%", "."), claim_kind("has ", "1.8x", " the throughput")
        ('loss', 'ratio')
        >>> claim_kind("is ", "1.85x", " faster"), claim_kind("it is ", "40%", " smaller than BERT")
        ('saving', 'saving')
        >>> claim_kind("cuts training time by 22% and memory usage by ", "16%", ""), claim_kind("cuts latency to ", "9%", " of it")
        ('saving', 'score')
        >>> claim_kind("and keeps ", "97%", " of its accuracy"), claim_kind("a ResNet gains ", "2.28%", " in accuracy")
        ('ratio', 'gain')
        >>> claim_kind("improves the attack success rate to ", "95%", ""), claim_kind("", "1.80%", " higher accuracy")
        ('score', 'gain')
        >>> claim_kind("we achieve up to ", "4.7%", " and 4.6% higher accuracy")
        'gain'
        >>> claim_kind("outperforming others by up to 1.0% for ResNet-32, and ", "0.7%", " for DenseNet-121")
        'gain'
    """
    unit = parse_value(value)[1]
    first, after = _first_listed(before), _REST_OF_LIST.sub("", after)
    if _AFTER_SAVING.match(after) or (_BEFORE_SAVING.search(first) and not _LEVEL.search(first)):
        return "saving"
    if unit == "x" or re.search(r"\bfactor of\s*$", before, re.I) or (_KEPT.search(first) and _SHARE.match(after)):
        return "ratio"
    if _AFTER_LOSS.match(after) or _BEFORE_LOSS.search(first):
        return "loss"
    signed = value.lstrip("$( ").startswith(("+", "±")) or unit == "points"
    return "gain" if signed or _BEFORE_CHANGE.search(first) or _AFTER_CHANGE.match(after) else "score"


def is_cost(metric: str) -> bool:
    """Whether a measure is of what something takes, so that a saving can be of it: a saving of accuracy is none.

    Example:
        >>> is_cost("inference latency"), is_cost("throughput"), is_cost("top-1 accuracy")
        (True, True, False)
    """
    return bool(_COSTLY.search(metric))


def is_victory(kind: str, unit: str) -> bool:
    """Whether a figure of a kind says that its method does better than the one that it is measured against.

    A loss says the contrary, a saving that it is cheaper, a share (keeps 97 % of the accuracy) that it nearly does as well.
    """
    return kind in ("score", "gain") or (kind == "ratio" and unit == "x")


def _first_listed(before: str) -> str:
    """What stands before the first figure of a list that the figure belongs to: "by 1.0% on A and …" → "by "."""
    while listed := _LISTED.search(before, max(0, len(before) - _LIST_ITEM)):
        before = before[: listed.start()]
    return before
