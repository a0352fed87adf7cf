"""The fast pipeline, loaded once, and texts that no component may trip over."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.nlp import load_pipeline

HOSTILE = (
    "",
    " ",
    "\n",
    "\n\n\n",
    "title only",
    "\"quoted\" <script>alert(1)</script> & 'more'",
    "control \x00\x01\x0b\x1f characters\x7f",
    r"\textbf{LaTeX} $\alpha_{i}^{2}$ 14.8\% 256times256 Z\"urich \url{} \href{}{} {{{",
    "emoji 🚀🔥 and 👩‍👩‍👧 we propose 🚀Net",
    "\u202eright to left \u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627 BERT",
    "()[]{}()(()) (A) (AB) (a b c (d) e",
    "日本語のタイトル\nTransformer を使う。",
    "https:// http:/ www. https://. https://) github.com github.com/ ://",
    "A" * 5000,
    "(" * 500,
    "we propose " * 200,
    "lone surrogate \ud800 here",
    "- - -- ‐‑–_ ~ ... ;;; ,,, ''",
    "tab\tseparated\u00a0no-break\u2003space\r\nline",
)


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The default pipeline without the trained model."""
    return load_pipeline(fast=True)
