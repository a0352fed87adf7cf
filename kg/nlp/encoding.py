"""Text to the trained model's input: word pieces with offsets, and shape numbers that give back their lost case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = ["MAX_PIECES", "PLACES", "SHAPES", "SHAPE_VERSION", "Encoded", "encode", "load_tokenizer", "windows"]

SHAPE_VERSION = 1  # raise it with any change to the tables below: a model fits one version only
MAX_PIECES = 512  # positions that the encoder knows, [CLS] and [SEP] included
OVERLAP = 128  # pieces that two neighbouring windows share

SHAPES = (  # channel 0 is a piece's own shape, channel 1 that of the word around it
    "none",  # [CLS], [SEP]
    "lower",
    "title",  # one capital, then small letters
    "upper",
    "capital",  # one capital letter alone
    "mixed",  # ResNet, mIoU
    "plural",  # CNNs
    "digits",
    "number",  # digits with other signs: 14.8%
    "lower_digit",  # word2vec
    "title_digit",  # Llama2
    "upper_digit",  # GPT-4
    "mixed_digit",  # LLaMA-3-8B
    "lower_hyphen",  # zero-shot
    "title_hyphen",  # Source-Free
    "mixed_hyphen",  # SF-UniDA
    "open",  # opening bracket or quote
    "close",
    "stop",  # . ! ?
    "comma",  # , ; :
    "other",
)
PLACES = (  # channel 2: where the piece stands
    "none",
    "title_word",  # first piece of a word
    "title_inside",  # no white space before it
    "start_word",  # first word of a sentence of the abstract
    "start_inside",
    "word",
    "inside",
)
_SHAPE = {name: number for number, name in enumerate(SHAPES)}
_PLACE = {name: number for number, name in enumerate(PLACES)}
_SIGNS = {**dict.fromkeys("([{<“‘`", "open"), **dict.fromkeys(")]}>”’\"'", "close")}
_SIGNS |= {**dict.fromkeys(".!?", "stop"), **dict.fromkeys(",;:", "comma")}
_WORD = re.compile(r"\S+")
_EDGES = "()[]{}<>“”‘’\"'`.,;:!?"


@dataclass(frozen=True)
class Encoded:
    """One text as the model reads it; row i of every array belongs to piece i, [CLS] and [SEP] left out."""

    ids: NDArray[np.int64]  # (pieces,)
    shapes: NDArray[np.int64]  # (pieces, 3): piece, word, place
    offsets: NDArray[np.int64]  # (pieces, 2): half-open, in code points of the text


def load_tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer of a `tokenizer.json`, without padding and truncation."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(text: str, tokenizer: Tokenizer) -> Encoded:
    """Pieces, with offsets and shapes, of a title and an abstract joined by a line break."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    shapes = np.array(_shapes(text, encoding.offsets), dtype=np.int64).reshape(-1, 3)
    return Encoded(np.array(encoding.ids, dtype=np.int64), shapes, offsets)


def windows(length: int, *, size: int = MAX_PIECES - 2, overlap: int = OVERLAP) -> list[tuple[int, int, int, int]]:
    """Windows `(start, end, keep_from, keep_to)` over `length` pieces; the kept parts tile the text, cut mid-overlap.

    Example:
        >>> windows(5, size=10, overlap=4)
        [(0, 5, 0, 5)]
        >>> windows(14, size=10, overlap=4)
        [(0, 10, 0, 8), (6, 14, 8, 14)]
    """
    starts = list(range(0, max(length - overlap, 1), size - overlap))
    ends = [min(start + size, length) for start in starts]
    cuts = [0, *[start + overlap // 2 for start in starts[1:]], length]
    return list(zip(starts, ends, cuts[:-1], cuts[1:], strict=True))


@lru_cache(maxsize=1 << 16)
def word_shape(word: str) -> str:
    """The name in SHAPES of a word's or a piece's pattern of case, digits and signs.

    Example:
        >>> [word_shape(word) for word in ("ResNet", "GPT-4", "CNNs", "zero-shot", "14.8%", "(", "A")]
        ['mixed', 'upper_digit', 'plural', 'lower_hyphen', 'number', 'open', 'capital']
    """
    letters = [character for character in word if character.isalpha()]
    digit = any(character.isdigit() for character in word)
    if not letters:
        return ("digits" if word.isdigit() else "number") if digit else _SIGNS.get(word[:1], "other")
    case = _case("".join(letters))
    if digit:
        return {"capital": "upper", "plural": "upper"}.get(case, case) + "_digit"
    if "-" in word.strip("-"):
        return {"lower": "lower", "title": "title"}.get(_hyphen_case(word), "mixed") + "_hyphen"
    return case


def _case(letters: str) -> str:
    if letters == letters.lower():
        return "lower"
    if letters == letters.upper():
        return "capital" if len(letters) == 1 else "upper"
    if letters[1:] == letters[1:].lower():
        return "title"
    return "plural" if letters[-1] == "s" and letters[:-1] == letters[:-1].upper() else "mixed"


def _hyphen_case(word: str) -> str:
    cases = {_case(part) for part in word.split("-") if part.isalpha()}
    if cases == {"lower"}:
        return "lower"
    return "title" if cases <= {"title", "lower"} else "mixed"


def _shapes(text: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    words = list(_words(text))
    rows = []
    number = 0
    for start, end in offsets:
        while number + 1 < len(words) and words[number + 1][0] <= start:
            number += 1
        begin, shape, place = words[number]
        where = f"{place}_word" if start == begin else f"{place}_inside"
        rows.append((_SHAPE[word_shape(text[start:end])], shape, _PLACE[where.removeprefix("plain_")]))
    return rows


def _words(text: str) -> list[tuple[int, int, str]]:
    title_end = text.find("\n")
    found = []
    begins = True
    for match in _WORD.finditer(text):
        word = match.group()
        place = "title" if match.start() < title_end else "start" if begins else "plain"
        found.append((match.start(), _SHAPE[word_shape(word.strip(_EDGES) or word)], place))
        begins = match.end() == title_end or (match.start() > title_end and word[-1] in ".!?")
    return found
