"""Surfaces as people write them → keys under which the same name meets itself again."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.ids import name_key

__all__ = ["is_coined", "is_short", "surface_key"]

# Heads that add nothing to any name ("attention mechanism" is attention) …
_HEADS_OF_ANY = frozenset(
    [
        "algorithm",
        "approach",
        "mechanism",
        "method",
        "module",
        "paradigm",
        "problem",
        "score",
        "strategy",
        "task",
        "technique",
    ]
)
# … to a name that starts with a capital ("Adam optimizer" is Adam; a sentence may start with "Diffusion models") …
_HEADS_OF_CAPITALISED = _HEADS_OF_ANY | frozenset(
    ["benchmark", "challenge", "collection", "corpus", "data", "database", "dataset", "optimiser", "optimizer", "suite"]
)
# … and to one that can only be a name ("BERT model" is BERT).
_HEADS_OF_COINED = _HEADS_OF_CAPITALISED | frozenset(
    [
        "architecture",
        "backbone",
        "classifier",
        "encoder",
        "family",
        "framework",
        "layer",
        "loss",
        "metric",
        "model",
        "network",
        "objective",
        "system",
    ]
)
_PARENTHESIS = re.compile(r"\s*\([^()]*\)(?=\s)")
_KEEPS_S = re.compile(r"(?:ss|us|is|ics|as|os|series|species|news|analysis|basis|bias|lens|less|always)$")
_BRITISH = (  # also turns "supervised" into "supervized": a key only has to come out the same every time
    (re.compile(r"is(?=ation|ing$|e$|ed$|er$)"), "iz"),
    (re.compile(r"(?<=l)ou(?=r$)"), "o"),
    (re.compile(r"(?<=[a-z])our(?=$|ed$|ing$|al$)"), "or"),
    (re.compile(r"ll(?=ing$|ed$)"), "l"),
)


def is_short(surface: str) -> bool:
    """Whether a surface looks like an abbreviation: one short word, mostly capitals.

    Example:
        >>> [is_short(s) for s in ("LLMs", "LoRA", "mIoU", "ResNet", "GPT-4", "pruning")]
        [True, True, True, False, False, False]
    """
    core = surface[:-1] if surface.endswith("s") and len(surface) > 2 else surface
    if not core.isalpha() or not 2 <= len(core) <= 6:
        return False
    capitals = sum(c.isupper() for c in core)
    return capitals >= 2 and capitals >= len(core) / 2


def is_coined(surface: str) -> bool:
    """Whether a surface is a name given by somebody: a capital or digit that is not merely the first letter of a word.

    Example:
        >>> [is_coined(s) for s in ("ResNet", "CIFAR-10", "Domain Adaptation", "Adam", "pruning")]
        [True, True, False, False, False]
    """
    return any(re.search(r"\d|(?<=\w)[A-Z]", word) for word in re.split(r"[\s\-]+", surface))


@lru_cache(maxsize=1 << 18)
def surface_key(surface: str, *, whole: bool = False) -> str:
    """The key of a full name: case, hyphens, spaces, plural, British spelling and empty heads folded away.

    Args:
        surface: A name as written.
        whole: Keep the head: "CLIP score" is not CLIP where both are known.

    Example:
        >>> surface_key("Mixture-of-Experts") == surface_key("mixture of expert")
        True
        >>> surface_key("Adam optimizer"), surface_key("domain generalisation"), surface_key("pre-training")
        ('adam', 'domaingeneralization', 'pretraining')
        >>> surface_key("CLIP score"), surface_key("CLIP score", whole=True)
        ('clip', 'clipscore')
        >>> surface_key("text-to-image (T2I) models") == surface_key("text-to-image model")
        True
    """
    surface = _PARENTHESIS.sub("", surface)
    words = name_key(surface).split()
    words = [_american(_singular(word)) for word in words if word != "the"]
    heads: frozenset[str] = frozenset() if whole else _heads(surface)
    while len(words) > 1 and words[-1] in heads:
        words.pop()
    return "".join(words)


def _heads(surface: str) -> frozenset[str]:
    if is_coined(surface):
        return _HEADS_OF_COINED
    return _HEADS_OF_CAPITALISED if surface[:1].isupper() and surface[-1:].islower() else _HEADS_OF_ANY


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or _KEEPS_S.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ch|sh|x|ss)es$", word):
        return word[:-2]
    return word[:-1]


def _american(word: str) -> str:
    if len(word) < 5:
        return word
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    return word
