"""Identifiers and names: arXiv ids, DOIs, repository addresses, slugs, hashes, IRIs, and text cleaned for display."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote, urlsplit

from kg.schema import BASE, PREFIXES

__all__ = [
    "arxiv_id",
    "clean_text",
    "content_hash",
    "curie",
    "doi",
    "expand",
    "iri",
    "name_key",
    "paper_id",
    "repository",
    "slug",
    "title_key",
]

_ARXIV = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5}|[a-z][a-z.-]+/\d{7})(?:v\d+)?(?!\d)", re.I)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_REPOSITORY_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")

_LATEX_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_ACCENT = re.compile(r"\\([`'^~\"=.])\s*\{?\\?([A-Za-z])\}?|\\([uvHckr])\s*\{\\?([A-Za-z])\}")
_COMMAND = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|rm|sf)|emph|mathbf|mathrm|mathcal|mathbb|mathit|url|href)\s*\{([^{}]*)\}"
)
_ESCAPED = re.compile(r"\\([%&_#${}])")
_MATH = re.compile(r"\$([^$\n]{1,80})\$")
_TIMES = re.compile(r"(?<=\d)\s*\\?times\s*(?=\d)")


def arxiv_id(text: str) -> str:
    """The first arXiv id in a string, without prefix and version; empty if there is none.

    Example:
        >>> arxiv_id("https://arxiv.org/abs/1512.03385v1"), arxiv_id("cs/0112017"), arxiv_id("n/a")
        ('1512.03385', 'cs/0112017', '')
    """
    found = _ARXIV.search(text or "")
    return found[1].lower() if found else ""


def doi(text: str) -> str:
    """The first DOI in a string, lower case, without resolver; empty if there is none.

    Example:
        >>> doi("https://doi.org/10.1109/CVPR.2016.90")
        '10.1109/cvpr.2016.90'
    """
    found = _DOI.search(text or "")
    return found[0].rstrip(".,;)").lower() if found else ""


def repository(url: str) -> str:
    """`host/owner/name` of a repository's address, lower case; empty if the address is not one.

    Example:
        >>> repository("https://github.com/ShihuaHuang95/DEIM/tree/main"), repository("https://x.github.io/y")
        ('github.com/shihuahuang95/deim', '')
    """
    try:
        parts = urlsplit(url if "//" in url else "//" + url)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    path = [p for p in parts.path.split("/") if p]
    if host not in _REPOSITORY_HOSTS or len(path) < 2:
        return ""
    return "/".join((host, path[0], path[1].removesuffix(".git"))).lower()


def clean_text(text: str) -> str:
    r"""Text for display: LaTeX leftovers resolved, control characters and surplus space gone. Offsets do not survive.

    Example:
        >>> clean_text('Z\\"urich gains 14.8\\% on 256times256 \\textbf{images}')
        'Zürich gains 14.8% on 256×256 images'
    """
    text = _CONTROL.sub(" ", text)
    text = _ACCENT.sub(_accented, text)
    for _ in range(3):  # commands nest, seldom deeper
        text = _COMMAND.sub(r"\1", text)
    text = _MATH.sub(r"\1", text)
    text = _TIMES.sub("×", _ESCAPED.sub(r"\1", text))
    return " ".join(text.split())


def _accented(found: re.Match[str]) -> str:
    accent, letter = (found[1], found[2]) if found[1] else (found[3], found[4])
    return unicodedata.normalize("NFC", letter + _LATEX_ACCENTS[accent])


def title_key(title: str) -> str:
    """A title reduced to what survives re-typing: letters and digits, folded.

    Example:
        >>> title_key("Attention Is All You Need!") == title_key("attention is all  you need")
        True
    """
    folded = unicodedata.normalize("NFKD", clean_text(title)).casefold()
    return "".join(c for c in folded if c.isalnum())


def name_key(name: str) -> str:
    """A name reduced to lower-case words: hyphens, underscores and slashes are spaces, other punctuation stays.

    Example:
        >>> name_key("Mixture-of-Experts"), name_key("C++"), name_key("naïve Bayes")
        ('mixture of experts', 'c++', 'naive bayes')
    """
    folded = unicodedata.normalize("NFKD", clean_text(name)).casefold()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[-‐-―_/\s]+", " ", folded).split())


def slug(name: str, *, limit: int = 80) -> str:
    """A name as part of an IRI: ASCII letters, digits, `-`, `+`, `.`; a name without any of them becomes its hash.

    Example:
        >>> slug("LLaMA-3 8B"), slug("C++")
        ('llama-3-8b', 'c++')
    """
    ascii_name = unicodedata.normalize("NFKD", clean_text(name)).encode("ascii", "ignore").decode().casefold()
    out = re.sub(r"[^a-z0-9+.]+", "-", ascii_name).strip("-.")
    if len(out) > limit or not out:
        out = f"{out[:limit].rstrip('-.')}-{content_hash(name)}".lstrip("-")
    return out


def content_hash(*parts: str, size: int = 8) -> str:
    """`2 * size` hexadecimal digits that depend on the parts and their order alone (BLAKE2b)."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def paper_id(title: str) -> str:
    """An identifier for a paper that its source gives none: readable, and the same for every spelling of the title.

    Example:
        >>> paper_id("Attention Is All You Need")
        'attention-is-all-you-need-a692959a'
    """
    return f"{slug(title, limit=10_000)[:60].rstrip('-.')}-{content_hash(title_key(title) or title, size=4)}"


def iri(key: str) -> str:
    """The IRI of a graph key such as `method/resnet`; all but unreserved characters and `/ : + ~ @` are escaped.

    Example:
        >>> iri("paper/arxiv:1512.03385")
        'https://w3id.org/paperkg/paper/arxiv:1512.03385'
    """
    return BASE + quote(key, safe="/:+~@")


def expand(name: str) -> str:
    """The IRI of a CURIE with one of the known prefixes.

    Raises:
        KeyError: If the prefix is unknown.

    Example:
        >>> expand("skos:broader")
        'http://www.w3.org/2004/02/skos/core#broader'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def curie(address: str) -> str:
    """The CURIE of an IRI in a known namespace, else the IRI itself.

    Example:
        >>> curie("http://www.w3.org/2004/02/skos/core#broader")
        'skos:broader'
    """
    for prefix, namespace in PREFIXES.items():
        if address.startswith(namespace) and address != namespace:
            return f"{prefix}:{address.removeprefix(namespace)}"
    return address
