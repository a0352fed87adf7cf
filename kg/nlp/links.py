r"""URLs in running text, cleaned to what a person would click, with what they lead to: code, data, model, project, demo, other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text

__all__ = ["FoundLink", "find_links", "link_kind", "mark_links"]


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as it stands in a text: cleaned URL, kind, code points `[start, end)` of what was cleaned."""

    url: str
    kind: str
    start: int
    end: int


# Hosts that are recognised without a scheme; any other bare `a.b/c` is too often no link ("and/or", "Pearch.ai").
_HOST = (
    r"(?:(?:github|gitlab|bitbucket|youtube|kaggle|drive\.google|sites\.google|colab\.research\.google|dropbox)\.com"
    r"|huggingface\.co|hf\.co|youtu\.be|zenodo\.org|doi\.org|osf\.io|arxiv\.org|codeberg\.org|gitee\.com|anonymous\.4open\.science"
    r"|git\.io|bit\.ly|goo\.gl|tinyurl\.com|[a-z0-9][a-z0-9-]*\.(?:github|gitlab)\.io|[a-z0-9-]+\.(?:netlify|vercel)\.app)"
)
_START = re.compile(
    rf"https?\s?:\s?//\s?|\bftp://|(?<![\w.@/-])www\.(?=\w)|(?<![\w.@/-]){_HOST}(?=/\w|[\s).,;:}}\]]|$)", re.I
)
_SIGNS = (
    "http",
    "ftp:",
    "www.",
    ".com/",
    ".co/",
    ".io",
    ".org/",
    ".be/",
    ".ly/",
    ".gl/",
    ".app",
    ".science/",
)  # no link without
_BODY = re.compile(r"(?:\\[_%#&~$-]|\$?\\(?:sim|textasciitilde)(?:\{\})?\$?|[^\s<>\"{}|\\^`\[\]$“”])+")
_GLUED = re.compile(r"(?<=.)(?:https?:/|(?<=[.,;/(){}])www\.)", re.I)
_TRAIL = ".,;:!?'\"’*_"
_TILDE = re.compile(r"\$?\\(?:sim|textasciitilde)(?:\{\})?\$?")
_NO_HOST = re.compile(r"^https?://(?![^/\s]*\w\.\w|localhost)", re.I)


def find_links(text: str, sentences: list[tuple[int, int]] | None = None) -> list[FoundLink]:
    r"""All links of a text, each URL once, in order of first appearance.

    Args:
        text: Title and abstract.
        sentences: Their bounds, for what is said about a link; the whole text if None.

    Example:
        >>> [f.url for f in find_links(r"Code: \url{https://github.com/a/b.git}.https://github.com/a/b and www.c.org/d).")]
        ['https://github.com/a/b', 'www.c.org/d']
    """
    found: dict[str, FoundLink] = {}
    if not any(sign in text for sign in _SIGNS) and not any(sign in text.lower() for sign in _SIGNS):
        return []
    position = 0
    while start := _START.search(text, position):
        body = _BODY.match(text, start.end())
        end = body.end() if body else start.end()
        glued = _GLUED.search(text, start.end() + 1, end)
        end = glued.start() if glued else end
        position = max(end, start.end())
        url, end = _clean(text[start.start() : end], start.start())
        if not url:
            continue
        key = url.lower().rstrip("/")
        if key not in found:
            before, after = _context(text, start.start(), end, sentences)
            kind = "data" if _offers_collection(text, before) else link_kind(url, before, after)
            found[key] = FoundLink(url, kind, start.start(), end)
    return list(found.values())


def _clean(raw: str, start: int) -> tuple[str, int]:
    """The URL in a raw match that begins at `start`, and where its part of the text ends; empty if it is none."""
    url = raw
    while url and (url[-1] in _TRAIL or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    if "(" in url and url.count("(") > url.count(")"):
        url = url[: url.rindex("(")].rstrip(_TRAIL)
    end = start + len(url)
    url = re.sub(r"\s", "", url)
    url = re.sub(r"\\(.)", r"\1", _TILDE.sub("~", url))
    url = re.sub(r"\.git/?$", "", url)
    bare = re.sub(r"^(?:https?|ftp)://|www\.", "", url, flags=re.I)
    named_only = bare == url and "/" not in url and not url.endswith((".io", ".app"))  # "on GitHub.com"
    if _NO_HOST.match(url) or "." not in bare or len(bare) < 4 or named_only:
        return "", end
    return url, end


def _context(text: str, start: int, end: int, sentences: list[tuple[int, int]] | None) -> tuple[str, str]:
    """What the sentence says before and after a link; a sentence that says nothing but the link borrows the one before."""
    bounds = sentences or [(0, len(text))]
    index = next((i for i, (a, b) in enumerate(bounds) if a <= start < b), len(bounds) - 1)
    before = text[bounds[index][0] : start]
    if len(re.findall(r"[A-Za-z]{3,}", re.sub(r"\\\w+|https?\S+", "", before))) == 0 and index > 0:
        before = text[bounds[index - 1][0] : start]
    if (a := max(before.rfind("http://"), before.rfind("https://"))) >= 0 and (rest := before[a:].partition(" ")[2]):
        before = rest if re.search(r"[A-Za-z]{4,}", rest) else before
    after = text[end : bounds[index][1]]
    return before, after


_OFFERED = re.compile(
    r"^\W*(?:(?:We|To [^,.]{3,60}, we) (?:release|provide|make|open-?source) )?(?:The (?:details|instances) of )?(?P<name>[\w-]*[A-Z][\w-]*)"
    r" (?:(?:is|are|can be|will be|publicly|freely|made|openly|found|available|accessible|accessed|downloaded) ?)*(?:at|on|from|via|the|\w+ website|anonymous|here|:|\W)+$"
)


def _offers_collection(text: str, before: str) -> bool:
    """True if a link is all that is said of a name which the text elsewhere calls a collection of data."""
    offered = _OFFERED.search(before)
    if not offered:
        return False
    name = re.escape(offered["name"])
    nouns = r"(?:data ?sets?|corpus|benchmark)\b"
    pattern = (
        rf"\b{name} {nouns}|\b{name}\W+(?:(?:is|as|which is) )?an? [^.;]{{0,60}}{nouns}|{nouns}[^.;]{{0,60}}\b{name}\b"
    )
    return bool(re.search(pattern, text.replace(before, " ")))


_CODE_HOST = re.compile(
    r"(?:^|//|\.)(?:github\.com|gitlab\.[\w.-]+|bitbucket\.org|codeberg\.org|gitee\.com|anonymous\.4open\.science|git\.[\w-]+\.\w+|git\.io)(?:/|$)",
    re.I,
)
_DATA_HOST = re.compile(
    r"zenodo\.|doi\.org/10\.5281|kaggle\.com|huggingface\.co/datasets|hf\.co/datasets|osf\.io|figshare|dataverse|physionet\.org|ieee-dataport|/datasets?(?:/|$)|-dataset",
    re.I,
)
_DEMO_HOST = re.compile(
    r"youtu\.?be|vimeo\.com|huggingface\.co/spaces|hf\.co/spaces|bilibili|/videos?\b|colab\.research|-demo\b|demos?\.",
    re.I,
)
_MODEL_HOST = re.compile(r"huggingface\.co/|hf\.co/|modelscope", re.I)
_PAGE_HOST = re.compile(
    r"\.(?:github|gitlab)\.io|sites\.google\.com|\.netlify\.app|\.vercel\.app|project|notion\.site", re.I
)

_CODE = re.compile(
    r"\bcod(?:e|es|ebase)\b|implement|source|script|repository|\brepo\b|github|library|package|toolkit|toolbox|software|tutorials?|framework|open-?sourced",
    re.I,
)
_STRICT_CODE = re.compile(r"\bcod(?:e|es|ebase)\b|implementation|source code|scripts?\b|open-?sourced", re.I)
_DATA = re.compile(r"\bdata\b|data ?sets?\b|corpus|corpora|\bbenchmarks?\b|annotations?\b|collection", re.I)
_DATA_OFFER = re.compile(
    r"(?:\b(?:data ?sets?|data|corpus|corpora|benchmark|annotations|resources?)\b[^.]{0,60}\b(?:available|accessible|accessed|released?|found|at|downloaded)"
    r"|(?:releas|shar|open-?sourc|provid|publish|down ?load)\w* [^.]{0,30}\b(?:data ?sets?|data|corpus|corpora|benchmark)\b)\b(?! analys)",
    re.I,
)
_BOTH = re.compile(r"\band (?:\w+ )?(?:methods?|tools?|baselines?|experiments|analys[ie]s)|experiments and", re.I)
_MODEL = re.compile(r"\b(?:models?|checkpoints?|weights)\b", re.I)
_DEMO = re.compile(
    r"\bdemos?\b|demonstrations?|\bvideos?\b|\baudio\b|\bsamples?\b|\blisten\b|web ?app|playground|visuali[sz]ations?|animations?|\bexamples\b",
    re.I,
)
_PROJECT = re.compile(r"project|home ?page|web ?pages?|web ?sites?|leader ?board|challenge|competition", re.I)


def link_kind(url: str, before: str, after: str = "") -> str:
    """What a link leads to, from its address and what is said around it.

    Args:
        url: The cleaned address.
        before: The sentence up to the link.
        after: The rest of the sentence.

    Example:
        >>> link_kind("https://github.com/a/b", "The dataset is at"), link_kind("https://a.github.io/b", "Audio samples:")
        ('data', 'demo')
    """
    said = before[-160:] if before.strip() else after
    if _DEMO_HOST.search(url):
        return "demo"
    if re.search(r"huggingface\.co/datasets|hf\.co/datasets", url, re.I):
        return "data"
    if _CODE_HOST.search(url):
        return _repository_kind(url, said)
    if _MODEL_HOST.search(url):
        return "project" if _PROJECT.search(said) and not _MODEL.search(said) else "model"
    return _page_kind(url, said)


def _repository_kind(url: str, said: str) -> str:
    if _STRICT_CODE.search(said):
        return "code"
    if re.search(
        r"\b(?:all|our|the|pre-?trained) models?\b[^.]{0,20}, (?:data|weights)|\b(?:pre-?trained models?|checkpoints|weights)\b",
        said,
        re.I,
    ):
        return "model"
    if _DATA_OFFER.search(said) or re.search(r"[-_/](?:data ?sets?|corpus)\b|[-_](?:corpus|dataset)$", url, re.I):
        return "code" if _CODE.search(re.sub("github", "", said, flags=re.I)) or _BOTH.search(said) else "data"
    return "code"


def _page_kind(url: str, said: str) -> str:
    if re.search(r"kaggle\.com/(?:c|competitions|datasets)/", url):
        return "data"
    if re.search(
        r"\bcodes?(?:,? (?:and|as well as) (?:the )?[\w-]+)? (?:is|are|will be|can be) [^.:]*project", said, re.I
    ):
        return "code"
    if re.search(
        r"project (?:web ?)?(?:page|site)|home ?page|web ?page|web ?site|^\W*project\b|\bour project\b|leader ?board",
        said,
        re.I,
    ):
        return "project"
    if _STRICT_CODE.search(said):
        return "code"
    if _DEMO.search(said):
        return "demo"
    if _DATA_HOST.search(url):
        return "data"
    if _DATA.search(said) and not _PROJECT.search(said):
        return "data"
    if _PROJECT.search(said) or _PAGE_HOST.search(url):
        return "project"
    if re.search(r"checkpoints|weights|models? (?:is|are)", said):
        return "model"
    return "project" if re.search(r"(?:available|found|accessed|visit|see)\b[^.]*$|^\W*$", said, re.I) else "other"


@Language.component("kg_links", requires=["doc.sents"], assigns=["doc.spans"])
def mark_links(doc: Doc) -> Doc:
    """Write `doc.spans["links"]`: label = kind, id = cleaned URL, exact offsets in `attrs["offsets"]`."""
    bounds = sentence_bounds(doc)
    links = find_links(doc_text(doc), bounds)
    spans = [doc.char_span(f.start, f.end, label=f.kind, span_id=f.url, alignment_mode="expand") for f in links]
    group = SpanGroup(doc, name="links", spans=[s for s in spans if s is not None])
    group.attrs["offsets"] = [[f.start, f.end] for f, s in zip(links, spans, strict=True) if s is not None]
    doc.spans["links"] = group
    return doc
