"""Surfaces as people write them → keys under which the same name meets itself again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kg.ids import clean_text, name_key

__all__ = ["is_coined", "is_narrower", "is_short", "is_version", "same_roots", "surface_key", "surface_words"]

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
# What makes a name no narrower: "deep reinforcement learning" is reinforcement learning.
_EMPTY_WORDS = frozenset(
    [
        "artificial",
        "automated",
        "automatic",
        "based",
        "common",
        "deep",
        "general",
        "generic",
        "neural",
        "novel",
        "standard",
    ]
)
# Endings that two forms of one word differ in: "structural" and "structured"; "active" and "action" are two words.
_ENDINGS = frozenset(
    [
        ("", "al"),
        ("", "ic"),
        ("", "ion"),
        ("al", "e"),
        ("al", "ed"),
        ("al", "ical"),
        ("e", "ed"),
        ("ic", "ical"),
        ("ic", "y"),
    ]
)
_ROOT = 5  # letters that two forms of one word share at least
_OTHER_SPELLING = {"adaptor": "adapter", "dialog": "dialogue", "recognization": "recognition"}
_LEFT_OUT = frozenset(["&", "and", "the"])  # inside a name; "AND-mask" is not "mask"
_DIGIT_FOR_A_WORD = re.compile(r"[A-Z]{1,3}[24][A-Z]{1,3}")  # T2I, R2R
_VERSION = re.compile(
    r"v?\d[\w.]*|[ivx]+|\d*[bm]|base|chat|instruct|large|mini|nano|plus|pro|small|tiny|turbo|xl", re.I
)
_FONT = re.compile(r"\\(?:math|text)(?:bf|bb|cal|it|rm|sf|tt|sc)?(?![a-z])|\\emph(?![a-z])")
_MARKUP = re.compile(r"[$\\{}^]")
_GREEK = re.compile(r"[α-ωΑ-Ω]")
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
        >>> [is_short(s) for s in ("LLMs", "LoRA", "mIoU", "T2I", "ResNet", "GPT-4", "pruning")]
        [True, True, True, True, False, False, False]
    """
    core = surface[:-1] if surface.endswith("s") and len(surface) > 2 else surface
    if _DIGIT_FOR_A_WORD.fullmatch(core):
        return True
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
        >>> surface_key("prediction of mortality") == surface_key("mortality prediction")
        True
    """
    surface = _PARENTHESIS.sub("", surface)
    words = list(surface_words(surface))
    heads: frozenset[str] = frozenset() if whole else _heads(surface)
    while len(words) > 1 and words[-1] in heads:
        words.pop()
    return "".join(words)


@lru_cache(maxsize=1 << 18)
def surface_words(surface: str) -> tuple[str, ...]:
    """The words of a name, folded; what stands behind "of" comes first, as English allows.

    Example:
        >>> surface_words("Ensembles of the Classifiers")
        ('classifier', 'ensemble')
    """
    first, *rest = name_key(_unmarked(surface)).split() or [""]
    words = [_folded(word) for word in (first, *(w for w in rest if w not in _LEFT_OUT)) if word not in ("", "the")]
    if words.count("of") == 1 and words[0] != "of" and words[-1] != "of":
        at = words.index("of")
        words = [*words[at + 1 :], *words[:at]]
    return tuple(words)


def _unmarked(surface: str) -> str:
    r"""Without LaTeX, Greek letters by name, no apostrophes.

    Example:
        >>> _unmarked(r'Dark Z\"urich')
        'Dark Zürich'
        >>> _unmarked(r"$\phi$-Decoding"), _unmarked("φ-Decoding"), _unmarked("bird's-eye view"), _unmarked("AIME'24")
        ('phi-Decoding', 'phi-Decoding', 'bird-eye view', 'AIME 24')
    """
    surface = _MARKUP.sub("", _FONT.sub("", clean_text(surface)))
    surface = _GREEK.sub(lambda letter: unicodedata.name(letter[0]).split()[-1].lower(), surface)
    return re.sub(r"['’~]", " ", re.sub(r"['’]s?(?=[\s-]|$)", "", surface))


def _folded(word: str) -> str:
    word = _singular(word)
    return _OTHER_SPELLING.get(word) or _american(word)


def is_narrower(left: str, right: str) -> bool:
    """Whether one of two names has all words of the other in their order, the last one too, and a word that tells more.

    Example:
        >>> is_narrower("brain foundation models", "foundation models"), is_narrower("deep RL", "RL")
        (True, False)
        >>> is_narrower("text-to-image", "text-to-image generation")
        False
    """
    few, many = sorted((surface_words(left), surface_words(right)), key=len)
    if not few or len(few) == len(many) or few[-1] != many[-1]:
        return False
    rest = iter(many)
    if not all(word in rest for word in few):
        return False
    extra = list(many)
    for word in few:
        extra.remove(word)
    return not _EMPTY_WORDS.issuperset(extra)


def is_version(left: str, right: str) -> bool:
    """Whether one of two names is the other and then a version or size.

    Example:
        >>> is_version("Claude 3 Opus", "Claude"), is_version("text-to-image", "text-to-image generation")
        (True, False)
    """
    few, many = sorted((surface_words(left), surface_words(right)), key=len)
    return bool(few) and len(few) < len(many) and many[: len(few)] == few and bool(_VERSION.fullmatch(many[len(few)]))


def same_roots(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the words of two names are, one by one, forms of the same word.

    Example:
        >>> same_roots(("structural", "pruning"), ("structured", "pruning")), same_roots(("active",), ("action",))
        (True, False)
    """
    return len(left) == len(right) and all(a == b or _same_root(a, b) for a, b in zip(left, right, strict=True))


def _same_root(left: str, right: str) -> bool:
    shared = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    return any(
        at >= _ROOT and tuple(sorted((left[at:], right[at:]))) in _ENDINGS
        for at in range(max(shared - 2, 0), shared + 1)
    )


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
