"""Text to tokens that end wherever a name could: a `Doc` of runs of word characters and single other characters."""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

__all__ = ["WordTokenizer", "doc_text", "doc_words", "make_tokenizer", "split_words", "word_set"]

_SURROGATE = re.compile("[\ud800-\udfff]")  # halves of a character: JSON can bring them, spaCy cannot hold them
_PIECE = re.compile(r"\w+|[^\w\s]|\s+")


def split_words(text: str) -> tuple[list[str], list[bool]]:
    r"""Tokens and whether one space follows each; joined, they are the text again.

    Any other white space becomes a token of its own.

    Example:
        >>> split_words("LLaMA-3 at 14.8\\%")
        (['LLaMA', '-', '3', 'at', '14', '.', '8', '\\', '%'], [False, False, True, True, False, False, False, False, False])
    """
    words: list[str] = []
    spaces: list[bool] = []
    for piece in _PIECE.findall(text):
        if piece[0] == " " and words and not spaces[-1]:
            spaces[-1] = True
            piece = piece[1:]
        if piece:
            words.append(piece)
            spaces.append(False)
    return words, spaces


def doc_text(doc: Doc) -> str:
    """The text of a `Doc`, kept beside it: spaCy would join it anew from its tokens each time."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text


def doc_words(doc: Doc) -> list[str]:
    """The texts of a `Doc`'s tokens, kept beside it likewise."""
    words: list[str] | None = doc.user_data.get("words")
    if words is None:
        words = doc.user_data["words"] = [t.text for t in doc]
    return words


def word_set(text: str) -> frozenset[str]:
    """The words of a text that only lists them.

    Example:
        >>> sorted(word_set("of the"))
        ['of', 'the']
    """
    return frozenset(text.split())


class WordTokenizer(DummyTokenizer):
    """Callable `text → Doc`; it has no state but the vocabulary."""

    def __init__(self, vocab: Vocab):
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as tokens, nothing of it lost."""
        text = _SURROGATE.sub("\ufffd", text)  # as long as before, so that offsets hold
        words, spaces = split_words(text)
        return Doc(self.vocab, words=words, spaces=spaces, user_data={"text": text, "words": words})


@registry.tokenizers("kg.words.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], WordTokenizer]:
    """The tokenizer as a pipeline's `config.cfg` asks for it."""

    def make(nlp: Language) -> WordTokenizer:
        return WordTokenizer(nlp.vocab)

    return make
