"""Short forms and the long forms they stand for, as a paper defines them: "long form (LF)" and "LF (long form)".

The algorithm of Schwartz & Hearst (2003), "A simple algorithm for identifying abbreviation definitions in biomedical text", with
what abstracts on machine learning need besides: plurals (LLMs), hyphens, digits, letters taken from inside words (mixup, BiLSTM).
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg.nlp.tokenizer import doc_text, word_set

__all__ = ["find_abbreviations", "long_form_start", "mark_abbreviations"]

_PARENTHESIS = re.compile(r"\(([^()]{2,120})\)|\[([^\[\]]{2,60})\]")
_SHORT = re.compile(r"(?=[^\s]*[A-Za-z])[\w$^+][\w$^+/&.-]{0,24}(?: [A-Z0-9][\w-]{0,8})?$")
_WORD = re.compile(r"[\w$^+\\{}]+(?:['’]s)?")
_BREAK = re.compile(r"[.;:!?,()\[\]\n]\s|[()\[\]\n]|--|—")
_NO_START = word_set(
    "a an the of for in on to and or by with from at as is are be our this that these those we its their via "
    "using called named termed dubbed namely new novel proposed such both each"
)
_NO_SHORT = word_set("i.e e.g i.e. e.g. ours cf see fig resp left right top bottom ie eg sota new code data")

Pair = tuple[int, int, int, int]


def find_abbreviations(text: str) -> list[Pair]:
    """Pairs `(short_start, short_end, long_start, long_end)` in code points, in order of the parentheses.

    Example:
        >>> text = "We study large language models (LLMs) and LoRA (Low-Rank Adaptation)."
        >>> [(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)]
        [('LLMs', 'large language models'), ('LoRA', 'Low-Rank Adaptation')]
    """
    pairs: list[Pair] = []
    for found in _PARENTHESIS.finditer(text):
        group = 1 if found[1] is not None else 2
        inside, start = found[group], found.start(group)
        pair = _short_inside(text, inside, start, found.start()) or _long_inside(text, inside, start, found.start())
        if pair:
            pairs.append(pair)
    return pairs


def _short_inside(text: str, inside: str, start: int, opening: int) -> Pair | None:
    """`long form (SF)`, also `(SF, …)`, `(SF; …)` and `(abbreviated as SF)`."""
    head = re.split(r"[,;:]", inside)[0].rstrip(" .")
    lead = re.match(
        r"\s*(?:[\"“'`]*(?:abbreviated as|abbr\.?|hereafter|or|aka|a\.k\.a\.|denoted(?: as)?|dubbed|called|short for)?\s*[\"“'`]*)",
        head,
    )
    offset = lead.end() if lead else 0
    short = head[offset:].rstrip("\"”'’ ")
    if not _is_short_form(short):
        return None
    window = _window(text, opening, short)
    at = long_form_start(short, text[window:opening].rstrip())
    if at is None:
        return None
    begin, end = _whole_word(text, window + at), len(text[:opening].rstrip().rstrip("\"'”’~}$"))
    if begin < 0 or text[begin:end].lower() == short.lower() or len(text[begin:end]) <= len(short):
        return None
    return start + offset, start + offset + len(short), begin, end


def _whole_word(text: str, begin: int) -> int:
    """Where a long form begins that was found inside a hyphenated word: at its head if the initial agrees, else nowhere (-1)."""
    if begin == 0 or text[begin - 1] not in "-‐–":
        return begin
    head = re.search(r"[\w-]+$", text[:begin])
    if head is None:
        return begin
    return head.start() if head[0][0].lower() == text[begin].lower() else -1


def _long_inside(text: str, inside: str, start: int, opening: int) -> Pair | None:
    """`SF (long form)`: the whole parenthesis must be the long form, up to a comma or semicolon."""
    before = re.search(r"[\w$^+][\w$^+/&.-]*$", text[:opening].rstrip())
    long = re.split(r"[;,:]", inside)[0].rstrip()
    if not before or not _is_short_form(before[0]) or (len(long.split()) < 2 and "-" not in long):
        return None
    at = long_form_start(before[0], long)
    if at is None or long[:at].strip(" \"'“`"):
        return None
    return before.start(), before.end(), start + at, start + len(long)


def _is_short_form(short: str) -> bool:
    if not _SHORT.match(short) or not 2 <= len(short) <= 26 or short in _NO_SHORT:
        return False
    capitals = sum(c.isupper() for c in short)
    return (
        capitals >= 2
        or (capitals >= 1 and len(short) <= 8 and not short.istitle())
        or any(c.isdigit() for c in short[1:])
    )


def _window(text: str, opening: int, short: str) -> int:
    """Where the words begin among which the long form can lie: Schwartz and Hearst's min(|SF| + 5, 2·|SF|) words."""
    letters = sum(c.isalnum() for c in short.removesuffix("s"))
    limit = min(letters + 5, letters * 2)
    low = max(0, opening - 250)
    for found in _BREAK.finditer(text, low, max(low, opening - 1)):
        low = found.end()
    words = [m.start() for m in _WORD.finditer(text, low, opening)]
    return words[-limit] if len(words) > limit else low


def long_form_start(short: str, candidate: str) -> int | None:
    """Where in `candidate` the long form of `short` begins, if it ends at the end of `candidate`; None if there is none.

    Every letter and digit of the short form is looked for from the right; the first one must begin a word.

    Example:
        >>> long_form_start("MoE", "based on a mixture of experts")
        11
    """
    letters = short[:-1] if short.endswith("s") and sum(c.isupper() for c in short) >= 2 else short
    for variant in _variants(letters):
        strict = _initials_start([c for c in variant if c.isalnum()], candidate)
        if strict is not None:
            return strict
    return next((at for v in _variants(letters) if (at := _letters_start(v, candidate)) is not None), None)


def _variants(short: str) -> list[str]:
    """A short form and what its digits and X may stand for: D^2O doubled, T2I for "to", XAI for "explainable"."""
    doubled = re.sub(r"([A-Za-z])[\^{]*([23])", lambda m: m[1] * int(m[2]), short)
    return list(dict.fromkeys((short, doubled, re.sub(r"(?<=\w)2(?=\w)", "t", short), re.sub(r"^X", "E", short))))


def _initials_start(letters: list[str], candidate: str) -> int | None:
    """The tightest reading: the letters are the initials of the last words, small words perhaps left out."""
    words = list(re.finditer(r"[^\W_]+", candidate))
    at = len(letters) - 1
    for word in reversed(words):
        if at >= 0 and word[0][0].lower() == letters[at].lower():
            at -= 1
            if at < 0:
                return word.start()
        elif word[0].lower() not in _NO_START:
            return None
    return None


def _letters_start(short: str, candidate: str) -> int | None:
    low, at = candidate.lower(), len(candidate) - 1
    letters = [c for c in short.lower() if c.isalnum()]
    for index in range(len(letters) - 1, -1, -1):
        while at >= 0 and (low[at] != letters[index] or (index == 0 and at > 0 and low[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    start = at + 1
    first = re.match(r"\w+", candidate[start:])
    if first and first[0].lower() in _NO_START:
        return None
    words = len(re.findall(r"\w+", candidate[start:]))
    return start if words <= len(letters) + 3 else None


@Language.component("kg_abbreviations", assigns=["doc.spans"])
def mark_abbreviations(doc: Doc) -> Doc:
    """Write `doc.spans["abbreviations"]`: short and long form in turn, labelled `short` and `long`."""
    spans = []
    for a, b, c, d in find_abbreviations(doc_text(doc)) if "(" in doc_text(doc) or "[" in doc_text(doc) else ():
        short, long = doc.char_span(a, b, label="short"), doc.char_span(c, d, label="long")
        if short is not None and long is not None:
            spans += [short, long]
    doc.spans["abbreviations"] = SpanGroup(doc, name="abbreviations", spans=spans)
    return doc
