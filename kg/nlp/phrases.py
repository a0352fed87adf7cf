"""Descriptive phrases that a paper makes names: what its title is built on, what it calls a thing, capitalised phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.nlp.tokenizer import word_set

__all__ = ["PHRASE_RULES", "find_phrases"]

_SMALL = word_set(
    "a an and as at by for from in into is of on or over the to toward towards under using via with without through"
)
_CONTENT = r"[A-Za-z0-9][\w+]*(?:[-–][\w+]+)*"
_NEXT = rf"(?: (?!(?:and|or|to|for|in|of|with|that|which|is|are|by|on|as|from|into|via|using|while|where|can|we)\b){_CONTENT})"
_WORDS = rf"(?P<n>{_CONTENT}{_NEXT}{{1,5}})"
_PHRASE = rf"(?P<n>{_CONTENT}{_NEXT}{{0,4}})"

# rule → pattern; the first two look at the title alone.
PHRASE_RULES: dict[str, re.Pattern[str]] = {
    "title by": re.compile(rf"\b(?:via|[Ww]ith|[Uu]sing|[Bb]y|[Tt]hrough|[Ff]rom|as) (?:an? |the )?{_WORDS}(?=$| (?:for|in|of|on|and|to|with|from|under)\b|[:,?])"),
    "title head": re.compile(rf"(?:^|: )(?:An? |The |Towards? |On )?{_WORDS}(?= (?:for|of|via|with|in|from|on|to|by|using)\b|:|$)"),
    "called phrase": re.compile(rf"\b(?:called|termed|named|dubbed|coined|namely|i\.e\.,?|which we (?:call|term|name|dub)|known as|referred to as):? (?:an? |the )?[\"“'‘`]*{_PHRASE}"),
    "quoted phrase": re.compile(rf"(?:[\"“‘`]{{1,2}}|\\(?:emph|textit|textbf)\{{){_PHRASE}(?:[\"”’']{{1,2}}|\}})"),
    "proposed phrase": re.compile(rf"\b[Ww]e (?:\w+ )?(?:propose|introduce|present|develop|design|devise) (?:an? |the |two )?(?:novel |new |simple |efficient |effective )*{_PHRASE}(?= (?:to|that|which|for|by|with|based|called|in|on)\b|[,.(:])"),
    "capitalised": re.compile(r"(?<=[a-z,(] )(?P<n>[A-Z][a-z]+(?:-[A-Za-z]+)*(?: (?:of|and|for|the|with|in|to) [A-Z][\w-]+| [A-Z][\w-]+){1,6})"),
}  # fmt: skip
_LIST = re.compile(rf"(?:, and|, or|,| and) (?:an? |the )?{_PHRASE}(?=[,.;)]| and\b)")


def find_phrases(text: str, sentences: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    r"""`(start, end, rule)` of each phrase in code points; the same span may be found by several rules.

    Args:
        text: Title and abstract.
        sentences: Their bounds; the first is the title.

    Example:
        >>> text = "Pruning via Foo Bar Search\nWe cut weights, termed soft trimming."
        >>> [(text[a:b], rule) for a, b, rule in find_phrases(text, [(0, 27), (27, 64)]) if a]
        [('Foo Bar Search', 'title by'), ('soft trimming', 'called phrase')]
    """
    for number, (start, end) in enumerate(sentences):
        sentence = text[start:end].rstrip()
        for rule, pattern in PHRASE_RULES.items():
            if rule.startswith("title") is not (number == 0):
                continue
            for found in pattern.finditer(sentence):
                yield from ((start + a, start + b, rule) for a, b in _conjuncts(sentence, found, rule))


def _conjuncts(sentence: str, found: re.Match[str], rule: str) -> Iterator[tuple[int, int]]:
    """The phrase and, where things are called, those listed after it; conjunctions and small words at the ends go."""
    here: re.Match[str] | None = found
    for _ in range(6):
        if here is None:
            return
        a, b = here.span("n")
        words = sentence[a:b].split(" ")
        if words[0].lower() not in _SMALL and words[-1].lower() not in _SMALL and b - a > 3:
            yield a, b
        here = _LIST.match(sentence, b) if rule == "called phrase" else None
